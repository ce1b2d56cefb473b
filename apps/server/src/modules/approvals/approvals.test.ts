import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { listBanks } from '@zenops/contracts/directory'
import { listUsers, me } from '@zenops/contracts/identity'
import { getUser, inviteUser, resetFactors, setJobTemplates } from '@zenops/contracts/identity-people'
import {
  approveRequest,
  getApprovalRequest,
  getMatrix,
  getSignInPolicy,
  listApprovalRequests,
  rejectRequest,
  requestMatrixChange,
  setSignInPolicy,
  withdrawRequest,
} from '@zenops/contracts/identity-rights'
import { type Firm, type House, openHouse, type Reply, type TestActor } from '../../../test/harness/house.ts'
import { forget, fresh, mailsOf, reasonOf, scopeInDatabase, stepUp, tokenIn } from '../../../test/harness/rights.ts'
import { WORKER_USER_ID } from '../tenants/index.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

interface Admins {
  readonly firm: Firm
  readonly tenantId: string
  readonly asker: TestActor
  readonly first: TestActor
  readonly second: TestActor
  readonly third: TestActor
}
/** A firm with an asker and three who may approve, all with a fresh factor. */
async function admins(): Promise<Admins> {
  const firm = await house.firm()
  const { tenantId } = firm
  const [second, third] = [await house.member(tenantId, 'super_admin'), await house.member(tenantId, 'super_admin')]
  await stepUp(house, firm.owner, second, third, firm.opsManager)
  return { firm, tenantId, asker: firm.opsManager, first: firm.owner, second, third }
}
const ask = (
  actor: TestActor,
  cell: { capability: string; job_template: JobTemplate; scope: 'all' | 'assigned' | 'own' | 'none' },
) => {
  const { capability, ...rest } = cell
  return actor.call(requestMatrixChange, { params: { capability }, body: { ...rest, reason: 'as the firm decided' } })
}
async function asked(actor: TestActor, cell: Parameters<typeof ask>[1]): Promise<string> {
  const reply = await ask(actor, cell)
  assert.equal(reply.status, 202, JSON.stringify(reply.body))
  return reply.body.request_id
}
const approve = (actor: TestActor, id: string) => actor.call(approveRequest, { params: { id } })
const refusedWith = (reply: Pick<Reply<unknown>, 'status' | 'error'>, reason: string): void =>
  assert.deepEqual([reply.status, reply.error.error_code, reasonOf(reply)], [409, 'RBAC_APPROVAL_INVALID', reason])
const versions = async (tenantId: string): Promise<Map<string, number>> => {
  const rows = await house.sql<{ user_id: string; v: number }>(
    'select user_id, permission_version::int as v from identity.memberships where tenant_id = $1',
    [tenantId],
  )
  return new Map(rows.map((row) => [row.user_id, row.v]))
}
const READ_USERS = { capability: 'users.read', job_template: 'valuer', scope: 'all' } as const

test('ID-28 ID-29 a request and two approvals apply: all versions rise, API and policies change alike', async () => {
  const { firm, asker, first, second, tenantId } = await admins()
  const { valuer } = firm
  const before = await versions(tenantId)
  assert.equal((await valuer.call(listUsers, {})).status, 403)
  const id = await asked(asker, READ_USERS)
  const half = await approve(first, id)
  assert.deepEqual([half.status, half.body], [200, { status: 'PENDING', approvals: 1, approvals_needed: 2 }])
  assert.equal(await scopeInDatabase(house, valuer, 'users.read'), 'none')
  const whole = await approve(second, id)
  assert.deepEqual([whole.status, whole.body], [200, { status: 'APPLIED', approvals: 2, approvals_needed: 2 }])
  const now = await versions(tenantId)
  for (const [user, version] of before) assert.equal(now.get(user), version + 1)
  forget(house, valuer)
  assert.equal((await valuer.call(me, {})).error.error_code, 'AUTH_STALE_PERMISSION')
  assert.equal((await valuer.call(listUsers, {}, await fresh(house, valuer))).status, 200)
  assert.equal(await scopeInDatabase(house, valuer, 'users.read'), 'all')
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  assert.deepEqual(
    actions.filter((action) => action.startsWith('RBAC_')),
    [
      'RBAC_DENIED',
      'RBAC_CHANGE_REQUEST_CREATED',
      'RBAC_CHANGE_REQUEST_APPROVED',
      'RBAC_CHANGE_REQUEST_APPROVED',
      'RBAC_CHANGE_REQUEST_APPLIED',
    ],
  )
})

