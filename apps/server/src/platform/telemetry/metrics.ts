import { createServer } from 'node:http'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What the audit log tells of itself beside its rows. */
const logMetrics = (registers: Registry[]) => ({
  auditDetachedFailed: new Counter({
    name: 'audit_detached_write_failed_total',
    help: 'Refusals whose event could not be written',
    registers,
  }),
  auditCheckpointAge: new Gauge({
    name: 'audit_checkpoint_age_seconds',
    help: 'Age of the oldest log with news since its last checkpoint',
    registers,
  }),
  auditNotaryAge: new Gauge({
    name: 'audit_notary_age_seconds',
    help: 'How long a sink has not answered with a receipt for what it was given',
    labelNames: ['sink'],
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
    ...logMetrics(registers),
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
    jobsFenced: new Counter({ name: 'job_fenced_total', help: 'Attempts that came too late', registers }),
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
