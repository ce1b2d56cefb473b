import { ApiError, NetworkError } from './api-error.ts'
import { messagesOf } from './messages.ts'
import { reasonText } from './reason-texts.ts'

/** A sentence for each code that people meet: what happened, what was kept, what to do. */
export const en = {
  network: 'The server cannot be reached. Check the connection and try again.',
  unknown: 'Something went wrong. Try again; if it happens again, report it with the trace id.',
  AUTH_REQUIRED: 'You are signed out. Sign in again.',
  AUTH_INVALID: 'E-mail or password is wrong.',
  AUTH_STALE_PERMISSION: 'Your rights have changed. Sign in again.',
  AUTH_LOCKED: 'Too many wrong tries. Sign-in for this e-mail is locked; try again in',
  AUTH_RATE_LIMITED: 'Too many tries from here. Try again in',
  AUTH_BLOCKED: 'Access is blocked. Ask the person who runs ZenOps in your firm.',
  AUTH_ACCOUNT_DISABLED: 'This account is switched off. Ask the person who manages users in your firm.',
  AUTH_REFRESH_REUSE_DETECTED: 'Your session was ended because it was used from two places. Sign in again.',
  AUTH_STEP_UP_REQUIRED: 'Nothing was done: this step asks you to confirm that it is you.',
  AUTH_TOKEN_INVALID: 'This link has been used, has expired or is incomplete. Ask for a new one.',
  AUTH_MFA_INVALID_CODE: 'This code is wrong, or it was used before. Enter the next one.',
  AUTH_MFA_CHALLENGE_INVALID: 'The time for this sign-in is over. Sign in again.',
  AUTH_MFA_LOCKED: 'Too many wrong codes. Try again in',
  AUTH_MFA_SETUP_REQUIRED: 'No authenticator app is set up. Set one up first.',
  AUTH_MFA_LAST_FACTOR:
    'This is your last second factor, and your firm asks for one. Add another before you remove it.',
  AUTH_PASSWORD_REJECTED: 'This password cannot be used. Choose another one.',
  AUTH_PASSWORDLESS_DISABLED: 'Sign-in by passkey alone is not switched on here. Use your password.',
  AUTH_WEBAUTHN_CHALLENGE_INVALID: 'This took too long. Try the passkey again.',
  AUTH_WEBAUTHN_VERIFICATION_FAILED: 'This passkey was not accepted. Try another way.',
  AUTH_WEBAUTHN_UNSUPPORTED_ALG: 'This kind of passkey is not supported. Use another device.',
  AUTH_WEBAUTHN_NOT_REGISTERED: 'You have no passkey here. Use another way.',
  AUTH_WEBAUTHN_LIMIT_REACHED: 'You have ten passkeys, which is the limit. Remove one first.',
  AUTH_WEBAUTHN_CREDENTIAL_EXISTS: 'This passkey is registered already.',
  AUTH_WEBAUTHN_COUNTER_REGRESSION: 'This passkey was switched off, because it looks as if it had been copied.',
  TENANT_NOT_ENABLED: 'This firm is not active at present.',
  MULTI_TENANT_DISABLED: 'Only one firm is set up here.',
  FORBIDDEN: 'You do not have the right to do this.',
  LAST_ADMIN: 'A firm keeps at least one active owner. Make somebody else an owner first.',
  RBAC_APPROVAL_INVALID: 'This cannot be decided, or not by you.',
  CONFIRMATION_REQUIRED: 'This asks for typed words first.',
  OPS_CONFIRMATION_MISMATCH: 'The words typed are not the ones shown, or their time is over.',
  SCHEDULER_LOCK_LIVE: 'Its holder lives and keeps it.',
  SELF_APPROVAL_FORBIDDEN: 'Somebody else has to approve this: it is your own work.',
  NOT_FOUND: 'This is not here. It may have been removed, or it belongs to somebody else.',
  CONFLICT: 'This was done already, or something else stands in its way.',
  REVISION_MISMATCH: 'Somebody else changed this meanwhile. What you typed is kept; load the newer state.',
  ILLEGAL_TRANSITION: 'This step is not possible in the present state.',
  TRANSITION_BLOCKED: 'Something is still missing before this step.',
  DUPLICATE_RECORD: 'There is such a record already.',
  IN_USE: 'This is in use and cannot be removed.',
  ASSIGNMENT_LOCKED: 'The assignment is closed. It must be reopened first.',
  ASSIGNMENT_ON_HOLD: 'The assignment is on hold. Resume it first.',
  REPORT_LOCKED: 'The report is closed and can no longer be changed.',
  REPORT_NOT_READY: 'The report is not complete yet.',
  REASON_REQUIRED: 'Give a reason.',
  IDEMPOTENCY_CONFLICT: 'This was sent before with other content. Reload the page and try again.',
  IDEMPOTENCY_IN_PROGRESS: 'This is still being worked on. Wait a moment.',
  PAYLOAD_TOO_LARGE: 'This is too large.',
  FILE_TYPE_NOT_ALLOWED: 'Files of this type are not taken here.',
  FILE_TYPE_MISMATCH: 'The content of the file is not what its name says.',
  FILE_SIZE_MISMATCH: 'The file did not arrive whole. Upload it again.',
  FILE_CHECKSUM_MISMATCH: 'The file changed on its way. Upload it again.',
  STORAGE_TOKEN_EXPIRED: 'The time for this upload is over. Upload it again.',
  VALIDATION_FAILED: 'Some entries are not right yet.',
  RATE_LIMITED: 'Too many requests. Wait a moment.',
  REQUEST_TIMEOUT: 'This took too long. Try again.',
  DEPENDENCY_UNAVAILABLE: 'A part of ZenOps does not answer at present. Nothing was lost; try again soon.',
  INTERNAL: 'Something went wrong on the server. Try again; if it happens again, report it with the trace id.',
} as const

const t = messagesOf('errors', en)

const isKnown = (code: string): code is keyof typeof en => Object.hasOwn(en, code)

/** The sentence for any failure: of its reason, else of its code, else what the server said. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return t('network')
  if (!(error instanceof ApiError)) return t('unknown')
  // Reasons of fields stand at their fields.
  const told = error.details.filter(({ path }) => path === undefined).map(({ reason }) => reasonText(reason))
  const first = told.find((text) => text !== null)
  if (first !== undefined && first !== null) return first
  return isKnown(error.errorCode) ? t(error.errorCode) : error.message || t('unknown')
}

export interface Fault {
  readonly text: string
  /** Instant in ms until which another try is refused; null when there is none. */
  readonly until: number | null
  readonly traceId: string
}

/** By `Retry-After`, or by the end of a block that the answer names. */
function untilOf(error: ApiError, now: number): number | null {
  if (error.retryAfter !== null) return now + error.retryAfter * 1_000
  const named = error.details.map((detail) => detail.until).find((until) => typeof until === 'string')
  const instant = named === undefined ? Number.NaN : Date.parse(named)
  return Number.isNaN(instant) ? null : instant
}

/** What a screen shows for a failure. */
export function faultOf(error: unknown, now: number): Fault {
  return {
    text: errorText(error),
    until: error instanceof ApiError ? untilOf(error, now) : null,
    traceId: error instanceof ApiError ? error.traceId : '',
  }
}

/** Server-side field errors by path; what belongs to no field stands under ''. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError) || error.errorCode !== 'VALIDATION_FAILED') return {}
  const found: Record<string, string> = {}
  for (const { path = '', reason, ...more } of error.details) {
    const message = more.message
    found[path] ??= reasonText(reason) ?? (typeof message === 'string' ? message : reason)
  }
  return found
}