test('ID-29 an applied cell hides rows and routes alike, and back at the default it says nothing of its own', async () => {
  const { firm, asker, first, second, tenantId } = await admins()
  const { valuer } = firm
  const cell = { capability: 'masterdata.read', job_template: 'valuer' } as const
  const decide = async (scope: 'none' | 'all') => {
    const headers = await fresh(house, asker)
    const reply = await asker.call(
      requestMatrixChange,
      {
        params: { capability: cell.capability },
        body: { job_template: cell.job_template, scope, reason: 'as the firm decided' },
      },
      headers,
    )
    for (const one of [first, second]) {
      await one.ok(approveRequest, { params: { id: reply.body.request_id } }, await fresh(house, one))
    }
  }
  assert.equal((await valuer.call(listBanks, {})).status, 200)
  await decide('none')
  const blind = await valuer.call(listBanks, {}, await fresh(house, valuer))
  assert.deepEqual([blind.status, reasonOf(blind)], [403, 'missing_capability'])
  assert.equal(await scopeInDatabase(house, valuer, 'masterdata.read'), 'none')
  await decide('all')
  assert.equal((await valuer.call(listBanks, {}, await fresh(house, valuer))).status, 200)
  assert.deepEqual(await house.sql('select 1 from identity.rbac_overrides where tenant_id = $1', [tenantId]), [])
})

test('ID-28 refused: the own request, a second decision, a manager, who is late, who is no longer entitled', async () => {
  const { firm, first, second, third, tenantId } = await admins()
  const id = await asked(first, READ_USERS)
  refusedWith(await approve(first, id), 'self_approval_not_allowed')
  await second.ok(approveRequest, { params: { id } })
  refusedWith(await approve(second, id), 'duplicated_approver')
  refusedWith(await second.call(rejectRequest, { params: { id } }), 'duplicated_approver')
  const manager = await approve(firm.opsManager, id)
  assert.deepEqual([manager.status, reasonOf(manager)], [403, 'missing_capability'])
  const fourth = await house.member(tenantId, 'super_admin')
  await stepUp(house, fourth)
  assert.equal((await fourth.call(me, {})).status, 200)
  // His token still remembers what the database has taken away in the meantime.
  await house.sql("update identity.memberships set admin_level = 'MANAGER' where tenant_id = $1 and user_id = $2", [
    tenantId,
    fourth.userId,
  ])
  refusedWith(await approve(fourth, id), 'approver_not_entitled')
  assert.equal((await third.ok(approveRequest, { params: { id } })).status, 'APPLIED')
  const late = await house.member(tenantId, 'super_admin')
  await stepUp(house, late)
  const headers = await fresh(house, late)
  refusedWith(await late.call(approveRequest, { params: { id } }, headers), 'request_not_pending')
  const ghost = await late.call(approveRequest, { params: { id: crypto.randomUUID() } }, headers)
  assert.equal(ghost.status, 404)
  await stepUp(house, firm.stranger)
  assert.equal((await approve(firm.stranger, id)).status, 404, 'a request of another firm')
})

test('approving and rejecting need a fresh factor', async () => {
  const { asker, tenantId } = await admins()
  const id = await asked(asker, READ_USERS)
  const unproven = await house.member(tenantId, 'super_admin')
  for (const operation of [approveRequest, rejectRequest]) {
    const reply = await unproven.call(operation, { params: { id } })
    assert.deepEqual([reply.status, reply.error.error_code], [401, 'AUTH_STEP_UP_REQUIRED'])
  }
})

