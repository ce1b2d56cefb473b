import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Of the queue and the scheduler. */
const queueMetrics = (registers: Registry[]) => ({
  jobsEnqueued: new Counter({
    name: 'jobs_enqueued_total',
    help: 'Jobs asked for',
    labelNames: ['queue'],
    registers,
  }),
  jobsDone: new Counter({ name: 'jobs_done_total', help: 'Jobs ended', labelNames: ['queue', 'result'], registers }),
  jobSeconds: new Histogram({
    name: 'job_run_seconds',
    help: 'Run time of jobs',
    labelNames: ['queue'],
    buckets: SECONDS,
    registers,
  }),
  jobWaitSeconds: new Histogram({
    name: 'job_wait_seconds',
    help: 'From when a job was due to when it was taken up',
    labelNames: ['queue'],
    buckets: SECONDS,
    registers,
  }),
  jobsWaiting: new Gauge({ name: 'jobs_waiting', help: 'Jobs that wait', labelNames: ['queue'], registers }),
  jobsDead: new Gauge({
    name: 'jobs_dead',
    help: 'Dead jobs that nobody has resolved',
    labelNames: ['queue'],
    registers,
  }),
  effectsDuplicate: new Counter({
    name: 'job_effects_duplicate_total',
    help: 'Effects that were there already',
    registers,
  }),
  lockEvents: new Counter({
    name: 'scheduler_lock_events_total',
    help: 'What happened to locks',
    labelNames: ['lock_key', 'outcome'],
    registers,
  }),
  taskAge: new Gauge({
    name: 'scheduler_task_age_seconds',
    help: 'Since the last success of a task or loop',
    labelNames: ['task'],
    registers,
  }),
  recoveries: new Counter({ name: 'scheduler_recoveries_total', help: 'Locks taken from lost holders', registers }),
  jobsFenced: new Counter({ name: 'job_fenced_total', help: 'Attempts that came too late', registers }),
})

/** What the audit log tells of itself beside its rows. */
const logMetrics = (registers: Registry[]) => ({
  auditDetachedFailed: new Counter({
    name: 'audit_detached_write_failed_total',
    help: 'Refusals whose event could not be written',
    registers,
  }),
  auditCheckpointAge: new Gauge({
    name: 'audit_checkpoint_age_seconds',
    help: 'Age of the newest checkpoint',
    registers,
  }),
  auditNotaryAge: new Gauge({
    name: 'audit_notary_age_seconds',
    help: 'How long a sink has not answered with a receipt for what it was given',
    labelNames: ['sink'],
    registers,
  }),
})
/** The longest standstill of the event loop since the last scrape, seconds. */
function loopLagGauge(registers: Registry[]): Gauge {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return new Gauge({
    name: 'event_loop_lag_seconds',
    help: 'Longest standstill of the event loop since the last scrape',
    registers,
    collect() {
      this.set(Number.isFinite(delay.max) ? Math.max(0, delay.max / 1e9 - 0.02) : 0)
      delay.reset()
    },
  })
}
/** What is told of exports (`audit-and-ops.md` 12). */
const exportMetrics = (registers: Registry[]) => ({
  exportJobs: new Counter({
    name: 'audit_export_jobs_total',
    help: 'Exports of the audit log by where they got to',
    labelNames: ['status'],
    registers,
  }),
  exportRows: new Counter({ name: 'audit_export_rows_total', help: 'Rows of finished exports', registers }),
  exportBytes: new Counter({ name: 'audit_export_bytes_total', help: 'Stored bytes of finished exports', registers }),
  exportSeconds: new Histogram({
    name: 'audit_export_seconds',
    help: 'From the claim to the end',
    buckets: [1, 5, 15, 30, 60, 120, 300, 900, 1_800, 3_600],
    registers,
  }),
  exportSpool: new Gauge({ name: 'export_spool_bytes', help: 'Stored bytes of exports in the database', registers }),
})

/** Alerts, retention, switches, masking, the outbox. */
const watchMetrics = (registers: Registry[]) => ({
  alertsOpen: new Gauge({ name: 'alerts_open', help: 'Alerts not resolved', labelNames: ['severity'], registers }),
  alertDeliveries: new Counter({
    name: 'alert_deliveries_total',
    help: 'Messages to alert channels',
    labelNames: ['kind', 'result'],
    registers,
  }),
  retentionRows: new Counter({
    name: 'retention_rows_deleted_total',
    help: 'Rows removed by retention',
    labelNames: ['class'],
    registers,
  }),
  killSwitch: new Gauge({
    name: 'kill_switch_state',
    help: '1 while cut off everywhere or somewhere',
    labelNames: ['key'],
    registers,
  }),
  piiMasked: new Counter({
    name: 'pii_masked_total',
    help: 'Personal values masked',
    labelNames: ['kind'],
    registers,
  }),
  logViolations: new Counter({
    name: 'log_contract_violations_total',
    help: 'Log lines of a call without its trace',
    registers,
  }),
  outboxDeliveries: new Counter({
    name: 'outbox_deliveries_total',
    help: 'Deliveries of the outbox',
    labelNames: ['kind', 'result'],
    registers,
  }),
})

/** The product's Prometheus metrics. Labels come from fixed sets: routes are templates, never ids. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    requests: new Counter({
      name: 'http_requests_total',
      help: 'Requests',
      labelNames: ['route', 'method', 'status_class'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'http_request_seconds',
      help: 'Duration',
      labelNames: ['route', 'method'],
      buckets: SECONDS,
      registers,
    }),
    inFlight: new Gauge({ name: 'http_in_flight', help: 'Requests being served', registers }),
    errors: new Counter({ name: 'errors_total', help: 'Failed requests', labelNames: ['class', 'code'], registers }),
    auditEvents: new Counter({
      name: 'audit_events_total',
      help: 'Audit events',
      labelNames: ['area', 'outcome'],
      registers,
    }),
    auditInboxRows: new Gauge({ name: 'audit_inbox_rows', help: 'Events that wait to be sealed', registers }),
    auditSealLag: new Gauge({ name: 'audit_seal_lag_seconds', help: 'Age of the oldest of them', registers }),
    auditSealed: new Counter({ name: 'audit_sealed_total', help: 'Events sealed by this process', registers }),
    auditVerifyRuns: new Counter({
      name: 'audit_verify_runs_total',
      help: 'Verifications of a log',
      labelNames: ['result'],
      registers,
    }),
    auditAlarm: new Gauge({ name: 'audit_alarm', help: '1 while an alarm stands', labelNames: ['alarm'], registers }),
    ...queueMetrics(registers),
    ...logMetrics(registers),
    ...exportMetrics(registers),
    ...watchMetrics(registers),
    poolInUse: new Gauge({ name: 'db_pool_in_use', help: 'Connections in use', registers }),
    poolWait: new Histogram({
      name: 'db_pool_wait_seconds',
      help: 'Wait for a connection',
      buckets: [0.001, ...SECONDS],
      registers,
    }),
    loopLag: loopLagGauge(registers),
    events: new Counter({
      name: 'product_events_total',
      help: 'Counted events of the product',
      labelNames: ['key'],
      registers,
    }),
  }
}
export type Metrics = ReturnType<typeof createMetrics>

/** Serves the metrics on a private address; never on the public port. */
export function listenMetrics(
  metrics: Metrics,
  address: { host: string; port: number },
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, () =>
      resolve({ close: () => new Promise((done) => void server.close(() => done())) }),
    )
  })
}
