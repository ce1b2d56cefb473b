import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import { login } from '@zenops/contracts/identity'
import {
  mfaStatus,
  registerPasskeyOptions,
  regenerateRecoveryCodes,
  removeTotp,
  stepUp,
  verifyFactor,
} from '@zenops/contracts/identity-factors'
import { addressOf, type House, openHouse } from '../../../test/harness/house.ts'
import {
  actorOf,
  codeOf,
  entered,
  entrant,
  freshStep,
  PASSWORD,
  provenAgo,
  ticketOf,
  withPasskey,
  withTotp,
  wrongCodeOf,
} from '../../../test/harness/factors.ts'
import { timesRefused } from '../../../test/harness/refusals.ts'
import { systemActor } from '../../platform/auth/actor.ts'
import { Refusal } from '../../platform/errors.ts'
import { assertSteppedUp } from '../../platform/perform.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** A session of a person with an app, without a fresh factor. */
async function stale(tenantId: string) {
  const who = await withTotp(house, tenantId)
  const mfa_ticket_id = await ticketOf(house, who)
  const { body } = await house.anon.call(verifyFactor, { body: { mfa_ticket_id, totp_code: codeOf(who.secret) } })
  if (body.result !== 'accepted') throw new Error('no session')
  await provenAgo(house, body, 301)
  await freshStep(house, who.userId)
  return { who, session: body, actor: actorOf(house, body) }
}

test('ID-27 a code renews the step-up for 300 seconds, and at 301 it is gone', async () => {
  const { tenantId } = await house.firm()
  const { who, session, actor } = await stale(tenantId)
  const refused = await actor.call(regenerateRecoveryCodes, {})
  assert.deepEqual([refused.status, refused.error.error_code], [401, 'AUTH_STEP_UP_REQUIRED'])
  assert.deepEqual(refused.error.details, [{ reason: 'step_up', methods: ['TOTP'] }])
  const { step_up_until } = await actor.ok(stepUp, { body: { method: 'TOTP', code: codeOf(who.secret) } })
  const seconds = (Date.parse(step_up_until) - Date.now()) / 1000
  assert.ok(seconds > 290 && seconds <= 301)
  assert.equal((await actor.call(regenerateRecoveryCodes, {})).status, 200)
  await provenAgo(house, session, 301)
  assert.equal((await actor.call(regenerateRecoveryCodes, {})).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  const written = (await house.audit(tenantId)).map((event) => event.action)
  assert.ok(written.includes('STEP_UP_PASSED'))
})

test('ID-23 ID-27 a code counts for one step-up, wrong ones lock the person here too', async () => {
  const { tenantId } = await house.firm()
  const { who, actor } = await stale(tenantId)
  const code = codeOf(who.secret)
  const attempt = (shown: string) => actor.call(stepUp, { body: { method: 'TOTP', code: shown } })
  const replies = await Promise.all([attempt(code), attempt(code), attempt(code)])
  assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, 401, 401])
  const wrong = wrongCodeOf(who.secret)
  for (let i = 0; i < 7; i++) assert.equal((await attempt(wrong)).error.error_code, 'AUTH_MFA_INVALID_CODE')
  const tenth = await attempt(wrong)
  assert.deepEqual(
    [tenth.status, tenth.error.error_code, tenth.headers['retry-after']],
    [429, 'AUTH_MFA_LOCKED', '900'],
  )
  assert.equal(await timesRefused(house, tenantId, 'STEP_UP_FAILED'), 10)
  // Shared with the sign-in.
  const mfa_ticket_id = await ticketOf(house, who)
  const signIn = await house.anon.call(verifyFactor, { body: { mfa_ticket_id, totp_code: codeOf(who.secret, 1) } })
  assert.equal(signIn.error.error_code, 'AUTH_MFA_LOCKED')
})

test('ID-24 ID-27 a recovery code is no step-up', async () => {
  const { tenantId } = await house.firm()
  const { who, actor } = await stale(tenantId)
  const body = { method: 'TOTP' as const, code: who.codes[0] ?? '' }
  assert.equal((await actor.call(stepUp, { body })).status, 422)
})

