import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyPatch, mergePatches, patchLeaves, patchOf, sameJson, valueAt } from './merge-patch.ts'

test('merge patches: set, remove, nest and replace lists whole', () => {
  assert.deepEqual(applyPatch({ a: 1, b: { c: 1, d: [1] } }, { a: null, b: { d: [2] } }), { b: { c: 1, d: [2] } })
  assert.deepEqual(applyPatch(null, { a: { b: 1 } }), { a: { b: 1 } })
})

test('two patches merged do what one after the other does', () => {
  const start = { a: 1, b: { c: 1, d: 2 }, e: [1] }
  const first = { b: { c: 5 }, a: null, e: null }
  const second = { b: { d: null, x: { y: 1 } }, a: 2 }
  assert.deepEqual(applyPatch(start, mergePatches(first, second)), applyPatch(applyPatch(start, first), second))
})

test('leaves name every place of a patch and make it again', () => {
  const patch = { a: null, b: { c: 1, d: { e: [1, 2] } } }
  const leaves = patchLeaves(patch)
  assert.deepEqual(
    leaves.map((leaf) => leaf.path),
    [['a'], ['b', 'c'], ['b', 'd', 'e']],
  )
  assert.deepEqual(patchOf(leaves), patch)
  assert.equal(patchOf([]), null)
  assert.equal(valueAt({ a: { b: 1 } }, ['a', 'b']), 1)
  assert.equal(valueAt({ a: 1 }, ['a', 'b']), null)
})

test('equality looks at content, not at the order of members', () => {
  assert.equal(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }), true)
  assert.equal(sameJson([1, 2], [2, 1]), false)
  assert.equal(sameJson({ a: 1 }, { b: 1 }), false)
  assert.equal(sameJson(null, {}), false)
})
