import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { login, logout, me, refresh } from '@zenops/contracts/identity'
import { type House, openHouse, type Reply, type TestActor } from '../../../../test/harness/house.ts'
import { cookieOf, counted, mailsTo, person, signedIn, signIn } from '../../../../test/harness/people.ts'
import { timesRefused } from '../../../../test/harness/refusals.ts'

const ORIGIN = 'https://work.example'

let house: House
/** The same house as production runs it. */
let production: TestActor
before(async () => {
  house = await openHouse({
    TRUSTED_PROXIES: '127.0.0.1',
    AUTH_ORIGINS_WEB: ORIGIN,
    AUTH_ORIGINS_PORTAL: 'https://portal.example',
    DESK_WIDGET_ORIGIN: 'https://bank.example, https://agent.example',
  })
  const config = { NODE_ENV: 'production', MFA_ENFORCE_ADMINS: false } as const
  production = (await house.neighbour({ config })).at(house.anon)
})
after(() => house.close())

const reasonOf = (reply: Reply<unknown>): unknown => reply.error.details[0]?.['reason']
const codeOf = (reply: Reply<unknown>): [number, string, unknown] => [
  reply.status,
  reply.error.error_code,
  reasonOf(reply),
]
const again = (cookie: string, headers: Record<string, string> = {}): Promise<Reply<unknown>> =>
  house.anon.call(refresh, { body: { aud: 'web' } }, { cookie, ...headers })

test('ID-12 used twice in sequence: 409, the family and the child are dead, the log, the figures and the person know', async () => {
  const someone = await person(house)
  const { cookie, session } = await signIn(house.anon, someone)
  const seen = await counted(house, 'auth_refresh_reuse_detected')
  const second = signedIn(await again(cookie))
  assert.notEqual(second.cookie, cookie)
  assert.equal(second.session.session_id, session.session_id)
  assert.deepEqual(codeOf(await again(cookie)), [409, 'AUTH_REFRESH_REUSE_DETECTED', undefined])
  assert.deepEqual(codeOf(await again(second.cookie)), [401, 'AUTH_INVALID', 'session_revoked'])
  assert.equal((await again(cookie)).status, 409, 'a spent token stays spent')
  assert.equal(await counted(house, 'auth_refresh_reuse_detected'), seen + 2)
  const [family] = await house.sql<{ revoked_reason: string }>(
    'select revoked_reason from identity.auth_families where id = $1',
    [session.session_id],
  )
  assert.equal(family?.revoked_reason, 'refresh_reuse')
  const mails = await mailsTo(house, someone.email)
  assert.deepEqual(
    mails.map((mail) => mail.subject),
    ['A session of yours was ended'],
    'one mail for one end',
  )
  assert.equal(await timesRefused(house, someone.tenantId, 'AUTH_REFRESH_REUSE_DETECTED'), 2)
  const events = (await house.audit(someone.tenantId)).filter((event) => event.action === 'AUTH_REFRESH_REUSE_DETECTED')
  assert.ok(events.every((event) => event.target.id === session.session_id && event['outcome'] === 'denied'))
})

test('ID-12 in parallel: one 200, the others 409, and the family ends', async () => {
  const { cookie, session } = await signIn(house.anon, await person(house))
  const replies = await Promise.all(Array.from({ length: 12 }, () => again(cookie)))
  const won = replies.filter((reply) => reply.status === 200)
  assert.equal(won.length, 1)
  assert.ok(replies.every((reply) => reply.status === 200 || reply.error.error_code === 'AUTH_REFRESH_REUSE_DETECTED'))
  const [winner] = won
  assert.ok(winner)
  assert.deepEqual(codeOf(await again(cookieOf(winner))), [401, 'AUTH_INVALID', 'session_revoked'])
  const [row] = await house.sql<{ live: boolean }>(
    'select revoked_at is null as live from identity.auth_families where id = $1',
    [session.session_id],
  )
  assert.equal(row?.live, false)
})

