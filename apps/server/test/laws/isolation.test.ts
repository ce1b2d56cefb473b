import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAssignment, listAssignments } from '@zenops/contracts/assignments'
import { createBank, getBank, listBanks } from '@zenops/contracts/directory'
import { updateTenant } from '@zenops/contracts/identity-platform'
import { sql } from 'kysely'
import { z } from 'zod'
import type { DatabaseRole, Scope } from '../../src/platform/db/scope.ts'
import { enqueue, handleJob, jobKind } from '../../src/platform/jobs/port.ts'
import { drainJobs } from '../../src/platform/jobs/drain.ts'
import type { WorkerOptions } from '../../src/platform/jobs/worker.ts'
import { type Firm, type House, openHouse } from '../harness/house.ts'
import { steppedUp } from '../harness/sessions.ts'
import { startTurn } from '../harness/turns.ts'

const TRACE = 'b'.repeat(32)
const visit = jobKind({ kind: 'law.visit', payload: z.object({}) })
let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const as = (role: DatabaseRole, firm: Firm, aud: Scope['aud']): Scope => ({
  role,
  tenantId: firm.tenantId,
  userId: firm.owner.userId,
  aud,
})
const codeOf = (scope: Scope, statement: string): Promise<string> =>
  house.app.services.database
    .transact(scope, (tx) => sql.raw(statement).execute(tx))
    .then(
      () => 'allowed',
      (error: unknown) => String((error as { code?: string }).code), // the driver's own errors carry it
    )

