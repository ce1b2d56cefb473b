import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addAssignee, createAssignment, putFloors } from '@zenops/contracts/assignments'
import { createBank } from '@zenops/contracts/directory'
import { sql } from 'kysely'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import type { Scope } from '../../platform/db/scope.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const DIRECTORY = [
  'banks',
  'bank_branches',
  'client_orgs',
  'contacts',
  'property_types',
  'property_subtypes',
  'properties',
].map((name) => `directory.${name}`)
const SCOPED = [
  'assignments.assignments',
  'assignments.assignment_assignees',
  'assignments.assignment_floors',
  'assignments.activity_events',
]
const TABLES = [...DIRECTORY, ...SCOPED, 'assignments.assignment_counters']

const scopes = (firm: Firm) => {
  const web = (actor: TestActor): Scope => ({
    role: 'zen_web',
    tenantId: actor.tenantId,
    userId: actor.userId,
    aud: 'web',
  })
  return {
    owner: web(firm.owner),
    valuer: web(firm.valuer),
    hr: web(firm.hr),
    stranger: web(firm.stranger),
    intruder: { ...web(firm.stranger), tenantId: firm.tenantId },
    nobody: { role: 'zen_web', tenantId: null, userId: null, aud: null },
    portal: {
      role: 'zen_portal',
      tenantId: house.config.ZENOPS_EXTERNAL_TENANT_ID,
      userId: firm.portal.userId,
      aud: 'portal',
    },
    studio: { role: 'zen_studio', tenantId: firm.tenantId, userId: house.operator.userId, aud: 'studio' },
    worker: { role: 'zen_worker', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'worker' },
    falseWorker: { role: 'zen_worker', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'web' },
  } as const satisfies Record<string, Scope>
}

