import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import {
  cose,
  decodeAttestationObject,
  decodeCredentialPublicKey,
  parseAuthenticatorData,
} from '@simplewebauthn/server/helpers'
import { z } from 'zod'
import { Refusal, refuse } from '../../platform/errors.ts'

/** ES256, RS256, EdDSA: the algorithms that passkeys are offered. */
export const PASSKEY_ALGORITHMS = [-7, -257, -8]
const MAX_CREDENTIAL_ID = 1023
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const
export type PasskeyTransport = (typeof TRANSPORTS)[number]

export const notVerified = (reason: string): Refusal =>
  new Refusal('AUTH_WEBAUTHN_VERIFICATION_FAILED', 'This passkey could not be verified.', { details: [{ reason }] })
export const challengeInvalid = (reason: string): Refusal =>
  new Refusal('AUTH_WEBAUTHN_CHALLENGE_INVALID', 'This passkey request has ended. Please try again.', {
    details: [{ reason }],
  })

const part = z.string().min(1).max(16_384)
const base = { id: part, rawId: part, type: z.string(), clientExtensionResults: z.looseObject({}).default({}) }
const RegistrationAnswer = z.looseObject({
  ...base,
  response: z.looseObject({
    clientDataJSON: part,
    attestationObject: part,
    transports: z.array(z.string()).max(20).optional(),
  }),
})
const AssertionAnswer = z.looseObject({
  ...base,
  response: z.looseObject({
    clientDataJSON: part,
    authenticatorData: part,
    signature: part,
    userHandle: z.string().max(200).nullish(),
  }),
})
const ClientData = z.looseObject({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
})

/** What an answer is measured against. */
export interface Expected {
  readonly challenge: Buffer
  readonly origins: ReadonlySet<string>
  readonly rpId: string
}

/** A page may hold passkeys over https, or on the developer's own machine. */
const isSecure = (origin: string): boolean => {
  const url = URL.parse(origin)
  return url?.protocol === 'https:' || url?.hostname === 'localhost'
}

/** What the library leaves open or tells by its message alone: kind, challenge, page and framing of the answer. */
function assertClientData(encoded: string, type: 'webauthn.create' | 'webauthn.get', expected: Expected): void {
  const data = read(ClientData, () => JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')))
  if (data.type !== type) throw notVerified('type')
  if (data.challenge !== expected.challenge.toString('base64url')) throw challengeInvalid('challenge_mismatch')
  if (!expected.origins.has(data.origin) || !isSecure(data.origin)) {
    throw refuse.forbidden('webauthn_origin_not_allowed')
  }
  if (data.crossOrigin === true || data.topOrigin !== undefined) throw notVerified('cross_origin')
}

/** `get` parsed; what cannot be read is no answer. */
function read<T extends z.ZodType>(schema: T, get: () => unknown): z.output<T> {
  try {
    return schema.parse(get())
  } catch {
    throw notVerified('malformed')
  }
}

/** Runs a check of the library; its errors are refusals of the answer. */
async function checked<T>(check: () => Promise<T> | T): Promise<T> {
  try {
    return await check()
  } catch (error) {
    throw error instanceof Refusal ? error : notVerified('not_verified')
  }
}

const bytesOf = (encoded: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(encoded, 'base64url'))

export interface NewPasskey {
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly alg: number
  readonly signCount: number
  readonly transports: readonly PasskeyTransport[]
  readonly aaguid: string
  readonly backupEligible: boolean
  readonly backedUp: boolean
}

/**
 * The algorithm of the new key. Attestation is asked for as `none`, and self attestation proves nothing more; any
 * other statement carries certificates, and to look those up would mean to fetch addresses that the caller chose.
 */
function attestedAlgorithm(encoded: string): number {
  const attestation = decodeAttestationObject(bytesOf(encoded))
  const format = attestation.get('fmt')
  if (format !== 'none' && !(format === 'packed' && attestation.get('attStmt').get('x5c') === undefined)) {
    throw notVerified('attestation_format')
  }
  const { credentialPublicKey } = parseAuthenticatorData(attestation.get('authData'))
  if (!credentialPublicKey) throw notVerified('no_key')
  return decodeCredentialPublicKey(credentialPublicKey).get(cose.COSEKEYS.alg) ?? 0
}

/** A registration's answer → what is kept of it. Throws the refusal. */
export async function checkRegistration(answer: unknown, expected: Expected): Promise<NewPasskey> {
  const given = read(RegistrationAnswer, () => answer)
  assertClientData(given.response.clientDataJSON, 'webauthn.create', expected)
  const alg = await checked(() => attestedAlgorithm(given.response.attestationObject))
  if (!PASSKEY_ALGORITHMS.includes(alg)) {
    throw new Refusal('AUTH_WEBAUTHN_UNSUPPORTED_ALG', 'This passkey uses an algorithm that is not supported.', {
      details: [{ reason: 'unsupported_algorithm', supported: PASSKEY_ALGORITHMS }],
    })
  }
  const { verified, registrationInfo } = await checked(() =>
    verifyRegistrationResponse({
      // Cast: its fields were parsed above; the library reads no others.
      response: given as unknown as RegistrationResponseJSON,
      expectedChallenge: expected.challenge.toString('base64url'),
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    }),
  )
  if (!verified || registrationInfo.credential.id !== given.id) throw notVerified('not_verified')
  const credentialId = Buffer.from(given.id, 'base64url')
  if (credentialId.length === 0 || credentialId.length > MAX_CREDENTIAL_ID) throw notVerified('credential_id')
  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
  const named = given.response.transports ?? []
  return {
    credentialId,
    publicKey: Buffer.from(credential.publicKey),
    alg,
    signCount: credential.counter,
    transports: TRANSPORTS.filter((transport) => named.includes(transport)),
    aaguid,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
  }
}

export interface Asserted {
  readonly signCount: number
  readonly backedUp: boolean
  /** The counter went backwards, or stood still: the key may exist twice. */
  readonly regressed: boolean
}

/** The credential an assertion names, before anything of it is believed. */
export const credentialIdOf = (answer: { readonly id: string }): Buffer => Buffer.from(answer.id, 'base64url')

/** An assertion's answer against the stored credential and its owner's handle. Throws the refusal. */
export async function checkAssertion(
  answer: unknown,
  expected: Expected,
  stored: { readonly publicKey: Buffer; readonly signCount: number; readonly handle: Buffer },
): Promise<Asserted> {
  const given = read(AssertionAnswer, () => answer)
  assertClientData(given.response.clientDataJSON, 'webauthn.get', expected)
  const handle = given.response.userHandle
  if (handle && !Buffer.from(handle, 'base64url').equals(stored.handle)) throw notVerified('user_handle')
  const { verified, authenticationInfo } = await checked(() =>
    verifyAuthenticationResponse({
      // Cast: its fields were parsed above; the library reads no others.
      response: given as unknown as AuthenticationResponseJSON,
      expectedChallenge: expected.challenge.toString('base64url'),
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserVerification: true,
      // The library looks at the counter before the signature; what is not signed must not suspend a passkey.
      credential: { id: given.id, publicKey: new Uint8Array(stored.publicKey), counter: 0 },
    }),
  )
  if (!verified) throw notVerified('signature')
  const { newCounter, credentialBackedUp } = authenticationInfo
  const regressed = (newCounter > 0 || stored.signCount > 0) && newCounter <= stored.signCount
  return { signCount: newCounter, backedUp: credentialBackedUp, regressed }
}