test('ID-28 of several approvals at once the change applies once', async () => {
  const { asker, first, second, third, tenantId } = await admins()
  const id = await asked(asker, READ_USERS)
  const before = await versions(tenantId)
  const replies = await Promise.all([first, second, third].map((actor) => approve(actor, id)))
  const applied = replies.filter((reply) => reply.status === 200 && reply.body.status === 'APPLIED')
  assert.equal(applied.length, 1)
  assert.equal(replies.filter((reply) => reply.status === 200 && reply.body.status === 'PENDING').length, 1)
  // Who comes last finds it closed; had his call begun later still, his token would be stale by then.
  const late = replies.find((reply) => reply.status !== 200)
  assert.ok(late)
  const said = late.status === 401 ? late.error.error_code : reasonOf(late)
  assert.ok(['request_not_pending', 'AUTH_STALE_PERMISSION'].includes(String(said)), String(said))
  assert.equal((await versions(tenantId)).get(first.userId), (before.get(first.userId) ?? 0) + 1)
})

test('ID-28 one approval is enough where the platform has set so; it is never the own one', async () => {
  const { asker, first, tenantId } = await admins()
  await house.sql('update identity.tenants set rbac_approvals = 1 where id = $1', [tenantId])
  const reply = await ask(asker, READ_USERS)
  assert.equal(reply.body.approvals_needed, 1)
  assert.equal((await first.ok(approveRequest, { params: { id: reply.body.request_id } })).status, 'APPLIED')
})

test('an operator of the platform stands in as one approver, not as two, and a super_admin of the house does not', async () => {
  const firm = await house.firm()
  await stepUp(house, firm.owner, house.operator)
  const id = await asked(firm.opsManager, READ_USERS)
  const told = await mailsOf(house, firm.tenantId)
  assert.ok(
    told.some((mail) => mail.user_id === house.operator.userId),
    'a firm with one administrator needs him',
  )
  const internal = house.config.ZENOPS_INTERNAL_TENANT_ID
  const houseOwner = await house.member(internal, 'super_admin', 'studio')
  const other = await house.member(internal, 'platform_ops', 'studio')
  await stepUp(house, houseOwner, other)
  refusedWith(await approve(houseOwner, id), 'approver_not_entitled')
  assert.equal((await house.operator.ok(approveRequest, { params: { id } })).status, 'PENDING')
  refusedWith(await approve(other, id), 'approver_not_entitled')
  const seen = await other.ok(getApprovalRequest, { params: { id } })
  assert.deepEqual([seen.may_decide, seen.why_not, seen.tenant_id], [false, 'approver_not_entitled', firm.tenantId])
  assert.equal((await firm.owner.ok(approveRequest, { params: { id } })).status, 'APPLIED')
})

test('what has changed since the request ends it: refused and kept as rejected', async () => {
  const { asker, first, second, tenantId } = await admins()
  const id = await asked(asker, READ_USERS)
  await first.ok(approveRequest, { params: { id } })
  await house.sql("insert into identity.rbac_overrides values ($1, 'valuer', 'users.read', 'own')", [tenantId])
  refusedWith(await approve(second, id), 'base_changed')
  const ended = await second.ok(getApprovalRequest, { params: { id } })
  assert.deepEqual([ended.status, ended.decisions.length, ended.why_not], ['REJECTED', 2, 'request_not_pending'])
  const [cell] = await house.sql<{ scope: string }>('select scope from identity.rbac_overrides where tenant_id = $1', [
    tenantId,
  ])
  assert.equal(cell?.scope, 'own')
  const log = await house.audit(tenantId)
  assert.ok(log.some((event) => event.action === 'RBAC_CHANGE_REQUEST_REJECTED'))
  assert.ok(!log.some((event) => event.action === 'RBAC_CHANGE_REQUEST_APPLIED'))
})

