import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { me, refresh } from '@zenops/contracts/identity'
import {
  confirmEmail,
  listSessions,
  logoutAll,
  revokeOtherSessions,
  revokeSession,
  switchTenant,
} from '@zenops/contracts/identity-entry'
import { changeEmail } from '@zenops/contracts/identity-people'
import { type House, openHouse, type Reply } from '../../../../test/harness/house.ts'
import { actions, mailsTo, person, type SignedIn, signedIn, signIn, tokenIn } from '../../../../test/harness/people.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { createLink } from '../links.ts'

let house: House
before(async () => {
  house = await openHouse({ TRUSTED_PROXIES: '127.0.0.1' })
})
after(() => house.close())

const codeOf = (reply: Reply<unknown>): unknown[] => [
  reply.status,
  reply.error.error_code,
  reply.error.details[0]?.['reason'],
]
const isLive = async ({ session, cookie }: SignedIn): Promise<boolean> =>
  (await house.anon.call(refresh, { body: { aud: session.aud } }, { cookie })).status === 200

test('the sessions of a person over all surfaces, newest activity first, this one marked; those of others are not seen', async () => {
  const home = house.config.ZENOPS_INTERNAL_TENANT_ID
  const someone = await person(house, { tenantId: home, template: 'super_admin' })
  const other = await signIn(house.anon, await person(house))
  const web = await signIn(house.anon, someone, { device_name: 'Office laptop' })
  const studio = await signIn(house.anon, {
    ...someone,
    credentials: { aud: 'studio', email: someone.email, password: someone.credentials.password },
  })
  await house.sql("update identity.auth_families set last_seen_at = now() + interval '1 minute' where id = $1", [
    web.session.session_id,
  ])
  const { items, next_cursor } = await house.anon.ok(listSessions, {}, web.bearer)
  assert.equal(next_cursor, null)
  assert.deepEqual(
    items.map((item) => [item.session_id, item.aud, item.current]),
    [
      [web.session.session_id, 'web', true],
      [studio.session.session_id, 'studio', false],
    ],
  )
  assert.deepEqual(
    [items[0]?.device_name, items[0]?.created_ip, items[0]?.tenant_id, items[0]?.client_type],
    ['Office laptop', '127.0.0.1', home, 'web'],
  )
  const foreign = await house.anon.call(revokeSession, { params: { id: other.session.session_id } }, web.bearer)
  assert.deepEqual(codeOf(foreign).slice(0, 2), [404, 'NOT_FOUND'])
  assert.equal(
    (await house.anon.call(revokeSession, { params: { id: studio.session.session_id } }, web.bearer)).status,
    204,
  )
  assert.equal(
    (await house.anon.call(revokeSession, { params: { id: studio.session.session_id } }, web.bearer)).status,
    404,
  )
  assert.equal(await isLive(studio), false)
  assert.ok((await actions(house, home)).includes('AUTH_SESSION_REVOKED'))
})

test('ending the others leaves this one; ending all leaves none and clears the cookie', async () => {
  const someone = await person(house)
  const [here, second, third] = [
    await signIn(house.anon, someone),
    await signIn(house.anon, someone),
    await signIn(house.anon, someone),
  ]
  assert.deepEqual(await house.anon.ok(revokeOtherSessions, {}, here.bearer), { revoked: 2 })
  assert.deepEqual(await house.anon.ok(revokeOtherSessions, {}, here.bearer), { revoked: 0 })
  assert.deepEqual([await isLive(second), await isLive(third)], [false, false])
  const fourth = await signIn(house.anon, someone)
  const all = await house.anon.call(logoutAll, {}, here.bearer)
  assert.deepEqual([all.status, all.body], [200, { revoked: 2 }])
  assert.equal(all.headers['set-cookie'], 'refresh_token_web=; Max-Age=0; Path=/v1/auth; HttpOnly; SameSite=Lax')
  assert.deepEqual([await isLive(here), await isLive(fourth)], [false, false])
  assert.equal((await house.anon.call(me, {}, here.bearer)).status, 401)
  assert.equal((await actions(house, someone.tenantId)).filter((action) => action === 'AUTH_SESSION_REVOKED').length, 4)
})

