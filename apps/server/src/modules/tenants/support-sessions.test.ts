import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAssignment, listActivities, listStatusHistory } from '@zenops/contracts/assignments'
import { auditDiff, listAuditLogs } from '@zenops/contracts/audit'
import { me } from '@zenops/contracts/identity'
import { getUser } from '@zenops/contracts/identity-people'
import {
  endFirmSupportSession,
  endSupportSession,
  listFirmSupportSessions,
  listSupportSessions,
  openSupportSession,
  updateTenant,
} from '@zenops/contracts/identity-platform'
import { listReports } from '@zenops/contracts/reports'
import { sql } from 'kysely'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { openReport } from '../../../test/harness/reports.ts'
import { steppedUp } from '../../../test/harness/sessions.ts'
import { uuidv7 } from '../../platform/ids.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const body = { reason: 'the firm asked why a pack fails', minutes: 30 }
const operatorOf = async (): Promise<TestActor> =>
  steppedUp(house, await house.member(house.config.ZENOPS_INTERNAL_TENANT_ID, 'platform_ops', 'studio'))
const open = (operator: TestActor, firm: Firm) =>
  operator.ok(openSupportSession, { params: { id: firm.tenantId }, body })
const eventsOf = async (tenantId: string): Promise<string[]> =>
  (await house.audit(tenantId)).map(({ action }) => action).filter((action) => action.startsWith('SUPPORT_'))
const mailsOf = async (firm: Firm): Promise<string[]> =>
  (
    await house.sql<{ template_key: string; user_id: string }>(
      "select template_key, user_id from notifications.outbox where tenant_id = $1 and template_key like 'support%' order by queued_at, id",
      [firm.tenantId],
    )
  ).map(({ template_key, user_id }) => `${template_key} ${user_id === firm.owner.userId ? 'owner' : user_id}`)

/** Rows of a firm's table as the studio's role sees them from that person's context. */
const seenBy = (operator: TestActor, firm: Firm, table: string): Promise<number> =>
  house.app.services.database.readTransaction(
    { role: 'zen_studio', tenantId: firm.tenantId, userId: operator.userId, aud: 'studio' },
    async (tx) => (await sql`select 1 from ${sql.table(table)}`.execute(tx)).rows.length,
  )

test('ID-40 without a support session the studio sees no row of a firm; with one it reads, until it ends', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  const job = await firm.owner.ok(createAssignment, { body: { title: 'Flat 12, Market Road', case_type: 'DIRECT' } })
  const report = await openReport(firm.owner)
  const at = { 'x-tenant-id': firm.tenantId }
  assert.equal(await seenBy(operator, firm, 'assignments.assignments'), 0)
  assert.deepEqual((await operator.ok(listReports, {}, at)).items, [])
  const history = await operator.call(listStatusHistory, { params: { id: job.id } }, at)
  // Without a look into the firm nothing tells him whether the job is there.
  assert.equal(history.status, 404)
  const session = await open(operator, firm)
  assert.deepEqual([session.tenant_id, session.user.id, session.open], [firm.tenantId, operator.userId, true])
  assert.equal((await operator.ok(me, {})).support_session?.id, session.id)
  assert.ok((await seenBy(operator, firm, 'assignments.assignments')) >= 1)
  assert.deepEqual(
    (await operator.ok(listReports, {}, at)).items.map(({ id }) => id),
    [report.id],
  )
  assert.equal((await operator.call(listStatusHistory, { params: { id: job.id } }, at)).status, 200)
  assert.deepEqual((await operator.ok(listReports, {})).items, [])
  assert.equal(await seenBy(await operatorOf(), firm, 'assignments.assignments'), 0)
  assert.equal(await seenBy(operator, { ...firm, tenantId: firm.stranger.tenantId }, 'assignments.assignments'), 0)
  await assert.rejects(seenBy(operator, firm, 'documents.documents'), { code: '42501' })
  await house.sql(
    "update identity.support_sessions set opened_at = now() - interval '2 hours', expires_at = now() - interval '90 minutes' where id = $1",
    [session.id],
  )
  assert.equal(await seenBy(operator, firm, 'assignments.assignments'), 0)
  assert.deepEqual((await operator.ok(listReports, {}, at)).items, [])
  assert.equal((await operator.ok(me, {})).support_session, null)
})

