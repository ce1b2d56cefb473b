import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listUsers, login, me } from '@zenops/contracts/identity'
import {
  disableUser,
  enableUser,
  getUser,
  inviteUser,
  listUserSessions,
  removeUser,
  resetFactors,
  revokeUserSessions,
  sendPasswordReset,
  unlockUser,
} from '@zenops/contracts/identity-people'
import { getAssignment, listAssignments } from '@zenops/contracts/assignments'
import { sql } from 'kysely'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import {
  emailOf,
  forget,
  mailsOf,
  PASSWORD,
  reasonOf,
  stepUp,
  tokenIn,
  withPassword,
} from '../../../test/harness/rights.ts'
import { compileOnly } from '../../platform/db/database.ts'
import { authScope, scopeOf } from '../../platform/db/scope.ts'
import { Refusal } from '../../platform/errors.ts'
import { findLink } from '../identity/index.ts'
import { eraseUser } from './erase.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const reason = 'asked by the firm'
const liveSessions = async (userId: string): Promise<number> =>
  (await house.sql('select 1 from identity.auth_families where user_id = $1 and revoked_at is null', [userId])).length
const isGone = async (actor: TestActor): Promise<boolean> => {
  forget(house, actor)
  const reply = await actor.call(me, {})
  return reply.status === 401 && reply.error.error_code === 'AUTH_INVALID'
}
/** An assignment of the firm that names the person. */
async function openJob(firm: Firm, userId: string): Promise<string> {
  const [job] = await house.sql<{ id: string }>(
    `insert into assignments.assignments (tenant_id, code, case_type, title, due_at, due_basis, status, lead_user_id, created_by)
     values ($1, 'Z-2611-0001', 'DIRECT', 'A job', now(), 'DEFAULT', 'COLLECTING', $2, $3) returning id`,
    [firm.tenantId, userId, firm.owner.userId],
  )
  assert.ok(job)
  await house.sql(
    "insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role) values ($1, $2, $3, 'lead')",
    [firm.tenantId, job.id, userId],
  )
  return job.id
}

test('disabled: sessions end with the change, sign-in is refused, administrators hear of the open work; enabled again', async () => {
  const firm = await house.firm()
  const { owner, valuer, opsManager, tenantId } = firm
  await openJob(firm, valuer.userId)
  const params = { id: valuer.userId }
  const disabled = await opsManager.ok(disableUser, { params, body: { reason } })
  assert.deepEqual([disabled.status, disabled.sessions], ['disabled', 0])
  assert.ok(await isGone(valuer))
  const told = (await mailsOf(house, tenantId)).filter((mail) => mail.template === 'member_disabled_open_work')
  assert.deepEqual(told.map((mail) => mail.user_id).sort(), [owner.userId, opsManager.userId].sort())
  assert.ok(told[0]?.text.includes('Z-2611-0001'))
  const again = await opsManager.call(disableUser, { params, body: { reason } })
  assert.deepEqual([again.status, again.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  const enabled = await opsManager.ok(enableUser, { params, body: { reason } })
  assert.equal(enabled.status, 'active')
  const twice = await opsManager.call(enableUser, { params, body: { reason } })
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'ILLEGAL_TRANSITION'])
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  assert.deepEqual(
    actions.filter((action) => action.startsWith('USER_')),
    ['USER_DISABLED', 'USER_ENABLED'],
  )
})

test('without open work nobody is told', async () => {
  const { owner, hr, tenantId } = await house.firm()
  await owner.ok(disableUser, { params: { id: hr.userId }, body: { reason } })
  assert.deepEqual(await mailsOf(house, tenantId), [])
})

test('ID-22 disabling, enabling and unlocking: not oneself, within reach, never the last administrator', async () => {
  const { owner, opsManager, accounts, tenantId, stranger, valuer } = await house.firm()
  for (const operation of [disableUser, enableUser, unlockUser]) {
    const call = (actor: TestActor, id: string) => actor.call(operation, { params: { id }, body: { reason } })
    assert.equal(reasonOf(await call(owner, owner.userId)), 'self_change')
    assert.equal(reasonOf(await call(opsManager, accounts.userId)), 'grant_exceeds_own')
    assert.equal(reasonOf(await call(valuer, accounts.userId)), 'missing_capability')
    assert.equal((await call(stranger, accounts.userId)).status, 404)
  }
  const query = { tenant_id: tenantId }
  const last = await house.operator.call(disableUser, { params: { id: owner.userId }, query, body: { reason } })
  assert.deepEqual([last.status, last.error.error_code], [409, 'LAST_ADMIN'])
  const everywhere = await house.operator.call(disableUser, { params: { id: owner.userId }, body: { reason } })
  assert.deepEqual([everywhere.status, everywhere.error.error_code], [409, 'LAST_ADMIN'])
})

