import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import { dashboardSeries, dashboardSummary, healthDetails } from '@zenops/contracts/ops-dashboard'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { Database } from '../../platform/db/database.ts'
import { appendOps } from '../../platform/ops-events.ts'
import { createLatencies } from '../../platform/telemetry/latency.ts'
import { aggregateHours, prepareMonths, recomputeLateHours } from './aggregate.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319d'
const HOUR = 3_600_000
const RECORD = path.join(import.meta.dirname, '../../../tools/ops-record.ts')
let house: House
let keeper: Database
before(async () => {
  house = await openHouse()
  keeper = new Database({ url: house.keeperUrl, poolSize: 2, prepared: false, applicationName: 'law-keeper' })
})
after(async () => {
  await keeper.close()
  await house.close()
})

const hourAgo = (hours: number): string =>
  new Date(Math.floor(Date.now() / HOUR) * HOUR - hours * HOUR + 60_000).toISOString()
/** Happenings at a time of their own, as a commit that came late leaves them. */
const happened = async (tenantId: string, what: Partial<Record<MetricKey, number>>, at: string): Promise<void> => {
  const [[key, value] = []] = Object.entries(what)
  await house.sql(
    `insert into ops.events (tenant_id, trace_id, event_type, metric_key, metric_value, occurred_at) values ($1, $2, 'made_up', $3, $4, $5)`,
    [tenantId, TRACE, key, value, at],
  )
}
/** As after some minutes of work. */
const summedUp = async (): Promise<void> => {
  await house.sql('delete from ops.watermarks')
  for (let turn = 0; turn < 4; turn++) await aggregateHours(keeper)
}
const sums = (tenantId: string) =>
  house.sql<{ hour: string; key: string; value: number }>(
    `select to_char(hour_bucket_utc at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour, metric_key as key, metric_value::int as value
     from ops.metric_hourly where tenant_id = $1 order by 1, 2`,
    [tenantId],
  )
const truth = (tenantId: string) =>
  house.sql<{ hour: string; key: string; value: number }>(
    `select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour, metric_key as key, sum(metric_value)::int as value
     from ops.events where tenant_id = $1 group by 1, 2 order by 1, 2`,
    [tenantId],
  )
const refused = async (actor: TestActor, query: object): Promise<unknown[]> => {
  const reply = await actor.call(dashboardSummary, { query: query as never }) // wrong ones, on purpose
  return [reply.status, reply.error.error_code, reply.error.details[0]?.['reason']]
}

test('AU-23 sums equal what happened, however often and after whatever stop they are computed', async () => {
  const firm = await house.firm()
  await house.sql('delete from ops.watermarks')
  await happened(firm.tenantId, { job_dead: 2 }, hourAgo(30))
  await happened(firm.tenantId, { job_dead: 3 }, hourAgo(30))
  await happened(firm.tenantId, { job_replayed: 1 }, hourAgo(2))
  await aggregateHours(keeper)
  const first = await sums(firm.tenantId)
  assert.deepEqual(first, await truth(firm.tenantId))
  await aggregateHours(keeper)
  assert.deepEqual(await sums(firm.tenantId), first)
  await happened(firm.tenantId, { job_replayed: 4 }, hourAgo(0))
  await aggregateHours(keeper)
  assert.deepEqual(await sums(firm.tenantId), await truth(firm.tenantId))
})

test('AU-23 a stop of days is made up 48 hours a turn, and a commit that came late is caught at night', async () => {
  const firm = await house.firm()
  await house.sql(`update ops.watermarks set reached_at = now() - interval '100 hours' where name = 'metric_hourly'`)
  for (const hours of [99, 60, 20, 1]) await happened(firm.tenantId, { job_dead: hours }, hourAgo(hours))
  const turns: number[] = []
  for (let turn = 0; turn < 3; turn++) {
    await aggregateHours(keeper)
    turns.push((await sums(firm.tenantId)).length)
  }
  assert.deepEqual(turns, [2, 3, 4])
  await happened(firm.tenantId, { job_dead: 7 }, hourAgo(20))
  await aggregateHours(keeper)
  assert.notDeepEqual(await sums(firm.tenantId), await truth(firm.tenantId), 'closed hours are left alone by day')
  assert.equal(await recomputeLateHours(keeper), 1)
  assert.deepEqual(await sums(firm.tenantId), await truth(firm.tenantId))
  assert.equal(await recomputeLateHours(keeper), 0)
})

