import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { me } from '@zenops/contracts/identity'
import { type House, openHouse } from '../../../test/harness/house.ts'

let house: House
before(async () => {
  house = await openHouse({
    RATE_LIMIT_ANONYMOUS_RPM: '4',
    RATE_LIMIT_SIGNED_IN_RPM: '6',
    TRUSTED_PROXIES: '10.0.0.1',
  })
})
after(() => house.close())

/** The rest of a minute is long enough for a test, so that it is not split over two windows. */
beforeEach(async () => {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 5_000) await new Promise((resolve) => setTimeout(resolve, left))
})

let addresses = 0
const anAddress = (): string => `198.51.100.${++addresses}`
const get = (url: string, remoteAddress: string, headers: Record<string, string> = {}) =>
  house.server().inject({ method: 'GET', url, remoteAddress, headers })
const statuses = async (calls: number, call: () => Promise<{ statusCode: number }>): Promise<number[]> => {
  const seen: number[] = []
  for (let i = 0; i < calls; i++) seen.push((await call()).statusCode)
  return seen
}

test('an address without sign-in is refused after its share of a minute and told when to come back', async () => {
  const address = anAddress()
  const first = await get('/v1/meta', address)
  assert.deepEqual(
    [first.statusCode, first.headers['ratelimit-limit'], first.headers['ratelimit-remaining']],
    [200, '4', '3'],
  )
  assert.deepEqual(await statuses(4, () => get('/v1/meta', address)), [200, 200, 200, 429])
  const refused = await get('/v1/meta', address)
  const body = refused.json<Record<string, unknown>>()
  assert.deepEqual(Object.keys(body).sort(), ['details', 'error_code', 'message', 'trace_id'])
  assert.equal(body['error_code'], 'RATE_LIMITED')
  const seconds = Number(refused.headers['retry-after'])
  assert.ok(seconds >= 1 && seconds <= 60, String(seconds))
  assert.deepEqual(
    [refused.headers['ratelimit-limit'], refused.headers['ratelimit-remaining'], refused.headers['ratelimit-reset']],
    ['4', '0', String(seconds)],
  )
  assert.equal((await get('/v1/meta', anAddress())).statusCode, 200)
})

test('a person is counted by himself, wherever he calls from; another one goes on', async () => {
  const { owner, valuer } = await house.firm()
  const statusesOf = (actor: typeof owner) =>
    statuses(7, async () => ({ statusCode: (await actor.call(me, {})).status }))
  assert.deepEqual(await statusesOf(owner), [200, 200, 200, 200, 200, 200, 429])
  const refused = await owner.call(me, {})
  assert.equal(refused.error.error_code, 'RATE_LIMITED')
  assert.equal((await valuer.call(me, {})).status, 200)
})

test('who fails to show who he is counts as nobody', async () => {
  const address = anAddress()
  const bad = () => get('/v1/me', address, { authorization: 'Bearer no.such.token' })
  assert.deepEqual(await statuses(5, bad), [401, 401, 401, 401, 429])
  assert.equal((await get('/v1/meta', address)).statusCode, 429)
})

test('ID-09 a forwarded address counts only from a trusted hop', async () => {
  const address = anAddress()
  let spoofed = 0
  const spoof = () => get('/v1/meta', address, { 'x-forwarded-for': `203.0.113.${++spoofed}` })
  assert.deepEqual(await statuses(5, spoof), [200, 200, 200, 200, 429])
  const behind = (client: string) => get('/v1/meta', '10.0.0.1', { 'x-forwarded-for': `203.0.113.250, ${client}` })
  assert.deepEqual(await statuses(5, () => behind('192.0.2.1')), [200, 200, 200, 200, 429])
  assert.equal((await behind('192.0.2.2')).statusCode, 200)
})

test('one /64 is one address', async () => {
  let host = 0
  assert.deepEqual(await statuses(5, () => get('/v1/meta', `2001:db8:7:7::${++host}`)), [200, 200, 200, 200, 429])
  assert.equal((await get('/v1/meta', '2001:db8:7:8::1')).statusCode, 200)
})

test('the health probe and routes with limits of their own are not counted here', async () => {
  const address = anAddress()
  assert.deepEqual(new Set(await statuses(10, () => get('/v1/health', address))), new Set([200]))
  const wrong = () =>
    house.server().inject({
      method: 'POST',
      url: '/v1/auth/login',
      remoteAddress: address,
      payload: { aud: 'web', email: 'nobody@test.zenops.local', password: 'not the right one' },
    })
  const answers = await statuses(5, wrong)
  assert.equal(answers[0], 401)
  assert.equal((await get('/v1/meta', address)).statusCode, 200)
})