test('an operator of the platform disables a person everywhere; every firm has it in its log', async () => {
  const [one, two] = [await house.firm(), await house.firm()]
  const { userId, email } = await withPassword(house, { tenantId: one.tenantId, templates: ['valuer'] })
  await house.sql(
    "insert into identity.memberships (tenant_id, user_id, role, status) values ($1, $2, 'AGENT', 'active')",
    [two.tenantId, userId],
  )
  await house.sql("insert into identity.membership_job_templates values ($1, $2, 'hr', 'AGENT')", [
    two.tenantId,
    userId,
  ])
  const enter = (tenant_id: string) =>
    house.anon.call(login, { body: { aud: 'web', email, password: PASSWORD, tenant_id } })
  assert.equal((await enter(one.tenantId)).status, 200)
  const off = await house.operator.ok(disableUser, { params: { id: userId }, body: { reason } })
  assert.equal(off.status, 'disabled')
  assert.equal(await liveSessions(userId), 0)
  for (const firm of [one, two]) {
    assert.equal((await enter(firm.tenantId)).error.error_code, 'AUTH_ACCOUNT_DISABLED')
    assert.ok((await house.audit(firm.tenantId)).some((event) => event.action === 'USER_DISABLED'))
    assert.equal((await firm.owner.ok(getUser, { params: { id: userId } })).status, 'disabled')
  }
  const again = await house.operator.call(disableUser, { params: { id: userId }, body: { reason } })
  assert.equal(again.error.error_code, 'ILLEGAL_TRANSITION')
  await house.operator.ok(enableUser, { params: { id: userId }, body: { reason } })
  assert.equal((await enter(two.tenantId)).status, 200)
  const self = await house.operator.call(disableUser, { params: { id: house.operator.userId }, body: { reason } })
  assert.equal(reasonOf(self), 'self_change')
  const nobody = await house.operator.call(disableUser, { params: { id: crypto.randomUUID() }, body: { reason } })
  assert.equal(nobody.status, 404)
})

test('a change from the studio names its firm; one from the Workspace may not name another', async () => {
  const { valuer, owner, stranger } = await house.firm()
  const params = { id: valuer.userId }
  for (const call of [
    () => house.operator.call(removeUser, { params }),
    () => house.operator.call(unlockUser, { params, body: { reason } }),
    () => house.operator.call(revokeUserSessions, { params }),
    () => house.operator.call(sendPasswordReset, { params }),
  ]) {
    const reply = await call()
    assert.deepEqual([reply.status, reasonOf(reply)], [422, 'tenant_id_required'])
  }
  const foreign = await owner.call(removeUser, { params, query: { tenant_id: stranger.tenantId } })
  assert.equal(foreign.status, 404)
})

test('a lock shows in list and detail, is found by its state, and is lifted by somebody else', async () => {
  const { owner, opsManager, tenantId } = await house.firm()
  const { userId, email } = await withPassword(house, { tenantId, templates: ['valuer'] })
  const enter = (password: string) =>
    house.anon.call(login, { body: { aud: 'web', email, password, tenant_id: tenantId } })
  for (let i = 0; i < 5; i++) await enter('wrong wrong wrong')
  assert.equal((await enter(PASSWORD)).error.error_code, 'AUTH_LOCKED')
  const locked = await owner.ok(listUsers, { query: { status: ['locked'] } })
  assert.deepEqual(
    locked.items.map((one) => [one.id, one.status]),
    [[userId, 'locked']],
  )
  assert.ok(locked.items[0]?.locked_until)
  assert.ok((await owner.ok(listUsers, { query: { status: ['active'] } })).items.every((one) => one.id !== userId))
  assert.equal((await owner.ok(getUser, { params: { id: userId } })).status, 'locked')
  const unlocked = await opsManager.ok(unlockUser, { params: { id: userId }, body: { reason } })
  assert.deepEqual([unlocked.status, unlocked.locked_until], ['active', null])
  assert.equal((await enter(PASSWORD)).status, 200)
  const written = () =>
    house.audit(tenantId).then((log) => log.filter((one) => one.action === 'AUTH_ACCOUNT_UNLOCKED').length)
  assert.equal(await written(), 1)
  await house.sql('delete from identity.auth_login_counters')
  await opsManager.ok(unlockUser, { params: { id: userId }, body: { reason } })
  assert.equal(await written(), 1, 'nothing to lift, nothing written')
})

