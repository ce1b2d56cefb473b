import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals } from './goals/start.ts'

const cold = goals.find((goal) => goal.name === 'start:cold')

test('the goal start:cold fails on its planted defect, a surface that cannot come up', async () => {
  assert.ok(cold)
  await assert.rejects(cold.run({ full: false, planted: true }), /npm start did not get healthy/)
})
