import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ErrorBody } from '@zenops/contracts/errors'
import { operation } from '@zenops/contracts/kit'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { z } from 'zod'
import { Refusal, refuse } from '../../src/platform/errors.ts'
import { createHttpServer } from '../../src/platform/http/server.ts'
import { operationsOf } from '../../src/platform/operations.ts'
import { type Firm, type House, openHouse, type TestActor } from '../harness/house.ts'

const on = operationsOf<'identity'>()
const Body = z.strictObject({ step: z.int().default(1), refuse: z.boolean().optional() })
const spec = {
  method: 'POST',
  access: 'person',
  body: Body,
  ok: z.object({ n: z.int() }),
  summary: 'Counts.',
  status: 201,
} as const
const count = operation({ ...spec, id: 'law.count', path: '/v1/law/count' })
const other = operation({ ...spec, id: 'law.other', path: '/v1/law/other' })
const demanding = operation({ ...spec, id: 'law.demanding', path: '/v1/law/demanding', idempotency: 'required' })
const secret = operation({ ...spec, id: 'law.secret', path: '/v1/law/secret', secretAnswer: true })
const prepared = operation({ ...spec, id: 'law.prepared', path: '/v1/law/prepared' })
const versioned = operation({
  id: 'law.versioned',
  method: 'PATCH',
  path: '/v1/law/versioned',
  access: 'person',
  summary: 'Tells the version it was sent.',
  body: z.strictObject({ expected_version: z.int() }),
  ok: z.object({ n: z.int() }),
})

/** Adds to a counter of the caller: an effect that a second run would show. */
const adds = (contract: typeof count) =>
  on.command(contract, {
    run: async ({ tx, actor }, { body }) => {
      const { rows } = await sql<{ n: number }>`
        insert into identity.ui_settings as s (tenant_id, user_id, settings)
        values (${actor.tenantId}::uuid, ${actor.userId}::uuid, jsonb_build_object('n', ${body.step}::int))
        on conflict (tenant_id, user_id) do update set settings = jsonb_build_object('n', (s.settings ->> 'n')::int + ${body.step}::int)
        returning (settings ->> 'n')::int as n`.execute(tx)
      if (body.refuse) throw refuse.conflict('asked_to', 'Refused as asked.')
      return { body: { n: rows[0]?.n ?? 0 }, audit: { action: 'USER_UPDATED', target_id: actor.userId } }
    },
  })

let preparations = 0
let house: House
let server: FastifyInstance
let firm: Firm
before(async () => {
  house = await openHouse()
  server = await createHttpServer({
    surface: 'web',
    services: house.app.services,
    authenticator: house.app.authenticator,
    constraints: {},
    origins: new Set(),
    operations: [
      ...[count, other, demanding, secret].map(adds),
      on.command(prepared, {
        // As an act under typed words: they are used up by the first call.
        prepare: async () => {
          preparations += 1
          if (preparations > 1) throw refuse.conflict('used_up', 'It was used before.')
        },
        run: async ({ actor }) => ({
          body: { n: preparations },
          audit: { action: 'USER_UPDATED', target_id: actor.userId },
        }),
      }),
      on.command(versioned, {
        run: async (context, { body }) => {
          if (body.expected_version !== 7) throw new Refusal('REVISION_MISMATCH', 'Stale.')
          return {
            body: { n: body.expected_version },
            audit: { action: 'USER_UPDATED', target_id: context.actor.userId },
          }
        },
      }),
    ],
  })
})
after(async () => {
  await server.close()
  await house.close()
})

const send = async (
  actor: TestActor,
  path: string,
  how: { key?: string; body?: unknown; headers?: Record<string, string>; method?: 'POST' | 'PATCH' } = {},
) => {
  const response = await server.inject({
    method: how.method ?? 'POST',
    url: `/v1/law/${path}`,
    headers: {
      authorization: `Bearer ${actor.token}`,
      ...(how.key === undefined ? {} : { 'idempotency-key': how.key }),
      ...how.headers,
    },
    payload: (how.body ?? {}) as object, // what a test sends, right or wrong
  })
  const body = response.json<{ n: number } & ErrorBody>()
  return { status: response.statusCode, headers: response.headers, text: response.body, body }
}
const eventsOf = async (of: Firm): Promise<number> => (await house.audit(of.tenantId)).length

test('the same key and body get the stored answer again, and nothing happens twice', async () => {
  firm = await house.firm()
  const first = await send(firm.owner, 'count', { key: 'k1' })
  const again = await send(firm.owner, 'count', { key: 'k1' })
  assert.deepEqual([first.status, first.body.n, first.headers['idempotent-replay']], [201, 1, undefined])
  assert.deepEqual([again.status, again.text, again.headers['idempotent-replay']], [201, first.text, 'true'])
  assert.equal(await eventsOf(firm), 1)
})

