import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import { openTestDatabase, type TestDatabase } from '../../../test/harness/cluster.ts'
import { type RedisServer, startRedis } from '../../../test/harness/redis.ts'
import { Database } from '../db/database.ts'
import { Refusal } from '../errors.ts'
import { createLog } from '../telemetry/log.ts'
import { createLedger } from './ledger.ts'
import { createCounter, createLimits } from './limits.ts'
import { limited, limitHeaders, type LimitResult, type Limits } from './port.ts'

let cluster: TestDatabase
let owner: pg.Pool
const opened: { close(): unknown }[] = []
before(async () => {
  cluster = await openTestDatabase()
  owner = new pg.Pool({ connectionString: cluster.ownerUrl, max: 1 })
})
after(async () => {
  for (const one of opened) await one.close()
  await owner.end()
  await cluster.drop()
})

/** A process of its own as far as limits can tell: connections, memory and clock. */
function anInstance(options: { at?: { now: number }; redisUrl?: string; url?: string } = {}): Limits {
  const database = new Database({
    url: options.url ?? cluster.apiUrl,
    poolSize: 2,
    prepared: true,
    applicationName: 'limits-test',
  })
  const at = options.at ?? { now: Date.parse('2026-11-20T10:00:30.000Z') }
  const limits = createLimits({
    database,
    clock: { now: () => new Date(at.now) },
    log: createLog({ level: 'silent' }),
    redisUrl: options.redisUrl,
  })
  opened.push({
    close: () => {
      limits.close()
      return database.close()
    },
  })
  return limits
}

const admitted = (results: readonly LimitResult[]): number => results.filter((result) => result.allowed).length
/** Calls of many clients at once, spread over the instances. */
const storm = (instances: readonly Limits[], calls: number, call: (limits: Limits) => Promise<LimitResult>) =>
  Promise.all(Array.from({ length: calls }, (_, i) => call(instances[i % instances.length] as Limits))) // the index is in range

let names = 0
const fresh = (what: string): string => `rl:test:${what}:${++names}`

test('four processes and 64 clients together admit exactly the limit of a window', async () => {
  const instances = [1, 2, 3, 4].map(() => anInstance())
  const key = fresh('storm')
  const first = await storm(instances, 64, (limits) => limits.hit({ key, limit: 20 }))
  assert.equal(admitted(first), 20)
  const second = await storm(instances, 64, (limits) => limits.hit({ key, limit: 20 }))
  assert.equal(admitted(second), 0)
})

test('one after the other each call counts once and is told what is left and when the window ends', async () => {
  const limits = anInstance()
  const key = fresh('told')
  const results: LimitResult[] = []
  for (let i = 0; i < 4; i++) results.push(await limits.hit({ key, limit: 3 }))
  assert.deepEqual(
    results.map(({ allowed, remaining }) => [allowed, remaining]),
    [
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ],
  )
  for (const result of results) assert.equal(result.resetSeconds, 30)
  const refused = results[3] as LimitResult // four calls were made
  const refusal = limited(refused, 'AUTH_RATE_LIMITED')
  assert.deepEqual([refusal.status, refusal.code], [429, 'AUTH_RATE_LIMITED'])
  assert.deepEqual(refusal.headers, {
    'ratelimit-limit': '3',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '30',
    'retry-after': '30',
  })
  assert.equal(limitHeaders(results[0] as LimitResult)['retry-after'], undefined) // four calls were made
})

