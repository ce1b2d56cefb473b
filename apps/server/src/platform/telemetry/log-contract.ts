/** Fields of a log line (docs/logging.md): what stands in none of these lists is a defect that a test finds. */
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
  // What the product adds: the failure, the alarm, figures and ids of background work.
  'err',
  'alarm',
  'seconds',
  'tenants',
  'task',
  'rows',
  'state',
  'outbox_id',
  'document_id',
  'report_id',
  'pack_id',
  'sink',
  'epoch',
  'lost_from_seq',
  'lost_to_seq',
  'rule_key',
  'buckets',
] as const

/** Values of fixed sets, ids and figures: what they say is known, so they are not looked through. */
const KNOWN_VALUES = new Set<string>([
  ...BASE_FIELDS,
  ...CALL_FIELDS,
  'trace_id',
  'error_code',
  'error_class',
  'lock_key',
  'outcome',
  'alarm',
  'task',
  'rule_key',
])
const CALLS = new Set<string>(CALL_FIELDS)
const TRACE = /^[0-9a-f]{32}$/

export const isFreeText = (field: string): boolean => !KNOWN_VALUES.has(field)
export const isTrace = (value: unknown): boolean => typeof value === 'string' && TRACE.test(value)

/** Whether the line belongs to a call or a job: it then needs a trace. */
export function belongsToCall(line: Readonly<Record<string, unknown>>): boolean {
  for (const field in line) if (CALLS.has(field)) return true
  return false
}
