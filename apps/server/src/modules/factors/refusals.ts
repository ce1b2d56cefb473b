import type { ErrorDetail } from '@zenops/contracts/errors'
import { Refusal } from '../../platform/errors.ts'

const SAYINGS = {
  AUTH_MFA_CHALLENGE_INVALID: 'This sign-in attempt has ended. Please sign in again.',
  AUTH_MFA_INVALID_CODE: 'This code is not right, or was used before.',
  AUTH_MFA_SETUP_REQUIRED: 'Set up a second factor first.',
  AUTH_MFA_LAST_FACTOR: 'You must have this second factor. Set up another one first.',
  AUTH_WEBAUTHN_CHALLENGE_INVALID: 'This passkey request has ended. Please try again.',
  AUTH_WEBAUTHN_VERIFICATION_FAILED: 'This passkey could not be verified.',
  AUTH_WEBAUTHN_UNSUPPORTED_ALG: 'This passkey uses an algorithm that is not supported.',
  AUTH_WEBAUTHN_LIMIT_REACHED: 'You have as many passkeys as are possible. Remove one first.',
  AUTH_WEBAUTHN_CREDENTIAL_EXISTS: 'This passkey is registered already.',
  AUTH_WEBAUTHN_NOT_REGISTERED: 'You have no passkey.',
  AUTH_WEBAUTHN_COUNTER_REGRESSION: 'This passkey may have been copied and is suspended.',
} as const

/** What a factor's call is refused with. */
export const refused = (code: keyof typeof SAYINGS, reason?: string, more: Omit<ErrorDetail, 'reason'> = {}): Refusal =>
  new Refusal(code, SAYINGS[code], reason === undefined ? {} : { details: [{ reason, ...more }] })