test('windows are whole UTC minutes, or as long as asked; the next one begins anew', async () => {
  const at = { now: Date.parse('2026-11-20T10:00:59.400Z') }
  const limits = anInstance({ at })
  const key = fresh('window')
  assert.deepEqual(await limits.hit({ key, limit: 1 }), { allowed: true, limit: 1, remaining: 0, resetSeconds: 1 })
  assert.equal((await limits.hit({ key, limit: 1 })).allowed, false)
  const hourly = fresh('hour')
  assert.equal((await limits.hit({ key: hourly, limit: 1, windowSeconds: 3600 })).resetSeconds, 3541)
  at.now = Date.parse('2026-11-20T10:01:00.000Z')
  assert.equal((await limits.hit({ key, limit: 1 })).allowed, true)
  assert.equal((await limits.hit({ key: hourly, limit: 1, windowSeconds: 3600 })).allowed, false)
  const { rows } = await owner.query<{ key: string; window_start: Date }>(
    'select key, window_start from ops.rate_windows where key like $1 order by 1',
    [`${key}:%`],
  )
  assert.deepEqual(
    rows.map((row) => row.key),
    [0, 1].map((later) => `${key}:${Date.parse('2026-11-20T10:00:00Z') / 60_000 + later}`),
  )
  assert.deepEqual(
    rows.map((row) => row.window_start.toISOString()),
    ['2026-11-20T10:00:00.000Z', '2026-11-20T10:01:00.000Z'],
  )
})

test('leases admit the whole limit in one process and never more in four', async () => {
  const alone = anInstance()
  const key = fresh('lease')
  assert.equal(admitted(await storm([alone], 400, (limits) => limits.lease({ key, limit: 300 }))), 300)
  const { rows } = await owner.query<{ used: number }>('select used from ops.rate_windows where key like $1', [
    `${key}:%`,
  ])
  assert.deepEqual(rows, [{ used: 300 }])

  const four = [1, 2, 3, 4].map(() => anInstance())
  const shared = fresh('lease')
  const results = await storm(four, 1200, (limits) => limits.lease({ key: shared, limit: 300 }))
  assert.equal(admitted(results), 300)
})

test('a process that takes little leaves the rest to the others, but for its lease', async () => {
  const [one, other] = [anInstance(), anInstance()]
  const key = fresh('lease')
  assert.equal((await one.lease({ key, limit: 300 })).allowed, true)
  const rest = admitted(await storm([other], 400, (limits) => limits.lease({ key, limit: 300 })))
  assert.equal(rest, 290)
  assert.equal(admitted(await storm([one], 20, (limits) => limits.lease({ key, limit: 300 }))), 9)
})

test('a limit of 0 counts nothing; a key of any length is counted', async () => {
  const limits = anInstance()
  const key = fresh('off')
  assert.deepEqual(limitHeaders(await limits.hit({ key, limit: 0 })), {})
  const { rowCount } = await owner.query('select 1 from ops.rate_windows where key like $1', [`${key}:%`])
  assert.equal(rowCount, 0)
  const long = `${fresh('long')}:${'x'.repeat(5_000)}`
  assert.equal((await limits.hit({ key: `${long}a`, limit: 1 })).allowed, true)
  assert.equal((await limits.hit({ key: `${long}a`, limit: 1 })).allowed, false)
  assert.equal((await limits.hit({ key: `${long}b`, limit: 1 })).allowed, true)
})

test('without anybody who can count, a call is refused with 503, never allowed', async () => {
  const limits = anInstance({ url: 'postgres://zen_api:none@127.0.0.1:1/none', redisUrl: 'redis://127.0.0.1:1' })
  for (const call of [limits.hit, limits.lease]) {
    await assert.rejects(call({ key: fresh('nobody'), limit: 5 }), (error) => {
      assert.ok(error instanceof Refusal)
      assert.deepEqual([error.status, error.details[0]?.['reason']], [503, 'limits'])
      assert.ok(Number(error.headers['retry-after']) > 0)
      return true
    })
  }
})

test('what a process remembers is bounded; what it forgets stays reserved', async () => {
  const used = new Map<string, number>()
  const counter = createCounter(
    async ({ key, limit }, want) => {
      const before = used.get(key) ?? 0
      const granted = Math.min(want, limit - before)
      used.set(key, before + granted)
      return { granted, used: before + granted }
    },
    () => Date.parse('2026-11-20T10:00:30Z'),
  )
  let first = 0
  for (let i = 0; i < 3; i++) first += (await counter({ key: 'first', limit: 30 }, 10)).allowed ? 1 : 0
  for (let i = 0; i < 60_000; i++) await counter({ key: `k${i}`, limit: 1 }, 1)
  for (let i = 0; i < 40; i++) first += (await counter({ key: 'first', limit: 30 }, 10)).allowed ? 1 : 0
  // Seven of its first ten were forgotten.
  assert.equal(first, 23)
})

