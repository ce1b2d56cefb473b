import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { getUiSettings, listUsers, login, me, refresh } from '@zenops/contracts/identity'
import { acceptInvitation } from '@zenops/contracts/identity-entry'
import {
  changeEmail,
  getUser,
  inviteUser,
  listRoleTemplates,
  myTenants,
  removeUser,
  resendInvitation,
  setJobTemplates,
  updateMe,
  updateUser,
  withdrawInvitation,
} from '@zenops/contracts/identity-people'
import { getApprovalRequest, listApprovalRequests } from '@zenops/contracts/identity-rights'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import {
  emailOf,
  forget,
  mailsOf,
  PASSWORD,
  reasonOf,
  scopeInDatabase,
  stepUp,
  tokenIn,
  withPassword,
} from '../../../test/harness/rights.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal } from '../../platform/errors.ts'
import { findLink } from '../identity/index.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const newEmail = (): string => `new-${crypto.randomUUID()}@test.zenops.local`
const invite = (actor: TestActor, job_templates: string[], extra: Record<string, unknown> = {}) =>
  actor.call(inviteUser, {
    body: { email: newEmail(), name: 'New person', job_templates: job_templates as ['valuer'], ...extra },
  }) // any templates, right or wrong
const linkOpens = (token: string): Promise<boolean> =>
  house.app.services.database
    .transact(authScope(), (tx) => findLink(tx, token, 'INVITE'))
    .then(() => true)
    .catch((error: unknown) => {
      assert.ok(error instanceof Refusal && error.code === 'AUTH_TOKEN_INVALID')
      return false
    })
const membership = async (tenantId: string, userId: string) => {
  const [row] = await house.sql<{
    status: string
    permission_version: number
    deleted_at: string | null
    admin_level: string | null
  }>(
    'select status, permission_version::int, deleted_at, admin_level from identity.memberships where tenant_id = $1 and user_id = $2',
    [tenantId, userId],
  )
  return row
}

test('ID-21 an invitation is mailed, once in the fragment; it makes a membership that waits', async () => {
  const { owner, tenantId } = await house.firm()
  const email = newEmail()
  const reply = await owner.call(inviteUser, { body: { email, name: 'Asha Rao', job_templates: ['accounts', 'hr'] } })
  assert.equal(reply.status, 201)
  assert.equal(reply.body.result, 'invited')
  if (reply.body.result !== 'invited') return
  assert.deepEqual(
    [reply.body.status, reply.body.job_templates, reply.body.invite_url],
    ['invited', ['accounts', 'hr'], undefined],
  )
  const [mail] = await mailsOf(house, tenantId)
  assert.deepEqual([mail?.template, mail?.recipient], ['auth_invitation', email])
  const token = tokenIn(mail?.text)
  assert.equal(await linkOpens(token), true)
  const detail = await owner.ok(getUser, { params: { id: reply.body.user_id } })
  assert.equal(detail.invitation?.expired, false)
  assert.equal(detail.status, 'invited')
  const log = JSON.stringify(await house.audit(tenantId))
  assert.ok(log.includes('USER_INVITED') && !log.includes(email) && !log.includes(token))
})

test('ID-21 by hand the link is answered once, for a new person only; resending voids the old one', async () => {
  const { owner, tenantId } = await house.firm()
  const made = await invite(owner, ['valuer'], { delivery: 'manual' })
  assert.equal(made.status, 201)
  if (made.body.result !== 'invited') return
  const first = tokenIn(made.body.invite_url)
  assert.ok(made.body.invite_url?.startsWith('http://localhost:'))
  assert.deepEqual(await mailsOf(house, tenantId), [])
  const params = { id: made.body.user_id }
  const again = await owner.ok(resendInvitation, { params, body: { delivery: 'manual' } })
  assert.deepEqual([await linkOpens(first), await linkOpens(tokenIn(again.invite_url))], [false, true])
  const mailed = await owner.ok(resendInvitation, { params })
  assert.equal(mailed.invite_url, undefined)
  assert.equal(await linkOpens(tokenIn(again.invite_url)), false)
  const known = await withPassword(house, { tenantId: (await house.firm()).tenantId, templates: ['hr'] })
  const refused = await invite(owner, ['valuer'], { email: known.email, delivery: 'manual' })
  assert.deepEqual([refused.status, reasonOf(refused)], [422, 'manual_for_new_person_only'])
  assert.equal((await membership(tenantId, known.userId))?.status, undefined, 'nothing half-written')
  assert.equal((await invite(owner, ['valuer'], { email: known.email })).status, 201)
})

