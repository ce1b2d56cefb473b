import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login, me, refresh } from '@zenops/contracts/identity'
import { register, startGuest, verifyRegistration } from '@zenops/contracts/identity-entry'
import { type House, openHouse, type Reply } from '../../../../test/harness/house.ts'
import {
  actions,
  mailsTo,
  PASSWORD,
  person,
  type SignedIn,
  signedIn,
  tokenIn,
} from '../../../../test/harness/people.ts'
import { drainJobs } from '../../../platform/jobs/drain.ts'
import { type Merge, mergeGuestHandler } from '../jobs/merge-guest.ts'

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
const fresh = (): string => `portal-${crypto.randomUUID()}@test.zenops.local`

interface OpenFirm {
  readonly id: string
  readonly firm: string
}
/** A firm whose registration stands as said. */
async function firmWith(registration: 'open' | 'invite_only' | 'off'): Promise<OpenFirm> {
  const { tenantId } = await house.firm()
  const [row] = await house.sql<{ slug: string }>(
    'update identity.tenants set registration = $2 where id = $1 returning slug',
    [tenantId, registration],
  )
  return { id: tenantId, firm: row?.slug ?? '' }
}

const ask = (email: string, firm: string, headers: Record<string, string> = {}): Promise<Reply<unknown>> =>
  house.anon.call(register, { body: { email, name: 'Asha Rao', phone: '+919845012345', firm } }, headers)
const verify = (token: string, password = PASSWORD): Promise<Reply<unknown>> =>
  house.anon.call(verifyRegistration, { body: { token, password } })
const linkOf = async (email: string): Promise<string> => tokenIn((await mailsTo(house, email)).at(-1))

test('ID-19 register, verify, sign in: a portal user with his own line to the firm; the mailbox chose the password', async () => {
  const { id, firm } = await firmWith('open')
  const email = fresh()
  const asked = await ask(email, firm)
  assert.deepEqual([asked.status, asked.body], [202, { result: 'mail_sent' }])
  assert.equal((await house.sql('select 1 from identity.users where email = $1', [email])).length, 0)
  const token = await linkOf(email)
  const weak = await verify(token, 'short')
  assert.deepEqual([weak.status, weak.error.error_code], [422, 'AUTH_PASSWORD_REJECTED'])
  const reply = await verify(token)
  assert.equal(reply.status, 201)
  const { session, bearer } = signedIn(reply)
  assert.deepEqual(
    [session.aud, session.tenant.lane, session.role, session.job_templates],
    ['portal', 'external', 'CUSTOMER', ['portal_user']],
  )
  const own = await house.server('portal').inject({ url: '/v1/me', headers: bearer })
  assert.deepEqual(
    own.json().firms.map((one: { id: string }) => one.id),
    [id],
  )
  assert.deepEqual([own.json().email_verified, own.json().phone], [true, '+919845012345'])
  assert.equal((await house.anon.call(login, { body: { aud: 'portal', email, password: PASSWORD } })).status, 200)
  assert.deepEqual(await actions(house, id), ['AUTH_REGISTER_REQUESTED', 'AUTH_REGISTERED'])
  assert.deepEqual(codeOf(await verify(token)).slice(0, 2), [401, 'AUTH_TOKEN_INVALID'])
})

test('ID-19 a known address gets the same answer and a notice instead of a link', async () => {
  const { firm } = await firmWith('open')
  const known = await person(house, { aud: 'portal', template: 'portal_user' })
  const asked = await ask(known.email, firm)
  const unknown = await ask(fresh(), firm)
  assert.deepEqual([asked.status, asked.body], [unknown.status, unknown.body])
  const [mail] = await mailsTo(house, known.email)
  assert.equal(mail?.template_key, 'auth_account_exists')
  assert.doesNotMatch(mail?.body_text ?? '', /token=/)
})

test('ID-19 of two links of one address the first one used sets the password; at once exactly one works', async () => {
  const { firm } = await firmWith('open')
  const email = fresh()
  await ask(email, firm)
  const first = await linkOf(email)
  await ask(email, firm)
  const second = await linkOf(email)
  assert.notEqual(first, second)
  const replies = await Promise.all([verify(first), verify(first), verify(second, `${PASSWORD} two`)])
  assert.equal(replies.filter((reply) => reply.status === 201).length, 1)
  assert.equal(replies.filter((reply) => reply.error.error_code === 'AUTH_TOKEN_INVALID').length, 2)
})

