import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSearch, safeReturn, stringifySearch } from './address.ts'

test('addresses keep text as text, repeat names for lists and drop what is empty', () => {
  assert.deepEqual(parseSearch('?q=007&state=A&state=B'), { q: '007', state: ['A', 'B'] })
  assert.equal(
    stringifySearch({ q: '007', state: ['A', 'B'], none: undefined, blank: '', page: 2 }),
    '?q=007&state=A&state=B&page=2',
  )
  assert.equal(stringifySearch({}), '')
})

test('a return address never leaves the app', () => {
  assert.equal(safeReturn('/assignments?state=A'), '/assignments?state=A')
  for (const bad of [
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:x',
    '/sign-in?next=/',
    5,
    undefined,
  ])
    assert.equal(safeReturn(bad), '/')
})
