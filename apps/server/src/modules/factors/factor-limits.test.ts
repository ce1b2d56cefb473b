import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import {
  activateTotp,
  assertPasskey,
  assertPasskeyOptions,
  enrollTotp,
  regenerateRecoveryCodes,
  registerPasskey,
  registerPasskeyOptions,
  stepUp,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import { entered, entrant, provenAgo } from '../../../test/harness/factors.ts'
import { openHouse, type Reply, type TestActor } from '../../../test/harness/house.ts'

const ticket = 'x'.repeat(43)
const credential = { id: 'AAAA', type: 'public-key' }
type Call = () => Promise<Reply<unknown>>
const call =
  <E extends Operation>(actor: TestActor, operation: E, input: InputOf<E>): (() => Promise<Reply<OutputOf<E>>>) =>
  () =>
    actor.call(operation, input)

/** One more call than two windows hold: a minute that ends in between changes nothing. */
async function overflow(limit: number, calls: readonly Call[]): Promise<Reply<unknown>> {
  for (let i = 0; i <= 2 * limit; i++) {
    const reply = await calls[i % calls.length]?.()
    if (reply?.status === 429) return reply
    assert.ok(reply && reply.status < 500)
  }
  throw new Error('nothing was refused')
}

function assertLimited(reply: Reply<unknown>, limit: number): void {
  assert.equal(reply.error.error_code, 'AUTH_RATE_LIMITED')
  assert.ok(Number(reply.headers['retry-after']) >= 1 && Number(reply.headers['retry-after']) <= 60)
  assert.equal(reply.headers['ratelimit-limit'], String(limit))
  assert.equal(reply.headers['ratelimit-remaining'], '0')
}

test('checks of second factors and passkeys are limited by address, over all routes together', async (t) => {
  const house = await openHouse({ AUTH_LOGIN_RPM: '4' })
  t.after(() => house.close())
  const { anon } = house
  const checks = [
    call(anon, verifyFactor, { body: { mfa_ticket_id: ticket, totp_code: '123456' } }),
    call(anon, activateTotp, { body: { mfa_ticket_id: ticket, totp_code: '123456' } }),
    call(anon, assertPasskey, { body: { challenge_id: 'x', credential, mfa_ticket_id: ticket } }),
    call(anon, registerPasskey, { body: { challenge_id: 'x', credential, nickname: 'Key', mfa_ticket_id: ticket } }),
  ]
  assertLimited(await overflow(20, checks), 20)
  const begins = [
    call(anon, enrollTotp, { body: { mfa_ticket_id: ticket } }),
    call(anon, registerPasskeyOptions, { body: { mfa_ticket_id: ticket } }),
    call(anon, assertPasskeyOptions, { body: { purpose: 'login', aud: 'studio' } }),
  ]
  assertLimited(await overflow(20, begins), 20)
  const signIns = [call(anon, assertPasskey, { body: { challenge_id: crypto.randomUUID(), credential } })]
  assertLimited(await overflow(4, signIns), 4)
})

test('they are limited by person too, and a person’s limit is nobody else’s', async (t) => {
  const house = await openHouse({ AUTH_LOGIN_RPM: '1000' })
  t.after(() => house.close())
  const { tenantId } = await house.firm()
  const actor = await entered(house, await entrant(house, tenantId))
  await provenAgo(house, actor.session)
  const checks = [
    call(actor, stepUp, { body: { method: 'TOTP', code: '123456' } }),
    call(actor, activateTotp, { body: { totp_code: '123456' } }),
  ]
  assertLimited(await overflow(10, checks), 10)
  const begins = [
    call(actor, regenerateRecoveryCodes, {}),
    call(actor, enrollTotp, { body: {} }),
    call(actor, registerPasskeyOptions, { body: {} }),
  ]
  assertLimited(await overflow(10, begins), 10)
  const other = await entered(house, await entrant(house, tenantId))
  assert.equal((await other.call(stepUp, { body: { method: 'TOTP', code: '123456' } })).status, 409)
})