test('sessions of a person in this firm: listed and ended within reach, one or all', async () => {
  const { owner, opsManager, valuer, hr, tenantId, stranger } = await house.firm()
  const params = { id: valuer.userId }
  const { items } = await opsManager.ok(listUserSessions, { params })
  assert.deepEqual(
    items.map((one) => [one.tenant_id, one.aud, one.current]),
    [[tenantId, 'web', false]],
  )
  assert.equal((await owner.ok(listUserSessions, { params: { id: owner.userId } })).items[0]?.current, true)
  assert.equal((await stranger.call(listUserSessions, { params })).status, 404)
  assert.equal(reasonOf(await opsManager.call(listUserSessions, { params: { id: hr.userId } })), 'grant_exceeds_own')
  assert.equal(reasonOf(await opsManager.call(revokeUserSessions, { params: { id: hr.userId } })), 'grant_exceeds_own')
  const session_id = items[0]?.session_id
  assert.ok(session_id)
  const other = await opsManager.ok(revokeUserSessions, { params, body: { session_id: crypto.randomUUID() } })
  assert.equal(other.revoked, 0)
  assert.deepEqual(await opsManager.ok(revokeUserSessions, { params, body: { session_id } }), { revoked: 1 })
  assert.ok(await isGone(valuer))
  assert.deepEqual(await opsManager.ok(revokeUserSessions, { params }), { revoked: 0 })
  const written = (await house.audit(tenantId)).filter((one) => one.action === 'AUTH_SESSION_REVOKED')
  assert.deepEqual(
    written.map((one) => one.target.id),
    [session_id],
  )
})

test('a password reset is mailed to the person; who has not accepted yet is invited again instead', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const reply = await owner.call(sendPasswordReset, { params: { id: valuer.userId } })
  assert.deepEqual([reply.status, reply.body], [202, { result: 'mail_sent' }])
  const [mail] = await mailsOf(house, tenantId)
  assert.deepEqual([mail?.template, mail?.recipient], ['auth_reset_link', await emailOf(house, valuer.userId)])
  const token = tokenIn(mail?.text)
  const link = await house.app.services.database.transact(authScope(), (tx) => findLink(tx, token, 'RESET'))
  assert.equal(link.user_id, valuer.userId)
  const made = await owner.ok(inviteUser, {
    body: { email: `x-${crypto.randomUUID()}@test.zenops.local`, name: 'X', job_templates: ['hr'] },
  })
  if (made.result !== 'invited') return assert.fail()
  const waiting = await owner.call(sendPasswordReset, { params: { id: made.user_id } })
  assert.deepEqual([waiting.status, waiting.error.error_code, reasonOf(waiting)], [409, 'CONFLICT', 'not_accepted'])
})

const addTotp = (userId: string) =>
  house.sql(
    "insert into identity.auth_totp (user_id, secret_ciphertext, key_id, enabled_at) values ($1, '\\x00', 'test', now())",
    [userId],
  )
const addRecovery = (userId: string) =>
  house.sql("insert into identity.auth_recovery_codes (user_id, code_hmac) values ($1, '\\x01')", [userId])
const addPasskey = (userId: string) =>
  house.sql(
    "insert into identity.webauthn_credentials (user_id, credential_id, public_key_cose, alg, nickname) values ($1, $2, '\\x00', -7, 'key')",
    [userId, Buffer.from(crypto.randomUUID())],
  )

