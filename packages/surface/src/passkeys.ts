/** Options and answers of the browser's credential API in their JSON form: bytes as base64url. */
export type Json = Readonly<Record<string, unknown>>

/** What the browser's credential API takes; the part of `navigator.credentials` that is used. */
export interface Credentials {
  create(options: CredentialCreationOptions): Promise<Credential | null>
  get(options: CredentialRequestOptions): Promise<Credential | null>
}

/** `cancelled`: the person or the clock ended it. `exists`: this device holds one of this person already. */
export class PasskeyError extends Error {
  readonly kind: 'cancelled' | 'exists' | 'failed'
  constructor(kind: PasskeyError['kind'], cause: unknown) {
    super(`passkey ${kind}`, { cause })
    this.name = 'PasskeyError'
    this.kind = kind
  }
}

const KIND: Readonly<Record<string, PasskeyError['kind']>> = {
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'exists',
}

async function asked<T>(work: Promise<T | null>): Promise<T> {
  try {
    const found = await work
    if (found) return found
  } catch (error) {
    throw new PasskeyError(KIND[error instanceof Error ? error.name : ''] ?? 'failed', error)
  }
  throw new PasskeyError('cancelled', null)
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0))
}

export function textOf(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** What the two JSON forms name as text and the browser wants as bytes. */
interface OptionsJson {
  readonly challenge: string
  readonly user?: { readonly id: string }
  readonly excludeCredentials?: readonly { readonly id: string }[]
  readonly allowCredentials?: readonly { readonly id: string }[]
}

function withBytes(json: Json): Json {
  // Cast: the server's passkey library writes these members in this form.
  const named = json as unknown as OptionsJson
  const listed = (list: readonly { readonly id: string }[] | undefined) =>
    list?.map((one) => ({ ...one, id: bytesOf(one.id) }))
  return {
    ...json,
    challenge: bytesOf(named.challenge),
    ...(named.user ? { user: { ...named.user, id: bytesOf(named.user.id) } } : {}),
    ...(named.excludeCredentials ? { excludeCredentials: listed(named.excludeCredentials) } : {}),
    ...(named.allowCredentials ? { allowCredentials: listed(named.allowCredentials) } : {}),
  }
}

/** What the server is told of a credential. */
export interface CredentialJson extends Record<string, unknown> {
  readonly id: string
  readonly type: string
}

function jsonOf(found: Credential, response: Json): CredentialJson {
  // Cast: a credential asked for with `publicKey` is of this class.
  const credential = found as PublicKeyCredential
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: textOf(credential.response.clientDataJSON),
      ...response,
    },
  }
}

/** Makes a passkey on a device of the person. Throws PasskeyError. */
export async function makePasskey(options: Json, credentials: Credentials): Promise<CredentialJson> {
  // Cast: the bytes stand where the type wants them; everything else travels as the server wrote it.
  const publicKey = withBytes(options) as unknown as PublicKeyCredentialCreationOptions
  const made = await asked(credentials.create({ publicKey }))
  // Casts: what `create` answers for `publicKey`.
  const response = (made as PublicKeyCredential).response as AuthenticatorAttestationResponse
  return jsonOf(made, {
    attestationObject: textOf(response.attestationObject),
    transports: response.getTransports(),
  })
}

export interface ShowOptions {
  /** Offered among the browser's own suggestions for the name field, without a dialog. */
  readonly conditional?: boolean
  readonly signal?: AbortSignal
}

/** Has the person show a passkey. Throws PasskeyError. */
export async function showPasskey(
  options: Json,
  credentials: Credentials,
  { conditional = false, signal }: ShowOptions = {},
): Promise<CredentialJson> {
  // Cast: as above.
  const publicKey = withBytes(options) as unknown as PublicKeyCredentialRequestOptions
  const shown = await asked(
    credentials.get({
      publicKey,
      ...(conditional ? { mediation: 'conditional' as const } : {}),
      ...(signal ? { signal } : {}),
    }),
  )
  // Casts: what `get` answers for `publicKey`.
  const response = (shown as PublicKeyCredential).response as AuthenticatorAssertionResponse
  return jsonOf(shown, {
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    ...(response.userHandle ? { userHandle: textOf(response.userHandle) } : {}),
  })
}

/** Whether this browser has passkeys at all, and whether it can offer them among its suggestions. */
export const hasPasskeys = (): boolean => typeof PublicKeyCredential !== 'undefined' && 'credentials' in navigator
export async function suggestsPasskeys(): Promise<boolean> {
  if (!hasPasskeys()) return false
  return (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false
}
