import { BASE_FIELDS, CALL_FIELDS, FREE_FIELDS } from '../../src/platform/telemetry/log-contract.ts'

/** Names and labels of audit-and-ops.md 12. */
export const METRICS: Readonly<Record<string, readonly string[]>> = {
  http_requests_total: ['route', 'method', 'status_class'],
  http_request_seconds: ['route', 'method', 'le'],
  http_in_flight: [],
  errors_total: ['class', 'code'],
  db_pool_in_use: [],
  db_pool_wait_seconds: ['le'],
  event_loop_lag_seconds: [],
  audit_events_total: ['area', 'outcome'],
  audit_inbox_rows: [],
  audit_seal_lag_seconds: [],
  audit_sealed_total: [],
  audit_checkpoint_age_seconds: [],
  audit_notary_age_seconds: ['sink'],
  audit_verify_runs_total: ['result'],
  audit_detached_write_failed_total: [],
  audit_export_jobs_total: ['status'],
  audit_export_rows_total: [],
  audit_export_bytes_total: [],
  audit_export_seconds: ['le'],
  export_spool_bytes: [],
  jobs_enqueued_total: ['queue'],
  jobs_done_total: ['queue', 'result'],
  job_wait_seconds: ['queue', 'le'],
  job_run_seconds: ['queue', 'le'],
  jobs_waiting: ['queue'],
  jobs_dead: ['queue'],
  job_effects_duplicate_total: [],
  job_fenced_total: [],
  scheduler_lock_events_total: ['lock_key', 'outcome'],
  scheduler_task_age_seconds: ['task'],
  scheduler_recoveries_total: [],
  alerts_open: ['severity'],
  alert_deliveries_total: ['kind', 'result'],
  retention_rows_deleted_total: ['class'],
  kill_switch_state: ['key'],
  pii_masked_total: ['kind'],
  log_contract_violations_total: [],
  outbox_deliveries_total: ['kind', 'result'],
}
const FIELDS = new Set<string>([...BASE_FIELDS, ...CALL_FIELDS, ...FREE_FIELDS])
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/

/** Every label that the samples of a metric carry. */
const labelsOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'))].flatMap(([, given = '']) =>
    [...given.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label),
  )

/** What a scrape lacks of section 12, or has beyond it: names, labels, ids as labels. */
export function metricFaults(text: string): string[] {
  const missing = Object.keys(METRICS).filter((name) => !text.includes(`# TYPE ${name} `))
  const labels = Object.entries(METRICS).flatMap(([name, allowed]) =>
    labelsOf(text, name)
      .filter((label) => !allowed.includes(label))
      .map((label) => `${name} has the label ${label}`),
  )
  return [
    ...missing.map((name) => `${name} is missing`),
    ...(/^process_cpu_seconds_total /m.test(text) ? [] : ['process_* is missing']),
    ...new Set(labels),
    ...(UUID.test(text) ? ['an id is a label'] : []),
  ]
}

/** What a line of the log has that the contract does not know, or lacks. */
export function lineFaults(line: string): string[] {
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(line) as Record<string, unknown> // judged below
  } catch {
    return [`no JSON: ${line.slice(0, 200)}`]
  }
  const event = String(fields['event'])
  return [
    ...['ts', 'level', 'service', 'event']
      .filter((name) => typeof fields[name] !== 'string')
      .map((name) => `${event} lacks ${name}`),
    ...Object.keys(fields)
      .filter((field) => !FIELDS.has(field))
      .map((field) => `${event} has ${field}`),
    ...(event === 'log_contract_violation' ? [`a line of a call without its trace: ${String(fields['outcome'])}`] : []),
  ]
}