test('AU-21 a repeated call prepares nothing anew: it is answered as before, whatever the first one used up', async () => {
  firm = await house.firm()
  const first = await send(firm.owner, 'prepared', { key: 'k1' })
  const again = await send(firm.owner, 'prepared', { key: 'k1' })
  assert.deepEqual([first.status, again.status, again.text], [201, 201, first.text])
  assert.equal(
    (await send(firm.owner, 'prepared', { key: 'k1', body: { step: 5 } })).body.error_code,
    'IDEMPOTENCY_CONFLICT',
  )
  assert.equal(preparations, 1)
  assert.equal((await send(firm.owner, 'prepared', { key: 'k2' })).body.error_code, 'CONFLICT')
})

test('the same key with another body is a conflict, without effect', async () => {
  firm = await house.firm()
  await send(firm.owner, 'count', { key: 'k1' })
  const reply = await send(firm.owner, 'count', { key: 'k1', body: { step: 5 } })
  assert.deepEqual([reply.status, reply.body.error_code], [409, 'IDEMPOTENCY_CONFLICT'])
  assert.equal((await send(firm.owner, 'count')).body.n, 2)
})

test('parallel calls with one key have one effect', async () => {
  firm = await house.firm()
  const replies = await Promise.all(Array.from({ length: 12 }, () => send(firm.owner, 'count', { key: 'k1' })))
  for (const reply of replies) {
    if (reply.status === 201) assert.equal(reply.body.n, 1)
    else {
      assert.deepEqual([reply.status, reply.body.error_code], [409, 'IDEMPOTENCY_IN_PROGRESS'])
      assert.ok(reply.headers['retry-after'])
    }
  }
  assert.equal(await eventsOf(firm), 1)
  assert.equal((await send(firm.owner, 'count', { key: 'k1' })).body.n, 1)
})

test('a key belongs to one person, firm and route', async () => {
  firm = await house.firm()
  assert.equal((await send(firm.owner, 'count', { key: 'k1' })).body.n, 1)
  assert.equal((await send(firm.owner, 'other', { key: 'k1' })).body.n, 2)
  assert.equal((await send(firm.valuer, 'count', { key: 'k1' })).body.n, 1)
  assert.equal((await send(firm.stranger, 'count', { key: 'k1' })).body.n, 1)
})

test('a refused call keeps nothing under its key', async () => {
  firm = await house.firm()
  assert.equal((await send(firm.owner, 'count', { key: 'k1', body: { refuse: true } })).status, 409)
  assert.deepEqual(await house.sql('select 1 from ops.idempotency_keys where tenant_id = $1', [firm.tenantId]), [])
  assert.equal((await send(firm.owner, 'count', { key: 'k1' })).body.n, 1)
})

test('an expired key is free again', async () => {
  firm = await house.firm()
  await send(firm.owner, 'count', { key: 'k1' })
  await house.sql("update ops.idempotency_keys set expires_at = now() - interval '1 second' where tenant_id = $1", [
    firm.tenantId,
  ])
  assert.equal((await send(firm.owner, 'count', { key: 'k1' })).body.n, 2)
})

test('a required key that is missing is 400; one that is too long is 422', async () => {
  firm = await house.firm()
  const missing = await send(firm.owner, 'demanding')
  assert.deepEqual([missing.status, missing.body.error_code], [400, 'IDEMPOTENCY_KEY_REQUIRED'])
  const long = await send(firm.owner, 'demanding', { key: 'k'.repeat(121) })
  assert.deepEqual([long.status, long.body.error_code], [422, 'VALIDATION_FAILED'])
  assert.equal((await send(firm.owner, 'demanding', { key: 'k'.repeat(120) })).status, 201)
  assert.equal(await eventsOf(firm), 1)
})

test('an answer that holds a secret is neither kept nor given twice', async () => {
  firm = await house.firm()
  assert.equal((await send(firm.owner, 'secret', { key: 'k1' })).status, 201)
  const [kept] = await house.sql<{ body: string | null }>(
    'select body from ops.idempotency_keys where tenant_id = $1',
    [firm.tenantId],
  )
  assert.equal(kept?.body, null)
  const again = await send(firm.owner, 'secret', { key: 'k1' })
  assert.deepEqual([again.status, again.body.details[0]?.reason], [409, 'secret_not_replayable'])
  assert.equal(await eventsOf(firm), 1)
})

test('If-Match stands for expected_version; the body wins; nonsense is 422', async () => {
  firm = await house.firm()
  const patch = (headers: Record<string, string>, body: unknown = {}) =>
    send(firm.owner, 'versioned', { method: 'PATCH', headers, body })
  for (const value of ['7', '"7"', 'W/"7"']) assert.equal((await patch({ 'if-match': value })).status, 200, value)
  assert.equal((await patch({ 'if-match': '"7"' }, { expected_version: 8 })).body.error_code, 'REVISION_MISMATCH')
  for (const value of ['*', '"x"', '-7']) assert.equal((await patch({ 'if-match': value })).status, 422, value)
})
