import { Refusal } from '../errors.ts'

interface PostgresError extends Error {
  readonly code: string
  readonly constraint?: string
  /** The function of the server that complained. */
  readonly routine?: string
}
const isPostgresError = (error: unknown): error is PostgresError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)

const BUSY = /^(53|57P|08)/

/** Constraint name → the refusal it stands for; each module brings its own. */
export type ConstraintRefusals = Readonly<Record<string, () => Refusal>>

/** A zero character, which no text column holds, or half of a surrogate pair, which no JSON does. */
const holdsUnstorable = ({ code, routine }: PostgresError): boolean =>
  code === '22021' || code === '22P05' || (code === '22P02' && routine === 'json_errsave_error')

function ofPostgres(error: PostgresError, constraints: ConstraintRefusals): Refusal | undefined {
  const named = error.constraint === undefined ? undefined : constraints[error.constraint]
  if (named) return named()
  if (holdsUnstorable(error)) {
    return new Refusal('VALIDATION_FAILED', 'The request is not valid.', {
      details: [{ reason: 'character_not_allowed' }],
    })
  }
  if (error.code === '57014') return unavailable('statement_timeout')
  if (BUSY.test(error.code)) return unavailable('database')
  if (error.code === '40001' || error.code === '40P01' || error.code === '55P03') return unavailable('busy')
  return undefined
}
const unavailable = (reason: string): Refusal =>
  new Refusal('DEPENDENCY_UNAVAILABLE', 'The database is busy right now. Please try again.', {
    details: [{ reason }],
    headers: { 'retry-after': '2' },
  })

const CONNECTION_LOST = /ECONNREFUSED|ECONNRESET|EPIPE|timeout exceeded when trying to connect|Connection terminated/

interface FrameworkError extends Error {
  readonly statusCode: number
  readonly code: string
}
const isFrameworkError = (error: unknown): error is FrameworkError =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'

const FRAMEWORK: Readonly<Record<number, () => Refusal>> = {
  400: () => new Refusal('BAD_REQUEST', 'The request is not readable.'),
  404: () => new Refusal('NOT_FOUND', 'There is nothing at this address.'),
  408: () => new Refusal('REQUEST_TIMEOUT', 'The request took too long to arrive.'),
  413: () => new Refusal('PAYLOAD_TOO_LARGE', 'The request is too large.'),
  414: () => new Refusal('BAD_REQUEST', 'The address is too long.'),
  415: () => new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Send application/json.'),
}

/** Every failure as a refusal; undefined means: unexpected, answer 500 and log it whole. */
export function asRefusal(error: unknown, constraints: ConstraintRefusals): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (isPostgresError(error)) return ofPostgres(error, constraints)
  if (error instanceof Error && CONNECTION_LOST.test(`${'code' in error ? String(error.code) : ''} ${error.message}`)) {
    return unavailable('database')
  }
  return isFrameworkError(error) ? FRAMEWORK[error.statusCode]?.() : undefined
}