test('ID-21 accepted once: a new person chooses his password, a known one proves his', async () => {
  const { owner, tenantId } = await house.firm()
  const made = await invite(owner, ['accounts', 'hr'], { delivery: 'manual' })
  if (made.body.result !== 'invited') return assert.fail()
  const accept = (token: string, password = PASSWORD) =>
    house.anon.call(acceptInvitation, { body: { token, password } })
  const token = tokenIn(made.body.invite_url)
  const entered = await accept(token)
  assert.equal(entered.status, 200)
  if (entered.body.result !== 'accepted') return assert.fail()
  assert.deepEqual([entered.body.tenant.id, entered.body.job_templates], [tenantId, ['accounts', 'hr']])
  const again = await accept(token)
  assert.deepEqual([again.status, again.error.error_code], [401, 'AUTH_TOKEN_INVALID'])
  const known = await withPassword(house, { tenantId: (await house.firm()).tenantId, templates: ['hr'] })
  await invite(owner, ['valuer'], { email: known.email })
  const mailed = (await mailsOf(house, tenantId)).find((mail) => mail.recipient === known.email)
  const wrong = await accept(tokenIn(mailed?.text), 'not the right phrase')
  assert.deepEqual([wrong.status, wrong.error.error_code], [401, 'AUTH_INVALID'])
  assert.equal((await accept(tokenIn(mailed?.text))).status, 200)
  assert.equal((await owner.ok(getUser, { params: { id: known.userId } })).status, 'active')
})

test('a withdrawn invitation opens nothing; an accepted one can neither be sent nor withdrawn', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const made = await invite(owner, ['hr'], { delivery: 'manual' })
  if (made.body.result !== 'invited') return assert.fail()
  const params = { id: made.body.user_id }
  await owner.ok(withdrawInvitation, { params })
  assert.equal(await linkOpens(tokenIn(made.body.invite_url)), false)
  assert.equal((await membership(tenantId, params.id))?.status, 'ended')
  assert.equal((await owner.call(resendInvitation, { params })).status, 404)
  for (const operation of [resendInvitation, withdrawInvitation]) {
    const reply = await owner.call(operation, { params: { id: valuer.userId } })
    assert.deepEqual([reply.status, reply.error.error_code, reasonOf(reply)], [409, 'CONFLICT', 'accepted'])
  }
  assert.ok((await house.audit(tenantId)).some((event) => event.action === 'USER_INVITATION_WITHDRAWN'))
})

test('whoever is a member is not invited again; an ended membership is revived with a fresh permission version', async () => {
  const { owner, hr, tenantId } = await house.firm()
  const email = await emailOf(house, hr.userId)
  const member = await invite(owner, ['valuer'], { email })
  assert.deepEqual([member.status, member.error.error_code, reasonOf(member)], [409, 'CONFLICT', 'member'])
  await owner.ok(removeUser, { params: { id: hr.userId } })
  const ended = await membership(tenantId, hr.userId)
  assert.equal(ended?.status, 'ended')
  forget(house, hr)
  assert.equal((await hr.call(me, {})).status, 401)
  assert.equal((await owner.ok(listUsers, { query: { q: email } })).items.length, 0)
  assert.equal((await owner.ok(listUsers, { query: { q: email, status: ['ended'] } })).items.length, 1)
  const revived = await invite(owner, ['valuer'], { email })
  assert.equal(revived.status, 201)
  const now = await membership(tenantId, hr.userId)
  assert.deepEqual([now?.status, now?.deleted_at], ['invited', null])
  assert.ok((now?.permission_version ?? 0) > (ended?.permission_version ?? 0))
  assert.deepEqual((await owner.ok(getUser, { params: { id: hr.userId } })).job_templates, ['valuer'])
})