test('factors of a person are reset at once, and all sessions end; of an administrator only by approval', async () => {
  const { owner, opsManager, valuer, tenantId } = await house.firm()
  for (const add of [addTotp, addRecovery, addPasskey]) await add(valuer.userId)
  const params = { id: valuer.userId }
  assert.equal((await owner.call(resetFactors, { params, body: { reason } })).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  await stepUp(house, owner)
  const detail = await owner.ok(getUser, { params })
  assert.deepEqual([detail.mfa, detail.factors], [true, { totp: true, passkeys: 1, recovery_left: 1 }])
  assert.deepEqual(await owner.ok(resetFactors, { params, body: { reason } }), { result: 'reset', revoked: 1 })
  assert.ok(await isGone(valuer))
  const now = await owner.ok(getUser, { params })
  assert.deepEqual([now.mfa, now.factors], [false, { totp: false, passkeys: 0, recovery_left: 0 }])
  const asked = await owner.call(resetFactors, { params: { id: opsManager.userId }, body: { reason } })
  assert.deepEqual([asked.status, asked.body.result], [202, 'pending'])
  const twice = await owner.call(resetFactors, { params: { id: opsManager.userId }, body: { reason } })
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'CONFLICT'])
  assert.equal((await owner.ok(getUser, { params: { id: opsManager.userId } })).open_requests.length, 1)
  assert.equal(
    reasonOf(await owner.call(resetFactors, { params: { id: owner.userId }, body: { reason } })),
    'self_change',
  )
  const elsewhere = await house.firm()
  await house.sql(
    "insert into identity.memberships (tenant_id, user_id, role, admin_level, status) values ($1, $2, 'ADMIN', 'MANAGER', 'active')",
    [elsewhere.tenantId, valuer.userId],
  )
  const strict = await owner.call(resetFactors, { params, body: { reason } })
  assert.equal(strict.status, 202, 'an administrator of another firm is one here')
  assert.ok((await house.audit(tenantId)).some((event) => event.action === 'MFA_RESET'))
})

test('ID-38 who sees people: hr the firm, valuer and portal nobody; another firm is not found', async () => {
  const firm = await house.firm()
  const other = await house.firm()
  const { owner, hr, valuer, portal } = firm
  const list = await hr.ok(listUsers, { query: { limit: 50 } })
  assert.equal(list.items.length, 7)
  assert.ok(list.items.every((one) => one.tenant_id === undefined))
  const foreign = await Promise.all([other.owner, other.valuer].map((actor) => emailOf(house, actor.userId)))
  const shownTo = JSON.stringify([list, await owner.ok(listUsers, { query: { limit: 50 } })])
  for (const email of foreign) assert.ok(!shownTo.includes(email))
  assert.equal((await hr.ok(listUsers, { query: { q: foreign[0] ?? '' } })).items.length, 0)
  assert.equal((await hr.call(getUser, { params: { id: other.valuer.userId } })).status, 404)
  const blind = await valuer.call(listUsers, {})
  assert.deepEqual(
    [blind.status, reasonOf(blind), blind.error.details[0]?.['capability']],
    [403, 'missing_capability', 'users.read'],
  )
  for (const call of [
    () => portal.call(listUsers, {}),
    () => portal.call(removeUser, { params: { id: valuer.userId } }),
  ]) {
    const reply = await call()
    assert.deepEqual([reply.status, reasonOf(reply)], [403, 'audience_not_allowed'])
  }
  for (const actor of [hr, valuer]) {
    const reply = await actor.call(removeUser, { params: { id: owner.userId } })
    assert.deepEqual([reply.status, reasonOf(reply)], [403, 'missing_capability'])
  }
  assert.equal((await owner.call(removeUser, { params: { id: other.valuer.userId } })).status, 404)
})

test('ID-38 the studio sees the people of all firms, with the firm, and of one when it is named', async () => {
  const { tenantId, valuer } = await house.firm()
  const named = await house.operator.ok(listUsers, { query: { tenant_id: tenantId, limit: 50 } })
  assert.equal(named.items.length, 7)
  assert.ok(named.items.every((one) => one.tenant_id === tenantId))
  const all = await house.operator.ok(listUsers, { query: { limit: 200, q: await emailOf(house, valuer.userId) } })
  assert.deepEqual(
    all.items.map((one) => [one.id, one.tenant_id]),
    [[valuer.userId, tenantId]],
  )
  assert.equal((await house.operator.ok(getUser, { params: { id: valuer.userId } })).tenant_id, tenantId)
  const walked = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await house.operator.ok(listUsers, { query: { limit: 5, ...(cursor ? { cursor } : {}) } })
    for (const one of page.items) walked.add(`${one.tenant_id} ${one.id}`)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  const [count] = await house.sql<{ n: number }>(
    "select count(*)::int as n from identity.memberships m join identity.users u on u.id = m.user_id where m.deleted_at is null and u.kind = 'PERSON'",
  )
  assert.equal(walked.size, count?.n)
})