test('AU-23 the daily task really makes this month and two ahead, once; what was there and what will come lies in them', async () => {
  const { tenantId } = await house.firm()
  const month = (ahead: number): Date => {
    const now = new Date()
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 2))
  }
  await happened(tenantId, { job_dead: 1 }, month(0).toISOString())
  await house.turn('partition_prep_daily')
  await happened(tenantId, { job_dead: 1 }, month(2).toISOString())
  await happened(tenantId, { job_dead: 1 }, month(3).toISOString())
  const places = await house.sql<{ place: string }>(
    'select tableoid::regclass::text as place from ops.events where tenant_id = $1 order by occurred_at',
    [tenantId],
  )
  const partition = (at: Date): string => `ops.events_${at.toISOString().slice(0, 7).replace('-', '_')}`
  assert.deepEqual(
    places.map((row) => row.place),
    [partition(month(0)), partition(month(2)), 'ops.events_default'],
  )
  assert.deepEqual(await prepareMonths(keeper), [])
  // Nothing of the months to come is left for the sums of the other tests.
  await house.asSuperuser('delete from ops.events where tenant_id = $1', [tenantId])
})

test('AU-23 the summary adds up a range beside the one before it, for one firm and for all', async () => {
  const firm = await house.firm()
  const from_utc = hourAgo(3)
  const to_utc = hourAgo(1)
  await happened(firm.tenantId, { pack_rendered: 5 }, hourAgo(3))
  await happened(firm.tenantId, { pack_rendered: 1 }, hourAgo(1))
  await happened(firm.tenantId, { pack_rendered: 9 }, hourAgo(5))
  await happened(firm.tenantId, { pack_rendered: 100 }, hourAgo(0))
  await happened(firm.stranger.tenantId, { pack_rendered: 40 }, hourAgo(2))
  await happened(firm.tenantId, { llm_cost_micro: 1_234 }, hourAgo(2))
  await summedUp()
  const seen = await firm.owner.ok(dashboardSummary, { query: { from_utc, to_utc } })
  assert.deepEqual(
    [seen.tenant_id, seen.totals, seen.previous_totals, seen.cost_micro],
    [firm.tenantId, { llm_cost_micro: 1_234, pack_rendered: 6 }, { pack_rendered: 9 }, 1_234],
  )
  const one = await house.operator.ok(dashboardSummary, { query: { from_utc, to_utc, tenant_id: firm.tenantId } })
  assert.deepEqual(one.totals, seen.totals)
  const all = await house.operator.ok(dashboardSummary, { query: { from_utc, to_utc } })
  assert.deepEqual([all.tenant_id, all.totals.pack_rendered], [null, 46])
  assert.deepEqual((await firm.opsManager.ok(dashboardSummary, { query: {} })).seal.lag_ms >= 0, true)
})

test('AU-23 a series fills hours without anything with zero', async () => {
  const firm = await house.firm()
  await happened(firm.tenantId, { job_dead: 3 }, hourAgo(2))
  await summedUp()
  const query = { from_utc: hourAgo(3), to_utc: hourAgo(1), metric_key: ['job_dead', 'job_replayed'] as MetricKey[] }
  const { series, latency } = await firm.owner.ok(dashboardSeries, { query })
  assert.deepEqual(
    series.map((row) => [row.hour_bucket_utc.slice(0, 13), row.metric_key, row.metric_value]),
    [3, 2, 1].flatMap((hours) => [
      [hourAgo(hours).slice(0, 13), 'job_dead', hours === 2 ? 3 : 0],
      [hourAgo(hours).slice(0, 13), 'job_replayed', 0],
    ]),
  )
  assert.deepEqual(
    latency.map((row) => row.hour_bucket_utc.slice(0, 13)),
    [3, 2, 1].map((hours) => hourAgo(hours).slice(0, 13)),
  )
})

test('AU-23 latencies are summed over processes, each of which overwrites its own rows', async () => {
  const firm = await house.firm()
  const { database } = house.app.services
  await house.sql('delete from ops.latency_hourly')
  const [first, second] = [createLatencies('law-1', Date.now), createLatencies('law-2', Date.now)]
  for (let n = 0; n < 98; n++) first.observe('/v1/law', 200, 10)
  second.observe('/v1/law', 200, 1_000)
  second.observe('/v1/law', 503, 20_000)
  for (const one of [first, second, first]) await one.flush(database)
  await second.flush(database)
  const { latency, error_rate } = await firm.owner.ok(dashboardSummary, { query: {} })
  assert.equal(latency.requests, 100)
  assert.equal(error_rate, 0.01)
  const near = (told: number | null, exact: number): void =>
    assert.ok(told !== null && told >= exact && told <= exact * 1.6, `${told} for ${exact}`)
  near(latency.p50, 10)
  near(latency.p99, 1_000)
  first.observe('/v1/law', 200, 10)
  await first.flush(database)
  assert.equal((await firm.owner.ok(dashboardSummary, { query: {} })).latency.requests, 101)
})

