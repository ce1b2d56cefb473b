import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { type Firm, type House, openHouse } from '../../../test/harness/house.ts'
import { uuidv7 } from '../ids.ts'
import { drainJobs } from './drain.ts'
import {
  enqueue,
  type ExternalCall,
  ExternalRefused,
  handleBatch,
  handleJob,
  type JobContext,
  jobKind,
} from './port.ts'
import type { WorkerOptions } from './worker.ts'

const TRACE = 'f'.repeat(32)
const acting = jobKind({ kind: 'law.acting', payload: z.object({ n: z.int().default(0) }), maxAttempts: 4 })

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const ask = (firm: Firm, options: { effect_key?: string } = {}, n = 0): Promise<string> =>
  house.app.services.database.transact(
    { role: 'zen_web', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'web' },
    (tx) => enqueue(tx, acting, { payload: { n }, traceId: TRACE, options }),
  )
const withRun = (run: (context: JobContext) => Promise<void>): WorkerOptions => ({
  ...house.app.workerOptions(),
  recurring: [],
  handlers: [handleJob(acting, { run })],
})
const jobOf = async (id: string): Promise<object | undefined> =>
  (await house.sql('select state, attempts, error_code from ops.jobs where id = $1', [id]))[0]
const effectsOf = (firm: Firm): Promise<{ state: string; result: unknown }[]> =>
  house.sql('select state, result from ops.job_effects where tenant_id = $1', [firm.tenantId])

/** The other side of a call, which knows what it has done. */
function bank() {
  const paid = new Map<string, string>()
  return {
    paid,
    calls: 0,
    pay: (key: string): Promise<{ receipt: string }> => {
      const receipt = paid.get(key) ?? `receipt ${paid.size + 1}`
      paid.set(key, receipt)
      return Promise.resolve({ receipt })
    },
    ask: async (key: string) => {
      const receipt = paid.get(key)
      return receipt === undefined
        ? ({ outcome: 'not_done' } as const)
        : ({ outcome: 'done', result: { receipt } } as const)
    },
  }
}
const REQUEST = { to: 'account 7', amount_paise: 4_711 }

test('AU-31 a call to the outside leaves its answer under its key, and later attempts find it there', async () => {
  const firm = await house.firm()
  const side = bank()
  const answers: unknown[] = []
  let broken = true
  const options = withRun(async (context) => {
    answers.push(await context.external({ request: REQUEST, call: side.pay }))
    if (broken) throw new Error('after the call')
  })
  const id = await ask(firm)
  await drainJobs(options)
  broken = false
  await house.jobsDue()
  await drainJobs(options)
  assert.deepEqual([answers, side.paid.size], [[{ receipt: 'receipt 1' }, { receipt: 'receipt 1' }], 1])
  assert.deepEqual(await effectsOf(firm), [{ state: 'DONE', result: { receipt: 'receipt 1' } }])
  assert.deepEqual(await jobOf(id), { state: 'done', attempts: 2, error_code: null })
})

/** A first attempt that breaks while the call is under way, and a second one. */
async function brokenCall(
  firm: Firm,
  first: ExternalCall<{ receipt: string }>,
  second: ExternalCall<{ receipt: string }>,
) {
  const seen: unknown[] = []
  const options = withRun(async (context) => {
    seen.push(await context.external(context.attempt === 1 ? first : second))
  })
  const id = await ask(firm)
  await drainJobs(options)
  await house.jobsDue()
  await drainJobs(options)
  return { id, seen }
}
const dies =
  (then: (key: string) => unknown) =>
  (key: string): Promise<never> => {
    then(key)
    throw new Error('the machine died')
  }

test('AU-31 an INTENT whose end nobody saw is asked for: done is kept, not done is called, never repeated blindly', async () => {
  const firm = await house.firm()
  const side = bank()
  const done = await brokenCall(
    firm,
    { request: REQUEST, call: dies((key) => side.paid.set(key, 'receipt 1')) },
    { request: REQUEST, call: () => assert.fail('called again'), ask: side.ask },
  )
  assert.deepEqual([done.seen, side.paid.size], [[{ receipt: 'receipt 1' }], 1])
  const undone = await brokenCall(
    await house.firm(),
    { request: REQUEST, call: dies(() => {}) },
    { request: REQUEST, call: side.pay, ask: side.ask },
  )
  assert.deepEqual([undone.seen, side.paid.size], [[{ receipt: 'receipt 2' }], 2])
})