test('ID-22 who invites whom: valuer 201, accounts 403, super_admin 202; others never reach', async () => {
  const { opsManager, owner, tenantId, stranger } = await house.firm()
  assert.equal((await invite(opsManager, ['valuer'])).status, 201)
  const beyond = await invite(opsManager, ['accounts'])
  assert.deepEqual([beyond.status, beyond.error.error_code, reasonOf(beyond)], [403, 'FORBIDDEN', 'grant_exceeds_own'])
  assert.ok(beyond.error.details[0]?.['capability'])
  const asked = await invite(opsManager, ['super_admin'])
  assert.equal(asked.status, 202)
  if (asked.body.result !== 'pending') return assert.fail()
  assert.equal(asked.body.approvals_needed, 2)
  const request = await owner.ok(getApprovalRequest, { params: { id: asked.body.request_id } })
  assert.deepEqual(
    [request.kind, request.status, request.may_decide, request.mine],
    ['admin_grant', 'PENDING', true, false],
  )
  const told = (await mailsOf(house, tenantId)).filter((mail) => mail.template === 'rbac_request_created')
  assert.ok(told.some((mail) => mail.user_id === owner.userId))
  const elsewhere = await stranger.call(getApprovalRequest, { params: { id: asked.body.request_id } })
  assert.equal(elsewhere.status, 404)
})

test('templates that do not go together, or not here, are refused with their reason', async () => {
  const { owner } = await house.firm()
  const cases = [
    [['super_admin', 'valuer'], 'mixed_roles'],
    [['portal_user'], 'template_not_assignable'],
    [['guest'], 'template_not_assignable'],
    [['worker'], 'template_not_assignable'],
    [['platform_ops'], 'internal_tenant_only'],
  ] as const
  for (const [templates, reason] of cases) {
    const reply = await invite(owner, [...templates])
    assert.deepEqual([reply.status, reply.error.error_code, reasonOf(reply)], [422, 'VALIDATION_FAILED', reason])
  }
  const byHand = await invite(owner, ['ops_manager'], { delivery: 'manual' })
  assert.deepEqual([byHand.status, reasonOf(byHand)], [422, 'mailed_after_approval'])
})

test('an invitation that waits for approval waits once, and not for a member', async () => {
  const { owner, opsManager } = await house.firm()
  const email = newEmail()
  assert.equal((await invite(owner, ['ops_manager'], { email })).status, 202)
  const twice = await invite(opsManager, ['super_admin'], { email })
  assert.deepEqual([twice.status, twice.error.error_code, reasonOf(twice)], [409, 'CONFLICT', 'request_pending'])
  const member = await invite(owner, ['ops_manager'], { email: await emailOf(house, opsManager.userId) })
  assert.deepEqual([member.status, reasonOf(member)], [409, 'member'])
})

test('only administrators with the capability ask for administrators: an operator of the platform does not', async () => {
  const { tenantId } = await house.firm()
  const reply = await house.operator.call(inviteUser, {
    query: { tenant_id: tenantId },
    body: { email: newEmail(), name: 'New', job_templates: ['super_admin'] },
  })
  assert.deepEqual([reply.status, reply.error.details[0]?.['capability']], [403, 'users.rbac.request'])
})

