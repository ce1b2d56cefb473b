import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { createBreaker } from './breaker.ts'
import { type Courier, DeliveryRefused, relayTurn, waitAfter, WAITS_SECONDS } from './relay.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const waiting = async (firm: Firm, count: number): Promise<void> => {
  await house.sql(
    `insert into notifications.outbox (tenant_id, channel, class, event_type, template_key, recipient, subject, body_text, trace_id, expires_at)
     select $1, 'webhook', 'info', 'law', 'law', 'https://law.example/hook', 'law', 'text', repeat('a', 32), now() + interval '1 day'
     from generate_series(1, $2::int)`,
    [firm.tenantId, count],
  )
}
const rowsOf = (firm: Firm) =>
  house.sql<{ status: string; attempt_no: number; hold_reason: string | null; last_error_code: string | null }>(
    'select status, attempt_no, hold_reason, last_error_code from notifications.outbox where tenant_id = $1 order by id',
    [firm.tenantId],
  )
const relay = (firm: Firm, courier: Partial<Courier>, breaker = createBreaker({ failures: 3, openMs: 60_000 })) => {
  const { services, workerUserId } = house.app.workerOptions()
  return relayTurn({
    tenantId: firm.tenantId,
    channel: 'webhook',
    limit: 10,
    leaseSeconds: 30,
    breaker,
    courier: { provider: 'law', endpointOf: () => 'law.example', deliver: async () => 'theirs', ...courier },
    transact: (work) =>
      services.database.transact(
        { role: 'zen_worker', tenantId: firm.tenantId, userId: workerUserId, aud: 'worker' },
        work,
      ),
  })
}

test('AU-31 two relays at once deliver each message once', async () => {
  const firm = await house.firm()
  await waiting(firm, 12)
  const keys: string[] = []
  const deliver: Courier['deliver'] = async (_message, key) => {
    keys.push(key)
    return 'theirs'
  }
  const taken = await Promise.all([relay(firm, { deliver }), relay(firm, { deliver })])
  assert.equal(taken[0].length + taken[1].length, 12)
  assert.deepEqual([keys.length, new Set(keys).size], [12, 12])
  assert.ok((await rowsOf(firm)).every((row) => row.status === 'sent'))
})

test('AU-31 a message of a relay that died is delivered again under the same key; the late one writes nothing', async () => {
  const firm = await house.firm()
  await waiting(firm, 1)
  const keys: string[] = []
  const slow = Promise.withResolvers<string>()
  const dying = relay(firm, { deliver: (_message, key) => (keys.push(key), slow.promise) })
  while (keys.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(await relay(firm, {}), [])
  await house.sql("update notifications.outbox set lease_until = now() - interval '1 s' where tenant_id = $1", [
    firm.tenantId,
  ])
  assert.equal((await relay(firm, { deliver: async (_message, key) => (keys.push(key), 'second') })).length, 1)
  slow.resolve('first')
  await dying
  assert.equal(new Set(keys).size, 1)
  const attempts = await house.sql(
    'select attempt_no, status, provider_message_id from notifications.attempts where tenant_id = $1 order by 1',
    [firm.tenantId],
  )
  assert.deepEqual(attempts, [
    { attempt_no: 1, status: 'unknown', provider_message_id: null },
    { attempt_no: 2, status: 'sent', provider_message_id: 'second' },
  ])
})

test('AU-31 a refusal waits longer each time, up to a day, and ends dead; a permanent one at once', async () => {
  assert.deepEqual([WAITS_SECONDS[0], WAITS_SECONDS.at(-1)], [5, 86_400])
  assert.deepEqual([waitAfter(1, 0.5), waitAfter(7, 0.5), waitAfter(8, 0.5)], [5, 86_400, undefined])
  const firm = await house.firm()
  await waiting(firm, 1)
  const refuse = (permanent: boolean) => () => Promise.reject(new DeliveryRefused('BUSY', 'later', permanent))
  await relay(firm, { deliver: refuse(false) })
  const due = () =>
    house.sql('update notifications.outbox set next_attempt_at = now() where tenant_id = $1', [firm.tenantId])
  assert.deepEqual(await rowsOf(firm), [
    { status: 'failed', attempt_no: 1, hold_reason: null, last_error_code: 'BUSY' },
  ])
  await due()
  await relay(firm, { deliver: refuse(true) })
  assert.deepEqual(await rowsOf(firm), [{ status: 'dead', attempt_no: 2, hold_reason: null, last_error_code: 'BUSY' }])
  await due()
  assert.deepEqual(await relay(firm, {}), [])
})

test('AU-31 a message whose time is over is dead without a call, also when its last attempt was lost', async () => {
  const firm = await house.firm()
  await waiting(firm, 2)
  await house.sql(
    `with lost as (select id from notifications.outbox where tenant_id = $1 limit 1)
     update notifications.outbox o set status = 'sending', lease_token = gen_random_uuid(), lease_until = now() - interval '1 second'
     from lost where o.id = lost.id`,
    [firm.tenantId],
  )
  await house.sql(`update notifications.outbox set expires_at = now() where tenant_id = $1`, [firm.tenantId])
  const ends = await relay(firm, { deliver: () => assert.fail('called') })
  assert.deepEqual(
    ends.map(({ end, code }) => [end, code]),
    [
      ['dead', 'expired'],
      ['dead', 'expired'],
    ],
  )
  assert.ok((await rowsOf(firm)).every((row) => row.status === 'dead' && row.last_error_code === 'expired'))
})

test('AU-31 an endpoint that fails is left alone, tried once after a while, and no attempt is lost meanwhile', async () => {
  let now = 1_000
  const breaker = createBreaker({ failures: 2, openMs: 500, now: () => now })
  breaker.failed('a')
  assert.equal(breaker.closedUntil('a'), null)
  breaker.failed('a')
  assert.equal(breaker.closedUntil('a'), 1_500)
  assert.equal(breaker.closedUntil('b'), null)
  now = 1_500
  assert.equal(breaker.closedUntil('a'), null)
  assert.equal(breaker.closedUntil('a'), 2_000)
  const firm = await house.firm()
  await waiting(firm, 1)
  const open = createBreaker({ failures: 1, openMs: 60_000 })
  open.failed('law.example')
  await relay(firm, { deliver: () => assert.fail('called') }, open)
  assert.deepEqual(await rowsOf(firm), [
    { status: 'queued', attempt_no: 0, hold_reason: 'breaker_open', last_error_code: null },
  ])
  open.succeeded('law.example')
  await house.sql('update notifications.outbox set next_attempt_at = now() where tenant_id = $1', [firm.tenantId])
  await relay(firm, {}, open)
  assert.deepEqual(
    (await rowsOf(firm)).map((row) => [row.status, row.attempt_no]),
    [['sent', 1]],
  )
})