test('one rejection ends a request; requester and deciders hear of it', async () => {
  const { asker, first, second, tenantId } = await admins()
  const id = await asked(asker, READ_USERS)
  await first.ok(approveRequest, { params: { id } })
  const ended = await second.ok(rejectRequest, { params: { id }, body: { comment: 'not now' } })
  assert.deepEqual(ended, { status: 'REJECTED', approvals: 1, approvals_needed: 2 })
  const told = (await mailsOf(house, tenantId)).filter((mail) => mail.template === 'rbac_request_decided')
  assert.deepEqual(told.map((mail) => mail.user_id).sort(), [asker.userId, first.userId].sort())
  const request = await asker.ok(getApprovalRequest, { params: { id } })
  assert.deepEqual(
    request.decisions.map((one) => [one.decision, one.comment]),
    [
      ['APPROVE', null],
      ['REJECT', 'not now'],
    ],
  )
  refusedWith(await second.call(rejectRequest, { params: { id } }), 'request_not_pending')
})

test('only the requester takes his request back, and only while it waits', async () => {
  const { firm, asker, first } = await admins()
  const id = await asked(asker, READ_USERS)
  const other = await first.call(withdrawRequest, { params: { id } })
  assert.deepEqual([other.status, reasonOf(other)], [403, 'not_requester'])
  assert.equal((await firm.valuer.call(withdrawRequest, { params: { id } })).status, 404)
  assert.equal((await asker.ok(withdrawRequest, { params: { id } })).status, 'WITHDRAWN')
  refusedWith(await asker.call(withdrawRequest, { params: { id } }), 'request_not_pending')
  refusedWith(await approve(first, id), 'request_not_pending')
  assert.equal((await ask(asker, READ_USERS)).status, 202, 'the cell is free again')
  const withdrawn = (await house.audit(asker.tenantId)).filter(
    ({ action }) => action === 'RBAC_CHANGE_REQUEST_WITHDRAWN',
  )
  assert.deepEqual(
    withdrawn.map(({ target }) => target.id),
    [id],
  )
})

test('ID-28 after fourteen days a request is over, at once for whoever decides and for good by the sweep', async () => {
  const { asker, first, tenantId } = await admins()
  const id = await asked(asker, READ_USERS)
  await house.sql("update identity.rbac_requests set expires_at = now() - interval '1 second' where tenant_id = $1", [
    tenantId,
  ])
  refusedWith(await approve(first, id), 'request_not_pending')
  const listed = await first.ok(listApprovalRequests, { query: { status: ['EXPIRED'] } })
  assert.equal(listed.items[0]?.status, 'EXPIRED')
  const job = house.app.workerOptions().recurring.find((one) => one.job.kind === 'identity.expire_requests')
  assert.ok(job)
  await house.sql(
    `select set_config('app.aud', 'worker', true), set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true),
      ops.enqueue_job('identity.expire_requests', '{}', repeat('a', 32))`,
    [tenantId, WORKER_USER_ID],
  )
  await house.runJobs()
  const [row] = await house.sql<{ status: string }>('select status from identity.rbac_requests where tenant_id = $1', [
    tenantId,
  ])
  assert.equal(row?.status, 'EXPIRED')
  assert.ok((await house.audit(tenantId)).some((event) => event.action === 'RBAC_CHANGE_REQUEST_EXPIRED'))
  const told = (await mailsOf(house, tenantId)).filter((mail) => mail.template === 'rbac_request_decided')
  assert.deepEqual(
    told.map((mail) => mail.user_id),
    [asker.userId],
  )
})

test('an overdue request does not stand in the way of a new one', async () => {
  const { asker, tenantId } = await admins()
  await asked(asker, READ_USERS)
  const twice = await ask(asker, READ_USERS)
  assert.deepEqual([twice.status, twice.error.error_code, reasonOf(twice)], [409, 'CONFLICT', 'request_pending'])
  await house.sql("update identity.rbac_requests set expires_at = now() - interval '1 second' where tenant_id = $1", [
    tenantId,
  ])
  assert.equal((await ask(asker, READ_USERS)).status, 202)
})

