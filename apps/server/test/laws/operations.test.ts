import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type JobTemplate, JOB_TEMPLATES } from '@zenops/contracts/capabilities'
import { SURFACES } from '@zenops/contracts/identity'
import { capabilitiesOf, type Operation } from '@zenops/contracts/kit'
import { ALL_OPERATIONS, isAudited, isCommand } from '@zenops/contracts/registry'
import { z } from 'zod'
import type { Bound } from '../../src/platform/operations.ts'
import { type Firm, type House, openHouse } from '../harness/house.ts'
import {
  allowedTemplate,
  callerOf,
  type Crowd,
  crowdOf,
  failureOf,
  ghostParams,
  hasBody,
  mayCall,
  paramNames,
  rawCaller,
  surfacesOf,
  templatesOf,
} from './callers.ts'

/** Operations that open their scopes themselves and write their events by `record`; each has tests of its own. */
const RECORD_THEMSELVES = new Set([
  'identity.login',
  'identity.refresh',
  'identity.logout',
  'identity.register',
  'identity.verifyRegistration',
  'identity.startGuest',
  'identity.forgotPassword',
  'identity.resetPassword',
  'identity.changePassword',
  'identity.acceptInvitation',
  'identity.confirmEmail',
  'identity.enrollTotp',
  'identity.activateTotp',
  'identity.verifyFactor',
  'identity.stepUp',
  'identity.registerPasskey',
  'identity.assertPasskey',
])

let house: House
let firm: Firm
let crowd: Crowd
let bound: readonly Bound[]
const callRaw = rawCaller(() => house)
before(async () => {
  house = await openHouse()
  firm = await house.firm()
  crowd = crowdOf(house, firm)
  bound = house.app.operations
})
after(() => house.close())

const each = async (
  holdsFor: (operation: Operation) => boolean,
  work: (operation: Operation) => Promise<void>,
): Promise<void> => {
  const chosen = bound.map((one) => one.operation).filter(holdsFor)
  assert.ok(chosen.length > 0)
  for (const operation of chosen) await work(operation)
}
const json = (operation: Operation): boolean => !operation.raw
/** Operations with people in front of them; the rest is for service accounts. */
const peopled = (operation: Operation): boolean =>
  operation.access === 'public' || surfacesOf(operation).some((surface) => allowedTemplate(operation, surface))

test('every operation of the contracts has one handler, and no handler lacks a contract', () => {
  const ids = bound.map((one) => one.operation.id)
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(
    ALL_OPERATIONS.map((operation) => operation.id).filter((id) => !ids.includes(id)),
    [],
  )
  for (const one of bound)
    assert.ok(ALL_OPERATIONS.includes(one.operation), `${one.operation.id} is bound to the contract itself`)
})

test('every operation but the public ones refuses who is not signed in', async () => {
  await each(
    (operation) => operation.access !== 'public' && operation.access !== 'ticket',
    async (operation) => {
      const reply = await callRaw({ ...house.anon, surface: surfacesOf(operation)[0] ?? 'web' }, operation)
      assert.equal(reply.status, 401, operation.id)
      assert.equal(failureOf(operation, reply).error_code, 'AUTH_REQUIRED', operation.id)
    },
  )
})

test('ID-30 the capability table: every operation × job template × surface', async () => {
  let calls = 0
  await each(
    (operation) => typeof operation.access !== 'string',
    async (operation) => {
      const [capability] = capabilitiesOf(operation.access)
      if (capability === undefined) return
      for (const surface of surfacesOf(operation)) {
        for (const template of templatesOf(surface)) {
          const reply = await callRaw(await crowd(template, surface), operation)
          calls++
          const detail = reply.status === 403 ? failureOf(operation, reply).details[0] : undefined
          const refused: boolean =
            detail?.['reason'] === 'missing_capability' &&
            detail['capability'] === capability &&
            detail['scope'] === 'none'
          assert.equal(
            refused,
            !mayCall(template, operation),
            `${operation.id} for ${template} on ${surface}: ${reply.status} ${reply.text.slice(0, 200)}`,
          )
          assert.ok(reply.status !== 500, operation.id)
        }
      }
    },
  )
  assert.ok(calls > 10)
})