test('ID-39 none of the four roles reads a credential, writes a membership or changes the audit log', async () => {
  const firm = await house.firm()
  const credentials = await house.sql<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'identity' and c.relkind = 'r' and (c.relname like 'auth\\_%' or c.relname like 'webauthn\\_%' or c.relname = 'service_tokens')`,
  )
  assert.ok(credentials.length >= 12)
  const roles = [
    as('zen_web', firm, 'web'),
    as('zen_studio', firm, 'studio'),
    as('zen_portal', firm, 'portal'),
    as('zen_worker', firm, 'worker'),
    as('zen_worker', firm, 'service'),
  ]
  const refused = [
    ...credentials.map(({ name }) => `select 1 from ${name}`),
    "update identity.memberships set status = 'active'",
    `insert into identity.memberships (tenant_id, user_id, role) values ('${firm.tenantId}', '${firm.owner.userId}', 'AGENT')`,
    'delete from identity.memberships',
    `insert into identity.membership_job_templates values ('${firm.tenantId}', '${firm.valuer.userId}', 'super_admin', 'ADMIN')`,
    "update identity.users set status = 'active'",
    'update audit.inbox set ord = 1',
    'delete from audit.inbox',
    'truncate audit.inbox',
  ]
  for (const scope of roles)
    for (const statement of refused)
      assert.equal(await codeOf(scope, statement), '42501', `${scope.role} ${scope.aud}: ${statement}`)
})

test('ID-42 a deleted row is unseen by web and portal in SQL; deleting and restoring work behind the fences', async () => {
  const firm = await house.firm()
  const bank = await firm.owner.ok(createBank, { body: { name: 'Gone Bank' } })
  const count = async (scope: Scope, seesDeleted = false): Promise<number> =>
    house.app.services.database.transact(scope, async (tx) => {
      if (seesDeleted) await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
      return (await sql`select 1 from directory.banks where id = ${bank.id}::uuid`.execute(tx)).rows.length
    })
  const web = as('zen_web', firm, 'web')
  const change = (value: string): Promise<number> =>
    house.app.services.database.transact(web, async (tx) => {
      await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
      const done =
        await sql`update directory.banks set deleted_at = ${sql.raw(value)} where id = ${bank.id}::uuid`.execute(tx)
      return Number(done.numAffectedRows)
    })
  assert.equal(await count(web), 1)
  assert.equal(await change('now()'), 1)
  assert.equal(await count(web), 0)
  assert.equal(await codeOf(as('zen_portal', firm, 'portal'), 'select 1 from directory.banks'), '42501')
  assert.equal((await firm.owner.call(getBank, { params: { id: bank.id } })).status, 404)
  assert.deepEqual((await firm.owner.ok(listBanks, {})).items, [])
  const blind = house.app.services.database.transact(web, async (tx) =>
    Number((await sql`update directory.banks set name = 'x' where id = ${bank.id}::uuid`.execute(tx)).numAffectedRows),
  )
  assert.equal(await blind, 0)
  assert.equal(await count(as('zen_web', { ...firm, tenantId: firm.stranger.tenantId }, 'web'), true), 0)
  assert.equal(await change('null'), 1)
  assert.equal(await count(web), 1)
})

/** A worker that notes the firms it visits, and what it sees there. */
function visitor(options: WorkerOptions, seen: Map<string, number>): WorkerOptions {
  const handler = handleJob(visit, {
    run: async ({ tenantId, transact }) => {
      const { rows } = await transact((tx) =>
        sql<{ tenant_id: string }>`select tenant_id from directory.banks`.execute(tx),
      )
      assert.ok(rows.every((row) => row.tenant_id === tenantId))
      seen.set(tenantId, (seen.get(tenantId) ?? 0) + 1)
    },
  })
  return { ...options, handlers: [handler], recurring: [{ job: visit, cron: '0 0 1 1 *', payload: {} }] }
}

test('ID-41 a sweep visits each active firm once, sees only it, and leaves out the suspended one', async () => {
  const [active, suspended] = [await house.firm(), await house.firm()]
  for (const firm of [active, suspended]) await firm.owner.ok(createBank, { body: { name: 'Own Bank' } })
  const operator = await steppedUp(house, house.operator)
  await operator.ok(updateTenant, { params: { id: suspended.tenantId }, body: { status: 'suspended' } })
  const seen = new Map<string, number>()
  const options = visitor(house.app.workerOptions(), seen)
  await startTurn(options, 'law_visit')
  await drainJobs(options)
  assert.equal(seen.get(active.tenantId), 1)
  assert.equal(seen.get(house.config.ZENOPS_INTERNAL_TENANT_ID), 1)
  assert.equal(seen.has(suspended.tenantId), false)
  assert.equal(seen.get(house.config.ZENOPS_EXTERNAL_TENANT_ID), 1)
  assert.deepEqual([...new Set(seen.values())], [1])
  const single = await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })
  const alone = new Map<string, number>()
  const gated = visitor(single.app.workerOptions(), alone)
  await startTurn(gated, 'law_visit')
  await drainJobs(gated)
  const fixed = [house.config.ZENOPS_INTERNAL_TENANT_ID, house.config.ZENOPS_EXTERNAL_TENANT_ID]
  assert.deepEqual([...alone.keys()].toSorted(), fixed.toSorted())
})

test('ID-41 a job without a tenant cannot be asked for, by a command or by hand', async () => {
  const firm = await house.firm()
  const nowhere = { ...as('zen_worker', firm, 'worker'), tenantId: null }
  assert.equal(await codeOf(nowhere, "select ops.enqueue_job('law.visit', '{}', 'x')"), '42501')
  await assert.rejects(
    house.sql(
      "insert into ops.jobs (tenant_id, kind, trace_id, max_attempts, effect_key) values (null, 'law.visit', 'x', 1, 'x')",
    ),
    { code: '23502' },
  )
})

test('ID-41 a job of a firm that is not enabled is held with its reason, and runs when it is', async () => {
  const firm = await house.firm()
  const id = await house.app.services.database.transact(as('zen_web', firm, 'web'), (tx) =>
    enqueue(tx, visit, { payload: {}, traceId: TRACE }),
  )
  const seen = new Map<string, number>()
  const single = await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })
  const run = async (): Promise<object | undefined> =>
    (await house.sql('select state, hold_reason, attempts from ops.jobs where id = $1', [id]))[0]
  await drainJobs(visitor(single.app.workerOptions(), seen))
  assert.deepEqual(await run(), { state: 'queued', hold_reason: 'TENANT_NOT_ENABLED', attempts: 0 })
  await house.sql("update identity.tenants set status = 'suspended' where id = $1", [firm.tenantId])
  await house.jobsDue()
  await drainJobs(visitor(house.app.workerOptions(), seen))
  assert.deepEqual(await run(), { state: 'queued', hold_reason: 'TENANT_NOT_ENABLED', attempts: 0 })
  assert.equal(seen.size, 0)
  await house.sql("update identity.tenants set status = 'active' where id = $1", [firm.tenantId])
  await house.jobsDue()
  await drainJobs(visitor(house.app.workerOptions(), seen))
  assert.deepEqual(await run(), { state: 'done', hold_reason: null, attempts: 1 })
  assert.deepEqual([...seen], [[firm.tenantId, 1]])
})

test('ID-36 a firm’s people work in their own firm, flag off and on; nobody holds a staff token of the external lane', async () => {
  const single = await openHouse({ ZENOPS_MULTI_TENANT_ENABLED: '0' })
  try {
    const owner = await single.member(single.config.ZENOPS_INTERNAL_TENANT_ID, 'super_admin')
    await owner.ok(createAssignment, { body: { title: 'House job', case_type: 'DIRECT' } })
    assert.equal((await owner.ok(listAssignments, {})).items.length, 1)
  } finally {
    await single.close()
  }
  const firm = await house.firm()
  await firm.owner.ok(createAssignment, { body: { title: 'Firm job', case_type: 'DIRECT' } })
  assert.equal((await firm.owner.ok(listAssignments, {})).items.length, 1)
  for (const [aud, template] of [
    ['web', 'super_admin'],
    ['studio', 'platform_ops'],
  ] as const) {
    const lane = await house.member(house.config.ZENOPS_EXTERNAL_TENANT_ID, template, aud)
    const reply = await lane.call(listAssignments, {})
    assert.deepEqual([reply.status, reply.error.error_code], [403, 'TENANT_NOT_ENABLED'], aud)
  }
})