test('ID-12 after signing out the token answers 401; the state table: unknown, expired, of another surface', async () => {
  const someone = await person(house)
  const out = await signIn(house.anon, someone)
  await house.anon.ok(logout, { body: { aud: 'web' } }, { cookie: out.cookie })
  assert.deepEqual(codeOf(await again(out.cookie)), [401, 'AUTH_INVALID', 'session_revoked'])
  const late = await signIn(house.anon, someone)
  await house.sql('update identity.auth_refresh_tokens set expires_at = now() where family_id = $1', [
    late.session.session_id,
  ])
  assert.deepEqual(codeOf(await again(late.cookie)), [401, 'AUTH_INVALID', 'refresh_expired'])
  assert.deepEqual(codeOf(await again(`refresh_token_web=${'x'.repeat(43)}`)), [401, 'AUTH_INVALID', 'refresh_unknown'])
  const web = await signIn(house.anon, someone)
  const stolen = web.cookie.replace('refresh_token_web', 'refresh_token_portal')
  const other = await house.anon.call(refresh, { body: { aud: 'portal' } }, { cookie: stolen })
  assert.deepEqual(codeOf(other), [401, 'AUTH_INVALID', 'refresh_unknown'])
  assert.equal((await again(web.cookie)).status, 200, 'and that did not spend it')
  assert.deepEqual(codeOf(await house.anon.call(refresh, { body: { aud: 'web' } })), [401, 'AUTH_REQUIRED', undefined])
})

test('a person who is gone loses the family; a firm that is suspended keeps the token unspent', async () => {
  for (const gone of [
    "update identity.users set status = 'disabled' where id = $1",
    "update identity.memberships set status = 'disabled' where user_id = $1",
    "update identity.memberships set status = 'ended', deleted_at = now() where user_id = $1",
  ]) {
    const someone = await person(house)
    const { cookie, session } = await signIn(house.anon, someone)
    await house.sql(gone, [someone.id])
    assert.deepEqual(codeOf(await again(cookie)), [401, 'AUTH_INVALID', 'session_revoked'], gone)
    const [row] = await house.sql<{ revoked_reason: string }>(
      'select revoked_reason from identity.auth_families where id = $1',
      [session.session_id],
    )
    assert.equal(row?.revoked_reason, 'account', gone)
  }
  const someone = await person(house)
  const { cookie } = await signIn(house.anon, someone)
  const set = (status: string): Promise<unknown> =>
    house.sql('update identity.tenants set status = $2 where id = $1', [someone.tenantId, status])
  await set('suspended')
  assert.deepEqual(codeOf(await again(cookie)).slice(0, 2), [403, 'TENANT_NOT_ENABLED'])
  await set('active')
  assert.equal((await again(cookie)).status, 200)
})

test('ID-04 the flag goes off: request and refresh are not enabled; the flag is on again: the same token works', async () => {
  const someone = await person(house)
  const { cookie, bearer } = await signIn(house.anon, someone)
  const flagOff = (await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })).at(house.anon)
  for (let i = 0; i < 2; i++) {
    const refused = await flagOff.call(refresh, { body: { aud: 'web' } }, { cookie })
    assert.deepEqual(codeOf(refused).slice(0, 2), [403, 'TENANT_NOT_ENABLED'])
  }
  assert.deepEqual(codeOf(await flagOff.call(me, {}, bearer)).slice(0, 2), [403, 'TENANT_NOT_ENABLED'])
  assert.equal((await house.anon.call(me, {}, bearer)).status, 200)
  assert.equal((await again(cookie)).status, 200)
})

test('ID-31 a block bars the refresh and keeps the token', async () => {
  const someone = await person(house)
  const { cookie } = await signIn(house.anon, someone)
  const until = new Date(Date.now() + 60_000).toISOString()
  await house.sql(
    "insert into identity.auth_blocks (kind, cidr, reason, expires_at) values ('IP', '192.0.2.9', 'test', $1)",
    [until],
  )
  assert.deepEqual(codeOf(await again(cookie, { 'x-forwarded-for': '192.0.2.9' })), [403, 'AUTH_BLOCKED', 'ip'])
  await house.sql(
    "insert into identity.auth_blocks (kind, user_id, reason, expires_at) values ('ACCOUNT', $2, 'test', $1)",
    [until, someone.id],
  )
  assert.deepEqual(codeOf(await again(cookie)), [403, 'AUTH_BLOCKED', 'account'])
  await house.sql('update identity.auth_blocks set lifted_at = now() where user_id = $1', [someone.id])
  assert.equal((await again(cookie)).status, 200)
})

