import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { authConfig, login, me, refresh } from '@zenops/contracts/identity'
import { type House, openHouse, type Reply } from '../../../../test/harness/house.ts'
import { actions, cookieOf, counted, mailsTo, PASSWORD, person, signIn } from '../../../../test/harness/people.ts'

const WRONG = 'not the right phrase'

let house: House
before(async () => {
  house = await openHouse({ TRUSTED_PROXIES: '127.0.0.1' })
})
after(() => house.close())

const from = (ip: string): Record<string, string> => ({ 'x-forwarded-for': ip })
const reasonOf = (reply: Reply<unknown>): unknown => reply.error.details[0]?.['reason']
const until = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()
const block = (columns: string, values: unknown[]): Promise<unknown> =>
  house.sql(
    `insert into identity.auth_blocks (reason, expires_at, ${columns}) values ('test', $1, ${values.map((_, i) => `$${i + 2}`).join(', ')})`,
    [until(30), ...values],
  )

test('ID-02 flag off: the Workspace refuses another tenant by id and by name, none named is the house firm', async () => {
  const flagOff = await house.neighbour({ config: { ZENOPS_MULTI_TENANT_ENABLED: false } })
  const anon = flagOff.at(house.anon)
  const home = house.config.ZENOPS_INTERNAL_TENANT_ID
  const someone = await person(house, { tenantId: home })
  const { email } = someone
  const { tenantId: other } = await house.firm()
  const [{ slug } = { slug: '' }] = await house.sql<{ slug: string }>(
    'select slug from identity.tenants where id = $1',
    [other],
  )
  for (const named of [
    { tenant_id: other },
    { tenant: slug },
    { tenant: 'nobody-has-this-name' },
    { tenant_id: house.config.ZENOPS_EXTERNAL_TENANT_ID },
  ]) {
    const reply = await anon.call(login, { body: { aud: 'web', email, password: PASSWORD, ...named } })
    assert.deepEqual([reply.status, reply.error.error_code], [403, 'TENANT_NOT_ENABLED'], JSON.stringify(named))
  }
  for (const named of [{}, { tenant_id: home }, { tenant: 'factory' }]) {
    const reply = await anon.call(login, { body: { aud: 'web', email, password: PASSWORD, ...named } })
    assert.equal(reply.body.result === 'accepted' && reply.body.tenant.id, home)
  }
  const studio = await anon.call(login, { body: { aud: 'studio', email, password: PASSWORD, tenant_id: other } })
  assert.equal(studio.error.error_code, 'TENANT_NOT_ENABLED')
})

test('ID-02 the portal acts in the external lane whatever it names, and says so', async () => {
  const { email } = await person(house, { aud: 'portal', template: 'portal_user' })
  const { tenantId } = await house.firm()
  for (const named of [{}, { tenant_id: tenantId }, { tenant: 'nobody-has-this-name' }]) {
    const reply = await house.anon.call(login, { body: { aud: 'portal', email, password: PASSWORD, ...named } })
    assert.equal(reply.body.result === 'accepted' && reply.body.tenant.lane, 'external')
  }
})

test('flag on: none named is the firm used last, a firm that is unknown or suspended is not enabled', async () => {
  const one = await person(house)
  const two = await person(house, { email: one.email })
  await signIn(house.anon, one)
  const body = { aud: 'web' as const, email: one.email, password: PASSWORD }
  const last = await house.anon.call(login, { body })
  assert.equal(last.body.result === 'accepted' && last.body.tenant.id, one.tenantId)
  await signIn(house.anon, two)
  const then = await house.anon.call(login, { body })
  assert.equal(then.body.result === 'accepted' && then.body.tenant.id, two.tenantId)
  await house.sql("update identity.tenants set status = 'suspended' where id = $1", [two.tenantId])
  const suspended = await house.anon.call(login, { body: { ...body, tenant_id: two.tenantId } })
  assert.deepEqual([suspended.status, suspended.error.error_code], [403, 'TENANT_NOT_ENABLED'])
  const unknown = await house.anon.call(login, { body: { ...body, tenant_id: crypto.randomUUID() } })
  assert.equal(unknown.error.error_code, 'TENANT_NOT_ENABLED')
  const back = await house.anon.call(login, { body })
  assert.equal(back.body.result === 'accepted' && back.body.tenant.id, one.tenantId)
})