test('ID-29 cells outside the limits are refused when asked, as is what changes nothing', async () => {
  const { asker, firm } = await admins()
  const cases = [
    ['users.rbac.approve', 'ops_manager', 'all'],
    ['users.security', 'hr', 'own'],
    ['control.read', 'ops_manager', 'all'],
    ['tasks.read', 'super_admin', 'none'],
    ['audit.read', 'platform_ops', 'none'],
    ['commissions.read', 'portal_user', 'assigned'],
    ['desk.read', 'guest', 'none'],
    ['tasks.read', 'worker', 'none'],
    ['payments.refund', 'accounts', 'own'],
    ['reports.override', 'valuer', 'all'],
  ] as const
  for (const [capability, job_template, scope] of cases) {
    const reply = await ask(asker, { capability, job_template, scope })
    assert.deepEqual(
      [reply.status, reply.error.error_code, reasonOf(reply)],
      [422, 'VALIDATION_FAILED', 'not_overridable'],
    )
  }
  const same = await ask(asker, { capability: 'tasks.read', job_template: 'valuer', scope: 'own' })
  assert.deepEqual([same.status, reasonOf(same)], [422, 'unchanged'])
  assert.equal(
    (await ask(asker, { capability: 'payments.refund', job_template: 'ops_manager', scope: 'all' })).status,
    202,
  )
  assert.equal((await ask(firm.valuer, READ_USERS)).status, 403)
  assert.equal((await ask(asker, { ...READ_USERS, capability: 'nonsense' })).status, 422)
})

test('the matrix: default, override, effect, how far it may go, how many people, what waits', async () => {
  const { asker, tenantId, firm } = await admins()
  await house.sql("insert into identity.rbac_overrides values ($1, 'hr', 'users.invite', 'all')", [tenantId])
  const id = await asked(asker, READ_USERS)
  const matrix = await asker.ok(getMatrix, {})
  assert.equal(matrix.approvals_needed, 2)
  assert.equal(matrix.job_templates.find((one) => one.key === 'super_admin')?.people, 3)
  const of = (job_template: string, capability: string) =>
    matrix.cells.find((one) => one.job_template === job_template && one.capability === capability)
  const hr = of('hr', 'users.invite')
  assert.deepEqual(
    [hr?.default, hr?.override, hr?.effective, hr?.overridable, hr?.widest],
    ['none', 'all', 'all', true, 'all'],
  )
  assert.equal(of('valuer', 'users.read')?.pending_request_id, id)
  assert.deepEqual(
    [of('super_admin', 'users.read')?.overridable, of('portal_user', 'documents.read')?.widest],
    [false, 'own'],
  )
  assert.equal((await firm.hr.call(getMatrix, {})).status, 403)
  const other = await house.operator.ok(getMatrix, { query: { tenant_id: tenantId } })
  assert.deepEqual(other.cells, matrix.cells)
  assert.equal((await house.operator.call(getMatrix, { query: { tenant_id: crypto.randomUUID() } })).status, 404)
})

test('requests are listed newest first, by state and kind; the studio sees those of all firms', async () => {
  const { asker, first, tenantId, firm } = await admins()
  const one = await asked(asker, READ_USERS)
  const two = await asked(first, { capability: 'kb.write', job_template: 'hr', scope: 'all' })
  const list = await asker.ok(listApprovalRequests, { query: { limit: 1 } })
  assert.equal(list.items[0]?.id, two)
  const rest = await asker.ok(listApprovalRequests, { query: { limit: 1, cursor: list.next_cursor ?? '' } })
  assert.deepEqual([rest.items[0]?.id, rest.next_cursor], [one, null])
  const request = rest.items[0]
  assert.deepEqual([request?.mine, request?.may_decide, request?.people_affected], [true, false, 1])
  assert.deepEqual([request?.before, request?.after], [{ scope: 'none', override: null }, { scope: 'all' }])
  assert.equal((await asker.ok(listApprovalRequests, { query: { kind: ['policy_relax'] } })).items.length, 0)
  assert.equal((await asker.ok(listApprovalRequests, { query: { q: 'kb.write' } })).items.length, 1)
  const studio = await house.operator.ok(listApprovalRequests, { query: { tenant_id: tenantId } })
  assert.deepEqual(
    studio.items.map((item) => item.id),
    [two, one],
  )
  assert.ok((await house.operator.ok(listApprovalRequests, { query: { limit: 200 } })).items.length > 2)
  assert.equal((await firm.stranger.ok(listApprovalRequests, {})).items.length, 0)
  assert.equal((await asker.call(listApprovalRequests, { query: { cursor: 'nonsense' } })).status, 422)
})