test('ID-27 the password steps up only who has no factor, and a wrong one counts against the name', async () => {
  const { tenantId } = await house.firm()
  const who = await entrant(house, tenantId)
  const actor = await entered(house, who)
  const refused = await actor.call(registerPasskeyOptions, { body: {} })
  assert.deepEqual(refused.error.details[0]?.['methods'], ['PASSWORD'])
  const attempt = (password: string) => actor.call(stepUp, { body: { method: 'PASSWORD', password } })
  assert.equal((await attempt(PASSWORD)).status, 200)
  assert.equal((await actor.call(registerPasskeyOptions, { body: {} })).status, 200)
  const none = await actor.call(stepUp, { body: { method: 'TOTP', code: '123456' } })
  assert.deepEqual([none.status, none.error.error_code], [409, 'AUTH_MFA_SETUP_REQUIRED'])
  for (let i = 0; i < 4; i++) {
    const wrong = await attempt('not the right phrase')
    assert.deepEqual([wrong.status, wrong.error.error_code], [401, 'AUTH_INVALID'])
  }
  const fifth = await attempt('not the right phrase')
  assert.deepEqual([fifth.status, fifth.error.error_code], [429, 'AUTH_LOCKED'])
  assert.equal((await attempt(PASSWORD)).error.error_code, 'AUTH_LOCKED')
  const signIn = await house.anon.call(login, {
    body: { aud: 'web', email: who.email, password: PASSWORD, tenant_id: tenantId },
  })
  assert.equal(signIn.error.error_code, 'AUTH_LOCKED')
})

test('ID-27 with a factor the password is not enough', async () => {
  const { tenantId } = await house.firm()
  const { actor } = await withPasskey(house, tenantId)
  const reply = await actor.call(stepUp, { body: { method: 'PASSWORD', password: PASSWORD } })
  assert.deepEqual([reply.status, reply.error.error_code], [403, 'FORBIDDEN'])
  assert.deepEqual(reply.error.details, [{ reason: 'password_not_enough', methods: ['WEBAUTHN'] }])
  assert.equal((await actor.call(stepUp, { body: { method: 'PASSWORD', code: '123456' } })).status, 422)
  assert.equal((await house.anon.call(stepUp, { body: { method: 'TOTP', code: '123456' } })).status, 401)
})

test('ID-27 every marked route of one’s own asks for the fresh factor: at 301 seconds no, fresh yes', async () => {
  const { tenantId } = await house.firm()
  const bound = new Set(house.app.operations.map(({ operation }) => operation.id))
  // Routes behind a capability ask for that first; they are tried where they live.
  const marked = ALL_OPERATIONS.filter(
    (one) => one.stepUp && bound.has(one.id) && one.audiences.includes('web') && typeof one.access === 'string',
  )
  assert.ok(marked.length >= 7)
  const { session, actor } = await stale(tenantId)
  const bodies: Record<string, object> = {
    'identity.activateTotp': { totp_code: '123456' },
    'identity.registerPasskey': { challenge_id: 'x', nickname: 'Key', credential: { id: 'x', type: 'public-key' } },
    'identity.changeEmail': { new_email: 'new@test.zenops.local' },
  }
  for (const operation of marked) {
    const call = async (): Promise<string> => {
      const response = await house.server().inject({
        method: operation.method,
        url: addressOf(operation, { params: { id: crypto.randomUUID() } }),
        headers: { authorization: `Bearer ${actor.token}` },
        ...(operation.method === 'POST' ? { payload: bodies[operation.id] ?? {} } : {}),
      })
      return response.body === '' ? '' : String((JSON.parse(response.body) as { error_code?: string }).error_code) // an error's body
    }
    await provenAgo(house, session, 301)
    assert.equal(await call(), 'AUTH_STEP_UP_REQUIRED', operation.id)
    await provenAgo(house, session, 0)
    assert.notEqual(await call(), 'AUTH_STEP_UP_REQUIRED', operation.id)
  }
})

test('ID-27 programs cannot step up: person_required', () => {
  const program = systemActor(crypto.randomUUID(), crypto.randomUUID(), new Map())
  for (const actor of [program, { ...program, kind: 'service' as const, aud: 'service' as const }]) {
    assert.throws(
      () => assertSteppedUp(actor, new Date()),
      (error) => error instanceof Refusal && error.status === 403 && error.details[0]?.reason === 'person_required',
    )
  }
})

test('ID-27 removing the app asks for a fresh factor even right after other acts', async () => {
  const { tenantId } = await house.firm()
  const { session, actor } = await stale(tenantId)
  assert.equal((await actor.ok(mfaStatus, {})).totp, true)
  assert.equal((await actor.call(removeTotp, {})).error.error_code, 'AUTH_STEP_UP_REQUIRED')
  await provenAgo(house, session)
  assert.equal((await actor.call(removeTotp, {})).status, 204)
})