/** Rows of this firm that a scope sees; `denied` where the role has no right at all. */
async function seen(scope: Scope, table: string, tenantId: string): Promise<number | 'denied'> {
  try {
    return await house.app.services.database.transact(scope, async (tx) => {
      const { rows } = await sql<{
        n: number
      }>`select count(*) as n from ${sql.table(table)} where tenant_id = ${tenantId}::uuid`.execute(tx)
      return rows[0]?.n ?? 0
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42501') return 'denied'
    throw error
  }
}
const denied = { code: '42501' }
const act = (scope: Scope, statement: ReturnType<typeof sql>) =>
  house.app.services.database.transact(scope, (tx) => statement.execute(tx))

/** One bank, one job of the valuer with a floor, one job of nobody. */
async function ground(firm: Firm) {
  const bank = await firm.owner.ok(createBank, { body: { name: 'One Bank' } })
  const mine = await firm.owner.ok(createAssignment, { body: { title: 'Mine', lead_user_id: firm.valuer.userId } })
  const other = await firm.owner.ok(createAssignment, { body: { title: 'Other' } })
  for (const id of [mine.id, other.id]) {
    await firm.owner.ok(putFloors, {
      params: { id },
      body: { items: [{ name: 'Ground', sort_order: 0, area: 10 }], expected_version: 1 },
    })
  }
  await firm.owner.ok(addAssignee, {
    params: { id: other.id },
    body: { user_id: firm.assistant.userId, role: 'field' },
  })
  return { bank, mine, other }
}

test('each role sees of the tables what its class says', async () => {
  const firm = await house.firm()
  await ground(firm)
  const as = scopes(firm)
  const rows = async (scope: Scope, tables: readonly string[]) =>
    Promise.all(tables.map((table) => seen(scope, table, firm.tenantId)))
  const all = await rows(as.owner, SCOPED)
  assert.deepEqual(all.slice(0, 3), [2, 2, 2])
  assert.deepEqual((await rows(as.valuer, SCOPED)).slice(0, 3), [1, 1, 1])
  assert.ok(Number((await rows(as.valuer, SCOPED))[3]) < Number(all[3]))
  assert.deepEqual(await rows(as.hr, SCOPED), [0, 0, 0, 1])
  assert.equal(await seen(as.hr, 'directory.banks', firm.tenantId), 1)
  for (const scope of [as.stranger, as.nobody, as.studio, as.falseWorker]) {
    for (const table of TABLES)
      assert.ok([0, 'denied'].includes(await seen(scope, table, firm.tenantId)), `${scope.role} ${table}`)
  }
  assert.deepEqual(await rows(as.intruder, SCOPED), [0, 0, 0, 0])
  for (const table of TABLES) assert.equal(await seen(as.portal, table, firm.tenantId), 'denied', table)
  assert.deepEqual(await rows(as.worker, SCOPED), all)
})

test('nobody but retention deletes, nobody writes for another firm, another person or another role', async () => {
  const firm = await house.firm()
  const { mine, other, bank } = await ground(firm)
  const as = scopes(firm)
  for (const table of TABLES) {
    for (const scope of [as.owner, as.portal, as.studio])
      await assert.rejects(act(scope, sql`delete from ${sql.table(table)}`), denied, table)
  }
  // Retention removes the rest, as the worker of one firm.
  for (const table of ['assignments.activity_events', 'assignments.assignment_counters'])
    await assert.rejects(act(as.worker, sql`delete from ${sql.table(table)}`), denied, table)
  const job = (
    tenantId: string,
    userId: string,
  ) => sql`insert into assignments.assignments (tenant_id, code, case_type, title, due_at, due_basis, created_by)
    values (${tenantId}::uuid, ${uuidv7()}, 'DIRECT', 'x', now(), 'DEFAULT', ${userId}::uuid)`
  await assert.rejects(act(as.owner, job(firm.stranger.tenantId, firm.owner.userId)), denied)
  await assert.rejects(act(as.owner, job(firm.tenantId, firm.valuer.userId)), denied)
  await assert.rejects(act(as.studio, job(firm.tenantId, house.operator.userId)), denied)
  await assert.rejects(
    act(as.stranger, sql`insert into directory.banks (tenant_id, name) values (${firm.tenantId}::uuid, 'Theirs')`),
    denied,
  )
  const event = (
    userId: string,
  ) => sql`insert into assignments.activity_events (tenant_id, kind, actor_user_id, actor_kind, entity_type, entity_id)
    values (${firm.tenantId}::uuid, 'created', ${userId}::uuid, 'PERSON', 'ASSIGNMENT', ${mine.id}::uuid)`
  await assert.rejects(act(as.valuer, event(firm.owner.userId)), denied)
  await assert.rejects(act(as.portal, event(firm.owner.userId)), denied)
  await act(as.portal, event(firm.portal.userId))
  const renamed = async (scope: Scope, id: string) =>
    (await act(scope, sql`update assignments.assignments set title = 'y' where id = ${id}::uuid`)).numAffectedRows
  assert.deepEqual(
    [await renamed(as.valuer, mine.id), await renamed(as.valuer, other.id), await renamed(as.stranger, mine.id)],
    [1n, 0n, 0n],
  )
  await assert.rejects(
    act(
      as.owner,
      sql`update assignments.assignments set tenant_id = ${firm.stranger.tenantId}::uuid where id = ${mine.id}::uuid`,
    ),
    denied,
  )
  const moved = act(
    as.owner,
    sql`update directory.banks set tenant_id = ${firm.stranger.tenantId}::uuid where id = ${bank.id}::uuid`,
  )
  await assert.rejects(moved, denied)
})

test('deleted rows are unseen, save by commands that say so; keys carry the tenant', async () => {
  const firm = await house.firm()
  const { mine } = await ground(firm)
  const as = scopes(firm)
  await house.sql('update assignments.assignments set deleted_at = now() where id = $1', [mine.id])
  assert.equal(await seen(as.owner, 'assignments.assignments', firm.tenantId), 1)
  const withDeleted = await house.app.services.database.transact(as.owner, async (tx) => {
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    return (await sql`select 1 from assignments.assignments`.execute(tx)).rows.length
  })
  assert.equal(withDeleted, 2)
  const theirs = await firm.stranger.ok(createBank, { body: { name: 'Theirs' } })
  const foreign = act(as.owner, sql`update assignments.assignments set bank_id = ${theirs.id}::uuid`)
  await assert.rejects(foreign, { code: '23503' })
})

test('a remembered scope is that of who acts now, and ends with its transaction', async () => {
  const firm = await house.firm()
  const as = scopes(firm)
  const { database } = house.app.services
  const ask = async (tx: Parameters<Parameters<typeof database.transact>[1]>[0]) => {
    const { rows } = await sql<{ scope: string }>`
      select app.scope_of('assignments.read') as scope`.execute(tx)
    return rows[0]?.scope
  }
  const become = (tx: Parameters<typeof ask>[0], { userId, tenantId }: Scope) =>
    sql`select set_config('app.user_id', ${userId ?? ''}, true), set_config('app.tenant_id', ${tenantId ?? ''}, true)`.execute(
      tx,
    )
  const seen = await database.transact(as.owner, async (tx) => {
    const scopes = [await ask(tx), await ask(tx)]
    for (const other of [as.valuer, as.stranger, as.intruder, as.nobody, as.owner]) {
      await become(tx, other)
      scopes.push(await ask(tx))
    }
    return scopes
  })
  assert.deepEqual(seen, ['all', 'all', 'assigned', 'all', 'none', 'none', 'all'])
  await house.sql("update identity.memberships set status = 'disabled' where tenant_id = $1 and user_id = $2", [
    firm.tenantId,
    firm.valuer.userId,
  ])
  assert.equal(await database.transact(as.valuer, ask), 'none')
})

test('functions of the definer answer for the acting firm only', async () => {
  const firm = await house.firm()
  const { bank, mine } = await ground(firm)
  const as = scopes(firm)
  const ask = async (scope: Scope) => {
    const { rows } = await house.app.services.database.transact(scope, (tx) =>
      sql<{ there: boolean; jobs: string[]; banks: string[]; uses: number }>`
        select app.exists_in_tenant('assignments.assignments', ${mine.id}::uuid) as there, assignments.search('mine') as jobs,
          directory.search('banks', 'one') as banks, directory.use_count('banks', ${bank.id}::uuid) as uses`.execute(
        tx,
      ),
    )
    return rows[0]
  }
  assert.deepEqual(await ask(as.owner), { there: true, jobs: [mine.id], banks: [bank.id], uses: 0 })
  assert.deepEqual(await ask(as.stranger), { there: false, jobs: [], banks: [], uses: 0 })
  await assert.rejects(act(as.portal, sql`select assignments.search('mine')`), denied)
  await assert.rejects(act(as.owner, sql`select directory.search('users', 'a')`), /no such kind/)
})
