import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goals as peer } from './goals/peer.ts'

for (const goal of peer) {
  test(`the goal ${goal.name} fails on its planted defect`, async () => {
    const planted = await goal.run({ full: false, planted: true })
    assert.equal(planted.ok, false, JSON.stringify(planted.figures))
  })
}
