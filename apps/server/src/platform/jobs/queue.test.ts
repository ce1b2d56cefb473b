import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { uuidv7 } from '../ids.ts'
import { type MemoryTransaction, memoryQueue } from './memory-queue.ts'
import { postgresQueue } from './postgres-queue.ts'
import { AttemptSuperseded, type Claim, type ClaimedJob, type Envelope, type JobPort, retryAfter } from './queue.ts'
import { work, workOff } from './work.ts'

/** A driver with what the suite needs beside the port. */
interface Bench<Tx> {
  readonly port: JobPort<Tx>
  /** Two firms. */
  readonly firms: readonly [string, string]
  transact<T>(firm: string, work: (tx: Tx) => Promise<T>): Promise<T>
  stateOf(id: string): Promise<{ state: string; attempts: number; errorCode: string | null }>
  /** A worker that is heard of. */
  worker(): Promise<string>
  pause(queue: string, isPaused: boolean): Promise<void>
}

const TRACE = 'd'.repeat(32)
let named = 0
/** A queue of its own for each test. */
const newQueue = (): string => `law.suite_${++named}`
const letter = (firm: string, queue: string, payload: unknown = {}): Envelope => ({
  tenant_id: firm,
  queue,
  trace_id: TRACE,
  payload,
})

function contract<Tx>(name: string, bench: () => Bench<Tx>): void {
  const asked = (firm: string, queue: string, order = {}): Promise<string> =>
    bench().transact(firm, (tx) => bench().port.enqueue(tx, letter(firm, queue), order))
  const take = async (
    queue: string,
    how: { limit?: number; group?: number; worker?: string } = {},
  ): Promise<ClaimedJob[]> =>
    bench().port.claim({
      worker: how.worker ?? (await bench().worker()),
      kinds: [queue],
      limit: how.limit ?? 10,
      group: how.group ?? 10,
    })

  test(`${name}: a job exists with the commit that asks for it, and only then`, async () => {
    const [firm] = bench().firms
    const queue = newQueue()
    const undone = bench().transact(firm, async (tx) => {
      await bench().port.enqueue(tx, letter(firm, queue))
      throw new Error('changed my mind')
    })
    await assert.rejects(undone, /changed my mind/)
    assert.deepEqual(await take(queue), [])
    const id = await bench().transact(firm, async (tx) => {
      const asking = await bench().port.enqueue(tx, letter(firm, queue, { n: 1 }))
      assert.deepEqual(await take(queue), [])
      return asking
    })
    const [job] = await take(queue)
    assert.deepEqual(
      [job?.id, job?.payload, job?.attempts, job?.effect_key, job?.trace_id],
      [id, { n: 1 }, 1, id, TRACE],
    )
    assert.deepEqual(await take(queue), [])
  })

  test(`AU-30 ${name}: firms take turns, and none gets more places than its share`, async () => {
    const [noisy, quiet] = bench().firms
    const queue = newQueue()
    for (let n = 0; n < 20; n++) await asked(noisy, queue)
    for (let n = 0; n < 3; n++) await asked(quiet, queue)
    const worker = await bench().worker()
    const first = await take(queue, { worker, limit: 4, group: 3 })
    assert.deepEqual(Map.groupBy(first, (job) => job.tenant_id).get(quiet)?.length, 2)
    const second = await take(queue, { worker, limit: 10, group: 3 })
    assert.deepEqual(second.map((job) => job.tenant_id).toSorted(), [noisy, quiet].toSorted())
    assert.deepEqual(await take(queue, { worker, limit: 10, group: 3 }), [])
    await bench().port.completeAll(worker, [...first, ...second])
    assert.equal((await take(queue, { worker, limit: 10, group: 3 })).length, 3)
  })

  test(`${name}: of jobs with one serial key one runs at a time, in the order they were asked for`, async () => {
    const [firm] = bench().firms
    const queue = newQueue()
    const ids = [await asked(firm, queue, { serial_key: queue }), await asked(firm, queue, { serial_key: queue })]
    const worker = await bench().worker()
    const first = await take(queue, { worker })
    assert.deepEqual(
      first.map((job) => job.id),
      ids.slice(0, 1),
    )
    assert.deepEqual(await take(queue), [])
    await bench().port.completeAll(worker, first)
    assert.deepEqual(
      (await take(queue)).map((job) => job.id),
      ids.slice(1),
    )
  })

  test(`AU-31 ${name}: a paused queue gives nothing out`, async () => {
    const [firm] = bench().firms
    const queue = newQueue()
    await asked(firm, queue)
    await bench().pause(queue, true)
    assert.deepEqual(await take(queue), [])
    await bench().pause(queue, false)
    assert.equal((await take(queue)).length, 1)
  })

  test(`${name}: a failed job comes back when its time has come, a dead one never`, async () => {
    const [firm] = bench().firms
    const queue = newQueue()
    await asked(firm, queue)
    const [job] = await take(queue)
    assert.ok(job)
    const failing = (one: ClaimedJob, retryMs: number, state: 'failed' | 'dead' = 'failed') =>
      bench().transact(firm, (tx) => bench().port.fail(tx, one, { state, code: 'LAW', message: 'no', retryMs }))
    assert.equal(await failing(job, 60_000), true)
    assert.equal((await bench().stateOf(job.id)).state, 'failed')
    assert.deepEqual(await take(queue), [])
    assert.equal(await failing(job, 0), false)
    const later = await asked(firm, queue)
    const [second] = await take(queue)
    assert.equal(second?.id, later)
    assert.ok(second)
    await failing(second, 0)
    await wait(5)
    const [third] = await take(queue)
    assert.deepEqual([third?.id, third?.attempts], [later, 2])
    assert.ok(third)
    await failing(third, 0, 'dead')
    assert.deepEqual(await bench().stateOf(later), { state: 'dead', attempts: 2, errorCode: 'LAW' })
    assert.deepEqual(await take(queue), [])
  })

  test(`AU-29 ${name}: a silent worker loses its jobs, and whatever it still writes changes nothing`, async () => {
    const [firm] = bench().firms
    const queue = newQueue()
    await asked(firm, queue)
    const [zombie, heir] = [await bench().worker(), await bench().worker()]
    const [late] = await take(queue, { worker: zombie })
    assert.ok(late)
    assert.deepEqual([...(await bench().port.heartbeat(zombie, [late]))], [late.id])
    assert.equal(await bench().port.freeLost(60_000), 0)
    await wait(20)
    // Those that other tests left running go with it.
    assert.ok((await bench().port.freeLost(5)) >= 1)
    const [mine] = await take(queue, { worker: heir })
    assert.deepEqual([mine?.id, mine?.attempts], [late.id, 2])
    assert.ok(mine)
    assert.deepEqual([...(await bench().port.heartbeat(zombie, [late]))], [])
    assert.deepEqual([...(await bench().port.completeAll(zombie, [late]))], [])
    const written = bench().transact(firm, (tx) => bench().port.complete(tx, late))
    await assert.rejects(written, AttemptSuperseded)
    const failed = await bench().transact(firm, (tx) =>
      bench().port.fail(tx, late, { state: 'dead', code: 'LATE', message: '', retryMs: 0 }),
    )
    assert.equal(failed, false)
    assert.deepEqual(await bench().stateOf(late.id), { state: 'running', attempts: 2, errorCode: null })
    await bench().transact(firm, (tx) => bench().port.complete(tx, mine))
    assert.equal((await bench().stateOf(late.id)).state, 'done')
  })

  test(`${name}: what is put back does not count as an attempt lost`, async () => {
    const [firm] = bench().firms
    const queue = newQueue()
    const id = await asked(firm, queue, { max_attempts: 1 })
    const [job] = await take(queue)
    assert.ok(job)
    await bench().port.postpone(job, 0)
    await wait(5)
    const [again] = await take(queue)
    assert.deepEqual([again?.id, again?.attempts, again?.max_attempts], [id, 2, 2])
  })

  test(`${name}: a burst is worked off, one job as well as batches`, async () => {
    const [firm, other] = bench().firms
    for (const batch of [undefined, 7]) {
      const queue = newQueue()
      for (let n = 0; n < 25; n++) await asked(n % 2 === 0 ? firm : other, queue)
      const seen: number[] = []
      const worker = await bench().worker()
      await workOff(bench().port, {
        worker,
        queues: new Map([[queue, batch === undefined ? {} : { batch }]]),
        concurrency: 3,
        pollMs: 1_000,
        heartbeatMs: 1_000,
        run: async (jobs) => {
          await wait(1)
          seen.push(jobs.length)
          await bench().port.completeAll(worker, jobs)
        },
        report: (error) => assert.fail(error),
      })
      assert.equal(
        seen.reduce((a, b) => a + b, 0),
        25,
      )
      assert.equal(Math.max(...seen), batch ?? 1)
    }
  })
}