test('ID-19 closed registration is refused, also when it closes after the mail; a suspended firm is not enabled', async () => {
  for (const state of ['invite_only', 'off'] as const) {
    const { firm } = await firmWith(state)
    assert.deepEqual(codeOf(await ask(fresh(), firm)), [403, 'FORBIDDEN', 'registration_closed'])
  }
  assert.deepEqual(codeOf(await ask(fresh(), 'nobody-has-this-name')), [403, 'FORBIDDEN', 'registration_closed'])
  const { id, firm } = await firmWith('open')
  const email = fresh()
  await ask(email, firm)
  const token = await linkOf(email)
  await house.sql("update identity.tenants set registration = 'invite_only' where id = $1", [id])
  assert.deepEqual(codeOf(await verify(token)), [403, 'FORBIDDEN', 'registration_closed'])
  await house.sql("update identity.tenants set registration = 'open', status = 'suspended' where id = $1", [id])
  assert.deepEqual(codeOf(await verify(token)).slice(0, 2), [403, 'TENANT_NOT_ENABLED'])
  await house.sql("update identity.tenants set status = 'active' where id = $1", [id])
  const blocked = ['192.0.2.19', new Date(Date.now() + 60_000).toISOString()]
  await house.sql(
    "insert into identity.auth_blocks (kind, cidr, reason, expires_at) values ('IP', $1, 'test', $2)",
    blocked,
  )
  const headers = { 'x-forwarded-for': '192.0.2.19' }
  assert.deepEqual(
    codeOf(await house.anon.call(verifyRegistration, { body: { token, password: PASSWORD } }, headers)),
    [403, 'AUTH_BLOCKED', 'ip'],
  )
  assert.deepEqual(codeOf(await house.anon.call(startGuest, { body: { firm } }, headers)), [403, 'AUTH_BLOCKED', 'ip'])
  assert.equal((await verify(token)).status, 201)
})

test('ID-19 registering is for the portal; five an hour an address, three mails an hour a name', async () => {
  const { owner } = await house.firm()
  const { firm } = await firmWith('open')
  const staff = await owner.call(register, { body: { email: fresh(), name: 'Asha Rao', firm } })
  assert.deepEqual(codeOf(staff), [403, 'FORBIDDEN', 'audience_not_allowed'])
  const limited = (await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 } })).at(house.anon)
  const email = fresh()
  const call = (): Promise<Reply<unknown>> =>
    limited.call(register, { body: { email, name: 'Asha Rao', firm } }, { 'x-forwarded-for': '198.51.100.50' })
  for (let i = 0; i < 5; i++) assert.equal((await call()).status, 202)
  assert.deepEqual(codeOf(await call()).slice(0, 2), [429, 'AUTH_RATE_LIMITED'])
  assert.equal((await mailsTo(house, email)).length, 3)
})

test('ID-19 with the flag off the firm is the house, whatever is named', async () => {
  const flagOff = (await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })).at(house.anon)
  const { firm } = await firmWith('open')
  const body = { email: fresh(), name: 'Asha Rao', firm }
  assert.deepEqual(codeOf(await flagOff.call(register, { body })), [403, 'FORBIDDEN', 'registration_closed'])
  const home = house.config.ZENOPS_INTERNAL_TENANT_ID
  await house.sql("update identity.tenants set registration = 'open' where id = $1", [home])
  assert.equal((await flagOff.call(register, { body })).status, 202)
  const guest = signedIn(await flagOff.call(startGuest, { body: { firm } }))
  const links = await house.sql<{ tenant_id: string }>(
    'select tenant_id from identity.portal_links where user_id = $1',
    [guest.session.user.id],
  )
  assert.deepEqual(
    links.map((link) => link.tenant_id),
    [home],
  )
})

const guestOf = async (firm: string): Promise<SignedIn> =>
  signedIn(await house.anon.call(startGuest, { body: { firm, locale: 'hi' } }))

test('ID-20 a guest: no e-mail, one line to the firm, one session of seven days; the sixth in an hour is refused', async () => {
  const { id, firm } = await firmWith('invite_only')
  const reply = await house.anon.call(startGuest, { body: { firm, locale: 'hi' } })
  assert.equal(reply.status, 201)
  assert.match(String(reply.headers['set-cookie']), /^refresh_token_portal=[\w-]{43}; Max-Age=604800; /)
  const { session } = signedIn(reply)
  assert.deepEqual(
    [session.user.kind, session.user.email, session.user.locale, session.job_templates],
    ['GUEST', null, 'hi', ['guest']],
  )
  const [family] = await house.sql<{ days: number }>(
    'select round(extract(epoch from absolute_expires_at - created_at) / 86400)::int as days from identity.auth_families where id = $1',
    [session.session_id],
  )
  assert.equal(family?.days, 7)
  assert.deepEqual(await actions(house, id), ['AUTH_GUEST_CREATED'])
  const widget = await house.anon.call(startGuest, { body: { firm, client_type: 'widget' } })
  assert.match(widget.body.refresh_token ?? '', /^[\w-]{43}$/)
  const limited = (await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 } })).at(house.anon)
  const call = (): Promise<Reply<unknown>> =>
    limited.call(startGuest, { body: { firm } }, { 'x-forwarded-for': '198.51.100.60' })
  for (let i = 0; i < 5; i++) assert.equal((await call()).status, 201)
  assert.deepEqual(codeOf(await call()).slice(0, 2), [429, 'AUTH_RATE_LIMITED'])
})

