import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createApp } from '../../src/app.ts'
import { createMetrics, listenMetrics } from '../../src/platform/telemetry/metrics.ts'
import { createLog } from '../../src/platform/telemetry/log.ts'
import { type House, openHouse } from '../harness/house.ts'

let house: House
before(async () => {
  house = await openHouse({ AUTH_ORIGINS_PORTAL: 'https://portal.test.zenops.local' })
})
after(() => house.close())

const get = (url: string, headers: Record<string, string> = {}, surface: 'web' | 'portal' = 'web') =>
  house.server(surface).inject({ method: 'GET', url, headers })

test('health answers alone; ready asks the database; meta names the product', async () => {
  assert.deepEqual((await get('/v1/health')).json(), { status: 'ok' })
  assert.deepEqual((await get('/v1/ready')).json(), { status: 'ready' })
  const meta = (await get('/v1/meta')).json<Record<string, string>>()
  assert.deepEqual([meta['name'], meta['api_version']], ['ZenOps', 'v1'])
  assert.match(meta['time'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('AU-38 without a database the process is healthy, not ready, and says when to ask again', async () => {
  const nowhere = 'postgres://zen_api:none@127.0.0.1:1/none'
  const app = await createApp({
    config: house.config,
    urls: { api: nowhere, worker: nowhere, sealer: nowhere, keeper: nowhere },
    log: createLog({ level: 'silent' }),
  })
  const server = await app.server('web')
  try {
    assert.equal((await server.inject('/v1/health')).statusCode, 200)
    const reply = await server.inject('/v1/ready')
    assert.equal(reply.statusCode, 503)
    assert.ok(Number(reply.headers['retry-after']) > 0)
    assert.deepEqual(Object.keys(reply.json<object>()).sort(), ['details', 'error_code', 'message', 'trace_id'])
    assert.equal(reply.json<{ error_code: string }>().error_code, 'DEPENDENCY_UNAVAILABLE')
  } finally {
    await server.close()
    await app.close()
  }
})

test('every answer carries the headers that keep browsers safe, and none of ours is kept by a cache', async () => {
  for (const url of ['/v1/health', '/v1/me', '/v1/no-such-address', '/v1/docs']) {
    const { headers } = await get(url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.equal(headers['referrer-policy'], 'no-referrer', url)
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', url)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', url)
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/, url)
    assert.equal(headers['cache-control'], 'no-store', url)
    assert.equal(headers['x-powered-by'], undefined)
    assert.equal(headers['server'], undefined)
    assert.match(String(headers['x-trace-id']), /^[0-9a-f]{32}$/)
  }
})

test('other origins are answered only where the operator listed them', async () => {
  for (const origin of [
    'https://evil.test',
    'null',
    'http://localhost:9999',
    'https://portal.test.zenops.local.evil.test',
  ]) {
    const { headers } = await get('/v1/health', { origin }, 'portal')
    assert.notEqual(headers['access-control-allow-origin'], origin)
    assert.notEqual(headers['access-control-allow-origin'], '*')
  }
  const listed = await get('/v1/health', { origin: 'https://portal.test.zenops.local' }, 'portal')
  assert.equal(listed.headers['access-control-allow-origin'], 'https://portal.test.zenops.local')
  assert.notEqual(
    (await get('/v1/health', { origin: 'https://portal.test.zenops.local' })).headers['access-control-allow-origin'],
    'https://portal.test.zenops.local',
  )
})

test('large answers are compressed for who can read that', async () => {
  assert.equal((await get('/v1/openapi.json', { 'accept-encoding': 'br' })).headers['content-encoding'], 'br')
  assert.equal((await get('/v1/openapi.json', { 'accept-encoding': 'gzip' })).headers['content-encoding'], 'gzip')
  assert.equal((await get('/v1/openapi.json')).headers['content-encoding'], undefined)
  assert.equal((await get('/v1/health', { 'accept-encoding': 'br' })).headers['content-encoding'], undefined)
})

test('an address that is too long, or that nothing answers, is told in the four members', async () => {
  const long = await get(`/v1/health?q=${'x'.repeat(9_000)}`)
  assert.equal(long.statusCode, 400)
  const nothing = await get('/v1/no-such-address')
  assert.equal(nothing.statusCode, 404)
  for (const reply of [long, nothing]) {
    assert.deepEqual(Object.keys(reply.json<object>()).sort(), ['details', 'error_code', 'message', 'trace_id'])
    assert.equal(reply.json<{ trace_id: string }>().trace_id, reply.headers['x-trace-id'])
  }
})

test('a trace that is not one is replaced by a new one', async () => {
  for (const traceparent of ['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, '<script>']) {
    const trace = String((await get('/v1/health', { traceparent })).headers['x-trace-id'])
    assert.match(trace, /^[0-9a-f]{32}$/)
    assert.ok(!traceparent.includes(trace))
  }
})

test('metrics stand on a listener of their own and no label holds an id', async () => {
  const firm = await house.firm()
  const id = firm.owner.userId
  await get(`/v1/assignments/${id}`, { authorization: `Bearer ${firm.owner.token}` })
  await get(`/v1/${id}`)
  const text = await house.app.services.metrics.registry.metrics()
  assert.match(text, /http_requests_total\{route="\/v1\/assignments\/:id"/)
  assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-/)
  assert.equal((await get('/metrics')).statusCode, 404)
  const listener = await listenMetrics(createMetrics(), { host: '127.0.0.1', port: 0 })
  await listener.close()
})