test('AU-31 where nobody can tell, the effect is UNKNOWN and the job dead; a replay does not call blindly either, and asks where it can', async () => {
  const firm = await house.firm()
  const lost = await brokenCall(
    firm,
    { request: REQUEST, call: dies(() => {}) },
    { request: REQUEST, call: () => assert.fail('called again') },
  )
  assert.deepEqual(await jobOf(lost.id), { state: 'dead', attempts: 2, error_code: 'EFFECT_UNKNOWN' })
  assert.deepEqual(await effectsOf(firm), [{ state: 'UNKNOWN', result: null }])
  assert.equal(house.errors.splice(0).filter((line) => line.includes('job_effect_unknown')).length, 1)
  const again = await ask(firm, { effect_key: lost.id })
  await drainJobs(
    withRun(async (context) => void (await context.external({ request: REQUEST, call: () => assert.fail('called') }))),
  )
  assert.deepEqual(await jobOf(again), { state: 'dead', attempts: 1, error_code: 'EFFECT_UNKNOWN' })
  house.errors.splice(0)
  // The other side can be asked by now: what it says settles the effect.
  const side = bank()
  const asked = await ask(firm, { effect_key: lost.id })
  const answers: unknown[] = []
  await drainJobs(
    withRun(async (context) => {
      answers.push(await context.external({ request: REQUEST, call: side.pay, ask: side.ask }))
    }),
  )
  assert.deepEqual([answers, side.paid.size], [[{ receipt: 'receipt 1' }], 1])
  assert.deepEqual(await jobOf(asked), { state: 'done', attempts: 1, error_code: null })
  assert.deepEqual(await effectsOf(firm), [{ state: 'DONE', result: { receipt: 'receipt 1' } }])
})

test('AU-31 a job that dies during its call leaves the effect UNKNOWN, for nobody comes back to ask', async () => {
  const firm = await house.firm()
  const id = await ask(firm)
  await house.sql('update ops.jobs set max_attempts = 1 where id = $1', [id])
  await drainJobs(
    withRun(async (context) => void (await context.external({ name: 'pay', request: REQUEST, call: dies(() => {}) }))),
  )
  assert.deepEqual(await jobOf(id), { state: 'dead', attempts: 1, error_code: 'INTERNAL' })
  assert.deepEqual(await effectsOf(firm), [{ state: 'UNKNOWN', result: null }])
  assert.equal(house.errors.splice(0).filter((line) => line.includes('job_effect_unknown')).length, 1)
})

test('AU-31 a clear no is no effect and the call is made anew; one key serves one request', async () => {
  const firm = await house.firm()
  const side = bank()
  const refused = await brokenCall(
    firm,
    { request: REQUEST, call: () => Promise.reject(new ExternalRefused('closed today')) },
    { request: REQUEST, call: side.pay },
  )
  assert.deepEqual(refused.seen, [{ receipt: 'receipt 1' }])
  const other = await ask(firm, { effect_key: refused.id })
  await drainJobs(
    withRun(async (context) => void (await context.external({ request: { to: 'account 8' }, call: side.pay }))),
  )
  assert.deepEqual(
    [await jobOf(other), side.paid.size],
    [{ state: 'dead', attempts: 1, error_code: 'EFFECT_CONFLICT' }, 1],
  )
})

test('AU-29 effect and completion are one transaction: an attempt that was superseded leaves neither', async () => {
  const firm = await house.firm()
  const done: number[] = []
  const id = await ask(firm)
  await drainJobs(
    withRun(async (context) => {
      // The lease runs out while the effect is being made.
      if (context.attempt === 1) {
        await house.sql("update ops.jobs set state = 'queued', worker_id = null, heartbeat_at = null where id = $1", [
          id,
        ])
      }
      await context.complete(async () => void done.push(context.attempt))
    }),
  )
  assert.deepEqual([done, await jobOf(id)], [[2], { state: 'done', attempts: 2, error_code: null }])
  assert.equal((await effectsOf(firm)).length, 1)
})

