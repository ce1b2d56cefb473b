import type { ErrorBody, ErrorCode, ErrorDetail } from '@zenops/contracts/errors'

/** A refusal of the server: the four fields of every error body, the HTTP status, and the seconds of `Retry-After`. */
export class ApiError extends Error {
  readonly status: number
  /** One of `ErrorCode`; a newer server may send one that this build does not know. */
  readonly errorCode: string
  readonly traceId: string
  readonly details: readonly ErrorDetail[]
  /** Seconds until another try makes sense; null when the server did not say. */
  readonly retryAfter: number | null

  constructor(status: number, body: ErrorBody, retryAfter: number | null = null) {
    super(body.message)
    this.name = 'ApiError'
    this.status = status
    this.errorCode = body.error_code
    this.traceId = body.trace_id
    this.details = body.details
    this.retryAfter = retryAfter
  }

  is(...codes: readonly ErrorCode[]): boolean {
    return codes.some((code) => code === this.errorCode)
  }

  /** The first detail with this reason, if any. */
  detail(reason: string): ErrorDetail | undefined {
    return this.details.find((detail) => detail.reason === reason)
  }
}

/** No answer arrived: the net, the server or the connection is gone. The request may or may not have been carried out. */
export class NetworkError extends Error {
  constructor(cause?: unknown) {
    super('The server could not be reached', { cause })
    this.name = 'NetworkError'
  }
}

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** Reads `Retry-After`, in seconds or as an HTTP date; never negative, at most a day. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null || header === '') return null
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1000)
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : null
}

const isErrorBody = (value: unknown): value is ErrorBody =>
  typeof value === 'object' &&
  value !== null &&
  'error_code' in value &&
  typeof value.error_code === 'string' &&
  'message' in value &&
  typeof value.message === 'string' &&
  'details' in value &&
  Array.isArray(value.details)

/** Turns any failed answer into an ApiError; one that is not in our shape (a proxy's page) becomes INTERNAL or DEPENDENCY_UNAVAILABLE. */
export async function readApiError(response: Response, now: number): Promise<ApiError> {
  const retryAfter = readRetryAfter(response.headers.get('retry-after'), now)
  const text = await response.text().catch(() => '')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = null
  }
  const traceId = response.headers.get('x-trace-id') ?? ''
  if (isErrorBody(body))
    return new ApiError(response.status, { ...body, trace_id: body.trace_id || traceId }, retryAfter)
  const error_code = response.status >= 502 ? 'DEPENDENCY_UNAVAILABLE' : 'INTERNAL'
  return new ApiError(
    response.status,
    { error_code, message: `HTTP ${response.status}`, trace_id: traceId, details: [] },
    retryAfter,
  )
}