test('ID-06 a forged role header changes no right', async () => {
  const { session, bearer } = await signIn(house.anon, await person(house))
  const forged = {
    'x-role': 'ADMIN',
    'x-user-roles': 'super_admin',
    'x-tenant-id': crypto.randomUUID(),
    'x-user-id': crypto.randomUUID(),
  }
  const reply = await house.anon.call(me, {}, { ...bearer, ...forged })
  assert.equal(reply.status, 200)
  assert.deepEqual(reply.body.capabilities, session.capabilities)
  assert.deepEqual([reply.body.role, reply.body.tenant.id], [session.role, session.tenant.id])
})

test('ID-07 unknown person, wrong password, no membership, no password: one status, one body, one set of headers', async () => {
  const known = await person(house)
  const { tenantId } = known
  const noPassword = await person(house, { tenantId, password: null })
  const elsewhere = await person(house)
  const changing = new Set(['date', 'x-trace-id', 'content-length'])
  const answers = await Promise.all(
    [
      { ...known.credentials, password: WRONG },
      { ...known.credentials, email: `nobody-${crypto.randomUUID()}@test.zenops.local` },
      { ...elsewhere.credentials, tenant_id: tenantId },
      noPassword.credentials,
    ].map(async (body) => {
      const reply = await house.anon.call(login, { body })
      const headers = Object.entries(reply.headers).filter(([name]) => !changing.has(name))
      return { status: reply.status, body: { ...reply.error, trace_id: '' }, headers }
    }),
  )
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(answers[0]?.status, 401)
})

test('ID-08 after fifteen minutes a locked name signs in again, and its count begins anew', async () => {
  const someone = await person(house)
  const attempt = (password: string): Promise<Reply<unknown>> =>
    house.anon.call(login, { body: { ...someone.credentials, password } })
  const before = await counted(house, 'auth_account_locked')
  for (let i = 0; i < 4; i++) assert.equal((await attempt(WRONG)).status, 401)
  const fifth = await attempt(WRONG)
  assert.deepEqual([fifth.status, fifth.error.error_code, fifth.headers['retry-after']], [429, 'AUTH_LOCKED', '900'])
  assert.equal(await counted(house, 'auth_account_locked'), before + 1)
  const during = await attempt(PASSWORD)
  assert.equal(during.error.error_code, 'AUTH_LOCKED')
  assert.ok(Number(during.headers['retry-after']) <= 900)
  await house.sql(`update identity.auth_login_counters set locked_until = now() - interval '1 second', last_failed_at = now() - interval '15 minutes'
    where locked_until is not null`)
  assert.equal((await attempt(WRONG)).status, 401)
  assert.equal((await attempt(PASSWORD)).status, 200)
  for (let i = 0; i < 4; i++) assert.equal((await attempt(WRONG)).status, 401, 'a right password forgets the failures')
})

test('ID-08 failures more than fifteen minutes apart do not add up', async () => {
  const someone = await person(house)
  for (let i = 0; i < 7; i++) {
    const reply = await house.anon.call(login, { body: { ...someone.credentials, password: WRONG } })
    assert.equal(reply.status, 401)
    await house.sql("update identity.auth_login_counters set last_failed_at = last_failed_at - interval '16 minutes'")
  }
})

