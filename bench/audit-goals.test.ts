import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals } from './goals/audit.ts'

for (const [id, name] of [
  ['AU-05', 'audit:tamper'],
  ['AU-06', 'audit:verify'],
  ['AU-07', 'audit:append'],
] as const) {
  test(`${id} the goal ${name} holds at a small size and fails on its planted defect`, async () => {
    const goal = goals.find((one) => one.name === name)
    assert.ok(goal)
    const [sound, planted] = [
      await goal.run({ full: false, planted: false }),
      await goal.run({ full: false, planted: true }),
    ]
    assert.deepEqual([sound.ok, planted.ok], [true, false], JSON.stringify([sound.figures, planted.figures]))
  })
}