test('a token of another surface is refused with the declared code', async () => {
  await each(
    (operation) => operation.access !== 'public',
    async (operation) => {
      for (const surface of SURFACES.filter((one) => !operation.audiences.includes(one))) {
        const template = templatesOf(surface)[0]
        if (template === undefined) continue
        const reply = await callRaw(await crowd(template, surface), operation)
        assert.equal(reply.status, 403, operation.id)
        const failure = failureOf(operation, reply)
        assert.equal(failure.error_code, operation.refusals[surface] ?? 'FORBIDDEN', operation.id)
        assert.equal(failure.details[0]?.reason, 'audience_not_allowed', operation.id)
      }
    },
  )
})

test('a token works on the origin of its own surface only', async () => {
  for (const surface of SURFACES) {
    const owner = await crowd('super_admin' satisfies JobTemplate, 'web')
    const me = bound.find((one) => one.operation.id === 'identity.me')
    assert.ok(me)
    const reply = await callRaw({ ...owner, surface }, me.operation)
    assert.equal(reply.status, surface === 'web' ? 200 : 403)
  }
  assert.ok(Object.keys(JOB_TEMPLATES).length > 0)
})

test('ids of nothing are not found, never a failure of ours', async () => {
  await each(
    (operation) => json(operation) && peopled(operation) && paramNames(operation).length > 0,
    async (operation) => {
      const reply = await callRaw(
        await callerOf(house, crowd, operation),
        operation,
        hasBody(operation) ? { payload: '{}' } : {},
      )
      assert.ok(
        [404, 422].includes(reply.status) || (reply.status === 403 && surfacesOf(operation)[0] !== 'web'),
        `${operation.id}: ${reply.status} ${reply.text.slice(0, 200)}`,
      )
      failureOf(operation, reply)
    },
  )
})

test('every command writes an audit event or says why not', () => {
  for (const { operation, kind } of bound) {
    if (isCommand(operation) && operation.auditNone !== undefined)
      assert.ok(operation.auditNone.length > 10, operation.id)
    if (!isAudited(operation)) continue
    // A command hands its events back by type; what opens its own scope is listed, with tests of its own.
    assert.ok(
      kind === 'command' || kind === 'raw' || RECORD_THEMSELVES.has(operation.id) || operation.recordsAccess,
      `${operation.id} is bound as ${kind}`,
    )
  }
})

test('unreadable JSON is 400', async () => {
  await each(
    (operation) => hasBody(operation) && peopled(operation),
    async (operation) => {
      for (const payload of ['{', '{"a":', 'nonsense', '{"__proto__":{}}', '{"\\u005f_proto__":{}}']) {
        const reply = await callRaw(await callerOf(house, crowd, operation), operation, { payload })
        assert.equal(reply.status, 400, `${operation.id} ${payload}: ${reply.text}`)
        assert.equal(failureOf(operation, reply).error_code, 'BAD_REQUEST')
      }
    },
  )
})

test('a body nested too deeply is 400', async () => {
  await each(
    (operation) => hasBody(operation) && peopled(operation),
    async (operation) => {
      const payload = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
      const reply = await callRaw(await callerOf(house, crowd, operation), operation, { payload })
      assert.equal(reply.status, 400, operation.id)
      assert.equal(failureOf(operation, reply).details[0]?.reason, 'too_deep')
    },
  )
})

test('a body over the limit is 413', async () => {
  await each(
    (operation) => hasBody(operation) && peopled(operation),
    async (operation) => {
      const payload = `{"a":"${'x'.repeat(operation.bodyLimit)}"}`
      const reply = await callRaw(await callerOf(house, crowd, operation), operation, { payload })
      assert.equal(reply.status, 413, operation.id)
      assert.equal(failureOf(operation, reply).error_code, 'PAYLOAD_TOO_LARGE')
    },
  )
})

test('another content type is 415', async () => {
  await each(
    (operation) => hasBody(operation) && peopled(operation),
    async (operation) => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/xml',
      ]) {
        const reply = await callRaw(await callerOf(house, crowd, operation), operation, {
          payload: 'a=1',
          headers: { 'content-type': type },
        })
        assert.equal(reply.status, 415, `${operation.id} ${type}`)
        assert.equal(failureOf(operation, reply).error_code, 'UNSUPPORTED_MEDIA_TYPE')
      }
    },
  )
})