test('ID-09 the twenty-first attempt in a minute is refused before the lock is looked at, and windows are an address and a firm', async () => {
  // Five seconds into a minute.
  const now = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 5_000)
  const limited = await house.neighbour({ config: { AUTH_LOGIN_RPM: 20 }, clock: { now: () => now } })
  const anon = limited.at(house.anon)
  const someone = await person(house)
  const attempt = (ip: string): Promise<Reply<unknown>> =>
    anon.call(login, { body: { ...someone.credentials, password: WRONG } }, from(ip))
  const replies: Reply<unknown>[] = []
  for (let i = 0; i < 21; i++) replies.push(await attempt('203.0.113.1'))
  assert.equal(replies[4]?.error.error_code, 'AUTH_LOCKED')
  assert.ok(replies.slice(5, 20).every((reply) => reply.error.error_code === 'AUTH_LOCKED'))
  const refused = replies[20]
  assert.deepEqual([refused?.status, refused?.error.error_code], [429, 'AUTH_RATE_LIMITED'])
  assert.equal(refused?.headers['retry-after'], '55', 'ends with the window')
  assert.deepEqual(
    [refused?.headers['ratelimit-limit'], refused?.headers['ratelimit-remaining'], refused?.headers['ratelimit-reset']],
    ['20', '0', '55'],
  )
  assert.equal(replies[0]?.headers['ratelimit-remaining'], '19')
  assert.equal((await attempt('203.0.113.2')).error.error_code, 'AUTH_LOCKED', 'another address has its own window')
  const other = await limited
    .at(house.anon)
    .call(login, { body: (await person(house)).credentials }, from('203.0.113.1'))
  assert.equal(other.status, 200, 'another firm has its own window')
  for (let i = 0; i < 20; i++)
    await anon.call(login, { body: { ...someone.credentials, tenant_id: crypto.randomUUID() } }, from('203.0.113.3'))
  const invented = await anon.call(
    login,
    { body: { ...someone.credentials, tenant_id: crypto.randomUUID() } },
    from('203.0.113.3'),
  )
  assert.equal(invented.error.error_code, 'AUTH_RATE_LIMITED', 'invented firms share one window')
})

test('ID-09 without a trusted proxy the header that names an address is not believed', async () => {
  const now = new Date()
  const bare = await house.neighbour({ config: { AUTH_LOGIN_RPM: 3, TRUSTED_PROXIES: [] }, clock: { now: () => now } })
  const someone = await person(house)
  const codes: number[] = []
  for (let i = 0; i < 4; i++)
    codes.push((await bare.at(house.anon).call(login, { body: someone.credentials }, from(`198.51.100.${i}`))).status)
  assert.deepEqual(codes, [200, 200, 200, 429])
})

test('ID-31 a blocked address signs in nowhere, a range of one firm only not there, and a lapsed or lifted block bars nobody', async () => {
  const someone = await person(house)
  const elsewhere = await person(house)
  await block('kind, cidr', ['IP', '192.0.2.7'])
  await block('kind, cidr, tenant_id', ['CIDR', '192.0.2.64/26', someone.tenantId])
  const at = async (who: typeof someone, ip: string): Promise<Reply<unknown>> =>
    house.anon.call(login, { body: who.credentials }, from(ip))
  const refused = await at(someone, '192.0.2.7')
  assert.deepEqual([refused.status, refused.error.error_code, reasonOf(refused)], [403, 'AUTH_BLOCKED', 'ip'])
  assert.match(String(refused.error.details[0]?.['until']), /^\d{4}-/)
  assert.equal((await at(someone, '::ffff:192.0.2.7')).status, 403, 'also where it is mapped into IPv6')
  assert.equal((await at(someone, '192.0.2.70')).status, 403)
  assert.equal((await at(elsewhere, '192.0.2.70')).status, 200)
  await house.sql("update identity.auth_blocks set expires_at = now() where cidr = '192.0.2.7'")
  assert.equal((await at(someone, '192.0.2.7')).status, 200)
  await house.sql("update identity.auth_blocks set lifted_at = now() where cidr = '192.0.2.64/26'")
  assert.equal((await at(someone, '192.0.2.70')).status, 200)
})

