import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathOf, ticksTo } from './line-chart-scale.ts'

test('an axis has marks at 1, 2 and 5 up to the largest value', () => {
  assert.deepEqual(ticksTo(0), [0, 0.5, 1])
  assert.deepEqual(ticksTo(7), [0, 2, 4, 6, 8])
  assert.deepEqual(ticksTo(100), [0, 50, 100])
  assert.deepEqual(ticksTo(0.3), [0, 0.1, 0.2, 0.3])
  assert.deepEqual(ticksTo(1_234), [0, 500, 1_000, 1_500])
})

test('a line is broken where nothing was measured', () => {
  assert.equal(pathOf([[0, 1], [1, 2], null, [3, 4]]), 'M0.0 1.0L1.0 2.0M3.0 4.0')
})
