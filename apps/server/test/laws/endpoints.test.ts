import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ErrorBody } from '@zenops/contracts/errors'
import { capabilitiesOf, type Operation } from '@zenops/contracts/kit'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import { z } from 'zod'
import { createDownloadUrl } from '@zenops/contracts/exports'
import { uuidv7 } from '../../src/platform/ids.ts'
import { exportDesk } from '../harness/exports.ts'
import { addressOf, type Firm, type House, openHouse, type TestActor } from '../harness/house.ts'
import { steppedUp } from '../harness/sessions.ts'
import {
  callerOf,
  type Crowd,
  crowdOf,
  ghostParams,
  hasBody,
  mayCall,
  paramNames,
  rawCaller,
  surfacesOf,
  templatesOf,
} from './callers.ts'
import { BESIDES, ENDPOINTS, SECTION } from './endpoints.ts'
import { sampleBody, sampleQuery } from './samples.ts'

const routeOf = ({ method, path }: Operation): string => `${method} ${path}`
const OPERATIONS = ALL_OPERATIONS.filter((operation) => routeOf(operation) in ENDPOINTS)

let house: House
let firm: Firm
let crowd: Crowd
const callRaw = rawCaller(() => house)
before(async () => {
  house = await openHouse()
  firm = await house.firm()
  crowd = crowdOf(house, firm)
})
after(() => house.close())

const wordsOf = (operation: Operation): Record<string, string> =>
  Object.fromEntries(
    paramNames(operation).flatMap((name) =>
      operation.path.includes('/ops/') && WORDS[name] ? [[name, WORDS[name]]] : [],
    ),
  )

interface Asked {
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: Record<string, unknown>
}
/** Parameters that are words of fixed sets. */
const WORDS: Readonly<Record<string, string>> = { queue: 'reports.render_pack', key: 'exports', class: 'runs' }

/** The least valid call with some of its parts replaced. */
async function send(actor: TestActor, operation: Operation, { params = {}, query = {}, body = {} }: Asked) {
  const sample = hasBody(operation) ? sampleBody(operation) : undefined
  const reply = await callRaw(actor, operation, {
    params: { ...ghostParams(operation), ...wordsOf(operation), ...params },
    query: { ...sampleQuery(operation), ...query },
    ...(sample === undefined ? {} : { payload: JSON.stringify({ ...(sample as object), ...body }) }), // bodies of this section are objects
  })
  const failure = reply.status >= 400 ? ErrorBody.parse(JSON.parse(reply.text)) : undefined
  return { status: reply.status, code: failure?.error_code, details: failure?.details ?? [], text: reply.text }
}

/** Members of a query or body that are ids, by their JSON Schema. */
function idsOf(schema: z.ZodType): string[] {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { format?: string; anyOf?: { format?: string }[] }>
  } // JSON Schema, the members used here
  return Object.entries(shape.properties ?? {})
    .filter(([, one]) => [one, ...(one.anyOf ?? [])].some(({ format }) => format === 'uuid'))
    .map(([name]) => name)
}

test('AU-44 each endpoint of section 14 is there with its limit, and what stands beside them says whose it is', () => {
  const there = new Map(ALL_OPERATIONS.map((operation) => [routeOf(operation), operation]))
  assert.deepEqual(
    Object.keys(ENDPOINTS).filter((route) => !there.has(route)),
    [],
  )
  const beside = [...there.keys()].filter((route) => SECTION.test(route.split(' ')[1] ?? '') && !(route in ENDPOINTS))
  assert.deepEqual(beside.toSorted(), Object.keys(BESIDES).toSorted())
})

test('AU-44 a malformed id is 422 with its path: in the address, the query and the body', async () => {
  let tried = 0
  for (const operation of OPERATIONS) {
    if (operation.access === 'public') continue
    const actor = await callerOf(house, crowd, operation)
    const shape = operation.params instanceof z.ZodObject ? (operation.params.shape as Record<string, z.ZodType>) : {}
    const asked: [string, Asked][] = [
      ...paramNames(operation).flatMap((name): [string, Asked][] => {
        const bad = ['not-an-id', "1' or '1'='1", '-', 'x'.repeat(300)].find(
          (one) => !shape[name]?.safeParse(one).success,
        )
        return bad === undefined ? [] : [[name, { params: { [name]: bad } }]]
      }),
      ...idsOf(operation.query).map((name): [string, Asked] => [name, { query: { [name]: 'not-an-id' } }]),
      ...(hasBody(operation)
        ? idsOf(operation.body).map((name): [string, Asked] => [name, { body: { [name]: 'not-an-id' } }])
        : []),
    ]
    assert.ok(asked.length >= paramNames(operation).length, routeOf(operation))
    for (const [name, parts] of asked) {
      const reply = await send(actor, operation, parts)
      assert.deepEqual(
        [reply.status, reply.code],
        [422, 'VALIDATION_FAILED'],
        `${routeOf(operation)} ${name}: ${reply.text}`,
      )
      assert.ok(
        reply.details.some((detail) => detail.path === name),
        `${routeOf(operation)} ${name}: ${reply.text}`,
      )
      tried++
    }
  }
  assert.ok(tried > 60, `${tried}`)
})

test('AU-44 who lacks the capability is refused with its name, at every endpoint', async () => {
  let tried = 0
  for (const operation of OPERATIONS) {
    const [capability] = capabilitiesOf(operation.access)
    if (capability === undefined) continue
    for (const surface of surfacesOf(operation)) {
      const template = templatesOf(surface).find((one) => !mayCall(one, operation))
      if (template === undefined) continue
      const reply = await send(await crowd(template, surface), operation, {})
      const [detail] = reply.details
      assert.deepEqual(
        [reply.status, reply.code, detail?.reason, detail?.['capability']],
        [403, 'FORBIDDEN', 'missing_capability', capability],
        `${routeOf(operation)} for ${template}: ${reply.text}`,
      )
      tried++
    }
  }
  assert.ok(tried > 50, `${tried}`)
})

