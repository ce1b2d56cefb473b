import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { getUiSettings, listUsers, login, me, refresh, updateUiSettings } from '@zenops/contracts/identity'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { authScope } from '../../platform/db/scope.ts'
import { addMember } from '../tenants/index.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const PASSWORD = 'a long enough phrase'

async function person(): Promise<{ email: string; tenantId: string }> {
  const { tenantId } = await house.firm()
  const email = `person-${crypto.randomUUID()}@test.zenops.local`
  const passwordPhc = await house.app.passwords.hash(PASSWORD)
  await house.app.services.database.transact(authScope(), (tx) =>
    addMember(tx, { tenantId, email, name: 'Test person', jobTemplates: ['valuer'], passwordPhc }),
  )
  return { email, tenantId }
}

const cookieOf = (headers: Readonly<Record<string, unknown>>): string =>
  String(headers['set-cookie']).split(';', 1)[0] ?? ''

test('a right password opens a session with the capabilities of the database and a refresh cookie', async () => {
  const { email, tenantId } = await person()
  const reply = await house.anon.call(login, { body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId } })
  assert.equal(reply.status, 200)
  assert.equal(reply.body.result, 'accepted')
  if (reply.body.result !== 'accepted') return
  assert.equal(reply.body.tenant.id, tenantId)
  assert.deepEqual(reply.body.job_templates, ['valuer'])
  assert.deepEqual(
    reply.body.capabilities.find((held) => held.capability === 'assignments.read'),
    { capability: 'assignments.read', scope: 'assigned' },
  )
  assert.match(
    String(reply.headers['set-cookie']),
    /^refresh_token_web=[\w-]{43}; Max-Age=1209600; Path=\/v1\/auth; HttpOnly; SameSite=Lax$/,
  )
  const events = await house.audit(tenantId)
  assert.deepEqual(
    events.map((event) => event.action),
    ['AUTH_LOGIN_SUCCESS'],
  )
})

test('ID-06 sign-in bodies are closed', async () => {
  for (const extra of ['roles', 'capabilities', 'user_id', 'sub']) {
    const body = { aud: 'web' as const, email: 'a@test.zenops.local', password: 'x', [extra]: ['ADMIN'] }
    assert.equal((await house.anon.call(login, { body })).status, 422)
  }
})

test('ID-07 unknown person, wrong password and missing membership answer alike', async () => {
  const { email, tenantId } = await person()
  const other = await house.firm()
  const attempts = [
    { email: 'nobody@test.zenops.local', password: PASSWORD, tenant_id: tenantId },
    { email, password: 'not the right phrase', tenant_id: tenantId },
    { email, password: PASSWORD, tenant_id: other.tenantId },
  ]
  for (const attempt of attempts) {
    const reply = await house.anon.call(login, { body: { aud: 'web', ...attempt } })
    assert.equal(reply.status, 401)
    assert.deepEqual(
      { ...reply.error, trace_id: '' },
      { error_code: 'AUTH_INVALID', message: 'E-mail or password is not right.', trace_id: '', details: [] },
    )
  }
})

test('ID-08 the fifth failure locks the name, also an unknown one, and the right password does not help', async () => {
  const { email, tenantId } = await person()
  for (const name of [email, `unknown-${crypto.randomUUID()}@test.zenops.local`]) {
    const attempt = (password: string) =>
      house.anon.call(login, { body: { aud: 'web', email: name, password, tenant_id: tenantId } })
    for (let i = 0; i < 4; i++) assert.equal((await attempt('wrong wrong wrong')).status, 401)
    const fifth = await attempt('wrong wrong wrong')
    assert.equal(fifth.status, 429)
    assert.equal(fifth.error.error_code, 'AUTH_LOCKED')
    assert.equal(fifth.headers['retry-after'], '900')
    assert.equal((await attempt(PASSWORD)).error.error_code, 'AUTH_LOCKED')
  }
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  assert.equal(actions.filter((action) => action === 'AUTH_ACCOUNT_LOCKED').length, 2)
})

