import assert from 'node:assert/strict'
import { test } from 'node:test'
import { login } from '@zenops/contracts/identity'
import { dashboardSummary } from '@zenops/contracts/ops-dashboard'
import { BASE_FIELDS, CALL_FIELDS, FREE_FIELDS } from '../../src/platform/telemetry/log-contract.ts'
import { openHouse } from '../harness/house.ts'

/** Names and labels of audit-and-ops.md 12. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
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

test('AU-37 the scrape has every metric with labels of its list alone, and lines have fields of the contract alone', async () => {
  const house = await openHouse({ LOG_LEVEL: 'debug' })
  try {
    const { owner, valuer, tenantId } = await house.firm()
    const range = { from_utc: '2026-01-01T00:00:00.000Z', to_utc: '2026-01-02T00:00:00.000Z' }
    assert.equal((await owner.call(dashboardSummary, { query: range })).status, 200)
    assert.equal((await valuer.call(dashboardSummary, { query: range })).status, 403)
    await house.anon.call(login, {
      body: { aud: 'web', email: 'nobody@test.zenops.local', password: 'never-the-right-one', tenant_id: tenantId },
    })
    await house.runJobs()

    const text = await house.app.services.metrics.registry.metrics()
    for (const [name, labels] of Object.entries(METRICS)) {
      assert.ok(text.includes(`# TYPE ${name} `), `${name} is in the scrape`)
      const told = labelsOf(text, name).filter((label) => !labels.includes(label))
      assert.deepEqual(told, [], `labels of ${name}`)
    }
    assert.doesNotMatch(text, UUID, 'no id is a label')

    const lines = house.errors.map((line) => JSON.parse(line) as Record<string, unknown>) // one object a line
    assert.ok(lines.some((line) => line['event'] === 'request'))
    for (const line of lines) {
      assert.deepEqual(
        Object.keys(line).filter((field) => !FIELDS.has(field)),
        [],
        `fields of ${String(line['event'])}`,
      )
      assert.notEqual(line['event'], 'log_contract_violation', String(line['outcome']))
    }
  } finally {
    house.errors.splice(0)
    await house.close()
  }
})
