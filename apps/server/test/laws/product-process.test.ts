import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { freePorts } from '../../../../tools/free-ports.ts'
import { launchPostgres, type RunningPostgres } from '../../src/platform/db/embedded-postgres.ts'

// The program as an operator starts it, on a PostgreSQL of its own that goes away and comes back.
const MAIN = path.join(import.meta.dirname, '../../src/main.ts')
const START_MS = 120_000
/** What AU-38 allows: back after a loss, and gone after the signal. */
const BACK_MS = 5_000
const EXIT_MS = 40_000
const JOBS = 400
const SURFACES = [0, 1, 2]

let folder = ''
let port = 0
let postgres: RunningPostgres
let product: ChildProcess
let ended: Promise<number | null>
let said = ''

const launch = (at?: number): Promise<RunningPostgres> =>
  launchPostgres({
    dataDir: path.join(folder, 'postgres'),
    password: 'tests-only',
    settings: { fsync: 'off', shared_buffers: '64MB', max_connections: 60 },
    ...(at === undefined ? {} : { port: at }),
  })

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}
const call = (url: string, agent?: http.Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    http
      .get(url, agent ? { agent } : {}, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text }),
        )
      })
      .on('error', reject)
  })
const at = (address: string, step = 0): string => `http://127.0.0.1:${port + step}${address}`
/** The first answer of that status, if one comes in time. */
async function answered(address: string, status: number, limitMs: number): Promise<Answer> {
  for (const until = performance.now() + limitMs; performance.now() < until; await wait(25)) {
    if (product.exitCode !== null) break
    const answer = await call(at(address)).catch(() => null)
    if (answer?.status === status) return answer
  }
  throw new Error(`${address} did not answer ${status} in time:\n${said}`)
}
async function ask<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') })
  await client.connect()
  try {
    return (await client.query<T>(text, values)).rows
  } finally {
    await client.end()
  }
}

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-process-'))
  port = await freePorts()
  postgres = await launch()
  product = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: {
      PATH: '/usr/bin:/bin',
      NODE_ENV: 'test',
      ZENOPS_HOME: path.join(folder, 'home'),
      DATABASE_URL: postgres.url('postgres'),
      PORT: String(port),
      DRAIN_SECONDS: '1',
      LOG_LEVEL: 'warn',
      BOOTSTRAP_ADMIN_PASSWORD: 'the founding phrase of tests',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [product.stdout, product.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-6_000)))
  ended = new Promise((resolve) => product.once('exit', resolve))
  await answered('/ready', 200, START_MS)
})
after(async () => {
  if (product.exitCode === null) product.kill('SIGKILL')
  await ended
  await postgres.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('AU-38 figures stand on the private listener, and on none of the public ports', async () => {
  assert.match((await call(at('/metrics', 3))).text, /^http_requests_total\{/m)
  for (const surface of SURFACES)
    for (const address of ['/metrics', '/v1/metrics'])
      assert.doesNotMatch((await call(at(address, surface))).text, /http_requests_total/)
})

test('AU-38 a running product that loses its database is healthy and not ready, and is ready again soon after it is back', async () => {
  const { port: of, pid } = postgres
  await postgres.stop()
  const lost = await answered('/ready', 503, START_MS)
  assert.ok(Number(lost.retryAfter) > 0)
  assert.equal((await call(at('/health'))).status, 200)
  postgres = await launch(of)
  assert.notEqual(postgres.pid, pid)
  await answered('/ready', 200, BACK_MS)
  assert.equal(product.exitCode, null)
  // Its worker listens again, and the lock on its id is its own.
  const listens = "select 1 from pg_stat_activity where application_name = 'zenops-liveness'"
  for (const until = performance.now() + 30_000; performance.now() < until; await wait(50))
    if ((await ask(listens)).length > 0) break
  assert.equal((await ask(listens)).length, 1)
})

test('AU-38 SIGTERM under load: no call fails, no job runs twice or stays held, and the program ends by itself in time', async () => {
  await ask(
    `insert into ops.jobs (tenant_id, kind, payload, trace_id, max_attempts, effect_key)
     select t.id, 'ops.backup_freshness_check', '{}', repeat('a', 32), 5, 'law-' || n
     from identity.tenants t, generate_series(1, $1::int) n where t.lane = 'internal'`,
    [JOBS],
  )
  const agent = new http.Agent({ keepAlive: true })
  const failures: unknown[] = []
  let calls = 0
  let ready = true
  // What hands out calls asks the probe, and stops when it is told to.
  const load = Array.from({ length: 8 }, async (_, caller) => {
    while (ready) {
      const answer = await call(at('/v1/meta', caller % SURFACES.length), agent).catch(
        (error: unknown) => void failures.push(error),
      )
      if (answer?.status === 200) calls += 1
      else if (answer) failures.push(answer.status)
    }
  })
  const watch = (async () => {
    while (ready) {
      const answer = await call(at('/ready'), agent).catch((error: unknown) => void failures.push(error))
      ready = answer?.status === 200
    }
  })()
  while (calls < 100) await wait(5)
  product.kill('SIGTERM')
  const limit = setTimeout(() => product.kill('SIGKILL'), EXIT_MS)
  await Promise.all([watch, ...load])
  agent.destroy()
  const code = await ended
  clearTimeout(limit)
  assert.deepEqual(failures, [])
  assert.equal(code, 0, said)

  const jobs = await ask<{ state: string; attempts: number; n: number }>(
    "select state, attempts, count(*)::int as n from ops.jobs where effect_key like 'law-%' group by 1, 2 order by 1",
  )
  assert.deepEqual(
    jobs.filter(({ state, attempts }) => !(state === 'done' ? attempts === 1 : state === 'queued' && attempts === 0)),
    [],
  )
  assert.equal(
    jobs.reduce((sum, one) => sum + one.n, 0),
    JOBS,
  )
  assert.deepEqual(await ask("select kind from ops.jobs where state = 'running'"), [])
  assert.deepEqual(await ask("select lock_key from ops.scheduler_locks where state = 'HELD'"), [])
  assert.deepEqual(await ask('select 1 from ops.workers union all select 1 from ops.instances'), [])
})
