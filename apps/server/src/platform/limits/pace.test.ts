import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { createPacer, type Pacer } from './pace.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const pacer = (): Pacer => createPacer(house.app.services)
const rule = (perMinute: number, burst?: number) => ({
  key: `test:${crypto.randomUUID()}`,
  perMinute,
  ...(burst === undefined ? {} : { burst }),
})
const dueIn = (key: string, seconds: number): Promise<unknown> =>
  house.sql(
    'update ops.rate_paces set due_us = (extract(epoch from clock_timestamp()) * 1000000)::bigint + $2 where key = $1',
    [key, Math.round(seconds * 1_000_000)],
  )

test('ID-33 a burst of a sixth passes at once, the next is told when to come', async () => {
  const asked = rule(6)
  const first = await pacer().hit(asked)
  assert.deepEqual([first.allowed, first.limit, first.remaining, first.resetSeconds], [true, 6, 0, 10])
  const second = await pacer().hit(asked)
  assert.deepEqual([second.allowed, second.remaining], [false, 0])
  assert.ok(second.resetSeconds >= 1 && second.resetSeconds <= 10)
})

test('ID-33 two processes at once admit the burst exactly, and no call of a full minute more', async () => {
  const asked = rule(60, 10)
  const processes = [pacer(), pacer()]
  const results = await Promise.all(
    Array.from({ length: 64 }, (_, i) => processes[i % 2]?.hit(asked) ?? Promise.reject(new Error('no process'))),
  )
  // A second of 60 a minute lets one more pass: the answers came within it or admitted exactly that.
  const [kept] = await house.sql<{ due_us: string }>('select due_us from ops.rate_paces where key = $1', [asked.key])
  const admitted = results.filter((one) => one.allowed).length
  assert.ok(kept)
  assert.ok(admitted >= 10)
  assert.ok(results.filter((one) => !one.allowed).every((one) => one.resetSeconds >= 1 && one.remaining === 0))
  // Every admitted call moved the due time by its interval: none was let through uncounted.
  const start = Number(kept.due_us) / 1e6 - admitted
  const [now] = await house.sql<{ at: string }>('select extract(epoch from clock_timestamp()) as at')
  assert.ok(start <= Number(now?.at) && admitted <= 10 + (Number(now?.at) - start))
})

test('time that has passed admits again, at the steady rate', async () => {
  const asked = rule(60, 3)
  const one = pacer()
  for (const _ of [1, 2, 3]) assert.equal((await one.hit(asked)).allowed, true)
  await dueIn(asked.key, 2)
  assert.equal((await one.hit(asked)).allowed, true)
  await dueIn(asked.key, 3)
  assert.equal((await pacer().hit(asked)).allowed, false)
})

test('a refused key is refused from memory until its time, without a statement', async () => {
  const asked = rule(1)
  const one = pacer()
  assert.equal((await one.hit(asked)).allowed, true)
  assert.equal((await one.hit(asked)).allowed, false)
  await house.sql('delete from ops.rate_paces where key = $1', [asked.key])
  assert.equal((await one.hit(asked)).allowed, false)
  assert.equal((await pacer().hit(asked)).allowed, true)
})

test('a rate of 0 counts nothing', async () => {
  const asked = rule(0)
  assert.deepEqual(await pacer().hit(asked), { allowed: true, limit: 0, remaining: 0, resetSeconds: 1 })
  assert.deepEqual(await house.sql('select 1 from ops.rate_paces where key = $1', [asked.key]), [])
})