test('ID-40 a support session only reads: no change passes the API or the database', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  await open(operator, firm)
  await firm.owner.ok(createAssignment, { body: { title: 'Flat 12, Market Road', case_type: 'DIRECT' } })
  const change = await operator.call(
    updateTenant,
    { params: { id: firm.tenantId }, body: { name: 'Theirs' } },
    { 'x-tenant-id': firm.tenantId },
  )
  assert.deepEqual([change.status, change.error.details[0]?.['reason']], [403, 'support_is_read_only'])
  const scope = { role: 'zen_studio', tenantId: firm.tenantId, userId: operator.userId, aud: 'studio' } as const
  for (const statement of [
    sql`update assignments.assignments set title = 'x'`,
    sql`delete from assignments.assignments`,
    sql`insert into assignments.assignments (tenant_id) values (${firm.tenantId}::uuid)`,
    sql`update reports.reports set status = 'CLOSED'`,
  ])
    await assert.rejects(
      house.app.services.database.transact(scope, (tx) => statement.execute(tx)),
      { code: '42501' },
    )
})

interface Event {
  readonly action: string
  readonly target: { readonly type: string; readonly id: string }
  readonly [more: string]: unknown
}
const viewsOf = async (tenantId: string): Promise<Event[]> =>
  (await house.audit(tenantId)).filter(({ action }) => action === 'SUPPORT_OBJECT_VIEWED')
const servedOf = (event: Event | undefined): unknown =>
  (event?.['actor'] as { on_behalf_of?: unknown } | undefined)?.on_behalf_of

test('AU-01 ID-40 what is opened in a support session stands in the firm’s log, once in 15 minutes; its events name the session', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  const body = { title: 'Flat 12, Market Road', case_type: 'DIRECT' } as const
  const [one, two] = [await firm.owner.ok(createAssignment, { body }), await firm.owner.ok(createAssignment, { body })]
  const at = { 'x-tenant-id': firm.tenantId }
  const session = await open(operator, firm)
  const look = (id: string) => operator.call(listStatusHistory, { params: { id } }, at)
  for (const id of [one.id, one.id, two.id]) assert.equal((await look(id)).status, 200)
  await operator.ok(listActivities, { params: { id: one.id.toUpperCase() } }, at)
  assert.equal((await look(uuidv7())).status, 404)
  await operator.ok(listReports, {}, at)
  const served = { type: 'SUPPORT_SESSION', id: session.id }
  const views = await viewsOf(firm.tenantId)
  assert.deepEqual(
    views.map((event) => [event.target, servedOf(event), (event['actor'] as { user_id: string }).user_id]),
    [one, two].map(({ id }) => [{ type: 'ASSIGNMENT', id }, served, operator.userId]),
  )
  // What leaves an event of its own names the session too, and nothing twice.
  const [logged] = (await operator.ok(listAuditLogs, { query: { tenant_id: firm.tenantId } })).items
  const diff = { params: { audit_id: logged?.audit_id ?? '' }, query: { tenant_id: firm.tenantId } }
  await operator.ok(auditDiff, diff)
  const last = (await house.audit(firm.tenantId)).at(-1)
  assert.deepEqual([last?.action, servedOf(last)], ['AUDIT_DIFF_VIEWED', served])
  await house.sql("update audit.recent_views set seen_at = now() - interval '15 minutes' where actor_user_id = $1", [
    operator.userId,
  ])
  await look(one.id)
  assert.equal((await viewsOf(firm.tenantId)).length, 3)
  await operator.ok(endSupportSession, { params: { id: session.id } })
  await operator.ok(getUser, { params: { id: firm.valuer.userId } }, at)
  await house.sql('delete from audit.recent_views where actor_user_id = $1', [operator.userId])
  await operator.ok(auditDiff, diff)
  assert.equal((await viewsOf(firm.tenantId)).length, 3)
  assert.equal(servedOf((await house.audit(firm.tenantId)).at(-1)), undefined)
})

test('AU-01 nothing of a support session is shown that cannot be written down', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  const job = await firm.owner.ok(createAssignment, { body: { title: 'Flat 12, Market Road', case_type: 'DIRECT' } })
  await open(operator, firm)
  const look = () => operator.call(listStatusHistory, { params: { id: job.id } }, { 'x-tenant-id': firm.tenantId })
  await house.sql(`create function public.disk_full() returns trigger language plpgsql as $$
    begin raise exception 'No space left on device' using errcode = 'disk_full'; end $$`)
  await house.sql('create trigger disk_full before insert on audit.inbox execute function public.disk_full()')
  try {
    assert.equal((await look()).status, 503)
  } finally {
    await house.sql('drop function public.disk_full() cascade')
  }
  assert.equal((await look()).status, 200)
  assert.equal((await viewsOf(firm.tenantId)).length, 1)
})

test('ID-40 opened many times at once, one session is there', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => operator.call(openSupportSession, { params: { id: firm.tenantId }, body })),
  )
  assert.deepEqual(replies.map(({ status }) => status).toSorted(), [201, 409, 409, 409, 409, 409])
  assert.deepEqual(await eventsOf(firm.tenantId), ['SUPPORT_SESSION_OPENED'])
})

