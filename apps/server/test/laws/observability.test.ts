import assert from 'node:assert/strict'
import { test } from 'node:test'
import { login } from '@zenops/contracts/identity'
import { dashboardSummary } from '@zenops/contracts/ops-dashboard'
import { openHouse } from '../harness/house.ts'
import { lineFaults, metricFaults } from './observed.ts'

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

    await house.turn('ops_metric_hourly_aggregation')
    await house.sql(
      `insert into ops.events (tenant_id, trace_id, event_type, metric_key, occurred_at) values ($1, repeat('a', 32), 'late', 'job_dead', now() - interval '20 hours')`,
      [tenantId],
    )
    for (let night = 0; night < 2; night++) await house.turn('metric_late_recompute')
    const late = house.errors.filter((line) => line.includes('"event":"metric_late_recompute"'))
    assert.equal(late.length, 1, 'a difference in closed hours is told, once')
    assert.match(late[0] ?? '', /"outcome":"buckets=1"/)

    const text = await house.app.services.metrics.registry.metrics()
    assert.deepEqual(metricFaults(text), [])
    assert.ok(house.errors.some((line) => line.includes('"event":"request"')))
    assert.deepEqual(house.errors.flatMap(lineFaults), [])

    // What would be wrong is told.
    assert.deepEqual(metricFaults(text.replaceAll('alerts_open', 'alerts_shut')), ['alerts_open is missing'])
    const labelled = text.replace('# TYPE jobs_dead gauge', '# TYPE jobs_dead gauge\njobs_dead{queue="x",tenant="y"} 1')
    assert.deepEqual(metricFaults(labelled), ['jobs_dead has the label tenant'])
    assert.deepEqual(metricFaults(`${text}\nx{y="0199aaaa-0000-7000-8000-000000000000"} 1`), ['an id is a label'])
    const line = '{"ts":"x","level":"info","service":"zenops","event":"request"'
    assert.deepEqual(lineFaults(`${line}}`), [])
    assert.deepEqual(lineFaults(`${line},"body":"x"}`), ['request has body'])
    assert.deepEqual(lineFaults('started'), ['no JSON: started'])
  } finally {
    house.errors.splice(0)
    await house.close()
  }
})