test('a job counts as asked for when the transaction that asks has committed, whoever asks', async () => {
  const firm = await house.firm()
  const asked = async (): Promise<number> => {
    const { values } = await house.app.services.metrics.jobsEnqueued.get()
    return values.find(({ labels }) => labels.queue === acting.kind)?.value ?? 0
  }
  const before = await asked()
  await ask(firm)
  const undone = house.app.services.database.transact(
    { role: 'zen_web', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'web' },
    async (tx) => {
      await enqueue(tx, acting, { payload: {}, traceId: TRACE })
      throw new Error('changed my mind')
    },
  )
  await assert.rejects(undone, /changed my mind/)
  assert.equal((await asked()) - before, 1)
  let more = 1
  await drainJobs(
    withRun(async (context) => {
      if (more-- > 0) await context.transact((tx) => enqueue(tx, acting, { payload: {}, traceId: TRACE }))
    }),
  )
  assert.equal((await asked()) - before, 2)
})

test('AU-29 a job whose worker is lost too often is dead without another try', async () => {
  const firm = await house.firm()
  const id = await ask(firm)
  await house.sql('update ops.jobs set attempts = max_attempts where id = $1', [id])
  await drainJobs(withRun(() => assert.fail('given to another worker')))
  assert.deepEqual(await jobOf(id), { state: 'dead', attempts: 5, error_code: 'WORKER_LOST' })
})

test('AU-30 a batch is one transaction a firm; one bad job spoils no other and effects that were there stay single', async () => {
  const [firm, other] = [await house.firm(), await house.firm()]
  const calls: number[][] = []
  const handler = handleBatch(acting, {
    size: 50,
    run: async (_context, items) => {
      calls.push(items.map((item) => item.payload.n))
      if (items.some((item) => item.payload.n === 13)) throw new Error('thirteen')
    },
  })
  for (let n = 0; n < 6; n++) await ask(other, {}, n)
  await ask(other, { effect_key: 'law:single' }, 6)
  await ask(other, { effect_key: 'law:single' }, 7)
  for (const n of [11, 12, 13, 14]) await ask(firm, {}, n)
  await drainJobs({ ...house.app.workerOptions(), recurring: [], handlers: [handler] })
  const states = await house.sql<{ n: number; state: string }>(
    "select (payload ->> 'n')::int as n, state from ops.jobs where tenant_id = any($1) and kind = 'law.acting' order by 1",
    [[firm.tenantId, other.tenantId]],
  )
  assert.deepEqual(
    states.filter((one) => one.state !== 'done'),
    [{ n: 13, state: 'failed' }],
  )
  assert.equal(calls.find((call) => call.includes(0))?.length, 7)
  assert.deepEqual(
    calls.filter((call) => call.length === 1).map(([n]) => n),
    [11, 12, 13, 14],
  )
  assert.equal((await effectsOf(other)).length, 7)
})

test('AU-30 a job that hangs gives its place back when its time is over', async () => {
  const firm = await house.firm()
  const hanging = jobKind({ kind: 'law.hanging', payload: z.object({}), maxSeconds: 0.05, maxAttempts: 1 })
  const id = await house.app.services.database.transact(
    { role: 'zen_web', tenantId: firm.tenantId, userId: firm.owner.userId, aud: 'web' },
    (tx) => enqueue(tx, hanging, { payload: {}, traceId: uuidv7().replaceAll('-', '') }),
  )
  const handler = handleJob(hanging, { run: () => new Promise<void>(() => {}) })
  await drainJobs({ ...house.app.workerOptions(), recurring: [], handlers: [handler] })
  const [row] = await house.sql<{ state: string; error: string }>('select state, error from ops.jobs where id = $1', [
    id,
  ])
  assert.equal(row?.state, 'dead')
  assert.match(row?.error ?? '', /longer than/)
})