const memory = memoryQueue()
const memoryFirms = [uuidv7(), uuidv7()] as const
contract<MemoryTransaction>('memory', () => ({
  port: memory,
  firms: memoryFirms,
  transact: (_firm, work) => memory.transact(work),
  stateOf: async (id) => {
    const { state = '', attempts = 0, errorCode = null } = memory.look(id) ?? {}
    return { state, attempts, errorCode }
  },
  worker: async () => uuidv7(),
  pause: async (queue, isPaused) => memory.setPaused(queue, isPaused),
}))

let house: House
let bench: Bench<Kysely<DB>>
before(async () => {
  house = await openHouse()
  const { services, workerUserId } = house.app.workerOptions()
  const firm = await house.firm()
  const { database } = services
  bench = {
    port: postgresQueue({ database, workerUserId, multiTenant: true }),
    firms: [firm.tenantId, firm.stranger.tenantId],
    transact: (tenantId, work) =>
      database.transact({ role: 'zen_worker', tenantId, userId: workerUserId, aud: 'worker' }, work),
    stateOf: async (id) => {
      const [row] = await house.sql<{ state: string; attempts: number; errorCode: string | null }>(
        'select state, attempts, error_code as "errorCode" from ops.jobs where id = $1',
        [id],
      )
      assert.ok(row)
      return row
    },
    worker: async () => {
      const id = uuidv7()
      await house.sql('insert into ops.workers (worker_id) values ($1)', [id])
      // The superuser's session speaks for it, so that it counts as alive.
      await house.sql('select pg_advisory_lock(hashtextextended($1, 42))', [id])
      return id
    },
    pause: async (queue, isPaused) => {
      if (isPaused)
        await house.sql(
          "insert into ops.queue_pauses (queue, paused_by, reason) values ($1, $2, 'a law of the suite')",
          [queue, workerUserId],
        )
      else await house.sql('delete from ops.queue_pauses where queue = $1', [queue])
    },
  }
})
after(() => house.close())
contract<Kysely<DB>>('postgres', () => bench)

