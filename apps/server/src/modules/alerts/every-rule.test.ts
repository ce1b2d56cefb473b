import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALERT_RULE_KEYS } from '@zenops/contracts/alert-rules'
import { createAlertChannel } from '@zenops/contracts/ops-alerts'
import { type Hook, startHook } from '../../../test/harness/hook.ts'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { systemActor } from '../../platform/auth/actor.ts'
import { createVitals } from '../../platform/telemetry/vitals.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319d'
const GIB = 1024 ** 3
let house: House
let hook: Hook
before(async () => {
  hook = await startHook()
  house = await openHouse()
})
after(async () => {
  await hook.stop()
  await house.close()
})

const turn = async (): Promise<void> => {
  const loop = house.app.loops.find((one) => one.name === 'alert_evaluator')
  assert.ok(loop?.turn)
  const actor = systemActor(house.config.ZENOPS_INTERNAL_TENANT_ID, house.app.workerOptions().workerUserId, new Map())
  const { services } = house.app
  await loop.turn({
    services,
    log: services.log,
    actor,
    traceId: TRACE,
    signal: AbortSignal.timeout(30_000),
    fenced: () => Promise.reject(new Error('writes nothing under its lock')),
  })
  await house.runJobs()
}

/** A state and its end. */
interface Trouble {
  begin(): Promise<unknown>
  end(): Promise<unknown>
}
const rows = (begin: readonly [string, unknown[]], end: readonly [string, unknown[]]): Trouble => ({
  begin: () => house.sql(...begin),
  end: () => house.sql(...end),
})

/** What lies in no table: a process that rings its alarms and counts failures. */
function sickProcess(tenantId: string): Trouble {
  const { database } = house.app.services
  const vitals = createVitals({ instanceId: 'law', roles: ['api'], version: 'law', now: Date.now })
  return {
    begin: async () => {
      for (const alarm of [
        'audit_fork_suspected',
        'audit_head_tampered',
        'audit_foreign_cluster',
        'audit_signing_key_missing',
        'audit_notary_stale',
      ] as const)
        vitals.ring(alarm, true)
      vitals.count('audit_denied_write_failed')
      vitals.count(`export_integrity ${tenantId}`)
      for (let n = 0; n < 20; n++) vitals.answered(null)
      for (const failure of ['UPSTREAM', 'SERVER', 'VALIDATION', 'RLIMIT'] as const)
        for (let n = 0; n < 60; n++) vitals.answered(failure)
      await vitals.flush(database)
    },
    end: () => vitals.leave(database),
  }
}

/** Exports that fill a firm's share of the spool. */
const stored = ({ tenantId, owner }: Firm, bytes: number): Trouble =>
  rows(
    [
      `insert into audit.export_jobs (tenant_id, requested_by, status, profile, export_format, compress, columns, from_utc, to_utc, max_bytes,
         max_duration_sec, storage_kind, total_bytes, sha256, completed_at, expires_at, trace_id)
       values ($1, $2, 'DONE', 'bulk', 'json', 'gzip', 'full', now() - interval '1 day', now(), 1024, 5, 'db', $3, repeat('ab', 32), now(),
         now() + interval '1 day', $4)`,
      [tenantId, owner.userId, bytes, TRACE],
    ],
    ['delete from audit.export_jobs where tenant_id = $1', [tenantId]],
  )

const verified = (tenantId: string, passed: boolean): readonly [string, unknown[]] => [
  `insert into audit.verify_runs (tenant_id, kind, passed, checked_rows, first_bad_seq, failure_count, result, trace_id)
   values ($1, 'nightly', $2, 10, $3, $4, '{}', $5)`,
  [tenantId, passed, passed ? null : 7, passed ? 0 : 1, TRACE],
]

/** Ops events stay; an hour goes by for them. */
const happenings = (
  tenantId: string,
  kinds: readonly (readonly [metric: string, about: string, n: number])[],
): Trouble => ({
  begin: async () => {
    for (const [metric, about, n] of kinds)
      await house.sql(
        `insert into ops.events (tenant_id, trace_id, event_type, metric_key, dimensions)
         select $1, $2, $3, $3, jsonb_build_object('about', $4::text) from generate_series(1, $5::int)`,
        [tenantId, TRACE, metric, about, n],
      )
  },
  end: async () => {
    await house.sql('alter table ops.events disable trigger user')
    await house.sql(
      `update ops.events set occurred_at = occurred_at - interval '61 minutes' where tenant_id = $1 and metric_key = any ($2)`,
      [tenantId, kinds.map(([metric]) => metric)],
    )
    await house.sql('alter table ops.events enable trigger user')
  },
})

const mark = (name: string): Trouble => {
  const reached = `insert into ops.watermarks (name, reached_at) values ($1, now() - $2::interval)
    on conflict (name) do update set reached_at = excluded.reached_at`
  return rows([reached, [name, '36 days']], [reached, [name, '1 minute']])
}