test('ID-40 opening and closing stand in the firm’s log and reach its administrators; either side ends it', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  const first = await open(operator, firm)
  const twice = await operator.call(openSupportSession, { params: { id: firm.tenantId }, body })
  assert.deepEqual([twice.status, twice.error.details[0]?.['reason']], [409, 'support_open'])
  const listed = await firm.owner.ok(listFirmSupportSessions, { query: { open: 'true' } })
  assert.deepEqual(
    listed.items.map(({ id, user }) => [id, user.name]),
    [[first.id, 'Test platform ops']],
  )
  assert.equal((await firm.opsManager.call(listFirmSupportSessions, {})).status, 403)
  assert.equal((await firm.stranger.call(endFirmSupportSession, { params: { id: first.id } })).status, 404)
  assert.equal((await firm.owner.call(endFirmSupportSession, { params: { id: first.id } })).status, 204)
  assert.equal((await firm.owner.call(endFirmSupportSession, { params: { id: first.id } })).status, 204)
  assert.equal(await seenBy(operator, firm, 'assignments.assignments'), 0)
  const second = await open(operator, firm)
  assert.equal((await operator.call(endSupportSession, { params: { id: second.id } })).status, 204)
  assert.equal((await operator.call(endSupportSession, { params: { id: uuidv7() } })).status, 404)
  assert.deepEqual(await eventsOf(firm.tenantId), [
    'SUPPORT_SESSION_OPENED',
    'SUPPORT_SESSION_CLOSED',
    'SUPPORT_SESSION_OPENED',
    'SUPPORT_SESSION_CLOSED',
  ])
  assert.deepEqual(await mailsOf(firm), [
    'support_session_opened owner',
    'support_session_closed owner',
    'support_session_opened owner',
    'support_session_closed owner',
  ])
  const all = await operator.ok(listSupportSessions, { query: { tenant_id: firm.tenantId, limit: 1 } })
  assert.deepEqual(
    all.items.map(({ id, closed_by }) => [id, closed_by?.id]),
    [[second.id, operator.userId]],
  )
  const rest = await operator.ok(listSupportSessions, {
    query: { tenant_id: firm.tenantId, cursor: all.next_cursor ?? '' },
  })
  assert.deepEqual(
    rest.items.map(({ id, closed_by }) => [id, closed_by?.id]),
    [[first.id, firm.owner.userId]],
  )
})

test('ID-40 a session that runs out is written down as ended at its time', async () => {
  const firm = await house.firm()
  const operator = await operatorOf()
  const session = await open(operator, firm)
  await house.runJobs()
  assert.deepEqual(await eventsOf(firm.tenantId), ['SUPPORT_SESSION_OPENED'])
  await house.sql(
    "update identity.support_sessions set opened_at = now() - interval '40 minutes', expires_at = now() - interval '10 minutes' where id = $1",
    [session.id],
  )
  await house.jobsDue()
  await house.runJobs()
  assert.deepEqual(await eventsOf(firm.tenantId), ['SUPPORT_SESSION_OPENED', 'SUPPORT_SESSION_CLOSED'])
  const [row] = await house.sql(
    'select closed_at = expires_at as on_time, closed_by from identity.support_sessions where id = $1',
    [session.id],
  )
  assert.deepEqual(row, { on_time: true, closed_by: null })
  assert.deepEqual(await mailsOf(firm), ['support_session_opened owner', 'support_session_closed owner'])
})

test('a support session asks for a fresh factor, a reason, and a firm that needs one', async () => {
  const firm = await house.firm()
  const stale = await house.member(house.config.ZENOPS_INTERNAL_TENANT_ID, 'platform_ops', 'studio')
  const params = { id: firm.tenantId }
  assert.equal((await stale.call(openSupportSession, { params, body })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  const operator = await operatorOf()
  assert.equal((await operator.call(openSupportSession, { params, body: { ...body, reason: 'short' } })).status, 422)
  assert.equal((await operator.call(openSupportSession, { params, body: { ...body, minutes: 61 } })).status, 422)
  assert.equal((await operator.call(openSupportSession, { params: { id: uuidv7() }, body })).status, 404)
  for (const id of [house.config.ZENOPS_INTERNAL_TENANT_ID, house.config.ZENOPS_EXTERNAL_TENANT_ID]) {
    const reply = await operator.call(openSupportSession, { params: { id }, body })
    assert.deepEqual([reply.status, reply.error.details[0]?.['reason']], [409, 'support_not_needed'])
  }
  const home = await seenBy(operator, { ...firm, tenantId: house.config.ZENOPS_INTERNAL_TENANT_ID }, 'identity.tenants')
  assert.ok(home >= 2)
})
