import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { REPORT_MOVES, REPORT_STATUSES, type ReportStatus } from '@zenops/contracts/report-enums'
import {
  getReport,
  getReportForm,
  getRevision,
  listReportFields,
  listReportForms,
  listReports,
  listRevisions,
  moveReport,
} from '@zenops/contracts/reports'
import { getRuleset, listRulesets } from '@zenops/contracts/reports-rules'
import { sql } from 'kysely'
import { type House, openHouse, type TestActor } from '../../../../test/harness/house.ts'
import { COMPLETE, openReport, refused } from '../../../../test/harness/reports.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const REASON = 'a reason of some length'

test('RP-19 every legal move is taken and every other refused with what is allowed', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const set = (status: ReportStatus) =>
    house.sql('update reports.reports set status = $1 where id = $2', [status, report.id])
  for (const from of REPORT_STATUSES) {
    for (const to of REPORT_STATUSES) {
      await set(from)
      const reply = await owner.call(moveReport, { params: { id: report.id }, body: { status: to, reason: REASON } })
      const legal = (REPORT_MOVES[from] as readonly ReportStatus[]).includes(to)
      if (from === to) assert.equal(reply.body.changed, false)
      else if (!legal) assert.deepEqual(refused(reply, 409, 'ILLEGAL_TRANSITION')['allowed'], REPORT_MOVES[from])
      else if (to === 'READY_FOR_RENDER') refused(reply, 409, 'REPOGEN_READINESS_BLOCK')
      else assert.equal(reply.body.work_order.status, to, `${from} to ${to}`)
    }
  }
})

test('RP-19 of two racing moves one wins; a stale expectation is told the state', async () => {
  const { owner, opsManager } = await house.firm()
  const report = await openReport(owner)
  const body = { status: 'EVIDENCE_PENDING', expected_status: 'DRAFT' } as const
  const replies = await Promise.all(
    [owner, opsManager].map((actor) => actor.call(moveReport, { params: { id: report.id }, body })),
  )
  assert.equal(replies.filter((reply) => reply.status === 200 && reply.body.changed).length, 1)
  const stale = await owner.call(moveReport, {
    params: { id: report.id },
    body: { status: 'DATA_PENDING', expected_status: 'DRAFT' },
  })
  assert.equal(refused(stale, 409, 'CONFLICT')['status'], 'EVIDENCE_PENDING')
})

test('RP-23 an end needs a reason of ten characters and locks; reopening needs the right and an open assignment', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  refused(await owner.call(moveReport, { params, body: { status: 'CANCELLED' } }), 422, 'REASON_REQUIRED')
  refused(
    await owner.call(moveReport, { params, body: { status: 'CANCELLED', reason: 'short' } }),
    422,
    'REASON_REQUIRED',
  )
  await report.move('DATA_PENDING')
  await report.move('CLOSED', REASON)
  await house.sql(
    `insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role) values ($1, $2, $3, 'lead')`,
    [tenantId, report.assignmentId, valuer.userId],
  )
  const reopen = { params, body: { status: 'DATA_PENDING' as const, note: REASON } }
  refused(await valuer.call(moveReport, reopen), 403, 'FORBIDDEN')
  await house.sql(`update assignments.assignments set status = 'CLOSED' where id = $1`, [report.assignmentId])
  refused(await owner.call(moveReport, reopen), 409, 'CONFLICT')
  await house.sql(`update assignments.assignments set status = 'COLLECTING' where id = $1`, [report.assignmentId])
  assert.equal((await owner.call(moveReport, reopen)).body.work_order.status, 'DATA_PENDING')
  await house.sql('update reports.reports set released_at = now() where id = $1', [report.id])
  refused(
    await owner.call(moveReport, { params, body: { status: 'CANCELLED', reason: REASON } }),
    409,
    'REPORT_RELEASED',
  )
  const moves = (await house.audit(tenantId)).filter(({ action }) => action === 'REPORT_TRANSITIONED')
  assert.equal(moves.length, 3)
})

test('RP-20 acceptance is asked once, also after rework and reopening', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const first = await report.move('DATA_PENDING')
  const accepted = first.work_order.billing.accepted_at
  assert.ok(accepted)
  assert.deepEqual(first.work_order.billing.hooks, [{ gate: 'ACCEPT', result: 'NO_CHARGE', charges: [] }])
  await report.move('CLOSED', REASON)
  const again = await report.move('DATA_PENDING', REASON)
  assert.equal(again.work_order.billing.accepted_at, accepted)
})