test('ID-17 a refresh heals a token whose rights have changed', async () => {
  const someone = await person(house)
  const { cookie, bearer } = await signIn(house.anon, someone)
  await house.sql('update identity.memberships set permission_version = permission_version + 1 where user_id = $1', [
    someone.id,
  ])
  assert.equal((await house.anon.call(me, {}, bearer)).error.error_code, 'AUTH_STALE_PERMISSION')
  const healed = signedIn(await again(cookie))
  assert.equal((await house.anon.call(me, {}, healed.bearer)).status, 200)
  assert.equal(healed.session.permission_version, 2)
})

test('ID-14 production: missing, null and foreign origins are refused and written down; own ones pass in any case', async () => {
  const someone = await person(house)
  const { cookie, session } = await signIn(house.anon, someone)
  const from = (headers: Record<string, string>): Promise<Reply<unknown>> =>
    production.call(refresh, { body: { aud: 'web' } }, { cookie, ...headers })
  assert.deepEqual(codeOf(await from({})), [403, 'FORBIDDEN', 'csrf_origin_missing'])
  for (const origin of ['null', 'https://elsewhere.example', `${ORIGIN}.evil.example`, 'https://bank.example'])
    assert.deepEqual(codeOf(await from({ origin })), [403, 'FORBIDDEN', 'csrf_origin_not_allowed'], origin)
  const out = await production.call(logout, { body: { aud: 'web' } }, { cookie, origin: 'null' })
  assert.deepEqual(codeOf(out), [403, 'FORBIDDEN', 'csrf_origin_not_allowed'])
  assert.equal((await from({ origin: ' HTTPS://Work.Example ' })).status, 200, 'nothing of it spent the token')
  assert.equal(await timesRefused(house, someone.tenantId, 'AUTH_ORIGIN_REFUSED'), 6)
  const refused = (await house.audit(someone.tenantId)).filter((event) => event.action === 'AUTH_ORIGIN_REFUSED')
  assert.ok(refused.every((event) => event.target.id === session.session_id && event['outcome'] === 'denied'))
})

test('ID-14 production: who signed in as trusted_cli needs no origin, a browser that says so does', async () => {
  const cli = await signIn(house.anon, await person(house), { client_type: 'trusted_cli' })
  const passed = await production.call(
    refresh,
    { body: { aud: 'web', client_type: 'trusted_cli' } },
    { cookie: cli.cookie },
  )
  assert.equal(passed.status, 200)
  const foreign = await production.call(
    refresh,
    { body: { aud: 'web', client_type: 'trusted_cli' } },
    { cookie: cookieOf(passed), origin: 'null' },
  )
  assert.deepEqual(codeOf(foreign), [403, 'FORBIDDEN', 'csrf_origin_not_allowed'])
  const browser = await signIn(house.anon, await person(house))
  const claimed = await production.call(
    refresh,
    { body: { aud: 'web', client_type: 'trusted_cli' } },
    { cookie: browser.cookie },
  )
  assert.deepEqual(codeOf(claimed), [403, 'FORBIDDEN', 'csrf_origin_missing'])
})

