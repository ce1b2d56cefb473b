import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import {
  listDeletedRows,
  listRetentionPolicies,
  listRetentionRuns,
  putRetentionPolicy,
  RETENTION_CLASSES,
  startRetentionRun,
} from '@zenops/contracts/retention'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

type Action = 'retention_run' | 'retention_shorten'
const confirmed = async (actor: TestActor, action: Action, target: string) => {
  const { confirmation_id, phrase } = await actor.ok(createConfirmation, { body: { action, target } })
  return { confirmation_id, phrase }
}
const EVERYTHING = 'everything that is over'

/** Asks for a run and waits for its end; answers its lines by class. */
async function runOf(actor: TestActor, wanted: { dry_run: boolean; class?: keyof typeof RETENTION_CLASSES }) {
  const confirmation = wanted.dry_run ? {} : { confirmation: await confirmed(actor, 'retention_run', wanted.class ?? EVERYTHING) }
  const { run_id } = await actor.ok(startRetentionRun, { body: { ...wanted, ...confirmation } })
  await house.runJobs()
  const { items } = await actor.ok(listRetentionRuns, { query: { run_id } })
  return { runId: run_id, lines: new Map(items.map((item) => [item.class, item])) }
}

const count = async (table: string, firm: Firm): Promise<number> =>
  Number((await house.sql<{ n: string }>(`select count(*) as n from ${table} where tenant_id = $1`, [firm.tenantId]))[0]?.n)

/** Answers kept for replay, as old as told. */
const keys = (firm: Firm, n: number, age: string) =>
  house.sql(
    `insert into ops.idempotency_keys (tenant_id, user_id, route, key, request_hash, status, created_at, expires_at)
     select $1, $2, 'POST /v1/x', $3 || i, '\\x00', 201, now() - $4::interval, now() - $4::interval + interval '1 day' from generate_series(1, ${n}) i`,
    [firm.tenantId, firm.owner.userId, uuidv7(), age],
  )
const bank = async (firm: Firm, deletedAgo: string | null): Promise<string> => {
  const id = uuidv7()
  await house.sql(
    `insert into directory.banks (tenant_id, id, name, created_by, deleted_at, purge_after)
     values ($1, $2, $3, $4, now() - $5::interval, now() - $5::interval + interval '30 days')`,
    [firm.tenantId, id, `Bank ${id}`, firm.owner.userId, deletedAgo],
  )
  return id
}
const hold = (firm: Firm, scope: 'tenant' | 'subject', subject: string | null = null) =>
  house.sql(
    `insert into privacy.legal_holds (tenant_id, scope, subject_id, reason, placed_by) values ($1, $2, $3, 'a lawsuit is pending', $4)`,
    [firm.tenantId, scope, subject, firm.owner.userId],
  )

test('AU-33 clock + period + 1 d removes exactly the rows that are over; a dry run says the same numbers before', async () => {
  const firm = await house.firm()
  await keys(firm, 3, '2 days')
  await keys(firm, 2, '23 hours')
  const due = await bank(firm, '31 days')
  const kept = await bank(firm, '29 days')
  const live = await bank(firm, null)
  const dry = await runOf(firm.owner, { dry_run: true })
  assert.equal(await count('ops.idempotency_keys', firm), 5 + 0)
  const real = await runOf(firm.owner, { dry_run: false })
  assert.deepEqual(
    [...dry.lines].map(([name, line]) => [name, line.deleted, line.held]).sort(),
    [...real.lines].map(([name, line]) => [name, line.deleted, line.held]).sort(),
  )
  assert.equal(real.lines.get('transient')?.tables['ops.idempotency_keys']?.deleted, 3)
  const banks = await house.sql<{ id: string }>('select id from directory.banks where tenant_id = $1 order by id', [firm.tenantId])
  assert.deepEqual(banks.map((row) => row.id), [kept, live].sort())
  assert.ok(!banks.some((row) => row.id === due))
  assert.ok([...real.lines.values()].every((line) => ['DONE', 'SKIPPED'].includes(line.status)))
  assert.equal(real.lines.get('business')?.status, 'SKIPPED')
  const events = await house.audit(firm.tenantId)
  const told = events.filter((event) => event.action === 'RETENTION_RUN_FINISHED')
  assert.deepEqual(told.map((event) => event.target.id), [dry.runId, real.runId])
  const counted = await house.sql<{ metric_value: string }>(
    `select metric_value from ops.events where tenant_id = $1 and metric_key = 'retention_rows_deleted' and dimensions ->> 'class' = 'transient'`,
    [firm.tenantId],
  )
  assert.equal(counted.length, 1)
})
