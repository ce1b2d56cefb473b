import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import {
  listSchedulerLocks,
  listSchedulerRuns,
  listSchedulerTasks,
  pauseSchedulerTask,
  recoverSchedulerLock,
  resumeSchedulerTask,
  runSchedulerTask,
} from '@zenops/contracts/ops-scheduler'
import { z } from 'zod'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { drainJobs } from '../../platform/jobs/drain.ts'
import { handleJob, jobKind } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import { databaseNow, declarationsOf, declareAll } from '../../platform/scheduler/declared.ts'
import { acquire, heartbeat } from '../../platform/scheduler/locks.ts'
import { tick } from '../../platform/scheduler/tick.ts'
import { lockRoom } from '../../platform/scheduler/turns.ts'

const REASON = 'the night was too short'
const sweepJob = jobKind({ kind: 'law.sweep', payload: z.strictObject({}) })
const task: Recurring = { name: 'law_sweep', job: sweepJob, cron: '0 4 * * *', payload: {}, platform: true }

let house: House
let swept = 0
const optionsOf = () => ({
  ...house.app.workerOptions(),
  recurring: [task],
  handlers: [
    handleJob(sweepJob, {
      run: async (context) => {
        context.worked(7)
        swept++
      },
    }),
  ],
})
const room = () => lockRoom(optionsOf())
before(async () => {
  house = await openHouse()
  await declareAll(room(), declarationsOf([task], []), await databaseNow(room()))
})
after(() => house.close())

const turn = async (): Promise<void> => {
  await tick(room(), [task], await databaseNow(room()))
  await drainJobs(optionsOf())
}
const params = { name: 'law_sweep' }
const body = { reason: REASON }
const internalActions = async (): Promise<string[]> =>
  (await house.audit(house.config.ZENOPS_INTERNAL_TENANT_ID)).map((event) => event.action)

test('AU-44 a task is asked for by hand, runs with the next tick and leaves its history', async () => {
  const before = swept
  const asked = await house.operator.ok(runSchedulerTask, { params, body })
  assert.deepEqual([asked.wanted, asked.state], [true, 'IDLE'])
  const twice = await house.operator.call(runSchedulerTask, { params, body })
  assert.deepEqual([twice.status, twice.error.details[0]?.['reason']], [409, 'running'])
  await turn()
  assert.equal(swept, before + 1)
  const [seen] = (await house.operator.ok(listSchedulerTasks, {})).items.filter((one) => one.name === 'law_sweep')
  assert.deepEqual([seen?.wanted, seen?.late, seen?.cadence, seen?.kind], [false, false, '0 4 * * *', 'task'])
  assert.ok(seen?.last_success_at && seen.next_slot)
  const { items } = await house.operator.ok(listSchedulerRuns, { query: { task: 'law_sweep', status: ['DONE'] } })
  assert.deepEqual([items.length, items[0]?.rows, items[0]?.fencing_token], [1, 7, 1])
  assert.ok((await internalActions()).includes('SCHEDULER_TASK_STARTED_BY_HAND'))
})

test('AU-44 a paused task starts no slot; resumed it makes up for the last one', async () => {
  await house.operator.ok(pauseSchedulerTask, { params, body })
  const again = await house.operator.call(pauseSchedulerTask, { params, body })
  assert.equal(again.error.details[0]?.['reason'], 'already_paused')
  await house.sql(
    "update ops.scheduler_locks set next_slot = date_trunc('day', now()) - interval '20 hours' where task = 'law_sweep'",
  )
  const before = swept
  await turn()
  assert.equal(swept, before)
  await house.operator.ok(resumeSchedulerTask, { params, body })
  const late = await house.operator.call(resumeSchedulerTask, { params, body })
  assert.equal(late.error.details[0]?.['reason'], 'not_paused')
  await house.sql(
    "update ops.scheduler_locks set next_slot = date_trunc('day', now()) - interval '20 hours' where task = 'law_sweep'",
  )
  await turn()
  assert.equal(swept, before + 1)
  const actions = await internalActions()
  assert.ok(actions.includes('SCHEDULER_TASK_PAUSED') && actions.includes('SCHEDULER_TASK_RESUMED'))
})

