import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals as jobs } from './goals/jobs.ts'
import { goals as outbox } from './goals/outbox.ts'
import { goals as sched } from './goals/sched.ts'

for (const [id, name] of [
  ['AU-27', 'sched'],
  ['AU-29', 'jobs:chaos'],
  ['AU-30', 'jobs:speed'],
  ['AU-31', 'outbox'],
] as const) {
  test(`${id} the goal ${name} holds at a small size and fails on its planted defect`, async () => {
    const goal = [...jobs, ...sched, ...outbox].find((one) => one.name === name)
    assert.ok(goal)
    const [sound, planted] = [
      await goal.run({ full: false, planted: false }),
      await goal.run({ full: false, planted: true }),
    ]
    assert.deepEqual([sound.ok, planted.ok], [true, false], JSON.stringify([sound.figures, planted.figures]))
  })
}