test('ID-17 new templates make the old token stale; a refresh heals; database and API change in the same moment', async () => {
  const { owner, tenantId } = await house.firm()
  await stepUp(house, owner)
  const { userId, email } = await withPassword(house, { tenantId, templates: ['valuer'] })
  const signedIn = await house.anon.call(login, {
    body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId },
  })
  if (signedIn.body.result !== 'accepted') return assert.fail()
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const old = signedIn.body.access_token
  const person: TestActor = { ...owner, userId, token: old }
  assert.equal(await scopeInDatabase(house, person, 'billing.read'), 'none')
  const detail = await owner.ok(getUser, { params: { id: userId } })
  const body = { job_templates: ['accounts', 'valuer'], expected_version: detail.version } as const
  const applied = await owner.call(setJobTemplates, {
    params: { id: userId },
    body: { ...body, job_templates: [...body.job_templates] },
  })
  assert.equal(applied.status, 200)
  assert.equal(applied.body.result, 'applied')
  const event = (await house.audit(tenantId)).find(({ action }) => action === 'USER_ROLES_CHANGED')
  assert.deepEqual(
    [event?.target.id, event?.['before'], event?.['after']],
    [userId, { job_templates: ['valuer'] }, { job_templates: ['accounts', 'valuer'] }],
  )
  assert.equal(await scopeInDatabase(house, person, 'billing.read'), 'all')
  assert.equal(await scopeInDatabase(house, person, 'assignments.read'), 'all', 'the wider scope wins')
  forget(house, person)
  const stale = await house.anon.call(getUiSettings, {}, bearer(old))
  assert.deepEqual([stale.status, stale.error.error_code], [401, 'AUTH_STALE_PERMISSION'])
  const cookie = String(signedIn.headers['set-cookie']).split(';', 1)[0] ?? ''
  const healed = await house.anon.call(refresh, { body: { aud: 'web' } }, { cookie })
  assert.equal(healed.status, 200)
  assert.deepEqual(healed.body.job_templates, ['accounts', 'valuer'])
  assert.ok(healed.body.capabilities.some((held) => held.capability === 'billing.read' && held.scope === 'all'))
  assert.equal((await house.anon.call(getUiSettings, {}, bearer(healed.body.access_token))).status, 200)
})

test('ID-22 templates: nobody sets his own, versions are checked, mixed roles refused, ADMIN waits', async () => {
  const { owner, opsManager, valuer } = await house.firm()
  const set = (id: string, job_templates: string[], extra: object = {}) =>
    owner.call(setJobTemplates, { params: { id }, body: { job_templates: job_templates as ['valuer'], ...extra } }) // any templates, right or wrong
  assert.equal((await set(valuer.userId, ['hr'])).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  await stepUp(house, owner)
  const own = await set(owner.userId, ['ops_manager'])
  assert.deepEqual([own.status, own.error.error_code, reasonOf(own)], [403, 'FORBIDDEN', 'self_change'])
  const stale = await set(valuer.userId, ['hr'], { expected_version: 9 })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  assert.equal(reasonOf(await set(valuer.userId, ['valuer', 'ops_manager'])), 'mixed_roles')
  assert.equal((await set(crypto.randomUUID(), ['hr'])).status, 404)
  const up = await set(valuer.userId, ['ops_manager'])
  assert.deepEqual([up.status, up.body.result], [202, 'pending'])
  assert.equal(reasonOf(await set(valuer.userId, ['super_admin'])), 'request_pending')
  const down = await set(opsManager.userId, ['valuer'])
  assert.equal(down.status, 202)
  const unchanged = await set(opsManager.userId, ['ops_manager'])
  assert.deepEqual([unchanged.status, unchanged.body.result], [200, 'applied'], 'what stands already asks nobody')
  const list = await owner.ok(listApprovalRequests, { query: { status: ['PENDING'] } })
  assert.equal(list.items.length, 2)
})

test('the last SYSTEM_ADMIN keeps his templates: LAST_ADMIN, decided when asked', async () => {
  const { owner, tenantId } = await house.firm()
  // An operator with the capability of the house asks from the studio: nobody in the firm itself could, being the last.
  const houseOwner = await house.member(house.config.ZENOPS_INTERNAL_TENANT_ID, 'super_admin', 'studio')
  await stepUp(house, houseOwner)
  const reply = await houseOwner.call(setJobTemplates, {
    params: { id: owner.userId },
    query: { tenant_id: tenantId },
    body: { job_templates: ['ops_manager'] },
  })
  assert.deepEqual([reply.status, reply.error.error_code], [409, 'LAST_ADMIN'])
})

test('a person is edited within reach: name, phone and what he may sign with; versions are checked', async () => {
  const { owner, opsManager, valuer, accounts, tenantId, stranger } = await house.firm()
  const params = { id: valuer.userId }
  const detail = await opsManager.ok(getUser, { params })
  const professional = { designation: 'Valuer', registration_no: 'IBBI/RV/01/2020/00001' }
  const changed = await opsManager.ok(updateUser, {
    params,
    body: { name: 'Meera Iyer', phone: '98450 12345', professional, expected_version: detail.version },
  })
  assert.deepEqual(
    [changed.name, changed.phone, changed.professional?.registration_no],
    ['Meera Iyer', '+919845012345', 'IBBI/RV/01/2020/00001'],
  )
  assert.ok(changed.version > detail.version)
  const stale = await opsManager.call(updateUser, { params, body: { name: 'Other', expected_version: detail.version } })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  const beyond = await opsManager.call(updateUser, { params: { id: accounts.userId }, body: { name: 'Other' } })
  assert.deepEqual([beyond.status, reasonOf(beyond)], [403, 'grant_exceeds_own'])
  const own = await owner.call(updateUser, { params: { id: owner.userId }, body: { name: 'Other' } })
  assert.deepEqual([own.status, reasonOf(own)], [403, 'self_change'])
  assert.equal((await stranger.call(updateUser, { params, body: { name: 'Other' } })).status, 404)
  const before = await house.audit(tenantId)
  await opsManager.ok(updateUser, { params, body: { name: 'Meera Iyer' } })
  assert.equal((await house.audit(tenantId)).length, before.length, 'nothing changed, nothing written')
  // What was kept with fewer members, by an import or an earlier version, is read whole.
  await house.sql(`update identity.memberships set professional = '{"designation": "Valuer"}' where user_id = $1`, [
    params.id,
  ])
  const read = await opsManager.ok(getUser, { params })
  assert.deepEqual(read.professional, {
    designation: 'Valuer',
    qualification: null,
    registration_body: null,
    registration_no: null,
    valid_until: null,
  })
})

test('ID-22 removing: not oneself, not beyond reach, never the last administrator', async () => {
  const { owner, opsManager, accounts, hr, tenantId } = await house.firm()
  assert.equal(reasonOf(await owner.call(removeUser, { params: { id: owner.userId } })), 'self_change')
  assert.equal(reasonOf(await opsManager.call(removeUser, { params: { id: accounts.userId } })), 'grant_exceeds_own')
  const reply = await hr.call(removeUser, { params: { id: accounts.userId } })
  assert.deepEqual([reply.status, reasonOf(reply)], [403, 'missing_capability'])
  const last = await house.operator.call(removeUser, { params: { id: owner.userId }, query: { tenant_id: tenantId } })
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])
})

