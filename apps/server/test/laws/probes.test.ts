import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/platform/telemetry/log.ts'
import { listenMetrics } from '../../src/platform/telemetry/metrics.ts'
import { type House, openHouse } from '../harness/house.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const probe = async (path: string): Promise<[number, string | undefined]> => {
  const reply = await house.server().inject(path)
  const { details } = reply.json<{ details?: { reason: string }[] }>()
  return [reply.statusCode, details?.[0]?.reason]
}

test('AU-38 probes answer at both addresses, to anybody, with a stale token too', async () => {
  for (const path of ['/health', '/v1/health', '/ready', '/v1/ready']) {
    const reply = await house
      .server()
      .inject({ url: path, headers: { authorization: 'Bearer stale', traceparent: 'nonsense' } })
    assert.equal(reply.statusCode, 200, path)
    assert.deepEqual(Object.keys(reply.json<object>()), ['status'])
  }
})

test('AU-38 another migration makes the process not ready, and it recovers as soon as the schema is right', async () => {
  const [row] = await house.sql<{ name: string; checksum: string; applied_at: Date }>(
    'delete from public.schema_migrations where name = (select max(name) from public.schema_migrations) returning *',
  )
  assert.ok(row)
  assert.deepEqual(await probe('/ready'), [503, 'migrations'])
  assert.equal((await house.server().inject('/ready')).headers['retry-after'] !== undefined, true)
  assert.deepEqual(await probe('/health'), [200, undefined])
  await house.sql('insert into public.schema_migrations (name, checksum, applied_at) values ($1, $2, $3)', [
    row.name,
    row.checksum,
    row.applied_at,
  ])
  assert.deepEqual(await probe('/ready'), [200, undefined])
})

test('AU-38 figures are never served on the public port, nor by an address of the internet', async () => {
  assert.equal((await house.server().inject('/metrics')).statusCode, 404)
  const listener = await listenMetrics(house.app.services.metrics, { host: '127.0.0.1', port: 0 })
  await listener.close()
  for (const METRICS_LISTEN of ['0.0.0.0:9464', '8.8.8.8:9464', 'metrics.example:9464', '[::]:9464', '127.0.0.1'])
    assert.throws(() => readConfig({ METRICS_LISTEN }), /METRICS_LISTEN/, METRICS_LISTEN)
  assert.deepEqual(readConfig({ METRICS_LISTEN: '10.0.0.5:9464' }).METRICS_LISTEN, { host: '10.0.0.5', port: 9464 })
  assert.deepEqual(readConfig({ METRICS_LISTEN: 'localhost:9464' }).METRICS_LISTEN, { host: '127.0.0.1', port: 9464 })
})

/** One call over a connection that is kept. */
const call = (agent: http.Agent, port: number, path: string): Promise<{ status: number; closes: boolean }> =>
  new Promise((resolve, reject) => {
    http
      .get({ agent, port, host: '127.0.0.1', path }, (response) => {
        response.resume()
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, closes: response.headers.connection === 'close' }),
        )
      })
      .on('error', reject)
  })

test('AU-38 a process that drains under load fails no call: first not ready, then each answer closes its connection, then the doors', async () => {
  const app = await createApp({
    config: house.config,
    urls: { api: house.apiUrl, worker: house.workerUrl, sealer: house.sealerUrl, keeper: house.keeperUrl },
    log: createLog({ level: 'silent' }),
  })
  const server = await app.server('web')
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo // a listening TCP server has a port
  const agent = new http.Agent({ keepAlive: true })
  const failures: unknown[] = []
  let answered = 0
  let ready = true
  // What hands out calls asks the probe, and stops when it is told to.
  const load = Array.from({ length: 8 }, async () => {
    while (ready) {
      const reply = await call(agent, port, '/v1/meta').catch((error: unknown) => void failures.push(error))
      if (reply?.status === 200) answered += 1
      else if (reply) failures.push(reply.status)
    }
  })
  const watch = (async () => {
    while (ready) ready = (await call(agent, port, '/ready')).status === 200
  })()
  while (answered < 50) await new Promise((resolve) => setTimeout(resolve, 10))
  app.drain()
  await Promise.all([watch, ...load])
  const last = await call(agent, port, '/v1/meta')
  assert.deepEqual(last, { status: 200, closes: true })
  await server.close()
  assert.deepEqual(failures, [])
  assert.ok(answered >= 50)
  await assert.rejects(call(agent, port, '/ready'), { code: 'ECONNREFUSED' })
  agent.destroy()
  await app.close()
})