test('ID-31 block, switched-off account and surface are told after the right password only', async () => {
  const cases: [(who: { id: string; tenantId: string }) => Promise<unknown>, string, unknown][] = [
    [({ id }) => block('kind, user_id', ['ACCOUNT', id]), 'AUTH_BLOCKED', 'account'],
    [
      ({ id }) => house.sql("update identity.users set status = 'disabled' where id = $1", [id]),
      'AUTH_ACCOUNT_DISABLED',
      undefined,
    ],
    [
      ({ id }) => house.sql("update identity.memberships set status = 'disabled' where user_id = $1", [id]),
      'AUTH_ACCOUNT_DISABLED',
      undefined,
    ],
  ]
  for (const [bar, code, reason] of cases) {
    const someone = await person(house)
    await bar(someone)
    assert.equal(
      (await house.anon.call(login, { body: { ...someone.credentials, password: WRONG } })).error.error_code,
      'AUTH_INVALID',
    )
    const reply = await house.anon.call(login, { body: someone.credentials })
    assert.deepEqual([reply.status, reply.error.error_code, reasonOf(reply)], [403, code, reason])
    assert.equal(cookieOf(reply), '')
    assert.deepEqual(await actions(house, someone.tenantId), ['AUTH_LOGIN_FAILED', 'AUTH_LOGIN_FAILED'])
  }
  const valuer = await person(house, { tenantId: house.config.ZENOPS_INTERNAL_TENANT_ID })
  const reply = await house.anon.call(login, { body: { aud: 'studio', email: valuer.email, password: PASSWORD } })
  assert.deepEqual([reply.status, reasonOf(reply)], [403, 'audience_not_allowed'])
})

test('ID-31 a hundred failures from one address over ten names block it everywhere for fifteen minutes', async () => {
  const { tenantId } = await house.firm()
  const ip = '203.0.113.100'
  const spray = (address: string, names: number, tries: number): Promise<unknown> =>
    house.sql(
      `insert into identity.auth_failed_addresses (address, login_hmac) select $1, sha256(convert_to($1 || (n % $2), 'UTF8')) from generate_series(1, $3::int) n`,
      [address, names, tries],
    )
  const attempt = (address: string): Promise<Reply<unknown>> => {
    const email = `nobody-${crypto.randomUUID()}@test.zenops.local`
    return house.anon.call(login, { body: { aud: 'web', email, password: WRONG, tenant_id: tenantId } }, from(address))
  }
  await spray('203.0.113.101', 8, 200)
  assert.equal((await attempt('203.0.113.101')).status, 401, 'nine names are one careless office')
  assert.equal((await attempt('203.0.113.101')).status, 401, 'the tenth name')
  await spray(ip, 9, 98)
  const before = await counted(house, 'ops_block_applied')
  assert.equal((await attempt(ip)).error.error_code, 'AUTH_INVALID', 'the ninety-ninth')
  assert.equal((await attempt(ip)).error.error_code, 'AUTH_INVALID', 'the hundredth')
  const blocked = await attempt(ip)
  assert.deepEqual([blocked.status, blocked.error.error_code, reasonOf(blocked)], [403, 'AUTH_BLOCKED', 'ip'])
  assert.equal(await counted(house, 'ops_block_applied'), before + 1)
  const [row] = await house.sql<{ minutes: number; automatic: boolean; tenant_id: string | null }>(
    'select round(extract(epoch from expires_at - created_at) / 60)::int as minutes, automatic, tenant_id from identity.auth_blocks where cidr = $1',
    [ip],
  )
  assert.deepEqual(row, { minutes: 15, automatic: true, tenant_id: null })
  const events = await house.audit(house.config.ZENOPS_INTERNAL_TENANT_ID)
  assert.ok(events.some((event) => event.action === 'OPS_BLOCK_APPLIED'))
  await house.sql('update identity.auth_blocks set lifted_at = now() where cidr = $1', [ip])
  assert.equal((await attempt(ip)).status, 401)
  assert.equal((await attempt(ip)).status, 401, 'who was let in again is not shut out by the same failures')
})

