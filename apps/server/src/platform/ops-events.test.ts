import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import { type House, openHouse } from '../../test/harness/house.ts'
import { appendOps } from './ops-events.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319d'
let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const scopeOf = (tenantId: string) => ({ role: 'zen_worker', tenantId, userId: null, aud: 'worker' }) as const
const write = (tenantId: string, key: MetricKey, value?: number) =>
  house.app.services.database.write(
    scopeOf(tenantId),
    appendOps([{ metric_key: key, ...(value === undefined ? {} : { value }), dimensions: { kind: 'law' } }], {
      tenantId,
      traceId: TRACE,
    }),
  )

test('AU-23 the allowlist of the contracts and of the database are one, and an unknown key is refused', async () => {
  const known = await house.sql<{ metric_key: string }>('select metric_key from ops.metric_keys order by 1')
  assert.deepEqual(
    known.map((row) => row.metric_key),
    METRIC_KEYS.toSorted(),
  )
  const firm = await house.firm()
  // Cast: the type refuses it, and so must the database.
  await assert.rejects(write(firm.tenantId, 'not_a_key' as MetricKey), { code: '23503' })
})

test('AU-23 a happening is written once with its value, and no other firm may be named', async () => {
  const firm = await house.firm()
  await write(firm.tenantId, 'job_dead')
  await write(firm.tenantId, 'retention_rows_deleted', 41)
  const rows = await house.sql<{ metric_key: string; metric_value: number; dimensions: unknown; trace_id: string }>(
    'select metric_key, metric_value::int, dimensions, trace_id from ops.events where tenant_id = $1 order by metric_key',
    [firm.tenantId],
  )
  assert.deepEqual(rows, [
    { metric_key: 'job_dead', metric_value: 1, dimensions: { kind: 'law' }, trace_id: TRACE },
    { metric_key: 'retention_rows_deleted', metric_value: 41, dimensions: { kind: 'law' }, trace_id: TRACE },
  ])
  const foreign = appendOps(
    [{ metric_key: 'job_dead', dimensions: { kind: 'law' }, tenant_id: firm.stranger.tenantId }],
    {
      tenantId: firm.tenantId,
      traceId: TRACE,
    },
  )
  await assert.rejects(house.app.services.database.write(scopeOf(firm.tenantId), foreign), { code: '42501' })
})

test('the months ahead are really made, take what the default held, and a second turn makes none', async () => {
  const firm = await house.firm()
  await write(firm.tenantId, 'job_replayed')
  const made = await house.sql<{ name: string }>('select ops.prepare_event_months(2) as name')
  assert.equal(made.length, 3)
  const [held] = await house.sql<{ here: number; left: number }>(
    `select (select count(*)::int from ops.events where tenant_id = $1) as here,
       (select count(*)::int from ops.events_default) as left`,
    [firm.tenantId],
  )
  assert.deepEqual(held, { here: 1, left: 0 })
  await write(firm.tenantId, 'job_replayed')
  assert.deepEqual(await house.sql('select ops.prepare_event_months(2) as name'), [])
  await assert.rejects(house.sql('update ops.events set metric_value = 2'), /append-only/)
})