test('switching the firm ends this session and begins one there; a firm of strangers is not found', async () => {
  const one = await person(house)
  const two = await person(house, { email: one.email })
  const { tenantId: foreign } = await house.firm()
  const here = await signIn(house.anon, one)
  const to = (tenant_id: string, headers: Record<string, string> = {}): Promise<Reply<unknown>> =>
    house.anon.call(switchTenant, { body: { tenant_id } }, { ...here.bearer, ...headers })
  for (const id of [foreign, crypto.randomUUID(), house.config.ZENOPS_INTERNAL_TENANT_ID])
    assert.deepEqual(codeOf(await to(id)).slice(0, 2), [404, 'NOT_FOUND'], id)
  assert.deepEqual(codeOf(await to(house.config.ZENOPS_EXTERNAL_TENANT_ID)).slice(0, 2), [403, 'TENANT_NOT_ENABLED'])
  await house.sql("update identity.tenants set status = 'suspended' where id = $1", [two.tenantId])
  assert.deepEqual(codeOf(await to(two.tenantId)).slice(0, 2), [403, 'TENANT_NOT_ENABLED'])
  await house.sql("update identity.tenants set status = 'active' where id = $1", [two.tenantId])
  const until = new Date(Date.now() + 60_000).toISOString()
  await house.sql(
    "insert into identity.auth_blocks (kind, user_id, tenant_id, reason, expires_at) values ('ACCOUNT', $1, $2, 'test', $3)",
    [one.id, two.tenantId, until],
  )
  assert.deepEqual(codeOf(await to(two.tenantId)), [403, 'AUTH_BLOCKED', 'account'])
  await house.sql('update identity.auth_blocks set lifted_at = now()')
  const switched = signedIn(await to(two.tenantId))
  assert.deepEqual([switched.session.tenant.id, switched.session.user.id], [two.tenantId, one.id])
  assert.match(switched.cookie, /^refresh_token_web=/)
  assert.deepEqual([await isLive(here), await isLive(switched)], [false, true])
  assert.equal((await house.anon.call(me, {}, here.bearer)).status, 401)
  assert.equal((await actions(house, one.tenantId)).at(-1), 'AUTH_TENANT_SWITCHED')
  assert.equal((await actions(house, two.tenantId)).at(-1), 'AUTH_TENANT_SWITCHED')
})

test('switching asks for the second factor of who has one, and keeps its ticket nowhere', async () => {
  const one = await person(house)
  const two = await person(house, { email: one.email })
  const here = await signIn(house.anon, one)
  const headers = { ...here.bearer, 'idempotency-key': crypto.randomUUID() }
  await house.sql(
    `insert into identity.auth_totp (user_id, secret_ciphertext, key_id, enabled_at) values ($1, '\\x00', 'test', now())`,
    [one.id],
  )
  const due = await house.anon.call(switchTenant, { body: { tenant_id: two.tenantId } }, headers)
  assert.deepEqual([due.status, due.body.result], [202, 'mfa_required'])
  assert.equal(due.headers['set-cookie'], undefined)
  const stored = await house.sql<{ body: unknown }>(
    "select body from ops.idempotency_keys where route like '%switch-tenant'",
  )
  assert.deepEqual(
    stored.map((row) => row.body),
    [null],
    'the ticket is kept nowhere',
  )
})

test('the link to a new address makes it the name to sign in with; the old one is told, the other sessions end', async () => {
  const someone = await person(house)
  const here = await signIn(house.anon, someone)
  const there = await signIn(house.anon, someone)
  const linkTo = async (new_email: string, userId = someone.id): Promise<string> => {
    const payload = { new_email, session_id: here.session.session_id }
    const link = { purpose: 'EMAIL_CHANGE', user_id: userId, tenant_id: null, payload, createdBy: userId } as const
    return (await house.app.services.database.transact(authScope(), (tx) => createLink(tx, link))).token
  }
  const confirm = (token: string): Promise<Reply<unknown>> => house.anon.call(confirmEmail, { body: { token } })
  const taken = await linkTo((await person(house)).email)
  assert.deepEqual(codeOf(await confirm(taken)), [409, 'CONFLICT', 'email_taken'])
  const next = `renamed-${crypto.randomUUID()}@test.zenops.local`
  const token = await linkTo(next)
  const reply = await confirm(token)
  assert.deepEqual([reply.status, reply.body], [200, { result: 'email_changed', email: next }])
  assert.deepEqual(codeOf(await confirm(token)).slice(0, 2), [401, 'AUTH_TOKEN_INVALID'])
  assert.deepEqual(
    (await mailsTo(house, someone.email)).map((mail) => mail.subject),
    ['Your e-mail address was changed'],
  )
  assert.deepEqual([await isLive(here), await isLive(there)], [true, false])
  await signIn(house.anon, { ...someone, credentials: { ...someone.credentials, email: next } })
  const event = (await house.audit(someone.tenantId)).find((one) => one.action === 'AUTH_EMAIL_CHANGED')
  assert.ok(event)
  assert.ok(!JSON.stringify(event).includes('@'), 'addresses stand as their HMAC')
  const racer = await person(house)
  const wished = `raced-${crypto.randomUUID()}@test.zenops.local`
  const both = await Promise.all([await linkTo(wished), await linkTo(wished, racer.id)].map(confirm))
  assert.deepEqual(both.map((one) => one.status).toSorted(), [200, 409])
})

test('asked for by the person himself: the mailed link to the new address works, his session lives on', async () => {
  const someone = await person(house)
  const here = await signIn(house.anon, someone)
  await house.sql('update identity.auth_families set stepped_up_at = now() where id = $1', [here.session.session_id])
  const new_email = `asked-${crypto.randomUUID()}@test.zenops.local`
  assert.equal((await house.anon.call(changeEmail, { body: { new_email } }, here.bearer)).status, 202)
  const token = tokenIn((await mailsTo(house, new_email))[0])
  assert.deepEqual(await house.anon.ok(confirmEmail, { body: { token } }), {
    result: 'email_changed',
    email: new_email,
  })
  assert.equal(await isLive(here), true)
})
