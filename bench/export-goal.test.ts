import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals } from './goals/export.ts'

test('AU-14 AU-15 AU-16 AU-17 the goal export holds at a small size and fails on its planted defect', async () => {
  const [goal] = goals
  assert.ok(goal)
  const sound = await goal.run({ full: false, planted: false })
  const planted = await goal.run({ full: false, planted: true })
  assert.deepEqual([sound.ok, planted.ok], [true, false], JSON.stringify([sound.figures, planted.figures]))
})