test('a claim that is never answered holds no worker up: the next one goes by another connection', async () => {
  const queue = memoryQueue()
  const id = await queue.transact((tx) => queue.enqueue(tx, letter(uuidv7(), 'law.unanswered')))
  let claims = 0
  const port = {
    ...queue,
    claim: (claim: Claim) => (++claims === 1 ? new Promise<ClaimedJob[]>(() => {}) : queue.claim(claim)),
  }
  const done = Promise.withResolvers<string | undefined>()
  const reported: string[] = []
  const working = work(port, {
    worker: 'law',
    queues: new Map([['law.unanswered', {}]]),
    concurrency: 1,
    pollMs: 5,
    heartbeatMs: 1_000,
    claimMs: 20,
    run: async ([job]) => done.resolve(job?.id),
    report: (error) => void reported.push(error.message),
  })
  assert.equal(await done.promise, id)
  await working.stop()
  assert.deepEqual(reported, ['a claim was not answered'])
})

test('waits between attempts grow and differ', () => {
  const middle = [1, 2, 3, 4, 5].map((attempt) => retryAfter(attempt, 0.5))
  assert.deepEqual(middle, [2_718, 7_389, 20_086, 54_598, 148_413])
  assert.deepEqual([retryAfter(1, 0), retryAfter(1, 1)], [2_175, 3_262])
  assert.equal(retryAfter(40, 0.5), retryAfter(10, 0.5))
})
