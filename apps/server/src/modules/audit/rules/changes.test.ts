import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesBetween, hiddenIn, uncover } from './changes.ts'

test('AU-12 changes are told member by member, with lists as a whole', () => {
  assert.deepEqual(
    changesBetween({ a: 1, b: { c: 1, d: 2 }, e: [1, 2], 'x/y~': 1 }, { a: 1, b: { c: 2, f: 3 }, e: [2, 1] }),
    [
      { path: '/b/c', op: 'replace', before: 1, after: 2 },
      { path: '/b/d', op: 'remove', before: 2 },
      { path: '/b/f', op: 'add', after: 3 },
      { path: '/e', op: 'replace', before: [1, 2], after: [2, 1] },
      { path: '/x~1y~0', op: 'remove', before: 1 },
    ],
  )
  assert.deepEqual(changesBetween({}, {}), [])
  assert.deepEqual(changesBetween({ _truncated: true }, 'x'), [
    { path: '', op: 'replace', before: { _truncated: true }, after: 'x' },
  ])
})

test('AU-12 personal envelopes are found and uncovered wherever they stand', () => {
  const envelope = { $p: { k: 'key', n: 'nonce', c: 'cipher' } }
  const picture = { name: envelope, list: [envelope, 1], 'a/b': { deep: envelope }, plain: { $p: 'text' } }
  assert.deepEqual(
    hiddenIn(picture, '/after').map((hidden) => hidden.pointer),
    ['/after/name', '/after/list/0', '/after/a~1b/deep'],
  )
  assert.deepEqual(
    uncover(picture, '/after', ({ pointer }) => pointer),
    {
      name: '/after/name',
      list: ['/after/list/0', 1],
      'a/b': { deep: '/after/a~1b/deep' },
      plain: { $p: 'text' },
    },
  )
})