test('AU-23 bounds and foreign firms are refused, there or not', async () => {
  const firm = await house.firm()
  const at = (day: string): string => `2026-${day}T00:00:00Z`
  assert.deepEqual(await refused(firm.owner, { from_utc: at('01-01') }), [422, 'VALIDATION_FAILED', 'both_or_none'])
  assert.deepEqual(await refused(firm.owner, { from_utc: at('01-02'), to_utc: at('01-01') }), [
    422,
    'VALIDATION_FAILED',
    'invalid_time_range',
  ])
  assert.deepEqual(await refused(firm.owner, { from_utc: at('01-01'), to_utc: at('05-01') }), [
    422,
    'VALIDATION_FAILED',
    'range_exceeded',
  ])
  assert.deepEqual(await refused(firm.owner, { from_utc: 'yesterday', to_utc: at('01-01') }), [
    422,
    'VALIDATION_FAILED',
    'invalid_format',
  ])
  for (const tenant_id of [firm.stranger.tenantId, '019b3f6e-7c1a-7cc0-8d2f-5a1b2c3d4e5f'])
    assert.deepEqual(await refused(firm.owner, { tenant_id }), [403, 'FORBIDDEN', 'tenant_scope'])
  const unknown = await firm.owner.call(dashboardSeries, { query: { metric_key: ['not_a_key'] as never } }) // refused by the contract
  assert.equal(unknown.status, 422)
  const wide = { from_utc: at('01-01'), to_utc: at('04-01'), metric_key: METRIC_KEYS.slice(0, 20) }
  const many = await firm.owner.call(dashboardSeries, { query: wide as never }) // more figures than an answer holds
  assert.deepEqual([many.status, many.error.details[0]?.['reason']], [422, 'too_many_points'])
})

test('AU-23 what nobody commits is counted all the same: refused calls are added up', async () => {
  const firm = await house.firm()
  for (let n = 0; n < 3; n++) assert.equal((await firm.hr.call(dashboardSummary, { query: {} })).status, 403)
  await house.app.services.tally.flush(house.app.services.database)
  const rows = await house.sql<{ n: number }>(
    `select metric_value::int as n from ops.events where tenant_id = $1 and metric_key = 'rbac_denied'`,
    [firm.tenantId],
  )
  assert.deepEqual(rows, [{ n: 3 }])
})

test('AU-23 the dashboard tells how much of the room for exports is taken, of the firm and of all', async () => {
  const firm = await house.firm()
  const add = (bytes: number) =>
    house.sql(
      `insert into audit.export_jobs (tenant_id, requested_by, status, profile, export_format, compress, columns, from_utc, to_utc, max_bytes,
         max_duration_sec, storage_kind, total_bytes, sha256, completed_at, expires_at, trace_id)
       values ($1, $2, 'DONE', 'bulk', 'json', 'gzip', 'full', now() - interval '1 day', now(), 1024, 5, 'db', $3, repeat('ab', 32), now(),
         now() + interval '1 day', $4)`,
      [firm.tenantId, firm.owner.userId, bytes, TRACE],
    )
  const GIB = 1024 ** 3
  const quota = async (actor: TestActor) => (await actor.ok(dashboardSummary, { query: {} })).quota
  assert.deepEqual(await quota(firm.owner), { used: 0, limit: 8 * GIB, percent: 0 })
  await add(2 * GIB)
  assert.deepEqual(await quota(firm.owner), { used: 2 * GIB, limit: 8 * GIB, percent: 25 })
  assert.deepEqual(await quota(house.operator), { used: 2 * GIB, limit: 20 * GIB, percent: 10 })
  assert.equal((await quota(firm.stranger)).used, 0)
  await house.sql('delete from audit.export_jobs where tenant_id = $1', [firm.tenantId])
})

test('AU-27 health tells how long ago the watchdog turned, and a backup was recorded by command', async () => {
  const firm = await house.firm()
  const of = async (name: string) =>
    (await firm.owner.ok(healthDetails, {})).components.find((one) => one.name === name)?.status
  const beat = (seconds: number) =>
    house.sql(
      `insert into ops.scheduler_locks (lock_key, task, kind, cadence, period_ms, expected_ms, last_heartbeat_at, last_success_at)
       values ('scheduler_watchdog', 'scheduler_watchdog', 'loop', 'every 30 s', 30000, 60000, now(), now() - $1 * interval '1 second')
       on conflict (lock_key) do update set last_success_at = excluded.last_success_at`,
      [seconds],
    )
  assert.equal(await of('backup'), 'unknown')
  await beat(80)
  assert.equal(await of('watchdog'), 'ok')
  await beat(100)
  assert.equal(await of('watchdog'), 'down')
  const record = (name: string) =>
    spawnSync(process.execPath, [RECORD, name], {
      env: {
        NODE_ENV: 'test',
        ZENOPS_HOME: house.config.ZENOPS_HOME,
        DATABASE_URL_KEEPER: house.keeperUrl,
      },
      encoding: 'utf8',
    })
  assert.notEqual(record('nothing').status, 0)
  const told = record('backup')
  assert.deepEqual([told.status, told.stdout], [0, 'backup is recorded\n'], told.stderr)
  assert.equal(await of('backup'), 'ok')
  await house.sql("update ops.watermarks set reached_at = now() - interval '27 hours' where name = 'backup'")
  assert.equal(await of('backup'), 'degraded')
  for (const task of ['backup_freshness_check', 'restore_drill_report']) await house.turn(task)
  const ended = await house.sql(
    "select state from ops.jobs where kind in ('ops.backup_freshness_check', 'ops.restore_drill_report')",
  )
  assert.deepEqual(ended, [{ state: 'done' }, { state: 'done' }])
  await house.sql("delete from ops.watermarks where name = 'backup'")
  await house.sql("delete from ops.scheduler_locks where task = 'scheduler_watchdog'")
})

