import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAssignment, getAssignment, listStatusHistory } from '@zenops/contracts/assignments'
import { sql } from 'kysely'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { systemActor } from '../../platform/auth/actor.ts'
import { scopeOf } from '../../platform/db/scope.ts'
import {
  type Act,
  advance,
  assignmentFacts,
  type Neighbours,
  reportLeftReady,
  setMissingDocuments,
  settle,
  startCollecting,
} from './index.ts'
import type { ReportFact } from './rules/moves.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** A transaction of somebody, as the command of another module has it. */
const within = <T>(who: TestActor, work: (act: Act) => Promise<T>): Promise<T> => {
  const actor = { ...systemActor(who.tenantId, who.userId, new Map()), kind: 'user', aud: 'web' } as const
  return house.app.services.database.transact(scopeOf(actor), (tx, unit) =>
    work({ tx, unit, actor, traceId: 'a'.repeat(32) }),
  )
}
const statusOf = async (firm: Firm, id: string) => (await firm.owner.ok(getAssignment, { params: { id } })).status
const setStatus = (id: string, status: string) =>
  house.sql('update assignments.assignments set status = $2 where id = $1', [id, status])
const stepsOf = (audit: readonly AuditEntry[]) => audit.map((entry) => entry.after)

/** Reports and charges as their modules would tell them. */
const told = (fact: Partial<ReportFact>, charge?: { invoiced: boolean; settled: boolean }): Neighbours => ({
  reportFacts:
    () => sql<ReportFact>`select 'r' as report_id, true as ready, 1 as revision, ${fact.packed_revision ?? null}::int as packed_revision,
    ${fact.released ?? false}::boolean as released, null as author_id`,
  ...(charge
    ? { chargeFacts: () => sql`select ${charge.invoiced}::boolean as invoiced, ${charge.settled}::boolean as settled` }
    : {}),
})

test('work of an assignee starts the collecting once; others and later states do not', async () => {
  const firm = await house.firm()
  const job = await firm.owner.ok(createAssignment, { body: { title: 'x', lead_user_id: firm.valuer.userId } })
  assert.deepEqual(await within(firm.owner, (act) => startCollecting(act, job.id)), [])
  const audit = await within(firm.valuer, (act) => startCollecting(act, job.id))
  assert.deepEqual(
    audit.map((entry) => [entry.action, entry.after]),
    [['ASSIGNMENT_TRANSITIONED', { status: 'COLLECTING' }]],
  )
  assert.deepEqual(await within(firm.valuer, (act) => startCollecting(act, job.id)), [])
  const history = await firm.valuer.ok(listStatusHistory, { params: { id: job.id } })
  assert.deepEqual(
    history.items.map((one) => [one.to_status, one.actor]),
    [['COLLECTING', { id: null, name: 'ZenOps', kind: 'SYSTEM' }]],
  )
})

test('OP-32 a report that leaves READY takes the job back from QC', async () => {
  const firm = await house.firm()
  const job = await firm.owner.ok(createAssignment, { body: { title: 'x' } })
  assert.deepEqual(await within(firm.owner, (act) => reportLeftReady(act, job.id)), [])
  for (const status of ['QC_PENDING', 'QC_APPROVED', 'FINALIZED']) {
    await setStatus(job.id, status)
    await within(firm.owner, (act) => reportLeftReady(act, job.id))
    assert.equal(await statusOf(firm, job.id), 'CHANGES_REQUESTED')
  }
})

test('OP-33 packs and releases carry approved work to delivery, charges to paid, each as far as it holds', async () => {
  const firm = await house.firm()
  const created = await firm.owner.ok(createAssignment, { body: { title: 'x' } })
  const job = { tenantId: firm.tenantId, id: created.id }
  await setStatus(job.id, 'QC_APPROVED')
  const go = (neighbours: Neighbours) => within(firm.owner, (act) => advance(act, { job, neighbours }))
  assert.deepEqual(await go(told({ packed_revision: 0 })), [])
  assert.deepEqual(stepsOf(await go(told({ packed_revision: 1 }))), [{ status: 'FINALIZED' }])
  assert.deepEqual(stepsOf(await go(told({ packed_revision: 1, released: true }))), [{ status: 'DELIVERED' }])
  const pay = (charge: { invoiced: boolean; settled: boolean }) =>
    within(firm.owner, (act) => settle(act, { job, neighbours: told({}, charge) }))
  assert.deepEqual(stepsOf(await pay({ invoiced: true, settled: false })), [{ status: 'BILLED' }])
  assert.deepEqual(stepsOf(await pay({ invoiced: true, settled: true })), [{ status: 'PAID' }])
  await setStatus(job.id, 'QC_APPROVED')
  const all = told({ packed_revision: 1, released: true }, { invoiced: true, settled: true })
  assert.deepEqual(
    stepsOf(await go(all)),
    ['FINALIZED', 'DELIVERED', 'BILLED', 'PAID'].map((status) => ({ status })),
  )
})

test('missing documents are counted without a new version; a report reads what the job knows', async () => {
  const firm = await house.firm()
  const job = await firm.owner.ok(createAssignment, {
    body: { title: 'Flat', borrower_name: 'Borrower', lead_user_id: firm.valuer.userId },
  })
  await within(firm.owner, (act) => setMissingDocuments(act, job.id, 3))
  const seen = await firm.owner.ok(getAssignment, { params: { id: job.id } })
  assert.deepEqual([seen.missing_docs, seen.version, seen.next_action?.key], [3, 1, 'collect_missing_documents'])
  const rows = await within(
    firm.owner,
    async ({ tx }) => (await assignmentFacts({ tenantId: firm.tenantId, id: job.id }).execute(tx)).rows,
  )
  assert.deepEqual(
    [rows[0]?.borrower_name, rows[0]?.property, rows[0]?.floors, rows[0]?.assignees.map((one) => one.role)],
    ['Borrower', null, [], ['lead']],
  )
  const hidden = await within(
    firm.assistant,
    async ({ tx }) => (await assignmentFacts({ tenantId: firm.tenantId, id: job.id }).execute(tx)).rows,
  )
  assert.deepEqual(hidden, [])
})