test('an old hash is renewed at the next sign-in', async () => {
  const stronger = await house.neighbour({ config: { ARGON2_TIME: 2 } })
  const someone = await person(house)
  await signIn(stronger.at(house.anon), someone)
  const [row] = await house.sql<{ password_phc: string }>(
    'select password_phc from identity.auth_credentials where user_id = $1',
    [someone.id],
  )
  assert.match(row?.password_phc ?? '', /m=8192,t=2,p=1/)
  await signIn(house.anon, someone)
})

test('ID-16 the sixth Workspace sign-in ends the least recently seen, the fourth of the studio too', async () => {
  const house_id = house.config.ZENOPS_INTERNAL_TENANT_ID
  const valuer = await person(house)
  const operator = await person(house, { aud: 'studio', template: 'platform_ops' })
  assert.equal(operator.tenantId, house_id)
  for (const [who, limit] of [
    [valuer, 5],
    [operator, 3],
  ] as const) {
    const sessions = []
    for (let i = 0; i < limit; i++) sessions.push(await signIn(house.anon, who))
    // The first is used again: the second is now the one that was seen least recently.
    await house.sql("update identity.auth_families set last_seen_at = now() + interval '1 minute' where id = $1", [
      sessions[0]?.session.session_id,
    ])
    await signIn(house.anon, who)
    const ended = await house.sql<{ id: string; revoked_reason: string }>(
      'select id, revoked_reason from identity.auth_families where user_id = $1 and revoked_at is not null',
      [who.id],
    )
    assert.deepEqual(ended, [{ id: sessions[1]?.session.session_id, revoked_reason: 'session_limit' }])
    const gone = await house.anon.call(refresh, { body: { aud: who.aud } }, { cookie: sessions[1]?.cookie ?? '' })
    assert.deepEqual([gone.status, reasonOf(gone)], [401, 'session_revoked'])
  }
  const live = await Promise.all(Array.from({ length: 9 }, () => signIn(house.anon, valuer)))
  assert.equal(live.length, 9)
  const [row] = await house.sql<{ n: number }>(
    'select count(*)::int as n from identity.auth_families where user_id = $1 and revoked_at is null',
    [valuer.id],
  )
  assert.equal(row?.n, 5, 'also when all come at once')
})

test('ID-13 the refresh cookie: one a surface, closed to scripts, bound to its path, cleared with the same attributes', async () => {
  const both = await person(house, { tenantId: house.config.ZENOPS_INTERNAL_TENANT_ID, template: 'super_admin' })
  const web = await house.anon.call(login, { body: both.credentials })
  const studio = await house.anon.call(login, { body: { aud: 'studio', email: both.email, password: PASSWORD } })
  assert.match(
    String(web.headers['set-cookie']),
    /^refresh_token_web=[\w-]{43}; Max-Age=1209600; Path=\/v1\/auth; HttpOnly; SameSite=Lax$/,
  )
  assert.match(
    String(studio.headers['set-cookie']),
    /^refresh_token_studio=[\w-]{43}; Max-Age=43200; Path=\/v1\/auth; HttpOnly; SameSite=Lax$/,
  )
  const jar = { cookie: `${cookieOf(web)}; ${cookieOf(studio)}` }
  const again = await house.anon.call(refresh, { body: { aud: 'studio' } }, jar)
  assert.equal(again.status, 200)
  assert.match(String(again.headers['set-cookie']), /^refresh_token_studio=/)
  assert.equal(
    (await house.anon.call(refresh, { body: { aud: 'web' } }, jar)).status,
    200,
    'the other one is untouched',
  )
  const production = await house.neighbour({ config: { NODE_ENV: 'production', MFA_ENFORCE_ADMINS: false } })
  const secure = await production.at(house.anon).call(login, { body: both.credentials })
  assert.match(String(secure.headers['set-cookie']), /; Secure; SameSite=Lax$/)
  const foreign = await house.neighbour({ config: { AUTH_COOKIE_SAMESITE: 'none' } })
  const none = await foreign.at(house.anon).call(login, { body: both.credentials })
  assert.match(String(none.headers['set-cookie']), /; Secure; SameSite=None$/)
})

