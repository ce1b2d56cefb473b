import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameButWords } from './same-words.ts'

test('rows stay while the words of a search change, and go when anything else does', () => {
  assert.ok(isSameButWords({ q: 'a', state: 'OPEN' }, { state: 'OPEN', q: 'ab' }))
  assert.ok(isSameButWords({ state: 'OPEN', q: undefined }, { q: 'ab', state: 'OPEN' }))
  assert.ok(!isSameButWords({ q: 'a', state: 'OPEN' }, { q: 'a', state: 'ACKED' }))
  assert.ok(!isSameButWords({ assignment_id: '1' }, { assignment_id: '2' }))
  assert.ok(!isSameButWords({ q: 'a', tenant_id: '1' }, { q: 'a' }))
  assert.ok(!isSameButWords(undefined, { q: 'a' }))
})
