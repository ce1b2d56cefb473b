import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { ERROR_STATUS } from './errors.ts'
import { operation } from './kit.ts'
import { answerableErrors, buildOpenApi } from './openapi.ts'
import type { JsonObject } from './openapi.ts'
import { ALL_OPERATIONS } from './registry.ts'

const document = buildOpenApi(ALL_OPERATIONS, { version: '1.2.3' })

interface Described {
  operationId: string
  summary: string
  parameters: { $ref?: string; name?: string; in?: string; required?: boolean; schema?: JsonObject }[]
  requestBody?: { required: boolean; content: Record<string, { schema?: JsonObject }> }
  responses: Record<
    string,
    { description: string; headers: JsonObject; content?: JsonObject; 'x-error-codes'?: string[] }
  >
  security: JsonObject[]
  'x-capability'?: string
}
// Casts: the document is loosely typed by design; the tests that follow check these very shapes.
const paths = document['paths'] as Record<string, Record<string, Described>>
const components = document['components'] as Record<string, JsonObject>
const described = (path: string, method: string): Described => {
  const found = paths[path]?.[method]
  assert.ok(found, `${method} ${path}`)
  return found
}

const references = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(references)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : references(member),
  )
}

test('the document is OpenAPI 3.1 with every operation once', () => {
  assert.equal(document['openapi'], '3.1.0')
  assert.deepEqual(document['info'], { title: 'ZenOps', version: '1.2.3' })
  const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId))
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(ids.toSorted(), ALL_OPERATIONS.map(({ id }) => id).toSorted())
})

test('every reference leads somewhere and every component is used', () => {
  const used = new Set(references(document))
  assert.ok(used.size > 40)
  for (const reference of used) {
    const match = /^#\/components\/(\w+)\/([\w.-]+)$/.exec(reference)
    assert.ok(match?.[1] && match[2], reference)
    assert.ok(match[2] in (components[match[1]] ?? {}), reference)
  }
  for (const name of Object.keys(components['schemas'] ?? {})) assert.ok(used.has(`#/components/schemas/${name}`), name)
})

test('every path parameter is declared and every operation has a success and its errors', () => {
  for (const [path, item] of Object.entries(paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    for (const entry of Object.values(item)) {
      const declared = entry.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      assert.deepEqual(declared.toSorted(), named.toSorted(), entry.operationId)
      assert.ok(entry.summary.length > 10, entry.operationId)
      assert.ok(
        Object.keys(entry.responses).some((status) => status.startsWith('2')),
        entry.operationId,
      )
      assert.ok(Object.values(entry.responses).every((response) => 'X-Trace-Id' in response.headers))
    }
  }
  for (const candidate of ALL_OPERATIONS) {
    const entry = described(candidate.path.replaceAll(/:(\w+)/g, '{$1}'), candidate.method.toLowerCase())
    const codes = Object.values(entry.responses).flatMap((response) => response['x-error-codes'] ?? [])
    assert.deepEqual(codes.toSorted(), answerableErrors(candidate).toSorted())
    for (const code of answerableErrors(candidate)) assert.ok(entry.responses[ERROR_STATUS[code]], code)
  }
})

test('capability, key, version and repeatable filters are told', () => {
  const list = described('/v1/assignments', 'get')
  assert.equal(list['x-capability'], 'assignments.read')
  const status = list.parameters.find(({ name }) => name === 'status')
  assert.equal(status?.schema?.['type'], 'array')
  assert.ok(list.responses['403']?.['x-error-codes']?.includes('PORTAL_ASSIGNMENTS_FORBIDDEN'))
  const patch = described('/v1/assignments/{id}', 'patch')
  assert.ok(patch.parameters.some(({ $ref }) => $ref === '#/components/parameters/IfMatch'))
  const create = described('/v1/assignments', 'post')
  assert.ok(create.parameters.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey'))
  assert.equal(create.requestBody?.required, true)
  assert.equal(described('/v1/repogen/work-orders/{id}/create-pack', 'post').requestBody?.required, false)
  const login = described('/v1/auth/login', 'post')
  assert.deepEqual(login.security, [])
  assert.ok(!login.parameters.some(({ $ref }) => $ref?.includes('Idempotency')))
  assert.ok(login.responses['202'] && login.responses['200'])
  assert.ok('Retry-After' in (login.responses['429']?.headers ?? {}))
})

test('bytes and streams are told by their media type', () => {
  const events = described('/v1/report-jobs/{id}/events', 'get')
  assert.deepEqual(Object.keys(events.responses['200']?.content ?? {}), ['text/event-stream'])
  const put = described('/v1/storage/local/{token}', 'put')
  assert.deepEqual(put.requestBody?.content, { 'application/octet-stream': {} })
})

test('a named schema whose input and output differ is listed twice', () => {
  const amount = z.object({ value: z.string().transform(Number).pipe(z.number()) }).meta({ id: 'TestAmount' })
  const small = buildOpenApi(
    [
      operation({
        id: 'sample.sendAmount',
        method: 'POST',
        path: '/v1/samples',
        summary: 'Takes an amount and answers it.',
        access: 'person',
        body: z.strictObject({ amount }),
        ok: z.object({ amount }),
      }),
    ],
    { version: '0' },
  )
  const schemas = (small['components'] as { schemas: Record<string, { properties?: { value?: { type?: string } } }> })
    .schemas // test document
  assert.equal(schemas['TestAmount']?.properties?.value?.type, 'number')
  assert.equal(schemas['TestAmountInput']?.properties?.value?.type, 'string')
})

test('the document is plain JSON and the same each time', () => {
  assert.equal(JSON.stringify(buildOpenApi(ALL_OPERATIONS, { version: '1.2.3' })), JSON.stringify(document))
  assert.ok(!JSON.stringify(document).includes('$defs'))
})
