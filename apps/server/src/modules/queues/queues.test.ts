import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import {
  discardDeadJob,
  getDeadJob,
  getJob,
  listDeadJobs,
  listJobs,
  listQueues,
  pauseQueue,
  replayDeadJob,
  resolveDeadJobs,
  resumeQueue,
  settleDeadJob,
} from '@zenops/contracts/ops-queue'
import { z } from 'zod'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import type { Scope } from '../../platform/db/scope.ts'
import { drainJobs } from '../../platform/jobs/drain.ts'
import { enqueue, handleJob, jobKind, JobFailure } from '../../platform/jobs/port.ts'
import type { WorkerOptions } from '../../platform/jobs/worker.ts'
import { uuidv7 } from '../../platform/ids.ts'

const TRACE = 'c'.repeat(32)
const REASON = 'the printer has paper again'
const fragile = jobKind({ kind: 'law.fragile', payload: z.object({ n: z.int(), password: z.string().optional() }) })

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const scopeOf = (firm: Firm): Scope => ({
  role: 'zen_web',
  tenantId: firm.tenantId,
  userId: firm.owner.userId,
  aud: 'web',
})
const ask = (firm: Firm, n: number): Promise<string> =>
  house.app.services.database.transact(scopeOf(firm), (tx) =>
    enqueue(tx, fragile, { payload: { n, password: 'open sesame' }, traceId: TRACE }),
  )

/** A worker whose jobs fail while `broken`, and leave their effect once otherwise. */
function worker(state: { broken: boolean; done: string[] }): WorkerOptions {
  const handler = handleJob(fragile, {
    run: async (context, { n }) => {
      if (state.broken) throw new JobFailure('PRINTER_EMPTY', 'There is no paper.')
      await context.complete(async () => void state.done.push(`${context.tenantId} ${n}`))
    },
  })
  return { ...house.app.workerOptions(), handlers: [handler], recurring: [] }
}

const key = (): Record<string, string> => ({ 'idempotency-key': uuidv7() })
const deadOf = async (actor: TestActor) => (await actor.ok(listDeadJobs, { query: { queue: 'law.fragile' } })).items
/** So many dead jobs of a new firm. */
async function withDead(count: number) {
  const firm = await house.firm()
  for (let n = 0; n < count; n++) await ask(firm, n)
  const state = { broken: true, done: [] as string[] }
  await drainJobs(worker(state))
  state.broken = false
  return { firm, state, run: () => drainJobs(worker(state)) }
}
const actionsOf = async (firm: Firm): Promise<string[]> =>
  (await house.audit(firm.tenantId)).map((event) => event.action)
const opsOf = (firm: Firm, metric: string): Promise<{ n: number }[]> =>
  house.sql(
    'select coalesce(sum(metric_value), 0)::int as n from ops.events where tenant_id = $1 and metric_key = $2',
    [firm.tenantId, metric],
  )

test('AU-31 a job without remedy is dead, with code, reason and a payload that covers secrets; the look at it is audited', async () => {
  const { firm } = await withDead(1)
  const [dead] = await deadOf(firm.owner)
  assert.ok(dead)
  assert.deepEqual(
    [dead.state, dead.attempts, dead.error_code, dead.error, dead.trace_id],
    ['DEAD', 1, 'PRINTER_EMPTY', 'There is no paper.', TRACE],
  )
  const detail = await firm.owner.ok(getDeadJob, { params: { id: dead.id } })
  assert.deepEqual(detail.payload, { n: 0, password: '***REDACTED***' })
  // A second look within the quarter of an hour is the same one.
  await firm.owner.ok(getDeadJob, { params: { id: dead.id } })
  const actions = await actionsOf(firm)
  assert.deepEqual(actions.slice(actions.indexOf('JOB_DEAD')), ['JOB_DEAD', 'JOB_PAYLOAD_VIEWED'])
  assert.deepEqual(await opsOf(firm, 'job_dead'), [{ n: 1 }])
  assert.equal((await firm.stranger.call(getDeadJob, { params: { id: dead.id } })).status, 404)
  assert.deepEqual((await firm.stranger.ok(listDeadJobs, {})).items, [])
})

