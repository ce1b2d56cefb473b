import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Look, type Looked, nextLookMs } from './look-pace.ts'

/** Answers one after the other, the first at a time, in which the given exports are on their way. */
const looks = (looked: Looked, times: number, first: Look): (number | false)[] =>
  Array.from({ length: times }, (_, n) => nextLookMs(looked, { ...first, at: first.at + n }))

test('AU-22 an export is looked at each 1.5 s for twenty looks, then each 5 s, and not at all once it is over', () => {
  const looked: Looked = new Map()
  assert.deepEqual(looks(looked, 22, { at: 0, active: ['a'] }), [...Array<number>(20).fill(1_500), 5_000, 5_000])
  assert.equal(nextLookMs(looked, { at: 99, active: [] }), false)
})

test('AU-22 asked twice about one answer it counts once; who comes back goes on counting, a new export begins', () => {
  const looked: Looked = new Map()
  looks(looked, 20, { at: 0, active: ['a'] })
  for (let asked = 0; asked < 5; asked++) assert.equal(nextLookMs(looked, { at: 19, active: ['a'] }), 1_500)
  assert.equal(nextLookMs(looked, { at: 500, active: ['a'] }), 5_000)
  assert.deepEqual(looks(looked, 2, { at: 600, active: ['a', 'b'] }), [1_500, 1_500])
})