test('AU-44 health: a silent sealer, unpublished heads and old sums are told with the time from when they are late', async () => {
  const { owner, tenantId } = await house.firm()
  const of = async (name: string) => {
    const { components, checked_at } = await owner.ok(healthDetails, {})
    const part = components.find((one) => one.name === name)
    const since = part?.since ? Math.round((Date.parse(checked_at) - Date.parse(part.since)) / 1_000) : null
    return [part?.status, since]
  }
  const sealed = (seconds: number) =>
    house.sql(
      `insert into ops.scheduler_locks (lock_key, task, kind, cadence, period_ms, expected_ms, last_heartbeat_at, last_success_at)
       values ('audit_sealer', 'audit_sealer', 'loop', 'every 200 ms', 200, 60000, now(), now() - $1 * interval '1 second')
       on conflict (lock_key) do update set last_success_at = excluded.last_success_at`,
      [seconds],
    )
  const near = (told: readonly unknown[], [status, seconds]: readonly [string, number]): void => {
    assert.equal(told[0], status)
    assert.ok(Math.abs(Number(told[1]) - seconds) <= 5, `${String(told[1])} for ${seconds}`)
  }
  await house.seal()
  assert.deepEqual(await of('sealer'), ['unknown', null])
  await sealed(10)
  assert.deepEqual(await of('sealer'), ['ok', null])
  await sealed(90)
  near(await of('sealer'), ['down', 30])
  await sealed(0)

  assert.deepEqual((await of('notary'))[0], 'unknown')
  const signed = (minutes: number) =>
    house.sql(
      `insert into audit.checkpoints (tenant_id, epoch, size, root, link, origin, note, created_at)
       values ($1, 1, 1, decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex'), 'law', 'law', now() - $2 * interval '1 minute')`,
      [tenantId, minutes],
    )
  const unsign = () => house.asSuperuser('delete from audit.checkpoints where tenant_id = $1', [tenantId])
  await signed(14)
  assert.equal((await of('notary'))[0], 'unknown')
  await unsign()
  await signed(20)
  near(await of('notary'), ['degraded', 300])
  await unsign()
  await signed(61)
  near(await of('notary'), ['down', 46 * 60])
  await unsign()

  const summed = (minutes: number) =>
    house.sql(
      `insert into ops.watermarks (name, reached_at) values ('metric_hourly', now() - $1 * interval '1 minute')
       on conflict (name) do update set reached_at = excluded.reached_at`,
      [minutes],
    )
  await summed(2)
  assert.deepEqual(await of('metrics'), ['ok', null])
  await summed(5)
  near(await of('metrics'), ['degraded', 120])
  await house.sql("delete from ops.scheduler_locks where task = 'audit_sealer'")
  await house.sql("delete from ops.watermarks where name = 'metric_hourly'")
})

test('health tells of each part, and of processes that are gone or ring', async () => {
  const firm = await house.firm()
  const { vitals, database } = house.app.services
  await vitals.flush(database)
  vitals.ring('audit_seal_lag', true, { seconds: 12 })
  await vitals.flush(database)
  const health = await firm.owner.ok(healthDetails, {})
  const of = (name: string) => health.components.find((one) => one.name === name)?.status
  assert.deepEqual(
    [of('database'), of('api'), of('queue'), of('audit_seal_lag'), health.status],
    ['ok', 'ok', 'ok', 'down', 'down'],
  )
  vitals.ring('audit_seal_lag', false)
  await vitals.leave(database)
  const later = await house.operator.ok(healthDetails, {})
  assert.deepEqual(
    later.components.filter((one) => one.name === 'api').map((one) => [one.status, one.detail]),
    [['down', '0 running']],
  )
  await database.write(
    { role: 'zen_auth', tenantId: null, userId: null, aud: null },
    appendOps([{ metric_key: 'job_dead', dimensions: { kind: 'law' } }], { tenantId: firm.tenantId, traceId: TRACE }),
  )
})
