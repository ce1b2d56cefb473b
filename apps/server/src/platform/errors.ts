import type { ErrorBody, ErrorCode, ErrorDetail } from '@zenops/contracts/errors'
import { ERROR_STATUS } from '@zenops/contracts/errors'

/** A refusal that callers may see: a code of the contracts, a sentence for people, and where it happened. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly details: readonly ErrorDetail[]
  /** Extra response headers, `Retry-After` for example. */
  readonly headers: Readonly<Record<string, string>>
  /** The transaction's writes stay although the request is refused (reuse of a refresh token, a counted failure). */
  readonly commit: boolean

  constructor(code: ErrorCode, message: string, extra: RefusalExtra = {}) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.details = extra.details ?? []
    this.headers = extra.headers ?? {}
    this.commit = extra.commit ?? false
  }

  get status(): number {
    return ERROR_STATUS[this.code]
  }

  toBody(traceId: string): ErrorBody {
    return { error_code: this.code, message: this.message, trace_id: traceId, details: [...this.details] }
  }
}

export interface RefusalExtra {
  readonly details?: readonly ErrorDetail[]
  readonly headers?: Readonly<Record<string, string>>
  readonly commit?: boolean
}

/** The common refusals, one way each. */
export const refuse = {
  /** Nobody is signed in. */
  anonymous: (): Refusal => new Refusal('AUTH_REQUIRED', 'Please sign in.'),
  /** What was shown opens nothing, or nothing any more. */
  credential: (reason: string): Refusal =>
    new Refusal('AUTH_INVALID', 'Please sign in again.', { details: [{ reason }] }),
  /** Not before so many seconds. */
  locked: (code: ErrorCode, message: string, seconds: number): Refusal =>
    new Refusal(code, message, {
      headers: { 'retry-after': String(seconds) },
      details: [{ reason: 'locked', retry_after_seconds: seconds }],
    }),
  notFound: (what: string, path?: string): Refusal =>
    new Refusal('NOT_FOUND', `${what} was not found.`, { details: path ? [{ path, reason: 'not_found' }] : [] }),
  forbidden: (reason: string, extra: Record<string, unknown> = {}): Refusal =>
    new Refusal('FORBIDDEN', 'You may not do this.', { details: [{ reason, ...extra }] }),
  invalid: (path: string, reason: string, message = 'The request is not valid.'): Refusal =>
    new Refusal('VALIDATION_FAILED', message, { details: [{ path, reason }] }),
  stale: (currentVersion: number, extra: Record<string, unknown> = {}): Refusal =>
    new Refusal('REVISION_MISMATCH', 'Somebody else changed this in the meantime.', {
      details: [{ path: 'expected_version', reason: 'stale', current_version: currentVersion, ...extra }],
    }),
  conflict: (reason: string, message: string): Refusal => new Refusal('CONFLICT', message, { details: [{ reason }] }),
  unavailable: (reason: string, retryAfterSeconds = 5): Refusal =>
    new Refusal('DEPENDENCY_UNAVAILABLE', 'A part that is needed for this is not available right now.', {
      details: [{ reason }],
      headers: { 'retry-after': String(retryAfterSeconds) },
    }),
}
