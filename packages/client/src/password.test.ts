import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordState } from './password.ts'

test('ID-18 the meter counts code points after NFKC, 12 to 128', () => {
  assert.equal(passwordState('abcdefghijk', null).longEnough, false)
  assert.equal(passwordState('abcdefghijkl', null).acceptable, true)
  assert.equal(passwordState('🏠'.repeat(12), null).length, 12)
  assert.equal(passwordState('ﬁ'.repeat(6), null).length, 12)
  assert.equal(passwordState('x'.repeat(128), null).acceptable, true)
  assert.equal(passwordState('x'.repeat(129), null).tooLong, true)
})

test('ID-18 the name part of the e-mail may not stand in it, as written or run together', () => {
  assert.equal(passwordState('my asha.rao secret', 'Asha.Rao@example.in').containsEmail, true)
  assert.equal(passwordState('my AshaRao secret', 'asha.rao@example.in').containsEmail, true)
  assert.equal(passwordState('quiet river stone', 'asha.rao@example.in').acceptable, true)
  assert.equal(passwordState('a jo house on a hill', 'jo@example.in').containsEmail, false)
  assert.equal(passwordState('anything at all', null).containsEmail, null)
})