test('RP-38 a valuer sees reports of his assignments; others are 403 in the firm and 404 outside; SQL shows none', async () => {
  const { owner, valuer, accounts, hr, portal, stranger, tenantId } = await house.firm()
  const mine = await openReport(owner)
  const other = await openReport(owner)
  await mine.patch(COMPLETE)
  await other.patch(COMPLETE)
  await house.sql(
    `insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role) values ($1, $2, $3, 'lead')`,
    [tenantId, mine.assignmentId, valuer.userId],
  )
  const ids = async (actor: typeof owner) => (await actor.ok(listReports, {})).items.map((row) => row.id)
  assert.deepEqual(await ids(valuer), [mine.id])
  assert.equal((await ids(accounts)).length, 2)
  assert.deepEqual(await ids(stranger), [])
  assert.equal((await valuer.call(getReport, { params: { id: mine.id } })).status, 200)
  assert.equal(
    refused(await valuer.call(getReport, { params: { id: other.id } }), 403, 'FORBIDDEN')['reason'],
    'out_of_scope',
  )
  refused(
    await valuer.call(moveReport, { params: { id: other.id }, body: { status: 'DATA_PENDING' } }),
    403,
    'FORBIDDEN',
  )
  refused(await stranger.call(getReport, { params: { id: mine.id } }), 404, 'NOT_FOUND')
  refused(await hr.call(getReport, { params: { id: mine.id } }), 403, 'FORBIDDEN')
  refused(await portal.call(getReport, { params: { id: mine.id } }), 403, 'FORBIDDEN')
  const collecting = await house.sql<{ status: string }>('select status from assignments.assignments where id = $1', [
    mine.assignmentId,
  ])
  assert.equal(collecting[0]?.status, 'DRAFT')
  await mine.patch({ property: { city: 'B' } }, { by: valuer })
  const begun = await house.sql<{ status: string }>('select status from assignments.assignments where id = $1', [
    mine.assignmentId,
  ])
  assert.equal(begun[0]?.status, 'COLLECTING')
})

const TABLES = [
  'reports',
  'report_revisions',
  'report_changed_paths',
  'report_evidence_items',
  'report_suggestions',
  'report_packs',
  'report_pack_artifacts',
  'report_generation_jobs',
  'rulesets',
  'evidence_profiles',
  'evidence_profile_versions',
  'report_counters',
] as const

interface Standpoint {
  readonly role: 'zen_web' | 'zen_portal' | 'zen_studio' | 'zen_worker'
  readonly aud: 'web' | 'portal' | 'studio' | 'worker'
  readonly tenantId: string
  readonly userId: string
}
const standing = (role: Standpoint['role'], aud: Standpoint['aud'], who: TestActor): Standpoint => ({
  role,
  aud,
  tenantId: who.tenantId,
  userId: who.userId,
})