test('ADMIN and OPS are mailed about a sign-in from an address of which nothing was seen for ninety days', async () => {
  const owner = await person(house, { template: 'super_admin' })
  const valuer = await person(house)
  const at = async (who: typeof owner, ip: string): Promise<unknown> =>
    house.anon.call(login, { body: who.credentials }, { ...from(ip), 'user-agent': 'a browser' })
  await at(valuer, '198.51.100.1')
  await at(owner, '198.51.100.1')
  await at(owner, '198.51.100.1')
  await at(owner, '198.51.100.2')
  await house.sql(
    "update identity.auth_seen_addresses set last_seen_at = now() - interval '91 days' where user_id = $1 and address = '198.51.100.1'",
    [owner.id],
  )
  await at(owner, '198.51.100.1')
  await house.runJobs()
  const mails = await mailsTo(house, owner.email)
  assert.deepEqual(
    mails.map((mail) => mail.template_key),
    Array(3).fill('auth_security_notice'),
  )
  assert.match(mails[0]?.subject ?? '', /new address/)
  assert.match(mails[0]?.body_text ?? '', /a browser/)
  assert.deepEqual(await mailsTo(house, valuer.email), [])
})

test('the page of a sign-in is told what the firm offers; ID-45 without demo mode there are no cards', async () => {
  const { tenantId } = await house.firm()
  const [{ slug } = { slug: '' }] = await house.sql<{ slug: string }>(
    'select slug from identity.tenants where id = $1',
    [tenantId],
  )
  await house.sql("update identity.tenants set registration = 'open', passwordless = true where id = $1", [tenantId])
  const named = await house.anon.ok(authConfig, { query: { aud: 'web', tenant: slug } })
  assert.deepEqual(named, {
    multi_tenant: true,
    registration: 'open',
    passwordless: true,
    guest: true,
    password_min: 12,
    mails: 'kept',
    demo: null,
  })
  const portal = await house.anon.ok(authConfig, { query: { aud: 'portal', tenant: slug } })
  assert.deepEqual([portal.registration, portal.passwordless], ['open', false])
  const plain = await house.anon.ok(authConfig, {})
  assert.deepEqual([plain.registration, plain.guest], ['invite_only', true])
  const unknown = await house.anon.call(authConfig, { query: { aud: 'web', tenant: 'nobody-has-this-name' } })
  assert.deepEqual([unknown.status, unknown.error.error_code], [403, 'TENANT_NOT_ENABLED'])
  const reset = await house.server().inject({ method: 'POST', url: '/v1/demo/reset', payload: {} })
  assert.equal(reset.statusCode, 404)
})

test('ID-45 in demo mode a card of the page signs in by the ordinary route', async () => {
  const someone = await person(house)
  const card = {
    key: 'owner',
    surface: 'web',
    job: 'Owner',
    can: ['a', 'b', 'c'],
    email: someone.email,
    password: PASSWORD,
  } as const
  Object.assign(house.app.identity, { demoPeople: [card] })
  try {
    const { demo } = await house.anon.ok(authConfig, { query: { aud: 'web' } })
    assert.deepEqual(demo, [{ ...card, waiting: 0 }])
    const { email, password } = demo?.[0] ?? { email: '', password: '' }
    const reply = await house.anon.call(login, { body: { aud: 'web', email, password } })
    assert.equal(reply.status, 200)
    assert.deepEqual((await house.anon.ok(authConfig, { query: { aud: 'portal' } })).demo, [])
  } finally {
    Object.assign(house.app.identity, { demoPeople: null })
  }
})