test('ID-12 a refresh token works once; using it again ends the family and its child', async () => {
  const { email, tenantId } = await person()
  const signedIn = await house.anon.call(login, {
    body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId },
  })
  const first = cookieOf(signedIn.headers)
  const second = await house.anon.call(refresh, { body: { aud: 'web' } }, { cookie: first })
  assert.equal(second.status, 200)
  const reused = await house.anon.call(refresh, { body: { aud: 'web' } }, { cookie: first })
  assert.equal(reused.status, 409)
  assert.equal(reused.error.error_code, 'AUTH_REFRESH_REUSE_DETECTED')
  const child = await house.anon.call(refresh, { body: { aud: 'web' } }, { cookie: cookieOf(second.headers) })
  assert.equal(child.status, 401)
  assert.equal(child.error.error_code, 'AUTH_INVALID')
  assert.ok((await house.audit(tenantId)).some((event) => event.action === 'AUTH_REFRESH_REUSE_DETECTED'))
})

test('ID-12 of parallel refreshes with one token exactly one wins', async () => {
  const { email, tenantId } = await person()
  const signedIn = await house.anon.call(login, {
    body: { aud: 'web', email, password: PASSWORD, tenant_id: tenantId },
  })
  const cookie = cookieOf(signedIn.headers)
  const replies = await Promise.all(
    Array.from({ length: 12 }, () => house.anon.call(refresh, { body: { aud: 'web' } }, { cookie })),
  )
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1)
  assert.ok(replies.every((reply) => reply.status === 200 || reply.status === 409))
})

test('a foreign origin may not refresh', async () => {
  const reply = await house.anon.call(
    refresh,
    { body: { aud: 'web' } },
    { origin: 'https://elsewhere.example', cookie: 'refresh_token_web=x' },
  )
  assert.equal(reply.status, 403)
  assert.equal(reply.error.details[0]?.['reason'], 'csrf_origin_not_allowed')
})

test('ID-10 forged, foreign-algorithm and malformed tokens are 401, never 500', async () => {
  const { owner } = await house.firm()
  const [head = '', claims = ''] = owner.token.split('.')
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  for (const token of ['x', 'a.b.c', `${head}.${claims}.AAAA`, `${none}.${claims}.`, `${owner.token}x`]) {
    const response = await house.server().inject({ url: '/v1/me', headers: { authorization: `Bearer ${token}` } })
    assert.equal(response.statusCode, 401, token)
  }
})

test('ID-45 preferences merge key by key, are the person’s own, and hold 16 KiB in all', async () => {
  const { owner, valuer } = await house.firm()
  assert.deepEqual(await owner.ok(updateUiSettings, { body: { theme: 'dark', tour: { queue: true } } }), {
    theme: 'dark',
    tour: { queue: true },
  })
  await Promise.all([
    owner.ok(updateUiSettings, { body: { density: 'compact' } }),
    owner.ok(updateUiSettings, { body: { keys: true, theme: null } }),
  ])
  const own = { tour: { queue: true }, density: 'compact', keys: true }
  assert.deepEqual(await owner.ok(getUiSettings, {}), own)
  assert.deepEqual(await valuer.ok(getUiSettings, {}), {})
  const views = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`view ${n}`, 'x'.repeat(4000)]))
  await owner.ok(updateUiSettings, { body: { views } })
  const columns = Object.fromEntries(
    Array.from({ length: 5 }, (_, n) => [`list ${n}`, Array.from({ length: 20 }, () => ({ key: 'y'.repeat(50) }))]),
  )
  const full = await owner.call(updateUiSettings, { body: { columns } })
  assert.deepEqual([full.status, full.error.error_code], [413, 'PAYLOAD_TOO_LARGE'])
  assert.deepEqual(await owner.ok(getUiSettings, {}), { ...own, views }, 'what was there stays')
})

test('me, preferences and the people of the firm', async () => {
  const { owner, portal, valuer } = await house.firm()
  assert.equal((await owner.ok(me, {})).role, 'ADMIN')
  assert.equal((await portal.ok(me, {})).firms?.length, 1)
  assert.deepEqual(await owner.ok(updateUiSettings, { body: { theme: 'dark' } }), { theme: 'dark' })
  assert.deepEqual(await owner.ok(updateUiSettings, { body: { density: 'compact', theme: null } }), {
    density: 'compact',
  })
  assert.deepEqual(await owner.ok(getUiSettings, {}), { density: 'compact' })
  const first = await owner.ok(listUsers, { query: { limit: 3 } })
  assert.equal(first.items.length, 3)
  const rest = await owner.ok(listUsers, { query: { limit: 50, cursor: first.next_cursor ?? '' } })
  assert.equal(first.items.length + rest.items.length, 7)
  assert.equal((await valuer.call(listUsers, {})).status, 403)
  assert.equal((await owner.call(listUsers, { query: { cursor: 'nonsense' } })).status, 422)
})