test('AU-31 a replay does what was not done, once; it is not replayed twice', async () => {
  const { firm, state, run } = await withDead(1)
  const [dead] = await deadOf(firm.owner)
  assert.ok(dead)
  const params = { id: dead.id }
  const body = { reason: REASON }
  assert.equal((await firm.owner.call(replayDeadJob, { params, body })).error.error_code, 'IDEMPOTENCY_KEY_REQUIRED')
  const replayed = await firm.owner.ok(replayDeadJob, { params, body }, key())
  assert.deepEqual([replayed.state, replayed.reason, replayed.resolved_by], ['REPLAYED', REASON, firm.owner.userId])
  await run()
  assert.deepEqual(state.done, [`${firm.tenantId} 0`])
  const again = await firm.owner.call(replayDeadJob, { params, body }, key())
  assert.deepEqual(
    [again.status, again.error.error_code, again.error.details[0]?.['reason']],
    [409, 'CONFLICT', 'resolved'],
  )
  const job = await firm.owner.ok(getJob, { params: { id: replayed.replay_job_id ?? '' } })
  assert.deepEqual([job.state, job.replay_of, job.queue], ['done', dead.id, 'law.fragile'])
  assert.ok((await actionsOf(firm)).includes('JOB_REPLAYED'))
  assert.deepEqual(await opsOf(firm, 'job_replayed'), [{ n: 1 }])
})

test('AU-31 a replay of a job whose effect was there already changes nothing', async () => {
  const { firm, state, run } = await withDead(1)
  const [dead] = await deadOf(firm.owner)
  assert.ok(dead)
  await house.sql(
    `insert into ops.job_effects (tenant_id, effect_key, job_id, attempt) select tenant_id, effect_key, job_id, 1 from ops.dead_jobs where id = $1`,
    [dead.id],
  )
  await firm.owner.ok(replayDeadJob, { params: { id: dead.id }, body: { reason: REASON } }, key())
  await run()
  assert.deepEqual(state.done, [])
  assert.equal((await firm.owner.ok(listJobs, { query: { state: ['done'] } })).items.length, 1)
})

test('AU-31 discarding needs a reason and is for good; a job whose own row is gone cannot be replayed', async () => {
  const { firm } = await withDead(2)
  const [first, second] = await deadOf(firm.owner)
  assert.ok(first && second)
  const short = await firm.owner.call(discardDeadJob, { params: { id: first.id }, body: { reason: 'no' } }, key())
  assert.equal(short.error.error_code, 'VALIDATION_FAILED')
  const gone = await firm.owner.ok(discardDeadJob, { params: { id: first.id }, body: { reason: REASON } }, key())
  assert.equal(gone.state, 'DISCARDED')
  const twice = await firm.owner.call(discardDeadJob, { params: { id: first.id }, body: { reason: REASON } }, key())
  assert.deepEqual([twice.status, twice.error.error_code], [409, 'CONFLICT'])
  const event = (await house.audit(firm.tenantId)).findLast(({ action }) => action === 'JOB_DISCARDED')
  assert.deepEqual([event?.target, event?.['reason']], [{ type: 'DEAD_JOB', id: first.id }, REASON])
  const late = await firm.owner.call(replayDeadJob, { params: { id: first.id }, body: { reason: REASON } }, key())
  assert.equal(late.error.details[0]?.['reason'], 'resolved')
  await house.sql('delete from ops.jobs where id = $1', [second.job_id])
  const lost = await firm.owner.call(replayDeadJob, { params: { id: second.id }, body: { reason: REASON } }, key())
  assert.deepEqual([lost.status, lost.error.details[0]?.['reason']], [409, 'job_gone'])
  assert.deepEqual(
    (await deadOf(firm.owner)).map((one) => one.id),
    [second.id],
  )
})