test("ID-14 a token in the body: the portal's widget alone in production, audited when used, from the pages that embed it", async () => {
  const someone = await person(house, { aud: 'portal', template: 'portal_user' })
  const widget = await house.anon.call(login, { body: { ...someone.credentials, client_type: 'widget' } })
  assert.equal(widget.headers['set-cookie'], undefined)
  assert.ok(widget.body.result === 'accepted')
  const first = widget.body.refresh_token ?? ''
  assert.match(first, /^[\w-]{43}$/)
  const origin = { origin: 'https://bank.example' }
  const send = (
    token: string,
    body: Partial<{ aud: 'web' | 'portal'; client_type: 'widget' | 'web' }>,
  ): Promise<Reply<unknown>> =>
    production.call(
      refresh,
      { body: { aud: 'portal', refresh_token: token, ...body } },
      body.aud === 'web' ? { origin: ORIGIN } : origin,
    )
  const next = await send(first, { client_type: 'widget' })
  assert.equal(next.status, 200)
  assert.equal(next.headers['set-cookie'], undefined)
  assert.match(String((next.body as { refresh_token?: string }).refresh_token), /^[\w-]{43}$/)
  const used = (await house.audit(someone.tenantId)).filter((event) => event.action === 'AUTH_REFRESH_FALLBACK_USED')
  assert.equal(used.length, 1)
  const notTaken = [422, 'VALIDATION_FAILED', 'refresh_body_fallback_disallowed']
  const web = await person(house)
  const { cookie } = await signIn(house.anon, web)
  const token = cookie.split('=')[1] ?? ''
  assert.deepEqual(codeOf(await send(token, { aud: 'web', client_type: 'widget' })), notTaken)
  assert.deepEqual(codeOf(await send(token, { aud: 'web', client_type: 'web' })), notTaken)
  assert.deepEqual(codeOf(await send(token, { aud: 'web' })), notTaken)
  const browser = await signIn(house.anon, someone)
  const inBody = browser.cookie.split('=')[1] ?? ''
  assert.deepEqual(
    codeOf(await send(inBody, { client_type: 'widget' })),
    notTaken,
    'a session of a browser is none of the widget',
  )
  const dev = await house.anon.call(refresh, { body: { aud: 'web', refresh_token: token } })
  assert.equal(dev.status, 200, 'outside production the switch is on')
  const off = (await house.neighbour({ config: { AUTH_BODY_REFRESH: false } })).at(house.anon)
  const refused = await off.call(refresh, { body: { aud: 'web', refresh_token: dev.body.refresh_token ?? '' } })
  assert.deepEqual(codeOf(refused), notTaken)
})

test('ID-09 sixty refreshes an address and thirty a family in a minute; one too many spends nothing', async () => {
  const now = new Date()
  const limited = await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 }, clock: { now: () => now } })
  const from = (ip: string) => ({ 'x-forwarded-for': ip })
  let { cookie } = await signIn(house.anon, await person(house))
  for (let i = 0; i < 30; i++) {
    const reply = await limited
      .at(house.anon)
      .call(refresh, { body: { aud: 'web' } }, { cookie, ...from('198.51.100.30') })
    assert.equal(reply.status, 200)
    cookie = cookieOf(reply)
  }
  const family = await limited
    .at(house.anon)
    .call(refresh, { body: { aud: 'web' } }, { cookie, ...from('198.51.100.31') })
  assert.equal(family.error.error_code, 'AUTH_RATE_LIMITED')
  for (let i = 0; i < 30; i++)
    await limited.at(house.anon).call(refresh, { body: { aud: 'web' } }, from('198.51.100.30'))
  const address = await limited
    .at(house.anon)
    .call(refresh, { body: { aud: 'web' } }, { cookie, ...from('198.51.100.30') })
  assert.deepEqual([address.error.error_code, address.headers['ratelimit-limit']], ['AUTH_RATE_LIMITED', '60'])
  assert.equal((await again(cookie)).status, 200)
})

test('signing out ends the session of the cookie or of the token, clears the cookie, and may be repeated', async () => {
  const someone = await person(house)
  const byCookie = await signIn(house.anon, someone)
  for (let i = 0; i < 2; i++) {
    const out = await house.anon.call(logout, { body: { aud: 'web' } }, { cookie: byCookie.cookie })
    assert.deepEqual([out.status, out.body], [200, { result: 'signed_out' }])
    assert.equal(out.headers['set-cookie'], 'refresh_token_web=; Max-Age=0; Path=/v1/auth; HttpOnly; SameSite=Lax')
  }
  assert.equal((await house.anon.call(me, {}, byCookie.bearer)).status, 401)
  const byToken = await signIn(house.anon, someone)
  await house.anon.ok(logout, { body: { aud: 'web' } }, byToken.bearer)
  assert.deepEqual(codeOf(await again(byToken.cookie)), [401, 'AUTH_INVALID', 'session_revoked'])
  assert.equal((await house.anon.call(logout, { body: { aud: 'web' } })).status, 200, 'nobody signed in is no failure')
  const ended = (await house.audit(someone.tenantId)).filter((event) => event.action === 'AUTH_LOGOUT')
  assert.equal(ended.length, 2)
})