test('ID-22 two administrators removed at once, by each other or by two operators: one stays', async () => {
  const second = await house.member(house.config.ZENOPS_INTERNAL_TENANT_ID, 'platform_ops', 'studio')
  for (const outsiders of [false, true]) {
    const { owner, tenantId } = await house.firm()
    const other = await house.member(tenantId, 'super_admin')
    const [one, two] = outsiders ? [house.operator, second] : [owner, other]
    const query = outsiders ? { tenant_id: tenantId } : {}
    const replies = await Promise.all([
      one.call(removeUser, { params: { id: other.userId }, query }),
      two.call(removeUser, { params: { id: owner.userId }, query }),
    ])
    assert.equal(replies.filter((reply) => reply.status === 204).length, 1)
    const refused = replies.find((reply) => reply.status !== 204)
    // Who has just been removed reaches nobody any more, or is not let in.
    const said = outsiders ? ['LAST_ADMIN'] : ['FORBIDDEN', 'AUTH_INVALID']
    assert.ok(said.includes(refused?.error.error_code ?? ''), refused?.error.error_code)
    const left = await house.sql(
      "select 1 from identity.memberships where tenant_id = $1 and admin_level = 'SYSTEM_ADMIN' and status = 'active'",
      [tenantId],
    )
    assert.equal(left.length, 1)
  }
})