test('admin_grant applied: the invitation is mailed then, in the name of who asked', async () => {
  const { asker, first, second, tenantId } = await admins()
  const email = `new-${crypto.randomUUID()}@test.zenops.local`
  const reply = await asker.call(inviteUser, { body: { email, name: 'Third owner', job_templates: ['super_admin'] } })
  if (reply.body.result !== 'pending') return assert.fail()
  const params = { id: reply.body.request_id }
  await first.ok(approveRequest, { params })
  assert.deepEqual(await house.sql('select 1 from identity.users where email = $1', [email]), [])
  assert.equal((await second.ok(approveRequest, { params })).status, 'APPLIED')
  const [mail] = (await mailsOf(house, tenantId)).filter((one) => one.template === 'auth_invitation')
  assert.equal(mail?.recipient, email)
  assert.ok(mail?.text.includes('Test ops manager') && tokenIn(mail.text))
  const [row] = await house.sql<{ status: string; admin_level: string }>(
    'select m.status, m.admin_level from identity.memberships m join identity.users u on u.id = m.user_id where u.email = $1',
    [email],
  )
  assert.deepEqual([row?.status, row?.admin_level], ['invited', 'SYSTEM_ADMIN'])
  const log = JSON.stringify(await house.audit(tenantId))
  assert.ok(log.includes('USER_INVITED') && !log.includes(email))
})

test('admin_grant applied: templates change; base changed and last admin are found out at the end', async () => {
  const { firm, first, second, third, tenantId } = await admins()
  const set = async (actor: TestActor, id: string, job_templates: ['ops_manager' | 'super_admin' | 'valuer']) => {
    const reply = await actor.call(
      setJobTemplates,
      { params: { id }, body: { job_templates } },
      await fresh(house, actor),
    )
    if (reply.body.result !== 'pending') throw new Error(JSON.stringify(reply.body))
    return reply.body.request_id
  }
  const decide = async (actor: TestActor, id: string) =>
    actor.call(approveRequest, { params: { id } }, await fresh(house, actor))
  const up = await set(first, firm.valuer.userId, ['ops_manager'])
  await decide(second, up)
  assert.equal((await decide(third, up)).body.status, 'APPLIED')
  assert.deepEqual((await first.ok(getUser, { params: { id: firm.valuer.userId } })).job_templates, ['ops_manager'])
  const again = await set(first, firm.valuer.userId, ['valuer'])
  await house.sql('delete from identity.membership_job_templates where user_id = $1', [firm.valuer.userId])
  await decide(second, again)
  refusedWith(await decide(third, again), 'base_changed')
  const down = await set(first, second.userId, ['ops_manager'])
  await decide(third, down)
  await house.sql("update identity.memberships set status = 'disabled' where tenant_id = $1 and user_id in ($2, $3)", [
    tenantId,
    first.userId,
    third.userId,
  ])
  await stepUp(house, house.operator)
  const last = await approve(house.operator, down)
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])
  assert.equal((await house.operator.ok(getApprovalRequest, { params: { id: down } })).status, 'PENDING')
})

