/** Fields of a log line, as audit-and-ops.md 12 lists them. The list is closed; docs/logging.md says what each means. */
export const BASE_FIELDS = ['ts', 'level', 'service', 'version', 'instance', 'env', 'event'] as const
/** Fields that only a call or a job has: a line with one of them must carry its trace. */
export const CALL_FIELDS = [
  'span_id',
  'request_id',
  'tenant_id',
  'user_id',
  'user_kind',
  'aud',
  'route',
  'queue',
  'frame_type',
  'method',
  'status',
  'close_code',
  'latency_ms',
  'attempt',
  'job_id',
  'ip_hash',
  'conv_id',
  'message_id',
  'tokens_in',
  'tokens_out',
] as const
/** Fields that any line may have. */
export const FREE_FIELDS = [
  'trace_id',
  'error_code',
  'error_class',
  'lock_key',
  'outcome',
  'seq',
  'provider',
  'model',
] as const
export type LineField = (typeof CALL_FIELDS | typeof FREE_FIELDS)[number]

const CALLS = new Set<string>(CALL_FIELDS)
const TRACE = /^[0-9a-f]{32}$/

/** The one field whose words are not of a fixed set: it passes the masker. */
export const FREE_TEXT = 'outcome'
export const isTrace = (value: unknown): boolean => typeof value === 'string' && TRACE.test(value)

/** Whether the line belongs to a call or a job: it then needs a trace. */
export function belongsToCall(line: object): boolean {
  for (const field in line) if (CALLS.has(field)) return true
  return false
}
