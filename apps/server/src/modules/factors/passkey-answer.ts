import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
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
import { refused } from './refusals.ts'

/** ES256, RS256, EdDSA: the algorithms that passkeys are offered. */
export const PASSKEY_ALGORITHMS = [-7, -257, -8]
const MAX_CREDENTIAL_ID = 1023
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const
export type PasskeyTransport = (typeof TRANSPORTS)[number]

export const notVerified = (reason: string): Refusal => refused('AUTH_WEBAUTHN_VERIFICATION_FAILED', reason)

const part = z.string().min(1).max(16_384)
const answer = <R extends z.ZodRawShape>(response: R) =>
  z.looseObject({
    id: part,
    rawId: part,
    type: z.string(),
    clientExtensionResults: z.looseObject({}).default({}),
    response: z.looseObject({ clientDataJSON: part, ...response }),
  })
const RegistrationAnswer = answer({ attestationObject: part, transports: z.array(z.string()).max(20).optional() })
const AssertionAnswer = answer({ authenticatorData: part, signature: part, userHandle: z.string().max(200).nullish() })
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

/** Runs a check; what it throws is a refusal of the answer for `reason`, unless it refuses by itself. */
async function checked<T>(reason: string, check: () => Promise<T> | T): Promise<T> {
  try {
    return await check()
  } catch (error) {
    throw error instanceof Refusal ? error : notVerified(reason)
  }
}

/** A page may hold passkeys over https, or on the developer's own machine. */
const isSecure = (origin: string): boolean => {
  const url = URL.parse(origin)
  return url?.protocol === 'https:' || url?.hostname === 'localhost'
}

/** What the library leaves open or tells by its message alone: kind, challenge, page and framing of the answer. */
async function assertClientData(encoded: string, type: `webauthn.${'create' | 'get'}`, expected: Expected) {
  const text = Buffer.from(encoded, 'base64url').toString('utf8')
  const data = await checked('malformed', () => ClientData.parse(JSON.parse(text)))
  if (data.type !== type) throw notVerified('type')
  if (data.challenge !== expected.challenge.toString('base64url'))
    throw refused('AUTH_WEBAUTHN_CHALLENGE_INVALID', 'challenge_mismatch')
  if (!expected.origins.has(data.origin) || !isSecure(data.origin)) {
    throw refuse.forbidden('webauthn_origin_not_allowed')
  }
  if (data.crossOrigin === true || data.topOrigin !== undefined) throw notVerified('cross_origin')
}

/** What both kinds of answer are verified against. */
const measures = ({ challenge, origins, rpId }: Expected) => ({
  expectedChallenge: challenge.toString('base64url'),
  expectedOrigin: [...origins],
  expectedRPID: rpId,
  requireUserVerification: true,
})

/**
 * The algorithm of the new key. Attestation is asked for as `none`, and self attestation proves nothing more; any
 * other statement carries certificates, and to look those up would mean to fetch addresses that the caller chose.
 */
function attestedAlgorithm(encoded: string): number {
  const attestation = decodeAttestationObject(new Uint8Array(Buffer.from(encoded, 'base64url')))
  const format = attestation.get('fmt')
  if (format !== 'none' && !(format === 'packed' && attestation.get('attStmt').get('x5c') === undefined)) {
    throw notVerified('attestation_format')
  }
  const { credentialPublicKey } = parseAuthenticatorData(attestation.get('authData'))
  if (!credentialPublicKey) throw notVerified('no_key')
  return decodeCredentialPublicKey(credentialPublicKey).get(cose.COSEKEYS.alg) ?? 0
}

export interface NewPasskey {
  readonly credentialId: Buffer
  readonly alg: number
  readonly transports: PasskeyTransport[]
  readonly info: NonNullable<VerifiedRegistrationResponse['registrationInfo']>
}

/** A registration's answer → what is kept of it. Throws the refusal. */
export async function checkRegistration(offered: unknown, expected: Expected): Promise<NewPasskey> {
  const given = await checked('malformed', () => RegistrationAnswer.parse(offered))
  await assertClientData(given.response.clientDataJSON, 'webauthn.create', expected)
  const alg = await checked('not_verified', () => attestedAlgorithm(given.response.attestationObject))
  if (!PASSKEY_ALGORITHMS.includes(alg)) {
    throw refused('AUTH_WEBAUTHN_UNSUPPORTED_ALG', 'unsupported_algorithm', { supported: PASSKEY_ALGORITHMS })
  }
  // Cast: its fields were parsed above; the library reads no others.
  const response = given as unknown as RegistrationResponseJSON
  const { verified, registrationInfo } = await checked('not_verified', () =>
    verifyRegistrationResponse({ ...measures(expected), response, supportedAlgorithmIDs: PASSKEY_ALGORITHMS }),
  )
  if (!verified || registrationInfo.credential.id !== given.id) throw notVerified('not_verified')
  const credentialId = Buffer.from(given.id, 'base64url')
  if (credentialId.length === 0 || credentialId.length > MAX_CREDENTIAL_ID) throw notVerified('credential_id')
  const named = given.response.transports ?? []
  const transports = TRANSPORTS.filter((transport) => named.includes(transport))
  return { credentialId, alg, transports, info: registrationInfo }
}

export interface Asserted {
  readonly signCount: number
  readonly backedUp: boolean
  /** The counter went backwards, or stood still: the key may exist twice. */
  readonly regressed: boolean
}

/** A passkey as it is kept, with its owner's handle. */
export interface KeptPasskey {
  readonly public_key: Buffer
  readonly sign_count: number
  readonly handle: Buffer
}

/** An assertion's answer against the stored credential and its owner's handle. Throws the refusal. */
export async function checkAssertion(offered: unknown, expected: Expected, kept: KeptPasskey): Promise<Asserted> {
  const given = await checked('malformed', () => AssertionAnswer.parse(offered))
  await assertClientData(given.response.clientDataJSON, 'webauthn.get', expected)
  const handle = given.response.userHandle
  if (handle && !Buffer.from(handle, 'base64url').equals(kept.handle)) throw notVerified('user_handle')
  // Cast: its fields were parsed above; the library reads no others.
  const response = given as unknown as AuthenticationResponseJSON
  // The library looks at the counter before the signature; what is not signed must not suspend a passkey.
  const credential = { id: given.id, publicKey: new Uint8Array(kept.public_key), counter: 0 }
  const { verified, authenticationInfo } = await checked('not_verified', () =>
    verifyAuthenticationResponse({ ...measures(expected), response, credential }),
  )
  if (!verified) throw notVerified('signature')
  const { newCounter, credentialBackedUp } = authenticationInfo
  const regressed = (newCounter > 0 || kept.sign_count > 0) && newCounter <= kept.sign_count
  return { signCount: newCounter, backedUp: credentialBackedUp, regressed }
}
