import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Scope } from '../../src/platform/db/scope.ts'
import { enqueue, handleJob, type JobContext, JobFailure, jobKind } from '../../src/platform/jobs/port.ts'
import { drainJobs } from '../../src/platform/jobs/drain.ts'
import { startWorker, type WorkerOptions } from '../../src/platform/jobs/worker.ts'
import { type Firm, type House, openHouse } from '../harness/house.ts'

const TRACE = 'a'.repeat(32)
const PAYLOAD = z.object({ n: z.int().default(1) })
const counting = jobKind({ kind: 'law.counting', payload: PAYLOAD, maxAttempts: 3 })
const stuckKind = jobKind({ kind: 'law.stuck', payload: z.object({}) })

let house: House
let firm: Firm
before(async () => {
  house = await openHouse({ LOG_LEVEL: 'error' })
})
after(() => house.close())

const scopeOf = (of: Firm): Scope => ({ role: 'zen_web', tenantId: of.tenantId, userId: of.owner.userId, aud: 'web' })
const ask = async (of: Firm, n = 1): Promise<string> =>
  house.app.services.database.transact(scopeOf(of), (tx) => enqueue(tx, counting, { payload: { n }, traceId: TRACE }))

interface Run {
  readonly state: string
  readonly attempts: number
  readonly tenant_id: string
  readonly actor_user_id: string
  readonly trace_id: string
  readonly error_code: string | null
  readonly error: string | null
  readonly progress: unknown
  readonly finished_at: string | null
}
const runOf = async (id: string): Promise<Run> => {
  const [run] = await house.sql<Run>('select * from ops.jobs where id = $1', [id])
  assert.ok(run)
  return run
}
const withHandler = (
  run: (context: JobContext, payload: { n: number }) => Promise<void>,
  dead?: () => Promise<void>,
): WorkerOptions => ({
  ...house.app.workerOptions(),
  recurring: [],
  handlers: [handleJob(counting, { run, ...(dead ? { dead } : {}) })],
})
const due = (): Promise<void> => house.jobsDue()

test('a job asked for in a transaction that is rolled back does not exist', async () => {
  firm = await house.firm()
  const asked = house.app.services.database.transact(scopeOf(firm), async (tx) => {
    await enqueue(tx, counting, { payload: {}, traceId: TRACE })
    throw new Error('changed my mind')
  })
  await assert.rejects(asked, /changed my mind/)
  assert.deepEqual(await house.sql('select 1 from ops.jobs where tenant_id = $1', [firm.tenantId]), [])
})

test('tenant, actor and trace are stamped by the database from the context', async () => {
  firm = await house.firm()
  const seen: unknown[] = []
  const id = await ask(firm, 7)
  await drainJobs(
    withHandler(async (context, payload) => {
      const { rows } = await context.transact((tx) =>
        sql<{ tenant: string }>`select app.current_tenant_id() as tenant`.execute(tx),
      )
      seen.push(payload.n, context.tenantId, context.actor.userId, context.traceId, rows[0]?.tenant)
    }),
  )
  assert.deepEqual(seen, [7, firm.tenantId, firm.owner.userId, TRACE, firm.tenantId])
  const run = await runOf(id)
  assert.deepEqual(
    [run.state, run.attempts, run.tenant_id, run.actor_user_id],
    ['done', 1, firm.tenantId, firm.owner.userId],
  )
})

test('a job without a tenant, or for another tenant, is refused', async () => {
  firm = await house.firm()
  const { database } = house.app.services
  const nowhere = database.transact({ ...scopeOf(firm), tenantId: null }, (tx) =>
    enqueue(tx, counting, { payload: {}, traceId: TRACE }),
  )
  await assert.rejects(nowhere, { code: '42501' })
  const elsewhere = database.transact(scopeOf(firm), (tx) =>
    enqueue(tx, counting, { payload: {}, traceId: TRACE, options: { tenant_id: firm.stranger.tenantId } }),
  )
  await assert.rejects(elsewhere, { code: '42501' })
})