/** A dead job whose one call to the outside broke off, and a worker that runs it again. */
async function withOpenCall() {
  const firm = await house.firm()
  const id = await ask(firm, 0)
  const calls: string[] = []
  const after: unknown[] = []
  const paying = (call: (key: string) => Promise<string>): WorkerOptions => ({
    ...house.app.workerOptions(),
    recurring: [],
    handlers: [
      handleJob(fragile, {
        run: async (context) => {
          const answer = await context.external({ name: 'pay', request: { to: 'account 7' }, call })
          await context.complete(async () => void after.push(answer))
        },
      }),
    ],
  })
  await house.sql('update ops.jobs set max_attempts = 1 where id = $1', [id])
  await drainJobs(paying(() => Promise.reject(new Error('the line broke'))))
  house.errors.splice(0)
  const [dead] = await deadOf(firm.owner)
  assert.ok(dead)
  return {
    firm,
    dead,
    calls,
    after,
    run: () => drainJobs(paying(async (callKey) => `receipt ${calls.push(callKey)}`)),
    effectKey: `${id}:pay`,
  }
}
const wordsFor = async (actor: TestActor, outcome: 'done' | 'not_done', target: string) => {
  const drawn = await actor.ok(createConfirmation, { body: { action: `effect_${outcome}`, target } })
  return { phrase: drawn.phrase, confirmation_id: drawn.confirmation_id }
}