test('ID-20 a firm that takes no visitors refuses guests', async () => {
  const { firm } = await firmWith('off')
  assert.deepEqual(codeOf(await house.anon.call(startGuest, { body: { firm } })), [403, 'FORBIDDEN', 'guest_closed'])
  assert.deepEqual(codeOf(await house.anon.call(startGuest, { body: { firm: 'nobody-has-this-name' } })), [
    403,
    'FORBIDDEN',
    'guest_closed',
  ])
})

test('ID-16 the second session of a guest ends the first', async () => {
  const { firm } = await firmWith('open')
  const guest = await guestOf(firm)
  const { openFamily } = await import('../../identity/index.ts')
  const { authScope } = await import('../../../platform/db/scope.ts')
  const start = {
    userId: guest.session.user.id,
    tenantId: guest.session.tenant.id,
    aud: 'portal',
    clientType: 'web',
    deviceName: null,
    ip: '127.0.0.1',
    amr: ['guest'],
  } as const
  await house.app.services.database.transact(authScope(), (tx) => openFamily(tx, start))
  const ended = await house.anon.call(refresh, { body: { aud: 'portal' } }, { cookie: guest.cookie })
  assert.deepEqual(codeOf(ended), [401, 'AUTH_INVALID', 'session_revoked'])
})

test('ID-20 registering with the guest’s token merges: his rows move once, his token is dead, his firms come along', async () => {
  const { id, firm } = await firmWith('open')
  const visited = await firmWith('open')
  const guest = await guestOf(visited.firm)
  const email = fresh()
  const asked = await house.server('portal').inject({
    method: 'POST',
    url: '/v1/auth/register',
    headers: guest.bearer,
    payload: { email, name: 'Asha Rao', firm },
  })
  assert.equal(asked.statusCode, 202)
  const { session } = signedIn(await verify(await linkOf(email)))
  const moved: Merge[] = []
  const options = house.app.workerOptions()
  const handlers = [
    mergeGuestHandler([async (_tx, merge) => void moved.push(merge)]),
    ...options.handlers.filter((one) => one.job.kind !== 'identity.merge_guest'),
  ]
  await drainJobs({ ...options, handlers })
  const from = guest.session.user.id
  assert.deepEqual(moved, [{ tenantId: visited.id, from, to: session.user.id }])
  const [row] = await house.sql<{ merged_into_user_id: string; status: string }>(
    'select merged_into_user_id, status from identity.users where id = $1',
    [from],
  )
  assert.deepEqual(row, { merged_into_user_id: session.user.id, status: 'disabled' })
  const links = await house.sql<{ tenant_id: string; user_id: string }>(
    "select tenant_id, user_id from identity.portal_links where user_id = any ($1) and status = 'active'",
    [[from, session.user.id]],
  )
  assert.deepEqual(
    new Set(links.map((link) => `${link.tenant_id} ${link.user_id}`)),
    new Set([`${id} ${session.user.id}`, `${visited.id} ${session.user.id}`]),
  )
  const elsewhere = (await house.neighbour()).app
  const portal = await elsewhere.server('portal')
  const token = await portal.inject({ url: '/v1/me', headers: guest.bearer })
  assert.equal(token.statusCode, 401)
  await portal.close()
  assert.deepEqual(
    codeOf(await house.anon.call(refresh, { body: { aud: 'portal' } }, { cookie: guest.cookie })).slice(0, 2),
    [401, 'AUTH_INVALID'],
  )
  assert.equal((await actions(house, id)).at(-1), 'AUTH_GUEST_MERGED')
})

test('ID-20 a guest whose week is over is not merged', async () => {
  const { firm } = await firmWith('open')
  const guest = await guestOf(firm)
  const email = fresh()
  await house.server('portal').inject({
    method: 'POST',
    url: '/v1/auth/register',
    headers: guest.bearer,
    payload: { email, name: 'Asha Rao', firm },
  })
  await house.sql('update identity.users set guest_expires_at = now() where id = $1', [guest.session.user.id])
  assert.equal((await verify(await linkOf(email))).status, 201)
  await house.runJobs()
  const [row] = await house.sql<{ merged_into_user_id: string | null }>(
    'select merged_into_user_id from identity.users where id = $1',
    [guest.session.user.id],
  )
  assert.equal(row?.merged_into_user_id, null)
  assert.equal((await house.anon.call(me, {})).status, 401)
})