test("mfa_reset_admin applied: the administrator's factors go and his sessions end", async () => {
  const { first, second, third, asker } = await admins()
  await house.sql(
    "insert into identity.auth_totp (user_id, secret_ciphertext, key_id, enabled_at) values ($1, '\\x00', 'test', now())",
    [asker.userId],
  )
  const reply = await first.call(resetFactors, { params: { id: asker.userId }, body: { reason: 'lost telephone' } })
  if (reply.body.result !== 'pending') return assert.fail()
  const params = { id: reply.body.request_id }
  await second.ok(approveRequest, { params })
  assert.equal((await third.ok(approveRequest, { params })).status, 'APPLIED')
  assert.deepEqual(await house.sql('select 1 from identity.auth_totp where user_id = $1', [asker.userId]), [])
  forget(house, asker)
  assert.equal((await asker.call(me, {})).error.error_code, 'AUTH_INVALID')
})

test('sign-in policy: stronger holds at once and grace begins anew, weaker waits for approval', async () => {
  const { first, second, third, firm, tenantId } = await admins()
  const now = await first.ok(getSignInPolicy, {})
  assert.deepEqual(
    { ...now, version: 0 },
    { mfa_policy: 'admins', passwordless: false, registration: 'invite_only', version: 0 },
  )
  const rules = { mfa_policy: 'admins', passwordless: false, registration: 'invite_only' } as const
  const unproven = await house.member(tenantId, 'super_admin')
  assert.equal((await unproven.call(setSignInPolicy, { body: rules })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  assert.equal((await firm.opsManager.call(getSignInPolicy, {})).status, 403)
  await house.sql("update identity.tenants set mfa_policy_since = '2020-01-01' where id = $1", [tenantId])
  const strong = await first.call(setSignInPolicy, {
    body: { ...rules, mfa_policy: 'staff', expected_version: now.version },
  })
  assert.deepEqual([strong.status, strong.body.result], [200, 'applied'])
  const [row] = await house.sql<{ recent: boolean }>(
    "select mfa_policy_since > now() - interval '1 hour' as recent from identity.tenants where id = $1",
    [tenantId],
  )
  assert.equal(row?.recent, true)
  const stale = await first.call(setSignInPolicy, { body: { ...rules, expected_version: now.version } })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  const weak = await first.call(setSignInPolicy, { body: { ...rules, passwordless: true, reason: 'passkeys for all' } })
  if (weak.body.result !== 'pending') return assert.fail()
  assert.equal(weak.status, 202)
  assert.equal((await first.ok(getSignInPolicy, {})).mfa_policy, 'staff', 'nothing holds before it is approved')
  const twice = await second.call(setSignInPolicy, { body: { ...rules, mfa_policy: 'staff', registration: 'open' } })
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'CONFLICT'])
  const params = { id: weak.body.request_id }
  await second.ok(approveRequest, { params })
  assert.equal((await third.ok(approveRequest, { params })).status, 'APPLIED')
  assert.deepEqual(
    { ...(await first.ok(getSignInPolicy, {})), version: 0 },
    { ...rules, passwordless: true, version: 0 },
  )
  const same = await first.call(setSignInPolicy, { body: { ...rules, passwordless: true } })
  assert.deepEqual([same.status, same.body.result], [200, 'applied'])
  const written = (await house.audit(tenantId)).filter((event) => event.action === 'MFA_POLICY_CHANGED')
  assert.equal(written.length, 2)
  const unnamed = await house.operator.call(setSignInPolicy, { body: rules })
  assert.ok([401, 422].includes(unnamed.status))
})

test('a policy that was changed since ends the request', async () => {
  const { first, second, third, tenantId } = await admins()
  const weak = await first.call(setSignInPolicy, {
    body: { mfa_policy: 'admins', passwordless: true, registration: 'invite_only' },
  })
  if (weak.body.result !== 'pending') return assert.fail()
  const params = { id: weak.body.request_id }
  await house.sql("update identity.tenants set registration = 'off' where id = $1", [tenantId])
  await second.ok(approveRequest, { params })
  refusedWith(await approve(third, params.id), 'base_changed')
})