test('filters of the list: role, template, surface, state, and a broken cursor', async () => {
  const { owner, tenantId } = await house.firm()
  const ids = async (query: Record<string, unknown>) =>
    (await owner.ok(listUsers, { query })).items.map((one) => one.job_templates.join())
  assert.deepEqual(await ids({ role: 'ADMIN' }), ['ops_manager', 'super_admin'])
  assert.deepEqual(await ids({ job_template: ['hr', 'accounts'] }), ['accounts', 'hr'])
  assert.deepEqual(await ids({ aud: 'studio' }), ['super_admin'])
  assert.deepEqual(await ids({ status: ['invited'] }), [])
  const broken = await owner.call(listUsers, { query: { cursor: 'nonsense' } })
  assert.equal(broken.status, 422)
  assert.equal((await owner.call(listUsers, { query: { tenant_id: crypto.randomUUID() } })).status, 404)
  assert.ok(tenantId)
})

test("ID-37 a valuer: a colleague's assignment is 403 by the API and no row by SQL; hr sees no assignment", async () => {
  const firm = await house.firm()
  const { hr, valuer, assistant } = firm
  const id = await openJob(firm, valuer.userId)
  assert.equal((await valuer.ok(listAssignments, {})).items.length, 1)
  const foreign = await assistant.call(getAssignment, { params: { id } })
  assert.deepEqual([foreign.status, reasonOf(foreign)], [403, 'out_of_scope'])
  const count = sql<{ n: number }>`select count(*)::int as n from assignments.assignments`.compile(compileOnly)
  const seenBy = async (actor: TestActor) => {
    const scope = scopeOf({ aud: 'web', tenantId: actor.tenantId, userId: actor.userId })
    const [rows] = await house.app.services.database.read(scope, count)
    return rows[0]?.n
  }
  assert.deepEqual([await seenBy(valuer), await seenBy(assistant), await seenBy(hr)], [1, 0, 0])
  const reply = await hr.call(listAssignments, {})
  assert.deepEqual([reply.status, reasonOf(reply)], [403, 'missing_capability'])
})

test('erased: nothing names the person any more, the id and the history stay, the last administrator stays', async () => {
  const { owner, valuer, tenantId } = await house.firm()
  const { userId, email } = await withPassword(house, { tenantId, templates: ['valuer'] })
  for (const add of [addTotp, addRecovery, addPasskey]) await add(userId)
  await house.anon.call(login, { body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId } })
  await house.sql("insert into identity.portal_links (tenant_id, user_id, party_kind) values ($1, $2, 'self')", [
    tenantId,
    userId,
  ])
  const erase = (id: string) =>
    house.app.services.database.transact(authScope(), (tx) =>
      eraseUser(tx, { userId: id, by: owner.userId, reason: 'asked' }),
    )
  const events = await erase(userId)
  assert.deepEqual(
    events.map((event) => [event.action, event.tenant_id]),
    [['USER_REMOVED', tenantId]],
  )
  const [row] = await house.sql<{ row: object }>('select to_jsonb(u) as row from identity.users u where id = $1', [
    userId,
  ])
  assert.ok(!JSON.stringify(row).includes(email) && JSON.stringify(row).includes('"erased"'))
  for (const table of [
    'auth_credentials',
    'auth_totp',
    'auth_recovery_codes',
    'webauthn_credentials',
    'auth_links',
    'auth_seen_addresses',
  ]) {
    assert.deepEqual(await house.sql(`select 1 from identity.${table} where user_id = $1`, [userId]), [], table)
  }
  assert.equal(await liveSessions(userId), 0)
  assert.equal((await owner.ok(getUser, { params: { id: userId } })).status, 'erased')
  assert.equal((await owner.ok(listUsers, { query: { status: ['erased'] } })).items.length, 1)
  assert.equal(
    (await house.anon.call(login, { body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId } })).status,
    401,
  )
  const isRefused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code
  await assert.rejects(erase(userId), isRefused('NOT_FOUND'))
  await assert.rejects(erase(owner.userId), isRefused('LAST_ADMIN'))
  assert.ok(valuer)
  // The address is free again.
  const again = await owner.call(inviteUser, { body: { email, name: 'Again', job_templates: ['hr'] } })
  assert.equal(again.status, 201)
})