test("a portal user's job belongs to the firm that his link names, and to no other", async () => {
  firm = await house.firm()
  const scope: Scope = {
    role: 'zen_portal',
    tenantId: house.config.ZENOPS_EXTERNAL_TENANT_ID,
    userId: firm.portal.userId,
    aud: 'portal',
  }
  const askAs = (tenant_id: string): Promise<string> =>
    house.app.services.database.transact(scope, (tx) =>
      enqueue(tx, counting, { payload: {}, traceId: TRACE, options: { tenant_id } }),
    )
  assert.equal((await runOf(await askAs(firm.tenantId))).tenant_id, firm.tenantId)
  await assert.rejects(askAs(firm.stranger.tenantId), { code: '42501' })
  await drainJobs(withHandler(async () => {}))
})

test('a failing job comes back later each time and ends dead with code and reason', async () => {
  firm = await house.firm()
  const told: string[] = []
  const id = await ask(firm)
  const options = withHandler(
    async (context) => {
      told.push(`attempt ${context.attempt}`)
      throw new Error('the reason')
    },
    async () => void told.push('dead'),
  )
  await drainJobs(options)
  const first = await runOf(id)
  assert.deepEqual([first.state, first.error, first.finished_at], ['failed', 'the reason', null])
  const [queued] = await house.sql<{ later: boolean }>('select run_at > now() as later from ops.jobs where id = $1', [
    id,
  ])
  assert.equal(queued?.later, true)
  for (const _ of [2, 3]) {
    await due()
    await drainJobs(options)
  }
  const last = await runOf(id)
  assert.deepEqual([last.state, last.attempts, last.error_code, last.error], ['dead', 3, 'INTERNAL', 'the reason'])
  assert.deepEqual(told, ['attempt 1', 'attempt 2', 'attempt 3', 'dead'])
  assert.ok((await house.audit(firm.tenantId)).some((event) => event.action === 'JOB_DEAD' && event.target.id === id))
})

test('a failure that no retry can mend is dead at once, with its code', async () => {
  firm = await house.firm()
  const id = await ask(firm)
  await drainJobs(
    withHandler(async () => {
      throw new JobFailure('TEMPLATE_INVALID', 'The template does not open.')
    }),
  )
  const run = await runOf(id)
  assert.deepEqual(
    [run.state, run.attempts, run.error_code, run.error],
    ['dead', 1, 'TEMPLATE_INVALID', 'The template does not open.'],
  )
})

test('progress is visible while the job runs', async () => {
  firm = await house.firm()
  const id = await ask(firm)
  const shown: unknown[] = []
  await drainJobs(
    withHandler(async (context) => {
      await context.progress({ percent: 40, step: 'photos', done: 4, total: 10 })
      shown.push((await runOf(id)).state, (await runOf(id)).progress)
    }),
  )
  assert.deepEqual(shown, ['running', { percent: 40, step: 'photos', done: 4, total: 10 }])
})

test('an effect happens once, however often its job runs', async () => {
  firm = await house.firm()
  const did: boolean[] = []
  for (const _ of [1, 2]) {
    await ask(firm)
    await drainJobs(withHandler(async (context) => void did.push(await context.effect('law:once', async () => {}))))
  }
  assert.deepEqual(did, [true, false])
})

test('the job of a killed worker process is taken over by another within seconds', async () => {
  firm = await house.firm()
  const options = house.app.workerOptions()
  const id = await house.app.services.database.transact(scopeOf(firm), (tx) =>
    enqueue(tx, stuckKind, { payload: {}, traceId: TRACE }),
  )
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'stuck-worker.ts'), options.url, options.workerUserId],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve)
      child.once('error', reject)
    })
    assert.equal((await runOf(id)).state, 'running')
  } finally {
    child.kill('SIGKILL')
    await ended
  }
  const finished = Promise.withResolvers<number>()
  const heir = await startWorker({
    ...options,
    recurring: [],
    concurrency: 1,
    handlers: [handleJob(stuckKind, { run: async (context) => finished.resolve(context.attempt) })],
  })
  try {
    const limit = new AbortController()
    const attempt = await Promise.race([finished.promise, wait(20_000, 0, { signal: limit.signal }).catch(() => 0)])
    limit.abort()
    assert.equal(attempt, 2)
  } finally {
    await heir.stop()
  }
  assert.equal((await runOf(id)).state, 'done')
})