const inboxAge =
  (age: string): Trouble['begin'] =>
  async () => {
    await house.sql('alter table audit.inbox disable trigger user')
    await house.sql('update audit.inbox set created_at = now() - $1::interval', [age])
    await house.sql('alter table audit.inbox enable trigger user')
  }

async function troubles(): Promise<readonly Trouble[]> {
  const inHouse = house.config.ZENOPS_INTERNAL_TENANT_ID
  const [firm, fuller, full] = [await house.firm(), await house.firm(), await house.firm()]
  const { tenantId, owner } = firm
  return [
    sickProcess(tenantId),
    rows(verified(tenantId, false), verified(tenantId, true)),
    happenings(tenantId, [['audit_export_failed', 'AUDIT_EXPORT_TIMEOUT', 4]]),
    happenings(inHouse, [
      ['scheduler_lock_recovery_failed', 'law', 3],
      ['scheduler_lock_recovered', 'law', 1],
    ]),
    rows(
      [
        `insert into ops.scheduler_locks (lock_key, task, kind, cadence, period_ms, expected_ms, declared_at)
         values ('law', 'law', 'task', 'law', 60000, 120000, now() - interval '5 minutes')`,
        [],
      ],
      [`update ops.scheduler_locks set last_success_at = now() where task = 'law'`, []],
    ),
    rows(
      [
        `insert into ops.dead_jobs (tenant_id, queue, critical, job_id, effect_key, error_code, attempts, first_failed_at, last_failed_at, trace_id)
         values ($1, 'law.dead', true, gen_random_uuid(), 'law', 'LAW', 1, now(), now(), $2)`,
        [tenantId, TRACE],
      ],
      ['delete from ops.dead_jobs where tenant_id = $1', [tenantId]],
    ),
    rows(
      [
        `insert into ops.job_effects (tenant_id, effect_key, job_id, attempt, queue, state, request_hash)
         values ($1, 'law', gen_random_uuid(), 1, 'law.open', 'UNKNOWN', repeat('5', 64))`,
        [tenantId],
      ],
      ['delete from ops.job_effects where tenant_id = $1', [tenantId]],
    ),
    rows(
      [
        `insert into ops.jobs (tenant_id, kind, payload, trace_id, effect_key, max_attempts, run_at) values ($1, 'law.waits', '{}', $2, 'law', 5, now() - interval '6 minutes')`,
        [tenantId, TRACE],
      ],
      [`delete from ops.jobs where kind = 'law.waits'`, []],
    ),
    rows(
      [
        `insert into privacy.requests (tenant_id, kind, subject_kind, subject_id, requested_by, due_at, trace_id)
         values ($1, 'erasure', 'user', $2, $2, now() - interval '1 minute', $3)`,
        [tenantId, owner.userId, TRACE],
      ],
      ['delete from privacy.requests where tenant_id = $1', [tenantId]],
    ),
    stored(firm, 5.75 * GIB),
    stored(fuller, 7.5 * GIB),
    stored(full, 8 * GIB),
    mark('backup'),
    mark('restore_drill'),
    { begin: inboxAge('2 minutes'), end: inboxAge('0 seconds') },
  ]
}

const heard = (): Map<string, string[]> => {
  const told = hook.received.map(
    (one) => (JSON.parse(one.body) as { data: { rule_key: string; notice: string } }).data, // our own text
  )
  return new Map(
    [...Map.groupBy(told, (one) => one.rule_key)].map(([key, all]) => [key, all.map((one) => one.notice).toSorted()]),
  )
}
const everyRule = <T>(value: T): Map<string, T> => new Map(ALERT_RULE_KEYS.toSorted().map((key) => [key, value]))
const sorted = <T>(map: Map<string, T>): Map<string, T> =>
  new Map([...map].toSorted(([one], [other]) => (one < other ? -1 : 1)))

test('AU-32 every rule fires once and resolves once, by what the database and the processes really tell', async () => {
  const all = await troubles()
  await turn()
  assert.deepEqual(await house.sql('select rule_key from ops.alerts'), [])
  await house.operator.ok(createAlertChannel, { body: { kind: 'webhook', url: `${hook.url}/all`, name: 'all' } })
  for (const one of all) await one.begin()
  await turn()
  await turn()
  assert.deepEqual(sorted(heard()), everyRule(['fired']))
  for (const one of all) await one.end()
  await turn()
  await house.sql(`update ops.alerts set last_at = last_at - interval '31 seconds'`)
  await turn()
  await turn()
  assert.deepEqual(sorted(heard()), everyRule(['fired', 'resolved']))
  const kept = await house.sql<{ rule_key: string; state: string }>('select rule_key, state from ops.alerts order by 1')
  assert.deepEqual(
    kept.map((one) => [one.rule_key, one.state]),
    ALERT_RULE_KEYS.toSorted().map((key) => [key, 'RESOLVED']),
  )
})