test('the own profile: changed with its version; the e-mail only through a link to the new address', async () => {
  const { valuer, tenantId } = await house.firm()
  const now = await valuer.ok(me, {})
  const changed = await valuer.ok(updateMe, {
    body: { name: 'Ravi Kumar', locale: 'hi', expected_version: now.version },
  })
  assert.deepEqual([changed.user.name, changed.user.locale, changed.version], ['Ravi Kumar', 'hi', now.version + 1])
  const stale = await valuer.call(updateMe, { body: { name: 'Other', expected_version: now.version } })
  assert.deepEqual([stale.status, stale.error.error_code], [409, 'REVISION_MISMATCH'])
  const new_email = newEmail()
  assert.equal((await valuer.call(changeEmail, { body: { new_email } })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  await stepUp(house, valuer)
  assert.equal((await valuer.call(changeEmail, { body: { new_email } })).status, 202)
  const [mail] = await mailsOf(house, tenantId)
  assert.deepEqual([mail?.template, mail?.recipient], ['auth_email_change_link', new_email])
  assert.equal(
    (await valuer.ok(me, {})).user.email,
    await emailOf(house, valuer.userId),
    'the old one stays until then',
  )
  const unchanged = await valuer.call(changeEmail, { body: { new_email: await emailOf(house, valuer.userId) } })
  assert.deepEqual([unchanged.status, reasonOf(unchanged)], [422, 'unchanged'])
  assert.ok(!JSON.stringify(await house.audit(tenantId)).includes(new_email))
})

test('an address that is taken is told so itself, and the asker nothing; too many links an hour are refused', async () => {
  const { hr, owner, tenantId } = await house.firm()
  await stepUp(house, hr)
  const taken = await emailOf(house, owner.userId)
  assert.equal((await hr.call(changeEmail, { body: { new_email: taken } })).status, 202)
  assert.deepEqual(
    (await mailsOf(house, tenantId)).map((mail) => [mail.template, mail.recipient]),
    [['auth_account_exists', taken]],
  )
  for (let i = 0; i < 4; i++)
    assert.equal((await hr.call(changeEmail, { body: { new_email: newEmail() } })).status, 202)
  const reply = await hr.call(changeEmail, { body: { new_email: newEmail() } })
  assert.deepEqual([reply.status, reply.error.error_code], [429, 'AUTH_RATE_LIMITED'])
  assert.ok(reply.headers['retry-after'])
})

test('the firms one may enter, per surface', async () => {
  const { tenantId } = await house.firm()
  const elsewhere = await house.firm()
  const actor = await house.member(tenantId, 'valuer')
  await house.sql(
    "insert into identity.memberships (tenant_id, user_id, role, status) values ($1, $2, 'AGENT', 'active'), ($3, $2, 'CUSTOMER', 'active')",
    [elsewhere.tenantId, actor.userId, house.config.ZENOPS_EXTERNAL_TENANT_ID],
  )
  await house.sql(
    "insert into identity.membership_job_templates (tenant_id, user_id, job_template, role) values ($1, $2, 'hr', 'AGENT'), ($3, $2, 'portal_user', 'CUSTOMER')",
    [elsewhere.tenantId, actor.userId, house.config.ZENOPS_EXTERNAL_TENANT_ID],
  )
  const { items } = await actor.ok(myTenants, {})
  assert.deepEqual(
    new Map(items.map((one) => [one.tenant_id, one.current])),
    new Map([
      [tenantId, true],
      [elsewhere.tenantId, false],
    ]),
  )
})

test('job templates with what they grant in this firm', async () => {
  const { owner, hr, valuer, tenantId } = await house.firm()
  await house.sql("insert into identity.rbac_overrides values ($1, 'valuer', 'desk.read', 'all')", [tenantId])
  const { items } = await hr.ok(listRoleTemplates, {})
  const of = (key: string) => items.find((one) => one.key === key)
  assert.deepEqual(
    [of('super_admin')?.employee_role, of('accounts')?.employee_role, of('hr')?.employee_role],
    ['admin', 'finance', 'hr'],
  )
  assert.deepEqual([of('super_admin')?.needs_approval, of('valuer')?.needs_approval], [true, false])
  assert.deepEqual(
    of('valuer')?.capabilities.find((one) => one.capability === 'desk.read'),
    { capability: 'desk.read', scope: 'all' },
  )
  assert.equal(of('worker'), undefined)
  assert.equal((await valuer.call(listRoleTemplates, {})).status, 200, 'employees.read opens it too')
  assert.equal((await owner.call(listRoleTemplates, { query: { tenant_id: crypto.randomUUID() } })).status, 404)
})
