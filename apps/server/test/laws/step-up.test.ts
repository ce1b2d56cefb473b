import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createServiceToken, isTokenCapability } from '@zenops/contracts/identity-platform'
import { capabilitiesOf, type Operation } from '@zenops/contracts/kit'
import { type Firm, type House, openHouse, type TestActor } from '../harness/house.ts'
import { sessionOf, steppedUp } from '../harness/sessions.ts'
import { callerOf, type Crowd, crowdOf, failureOf, hasBody, rawCaller, surfacesOf } from './callers.ts'

const ADMIN_TOKEN = 'the-operators-fallback-token-of-tests'
let house: House
let firm: Firm
let crowd: Crowd
let marked: readonly Operation[]
const callRaw = rawCaller(() => house)
before(async () => {
  house = await openHouse({ STUDIO_ADMIN_TOKEN: ADMIN_TOKEN })
  firm = await house.firm()
  crowd = crowdOf(house, firm)
  // What a ticket may open instead is tried with the factors, where tickets are.
  marked = house.app.operations
    .map((one) => one.operation)
    .filter((operation) => operation.stepUp && operation.access !== 'ticket')
})
after(() => house.close())

const send = (actor: TestActor, operation: Operation) =>
  callRaw(actor, operation, hasBody(operation) ? { payload: '{}' } : {})

/** The code of a failure; nothing for what went through. */
const codeOf = (operation: Operation, reply: Awaited<ReturnType<typeof send>>): string | null =>
  reply.status >= 400 ? failureOf(operation, reply).error_code : null

async function provenAgo(actor: TestActor, seconds: number): Promise<void> {
  await house.sql('update identity.auth_families set stepped_up_at = now() - make_interval(secs => $2) where id = $1', [
    sessionOf(actor),
    seconds,
  ])
  house.app.authenticator.forget(sessionOf(actor))
}

test('ID-27 every marked operation: without a fresh factor 401, with one it goes on, at 301 seconds 401 again', async () => {
  assert.ok(marked.length >= 30, `${marked.length} operations are marked`)
  for (const operation of marked) {
    const actor = await callerOf(house, crowd, operation)
    await house.sql('update identity.auth_families set stepped_up_at = null where id = $1', [sessionOf(actor)])
    house.app.authenticator.forget(sessionOf(actor))
    for (const [seconds, isFresh] of [
      [null, false],
      [290, true],
      [301, false],
    ] as const) {
      if (seconds !== null) await provenAgo(actor, seconds)
      const reply = await send(actor, operation)
      const code = codeOf(operation, reply)
      assert.equal(code === 'AUTH_STEP_UP_REQUIRED', !isFresh, `${operation.id} after ${seconds} s: ${reply.text}`)
      if (!isFresh) assert.equal(reply.status, 401)
    }
  }
})

test('ID-27 every marked operation refuses programs that hold its capability: person_required', async () => {
  const operator = await steppedUp(house, house.operator)
  const expires_at = new Date(Date.now() + 86_400_000).toISOString()
  const capabilities = [...new Set(marked.flatMap((one) => capabilitiesOf(one.access)))].filter(isTokenCapability)
  const { token } = await operator.ok(createServiceToken, { body: { name: 'all it may', capabilities, expires_at } })
  let held = 0
  for (const operation of marked) {
    const [surface = 'web'] = surfacesOf(operation)
    const needed = capabilitiesOf(operation.access)
    const mayHold = needed.length === 0 || needed.some(isTokenCapability)
    const programs = [house.bearer(token, surface)]
    if (operation.path.startsWith('/v1/control/')) programs.push(house.bearer(ADMIN_TOKEN, surface))
    for (const [place, program] of programs.entries()) {
      const reply = await send(program, operation)
      const failure = failureOf(operation, reply)
      const reason = failure.details[0]?.reason
      assert.equal(reply.status, 403, `${operation.id}: ${reply.text}`)
      if (place === 0 && mayHold) {
        held++
        assert.equal(reason, 'person_required', `${operation.id}: ${reply.text}`)
      } else
        assert.ok(['person_required', 'missing_capability'].includes(String(reason)), `${operation.id}: ${reply.text}`)
    }
  }
  assert.ok(held >= 15, `${held} marked operations could be held by a program`)
})