test('AU-31 an unknown effect is settled by typed words: it happened, the job goes on after it and does not call', async () => {
  const { firm, dead, calls, after: seen, run, effectKey } = await withOpenCall()
  assert.deepEqual(dead.unknown_effects, [effectKey])
  const params = { id: dead.id }
  const body = { effect_key: effectKey, outcome: 'done' as const, reason: REASON }
  const settle = (more: object, actor = firm.owner) =>
    actor.call(settleDeadJob, { params, body: { ...body, ...more } }, key())
  const discarded = await firm.owner.call(discardDeadJob, { params, body: { reason: REASON } }, key())
  assert.deepEqual([discarded.status, discarded.error.details[0]?.['reason']], [409, 'effect_unknown'])
  const drawn = await firm.owner.ok(createConfirmation, {
    body: { action: 'dead_jobs_discard', target: 'law.fragile' },
  })
  const order = { action: 'discard' as const, filter: { queue: 'law.fragile' }, expected_count: 1, reason: REASON }
  const words = { confirmation_id: drawn.confirmation_id, phrase: drawn.phrase }
  const many = await firm.owner.call(resolveDeadJobs, { body: { ...order, confirmation: words } }, key())
  assert.deepEqual([many.status, many.error.details[0]?.['reason']], [409, 'effect_unknown'])
  assert.equal((await settle({})).error.error_code, 'CONFIRMATION_REQUIRED')
  const confirmation = await wordsFor(firm.owner, 'done', effectKey)
  assert.equal(confirmation.phrase, 'HAPPENED law.fragile')
  const wrong = await settle({ confirmation: { ...confirmation, phrase: 'HAPPENED law.other' } })
  assert.equal(wrong.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  const other = await settle({ confirmation, outcome: 'not_done' })
  assert.equal(other.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  assert.equal((await settle({ confirmation }, firm.stranger)).status, 404)
  const done = await settle({ confirmation })
  assert.deepEqual([done.status, done.body.state, done.body.unknown_effects], [200, 'REPLAYED', []])
  await run()
  assert.deepEqual([calls, seen], [[], [null]])
  const again = await settle({ confirmation })
  assert.deepEqual([again.status, again.error.error_code], [409, 'OPS_CONFIRMATION_MISMATCH'])
  const event = (await house.audit(firm.tenantId)).findLast(({ action }) => action === 'JOB_EFFECT_SETTLED')
  assert.deepEqual([event?.target, event?.['reason']], [{ type: 'DEAD_JOB', id: dead.id }, REASON])
  assert.deepEqual(await actionsOf(firm).then((all) => all.includes('JOB_REPLAYED')), true)
})

test('AU-31 an unknown effect that did not happen is called anew under the same key, or the job is given up', async () => {
  const first = await withOpenCall()
  const settle = async ({ firm, dead, effectKey }: typeof first, more: object) =>
    firm.owner.ok(
      settleDeadJob,
      {
        params: { id: dead.id },
        body: {
          effect_key: effectKey,
          outcome: 'not_done',
          reason: REASON,
          confirmation: await wordsFor(firm.owner, 'not_done', effectKey),
          ...more,
        },
      },
      key(),
    )
  assert.equal((await settle(first, {})).state, 'REPLAYED')
  await first.run()
  assert.deepEqual([first.calls, first.after], [[first.effectKey], ['receipt 1']])
  const second = await withOpenCall()
  assert.equal((await settle(second, { action: 'discard' })).state, 'DISCARDED')
  await second.run()
  assert.deepEqual(second.calls, [])
  const open = await house.sql('select 1 from ops.job_effects where tenant_id = any($1) and state <> $2', [
    [first.firm.tenantId, second.firm.tenantId],
    'DONE',
  ])
  assert.deepEqual(open, [])
})

test('AU-31 what is known is not settled: another call, another job', async () => {
  const { firm, dead, effectKey } = await withOpenCall()
  const elsewhere = await withOpenCall()
  const confirmation = await wordsFor(elsewhere.firm.owner, 'done', elsewhere.effectKey)
  const body = { effect_key: elsewhere.effectKey, outcome: 'done' as const, reason: REASON, confirmation }
  const foreign = await elsewhere.firm.owner.call(settleDeadJob, { params: { id: dead.id }, body }, key())
  assert.equal(foreign.status, 404)
  const here = await wordsFor(house.operator, 'done', effectKey)
  const mixed = await house.operator.call(
    settleDeadJob,
    { params: { id: elsewhere.dead.id }, body: { ...body, effect_key: effectKey, confirmation: here } },
    key(),
  )
  assert.deepEqual([mixed.status, mixed.error.details[0]?.['reason']], [409, 'effect_known'])
  assert.deepEqual((await deadOf(firm.owner))[0]?.unknown_effects, [effectKey])
  const unknown = await firm.owner.call(createConfirmation, { body: { action: 'effect_done', target: 'no such key' } })
  assert.equal(unknown.status, 404)
  const settled = await house.operator.call(
    settleDeadJob,
    { params: { id: dead.id }, body: { ...body, effect_key: effectKey, confirmation: here } },
    key(),
  )
  assert.equal(settled.status, 200)
})

test('AU-31 a bulk act asks for the typed words and for the count that was seen', async () => {
  const { firm, state, run } = await withDead(3)
  const filter = { queue: 'law.fragile' }
  const order = { action: 'replay' as const, filter, expected_count: 3, reason: REASON }
  const asked = (body: object) => firm.owner.call(resolveDeadJobs, { body: { ...order, ...body } }, key())
  assert.equal((await asked({})).error.error_code, 'CONFIRMATION_REQUIRED')
  const draw = () => firm.owner.ok(createConfirmation, { body: { action: 'dead_jobs_replay', target: 'law.fragile' } })
  const drawn = await draw()
  assert.equal(drawn.phrase, 'REPLAY law.fragile')
  const confirmation = { confirmation_id: drawn.confirmation_id, phrase: drawn.phrase }
  const other = await asked({ confirmation: { ...confirmation, phrase: 'REPLAY everything' } })
  assert.equal(other.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  await ask(firm, 3)
  state.broken = true
  await run()
  state.broken = false
  const changed = await asked({ confirmation })
  assert.deepEqual([changed.status, changed.error.details[0]?.['reason']], [409, 'count_changed'])
  assert.equal((await deadOf(firm.owner)).length, 4)
  // The words were not used up by the act that was refused.
  const done = await asked({ confirmation, expected_count: 4 })
  assert.deepEqual([done.status, done.body.affected], [200, 4])
  await run()
  assert.deepEqual(
    state.done.toSorted(),
    [0, 1, 2, 3].map((n) => `${firm.tenantId} ${n}`),
  )
  const actions = await actionsOf(firm)
  assert.equal(actions.filter((one) => one === 'JOB_REPLAYED').length, 4)
  assert.ok(actions.includes('OPS_CONFIRMATION_REFUSED'))
  assert.deepEqual(await opsOf(firm, 'job_replayed'), [{ n: 4 }])
})

test('AU-31 a paused queue takes nothing up until it is resumed; a firm pauses for itself alone', async () => {
  const [firm, other] = [await house.firm(), await house.firm()]
  const params = { queue: 'law.fragile' }
  await firm.owner.ok(pauseQueue, { params, body: { reason: REASON } })
  assert.equal((await firm.owner.call(pauseQueue, { params, body: { reason: REASON } })).error.error_code, 'CONFLICT')
  await ask(firm, 1)
  await ask(other, 1)
  const state = { broken: false, done: [] as string[] }
  await drainJobs(worker(state))
  assert.deepEqual(state.done, [`${other.tenantId} 1`])
  const [queue] = (await firm.owner.ok(listQueues, {})).items.filter((one) => one.queue === 'law.fragile')
  assert.deepEqual(
    [queue?.waiting, queue?.due, queue?.paused?.everywhere, queue?.paused?.reason],
    [1, 1, false, REASON],
  )
  await firm.owner.ok(resumeQueue, { params, body: { reason: REASON } })
  assert.equal((await firm.owner.call(resumeQueue, { params, body: { reason: REASON } })).error.error_code, 'CONFLICT')
  await drainJobs(worker(state))
  assert.deepEqual(state.done, [`${other.tenantId} 1`, `${firm.tenantId} 1`])
  const actions = await actionsOf(firm)
  assert.ok(actions.includes('JOB_QUEUE_PAUSED') && actions.includes('JOB_QUEUE_RESUMED'))
})

test('AU-31 the studio pauses a queue for all firms and sees the jobs of all', async () => {
  const firm = await house.firm()
  const params = { queue: 'law.fragile' }
  await house.operator.ok(pauseQueue, { params, body: { reason: REASON } })
  await ask(firm, 5)
  const state = { broken: false, done: [] as string[] }
  await drainJobs(worker(state))
  assert.deepEqual(state.done, [])
  const [own] = (await firm.owner.ok(listQueues, {})).items.filter((one) => one.queue === 'law.fragile')
  assert.equal(own?.paused?.everywhere, true)
  const seen = await house.operator.ok(listJobs, { query: { tenant_id: firm.tenantId } })
  assert.deepEqual(
    seen.items.map((job) => [job.queue, job.state]),
    [['law.fragile', 'queued']],
  )
  assert.equal((await firm.owner.call(resumeQueue, { params, body: { reason: REASON } })).error.error_code, 'CONFLICT')
  await house.operator.ok(resumeQueue, { params, body: { reason: REASON } })
  await drainJobs(worker(state))
  assert.deepEqual(state.done, [`${firm.tenantId} 5`])
})

test('AU-44 jobs are listed by page and filter, without payloads; another firm is not found', async () => {
  const { firm } = await withDead(3)
  const first = await firm.owner.ok(listJobs, { query: { limit: 2, state: ['dead'] } })
  const rest = await firm.owner.ok(listJobs, { query: { limit: 2, state: ['dead'], cursor: first.next_cursor ?? '' } })
  assert.deepEqual([first.items.length, rest.items.length, rest.next_cursor], [2, 1, null])
  assert.equal(JSON.stringify([first, rest]).includes('sesame'), false)
  const foreign = await firm.stranger.call(listJobs, { query: { tenant_id: firm.tenantId } })
  assert.equal(foreign.status, 404)
  assert.equal((await firm.stranger.call(getJob, { params: { id: first.items[0]?.id ?? '' } })).status, 404)
  assert.equal((await firm.owner.call(listJobs, { query: { cursor: 'broken' } })).status, 422)
  assert.equal((await firm.valuer.call(listDeadJobs, {})).status, 403)
  const queued = await firm.owner.ok(listJobs, { query: { queue: 'law.fragile', q: TRACE } })
  assert.equal(queued.items.length, 3)
})