test('AU-44 by hand a lock is taken from a lost holder only, after the typed words', async () => {
  const key = 'law_sweep'
  const recover = (extra: object = {}) =>
    house.operator.call(recoverSchedulerLock, { params: { key }, body: { ...body, ...extra } })
  assert.equal((await recover()).error.error_code, 'CONFIRMATION_REQUIRED')
  const drawn = await house.operator.ok(createConfirmation, { body: { action: 'lock_recover', target: key } })
  assert.equal(drawn.phrase, 'RECOVER law_sweep')
  const confirmation = { confirmation_id: drawn.confirmation_id, phrase: drawn.phrase }
  assert.equal((await recover({ confirmation })).error.details[0]?.['reason'], 'idle')
  const wrong = await recover({ confirmation: { ...confirmation, phrase: 'RECOVER it' } })
  assert.equal(wrong.error.error_code, 'OPS_CONFIRMATION_MISMATCH')
  const held = await acquire(room(), key, null)
  assert.ok(held)
  const live = await recover({ confirmation })
  assert.deepEqual([live.status, live.error.error_code], [409, 'SCHEDULER_LOCK_LIVE'])
  await house.sql("update ops.scheduler_locks set lease_until = now() - interval '1 s' where lock_key = $1", [key])
  const done = await recover({ confirmation })
  assert.deepEqual([done.status, done.body.state, done.body.recovery_count], [200, 'IDLE', 1])
  assert.equal((await heartbeat(room(), held)).mine, false)
  const [lock] = (await house.operator.ok(listSchedulerLocks, {})).items
  assert.deepEqual([lock?.state, lock?.fencing_token], ['IDLE', held.token + 1])
  assert.ok((await internalActions()).includes('SCHEDULER_LOCK_RECOVERED'))
  const { lockEvents, recoveries } = house.app.services.metrics
  const counted = (await lockEvents.get()).values.filter(({ labels }) => labels.outcome === 'recovered')
  assert.deepEqual(
    counted.map(({ labels, value }) => [labels.lock_key, value]),
    [[key, 1]],
  )
  assert.equal((await recoveries.get()).values[0]?.value, 1)
  const fences = await house.sql('select high_token::int as high from ops.scheduler_fences where lock_key = $1', [key])
  assert.deepEqual(fences, [{ high: lock?.fencing_token }])
  assert.equal((await recover({ confirmation })).error.error_code, 'OPS_CONFIRMATION_MISMATCH')
})

test('AU-44 the schedule is of the studio; what is not there is not found; a loop is not started by hand', async () => {
  const firm = await house.firm()
  assert.equal((await firm.owner.call(listSchedulerTasks, {})).status, 403)
  const nobody = { params: { name: 'law_nothing' }, body }
  for (const operation of [runSchedulerTask, pauseSchedulerTask, resumeSchedulerTask])
    assert.equal((await house.operator.call(operation, nobody)).status, 404)
  await declareAll(room(), declarationsOf([], [{ name: 'law_loop', every_ms: 5_000 }]), new Date())
  const loop = await house.operator.call(runSchedulerTask, { params: { name: 'law_loop' }, body })
  assert.equal(loop.error.details[0]?.['reason'], 'is_a_loop')
  assert.equal((await house.operator.call(listSchedulerRuns, { query: { cursor: 'x' } })).status, 422)
  const page = await house.operator.ok(listSchedulerRuns, { query: { limit: 1 } })
  const next = await house.operator.ok(listSchedulerRuns, { query: { limit: 1, cursor: page.next_cursor ?? '' } })
  assert.notEqual(page.items[0]?.id, next.items[0]?.id)
})
