import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals as limits } from './goals/limits.ts'
import { goals as cost } from './goals/rls-cost.ts'
import { goals as matrix } from './goals/rls-matrix.ts'
import { goals as pool } from './goals/rls-pool.ts'

for (const goal of [...limits, ...matrix, ...pool, ...cost]) {
  test(`the goal ${goal.name} fails on its planted defect`, async () => {
    const planted = await goal.run({ full: false, planted: true })
    assert.equal(planted.ok, false, JSON.stringify(planted.figures))
  })
}