test('ended windows are swept from the ledger, live ones stay', async () => {
  const database = new Database({ url: cluster.apiUrl, poolSize: 1, prepared: true, applicationName: 'sweep-test' })
  opened.push(database)
  await owner.query(
    `insert into ops.rate_windows (key, used, expires_at) select 'old:' || n, 1, now() - interval '1 second' from generate_series(1, 6000) n`,
  )
  const live = { key: fresh('live'), limit: 5, startsAt: new Date(), seconds: 60 }
  const ledger = createLedger(database, 0)
  await ledger.reserve(live, 1)
  assert.deepEqual(await ledger.reserve(live, 1), { granted: 1, used: 2 })
  const { rows } = await owner.query(`select count(*)::int as n from ops.rate_windows where key like 'old:%'`)
  assert.deepEqual(rows, [{ n: 0 }])
})

/** Waits until the instances have found their Redis: only then a reservation leaves a pool there. */
async function untilShared(redis: RedisServer, instances: readonly Limits[]): Promise<void> {
  const client = new Redis(redis.url)
  const shares = async (limits: Limits): Promise<boolean> => {
    const key = fresh('ready')
    await limits.hit({ key, limit: 100 })
    return (await client.keys(`${key}:*`)).length > 0
  }
  try {
    for (const limits of instances) while (!(await shares(limits))) await setTimeout(20)
  } finally {
    client.disconnect()
  }
}

test('with Redis four processes share reservations and admit exactly the limit', async () => {
  const redis = await startRedis()
  try {
    const instances = [1, 2, 3, 4].map(() => anInstance({ redisUrl: redis.url }))
    await untilShared(redis, instances)
    const key = fresh('shared')
    let total = 0
    for (let round = 0; round < 5; round++)
      total += admitted(await storm(instances, 64, (limits) => limits.hit({ key, limit: 200 })))
    assert.equal(total, 200)
    const leased = fresh('shared')
    assert.equal(admitted(await storm(instances, 900, (limits) => limits.lease({ key: leased, limit: 600 }))), 600)
  } finally {
    await redis.stop()
  }
})

test('ID-09 a Redis that stops, hangs or comes back with old numbers never opens a second window', async () => {
  const redis = await startRedis()
  try {
    const instances = [1, 2, 3].map(() => anInstance({ redisUrl: redis.url }))
    // One of the processes never reaches Redis at all.
    instances.push(anInstance({ redisUrl: 'redis://127.0.0.1:1' }))
    await untilShared(redis, instances.slice(0, 3))
    const trouble = {
      stop: async () => redis.signal('SIGKILL'),
      restart: () => redis.restart(),
      hang: async () => redis.signal('SIGSTOP'),
      wake: async () => redis.signal('SIGCONT'),
    }
    const key = fresh('failing')
    let total = 0
    for (const happens of [trouble.stop, trouble.restart, trouble.hang, trouble.wake]) {
      const half = storm(instances, 24, (limits) => limits.hit({ key, limit: 200 }))
      await happens()
      total += admitted(await half) + admitted(await storm(instances, 24, (limits) => limits.hit({ key, limit: 200 })))
    }
    total += admitted(await storm(instances, 200, (limits) => limits.hit({ key, limit: 200 })))
    assert.ok(total <= 200, `${total} of 200 were admitted`)
    // A lost pool costs at most a tenth for each process that had just filled it.
    assert.ok(total >= 50, `${total} of 200 were admitted`)
    assert.equal(admitted(await storm(instances, 40, (limits) => limits.hit({ key, limit: 200 }))), 0)
  } finally {
    redis.signal('SIGCONT')
    await redis.stop()
  }
})