test('an unknown member of the body is 422 with its path', async () => {
  await each(
    (operation) => hasBody(operation) && peopled(operation) && operation.body instanceof z.ZodObject,
    async (operation) => {
      if (
        operation.body
          .safeParse({ no_such_member: 1 })
          .error?.issues.every((issue) => issue.code !== 'unrecognized_keys') !== false
      ) {
        assert.fail(`${operation.id} takes any member`)
      }
      const reply = await callRaw(await callerOf(house, crowd, operation), operation, {
        payload: '{"no_such_member":1}',
      })
      assert.equal(reply.status, 422, operation.id)
      const failure = failureOf(operation, reply)
      assert.equal(failure.error_code, 'VALIDATION_FAILED')
      assert.ok(
        failure.details.some((detail) => detail.path === 'no_such_member'),
        `${operation.id}: ${reply.text}`,
      )
    },
  )
})

test('a member of a wrong type is 422 with its path', async () => {
  let tried = 0
  await each(
    (operation) => hasBody(operation) && peopled(operation) && operation.body instanceof z.ZodObject,
    async (operation) => {
      const shape = (operation.body as z.ZodObject).shape as Record<string, z.ZodType> // chosen above
      const wrong: unknown[] = [{ wrong: { type: [1] } }, [[[]]], 'x'.repeat(300), -1.5, true]
      for (const [name, schema] of Object.entries(shape)) {
        const value = wrong.find((one) => !schema.safeParse(one).success)
        if (value === undefined) continue
        tried++
        const reply = await callRaw(await callerOf(house, crowd, operation), operation, {
          payload: JSON.stringify({ [name]: value }),
        })
        assert.equal(reply.status, 422, `${operation.id}.${name}: ${reply.text}`)
        assert.ok(
          failureOf(operation, reply).details.some((detail) => String(detail.path).split('.')[0] === name),
          `${operation.id}.${name}: ${reply.text}`,
        )
      }
    },
  )
  assert.ok(tried > 5)
})

test('a malformed id is 422 with its path', async () => {
  await each(
    (operation) => json(operation) && peopled(operation) && paramNames(operation).length > 0,
    async (operation) => {
      const shape = (operation.params as z.ZodObject).shape as Record<string, z.ZodType> // operations with parameters declare an object
      for (const name of paramNames(operation)) {
        const value = ['not-an-id', "1' or '1'='1", '%00', 'x'.repeat(300)].find(
          (one) => !shape[name]?.safeParse(one).success,
        )
        if (value === undefined) continue
        const reply = await callRaw(await callerOf(house, crowd, operation), operation, {
          params: { ...ghostParams(operation), [name]: value },
          ...(hasBody(operation) ? { payload: '{}' } : {}),
        })
        assert.equal(reply.status, 422, `${operation.id} ${value}: ${reply.text}`)
        assert.ok(
          failureOf(operation, reply).details.some((detail) => detail.path === name),
          operation.id,
        )
      }
    },
  )
})

test('an unknown query parameter is 422 with its path', async () => {
  await each(
    (operation) => json(operation) && peopled(operation),
    async (operation) => {
      const reply = await callRaw(await callerOf(house, crowd, operation), operation, {
        query: { no_such_parameter: '1' },
        ...(hasBody(operation) ? { payload: '{}' } : {}),
      })
      assert.equal(reply.status, 422, `${operation.id}: ${reply.text}`)
      assert.ok(
        failureOf(operation, reply).details.some((detail) => detail.path === 'no_such_parameter'),
        `${operation.id}: ${reply.text}`,
      )
    },
  )
})

test('where a key is required its absence is 400', async () => {
  const chosen = bound
    .map((one) => one.operation)
    .filter((operation) => operation.idempotency === 'required' && peopled(operation))
  for (const operation of chosen) {
    const actor = await callerOf(house, crowd, operation)
    const reply = await callRaw(actor, operation, { payload: '{}', headers: { 'idempotency-key': '' } })
    assert.equal(reply.status, 400, operation.id)
    assert.equal(failureOf(operation, reply).error_code, 'IDEMPOTENCY_KEY_REQUIRED')
  }
})

test('the trace of the caller is taken over, and answered on success as on failure', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  await each(
    (operation) => json(operation) && peopled(operation),
    async (operation) => {
      const reply = await callRaw(await callerOf(house, crowd, operation), operation, {
        headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
      })
      assert.equal(reply.headers['x-trace-id'], trace, operation.id)
      if (reply.status >= 400) assert.equal(failureOf(operation, reply).trace_id, trace)
    },
  )
})