/** Rows of a table that somebody sees. */
const seen = (scope: Standpoint, table: string): Promise<number> =>
  house.app.services.database.transact(scope, async (tx) => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(`reports.${table}`)}`.execute(
      tx,
    )
    return rows[0]?.n ?? -1
  })

test('RP-44 as each role: own rows only, nothing for the portal or a foreign firm', async () => {
  const { owner, stranger, portal } = await house.firm()
  const report = await openReport(owner)
  await report.patch(COMPLETE)
  for (const table of TABLES) {
    const all = await house.sql<{ n: number }>(`select count(*)::int as n from reports.${table} where tenant_id = $1`, [
      owner.tenantId,
    ])
    const own = all.map(({ n }) => n)
    assert.deepEqual([await seen(standing('zen_web', 'web', owner), table)], own, table)
    assert.deepEqual([await seen(standing('zen_worker', 'worker', owner), table)], own, table)
    assert.equal(await seen(standing('zen_worker', 'web', owner), table), 0, table)
    await assert.rejects(seen(standing('zen_portal', 'portal', portal), table), /permission denied/)
  }
  for (const table of TABLES.slice(0, -1))
    assert.equal(await seen(standing('zen_studio', 'studio', owner), table), 0, table)
  for (const table of TABLES.slice(0, 8))
    assert.equal(await seen(standing('zen_web', 'web', stranger), table), 0, table)
})

test('RP-44 what is append-only refuses every role', async () => {
  const { owner } = await house.firm()
  await (await openReport(owner)).patch(COMPLETE)
  const roles = [
    standing('zen_web', 'web', owner),
    standing('zen_worker', 'worker', owner),
    standing('zen_studio', 'studio', owner),
    standing('zen_portal', 'portal', owner),
  ]
  for (const table of ['report_revisions', 'report_changed_paths', 'evidence_profile_versions']) {
    const name = sql.table(`reports.${table}`)
    for (const change of [sql`update ${name} set tenant_id = tenant_id`, sql`delete from ${name}`]) {
      for (const scope of roles) {
        const attempt = house.app.services.database.transact(scope, (tx) => change.execute(tx))
        await assert.rejects(attempt, /permission denied|append-only/, `${scope.role} ${table}`)
      }
    }
  }
})

test('RP-43 odd searches, ids and pages are answered, never 500', async () => {
  const { owner, stranger } = await house.firm()
  const reports = []
  for (let i = 0; i < 5; i++) reports.push(await openReport(owner, { title: `Report ${i} of Borrower 0142` }))
  const theirs = await openReport(stranger)
  const found = async (q: string) => (await owner.ok(listReports, { query: { q } })).items.map((row) => row.id)
  assert.equal((await found('borrower 0142')).length, 5)
  assert.deepEqual(await found('abc'), [])
  assert.deepEqual(await found('%'), [])
  assert.deepEqual(await found(theirs.id), [])
  assert.deepEqual(await found(reports[2]?.id ?? ''), [reports[2]?.id])
  for (const query of [
    { status: ['NONE'] },
    { cursor: 'nonsense' },
    { limit: 0 },
    { nonsense: '1' },
    { bank_id: 'x' },
  ]) {
    refused(await owner.call(listReports, { query: query as never }), 422, 'VALIDATION_FAILED')
  }
  for (const path of ['x', '0', '%00', `${reports[0]?.id}x`]) {
    const response = await house
      .server()
      .inject({ url: `/v1/repogen/work-orders/${path}`, headers: { authorization: `Bearer ${owner.token}` } })
    assert.ok(response.statusCode === 422 || response.statusCode === 404 || response.statusCode === 400, path)
  }
})

type Sort = 'updated_at' | '-created_at' | '-updated_at' | 'readiness_score'

/** Every page of the list in turn; something is done between the first and the second. */
async function walk(actor: TestActor, sort: Sort, between: () => Promise<unknown>): Promise<string[]> {
  const first = await actor.ok(listReports, { query: { limit: 2, sort } })
  await between()
  const ids = first.items.map((row) => row.id)
  for (let cursor = first.next_cursor; cursor !== null; ) {
    const page = await actor.ok(listReports, { query: { limit: 2, sort, cursor } })
    ids.push(...page.items.map((row) => row.id))
    cursor = page.next_cursor
  }
  return ids
}

test('RP-43 a list pages through every row once, whatever is added meanwhile', async () => {
  const { owner } = await house.firm()
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push((await openReport(owner)).id)
  for (const sort of ['-created_at', 'updated_at', '-updated_at', 'readiness_score'] as const) {
    const walked = await walk(owner, sort, () => openReport(owner))
    for (const id of ids) assert.equal(walked.filter((one) => one === id).length, 1, sort)
  }
})

test('forms, fields, rules and revisions are read back; unknown ones are 404', async () => {
  const { owner, stranger } = await house.firm()
  const { items: forms } = await owner.ok(listReportForms, {})
  assert.ok(forms.some((form) => form.form_key === 'FORMAT_A_LAND_BUILDING'))
  const form = await owner.ok(getReportForm, { params: { form_key: 'COOP_GENERIC' } })
  assert.ok(form.sections.length > 10)
  refused(await owner.call(getReportForm, { params: { form_key: 'NO_SUCH' } }), 404, 'NOT_FOUND')
  const { items: fields } = await owner.ok(listReportFields, {})
  assert.equal(fields.find((field) => field.field_key === 'property.address')?.requirement.VALUATION, 'required')
  const report = await openReport(owner)
  await report.patch(COMPLETE)
  await report.patch({ property: { city: 'B' } })
  const params = { id: report.id }
  const page = await owner.ok(listRevisions, { params, query: { limit: 1 } })
  assert.deepEqual(
    page.items.map(({ revision, kind, changed_paths }) => [revision, kind, changed_paths]),
    [[2, 'CONTRACT', ['property.city']]],
  )
  const next = await owner.ok(listRevisions, { params, query: { limit: 1, cursor: page.next_cursor ?? '' } })
  assert.equal(next.items[0]?.revision, 1)
  const whole = await owner.ok(getRevision, { params: { ...params, n: 2 } })
  assert.equal(whole.contract.property?.city, 'B')
  refused(await owner.call(getRevision, { params: { ...params, n: 9 } }), 404, 'NOT_FOUND')
  refused(await stranger.call(getRevision, { params: { ...params, n: 1 } }), 404, 'NOT_FOUND')
  const rules = (await owner.ok(listRulesets, {})).items[0] ?? assert.fail()
  assert.equal((await owner.ok(getRuleset, { params: { id: rules.id } })).params.realisable_percent, 95)
  refused(await stranger.call(getRuleset, { params: { id: rules.id } }), 404, 'NOT_FOUND')
})