test('AU-44 an endpoint behind the step-up asks for a factor just proven', async () => {
  const behind = OPERATIONS.filter((operation) => operation.stepUp)
  assert.ok(behind.length >= 9, `${behind.length}`)
  for (const operation of behind) {
    const reply = await send(firm.owner, operation, {})
    assert.deepEqual([reply.status, reply.code], [401, 'AUTH_STEP_UP_REQUIRED'], routeOf(operation))
  }
})

test('AU-44 another firm is no parameter: a tenant that is not the caller’s is refused, whether or not it exists', async () => {
  const owner = await steppedUp(house, firm.owner)
  let tried = 0
  for (const operation of OPERATIONS) {
    if (operation.access === 'public' || !surfacesOf(operation).includes('web')) continue
    const inQuery = idsOf(operation.query).includes('tenant_id')
    const inBody = hasBody(operation) && idsOf(operation.body).includes('tenant_id')
    if (!inQuery && !inBody) continue
    for (const tenant_id of [firm.stranger.tenantId, uuidv7()]) {
      const reply = await send(owner, operation, inQuery ? { query: { tenant_id } } : { body: { tenant_id } })
      const reason = reply.details[0]?.reason
      assert.ok(
        (reply.status === 403 && reason === 'tenant_scope') || reply.status === 404,
        `${routeOf(operation)}: ${reply.status} ${reply.text}`,
      )
      tried++
    }
  }
  assert.ok(tried > 30, `${tried}`)
})

test('AU-44 another firm’s export, its file, manifest and link, and its events are not found', async () => {
  const desk = exportDesk(house)
  const other = await desk.firmWith(2)
  const job_id = await desk.made(other.owner)
  const [event] = await house.audit(other.tenantId)
  const audit_id = String(event?.['id'])
  const owner = await steppedUp(house, firm.owner)
  const addressed = OPERATIONS.filter((operation) =>
    paramNames(operation).some((name) => ['job_id', 'audit_id'].includes(name)),
  )
  assert.ok(addressed.length >= 7, `${addressed.length}`)
  for (const operation of addressed) {
    const reply = await send(owner, operation, {
      params: paramNames(operation).includes('job_id') ? { job_id } : { audit_id },
    })
    assert.deepEqual([reply.status, reply.code], [404, 'NOT_FOUND'], `${routeOf(operation)}: ${reply.text}`)
  }
  assert.equal((await desk.jobOf(other.owner, job_id)).status, 'DONE')
})

test('AU-44 another person’s own file is not found: neither its state, nor the file, nor a link', async () => {
  const [valuer, assistant] = [await steppedUp(house, firm.valuer), await steppedUp(house, firm.assistant)]
  const create = OPERATIONS.find((operation) => operation.id === 'privacy.createDataExport') ?? assert.fail()
  const made = await send(valuer, create, {})
  assert.equal(made.status, 202, made.text)
  const { export_id } = JSON.parse(made.text) as { export_id: string } // our own answer
  const own = OPERATIONS.filter((operation) => operation.path.startsWith('/v1/me/data-exports/:id'))
  assert.equal(own.length, 3)
  for (const operation of own) {
    const reply = await send(assistant, operation, { params: { id: export_id } })
    assert.deepEqual([reply.status, reply.code], [404, 'NOT_FOUND'], `${routeOf(operation)}: ${reply.text}`)
  }
})

test('AU-44 an endpoint with a limit of its own refuses the call beyond it, and says when to come again', async () => {
  // The general limits of tests are off; this process has them, far above what is counted here. Its minute does not end.
  const now = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 5_000)
  const there = await house.neighbour({ config: { RATE_LIMIT_SIGNED_IN_RPM: 100_000 }, clock: { now: () => now } })
  const server = await there.app.server('web')
  const desk = exportDesk(house)
  const { owner } = await desk.firmWith(1)
  const { url } = await there.at(owner).ok(createDownloadUrl, { params: { job_id: await desk.made(owner) } })
  const limited = Object.entries(ENDPOINTS).filter(([, limit]) => limit !== null)
  assert.equal(limited.length, 12)
  for (const [route, limit] of limited) {
    const operation = OPERATIONS.find((one) => routeOf(one) === route) ?? assert.fail(route)
    // Everybody of his own: two endpoints may count together.
    const actor = await steppedUp(house, await house.member(firm.tenantId, 'super_admin'))
    const wordy = { ...ghostParams(operation), ...wordsOf(operation) }
    const params = route.endsWith(':token') ? { token: url.split('/').at(-1) ?? '' } : wordy
    // Asking for the link was the first look.
    const codes: number[] = route.endsWith(':token') ? [200] : []
    while (codes.length <= (limit ?? 0)) {
      const reply = await server.inject({
        method: operation.method,
        url: addressOf(operation, { params, query: sampleQuery(operation) }),
        headers:
          operation.access === 'public' ? {} : { authorization: `Bearer ${actor.token}`, 'idempotency-key': uuidv7() },
        ...(hasBody(operation) ? { payload: sampleBody(operation) as object } : {}), // bodies of this section are objects
      })
      codes.push(reply.statusCode)
      if (reply.statusCode === 429) assert.ok(Number(reply.headers['retry-after']) > 0, route)
    }
    assert.deepEqual([codes.indexOf(429), codes.at(-1)], [limit, 429], `${route}: ${codes.join()}`)
  }
})
