import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { taskNameOf } from '../../src/platform/jobs/recurring.ts'
import { cadenceOf } from '../../src/platform/scheduler/cadence.ts'
import { declarationsOf } from '../../src/platform/scheduler/declared.ts'
import { schedulerLoops } from '../../src/platform/scheduler/scheduler.ts'
import { LOOPS, TASKS } from '../../src/platform/scheduler/timetable.ts'
import { lockRoom } from '../../src/platform/scheduler/turns.ts'
import { type House, openHouse } from '../harness/house.ts'

/** The table of audit-and-ops.md 7. The rollups of billing come with billing. */
const SPECIFIED = {
  audit_sealer: 'every 200 ms',
  audit_checkpoint: 'every 60 s',
  audit_notary: 'every 300 s',
  audit_verify_nightly: '03:30',
  audit_export_sweeper: 'every 15 s',
  audit_export_cleanup: 'every 5 min',
  scheduler_janitor: 'every 5 s',
  scheduler_watchdog: 'every 30 s',
  alert_evaluator: 'every 15 s',
  kill_switch_expiry: 'every 5 s',
  data_retention_daily: '02:10',
  audit_prune_daily: '02:40',
  partition_prep_daily: '00:55',
  ops_metric_hourly_aggregation: 'every 1 min',
  metric_late_recompute: '03:10',
  privacy_runner: 'every 5 min',
  backup_freshness_check: 'every 60 min',
  restore_drill_report: 'day 2',
} as const

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const clock = (at: Date): string => at.toISOString().slice(11, 16)
/** When a task comes round, in the words of the table. */
function cadenceWords(cron: string): string {
  const { next, periodMs } = cadenceOf(cron)
  const slot = next(new Date('2026-01-01T00:00:00Z'))
  if (periodMs <= 3_600_000) return `every ${periodMs / 60_000} min`
  return periodMs <= 86_400_000 ? clock(slot) : `day ${slot.getUTCDate()}`
}

test('AU-26 what comes round stands in one file with its rules, and runs by it; every row of the table is there', () => {
  const { recurring, loops = [] } = house.app.workerOptions()
  const turning = [...schedulerLoops(lockRoom(house.app.workerOptions())), ...loops]
  const declared = declarationsOf(recurring, turning)
  assert.deepEqual(declared.map((one) => one.task).sort(), [...Object.keys(TASKS), ...Object.keys(LOOPS)].sort())
  for (const task of recurring) {
    const { cron, overlap, backfill, max_seconds, lock_key, expected_by_seconds } = task
    const rules = Object.entries({ cron, overlap, backfill, max_seconds, lock_key, expected_by_seconds })
    const given = Object.fromEntries(rules.filter(([, value]) => value !== undefined))
    assert.deepEqual(
      [taskNameOf(task), given],
      [taskNameOf(task), { ...TASKS[taskNameOf(task) as keyof typeof TASKS] }],
    ) // every name is a key, see above
  }
  const words = Object.fromEntries(
    declared.map(({ task, kind, cadence }) => [task, kind === 'loop' ? cadence : cadenceWords(cadence)]),
  )
  assert.deepEqual(Object.fromEntries(Object.keys(SPECIFIED).map((name) => [name, words[name]])), SPECIFIED)
})

test('AU-27 a task and a loop are late after two periods, a loop not before a minute', () => {
  const { recurring, loops = [] } = house.app.workerOptions()
  for (const { task, kind, periodMs, expectedMs } of declarationsOf(recurring, loops))
    assert.equal(expectedMs, kind === 'task' ? 2 * periodMs : Math.max(2 * periodMs, 60_000), task)
})
