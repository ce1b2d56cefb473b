import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLowered, raisedFor } from './sensitivity.ts'

test('OP-53 a class raises what is sent below its least sensitivity and leaves what is above', () => {
  const cases = [
    ['bank_kyc', 'public', 'pii'],
    ['bank_kyc', 'internal', 'pii'],
    ['bank_kyc', 'confidential', 'confidential'],
    ['invoice', 'public', 'internal'],
    ['invoice', 'pii', 'pii'],
    ['other', 'public', 'public'],
  ] as const
  for (const [classification, sent, kept] of cases) assert.equal(raisedFor(classification, sent), kept)
})

test('lowering is any step down', () => {
  assert.equal(isLowered('pii', 'internal'), true)
  assert.equal(isLowered('confidential', 'pii'), true)
  assert.equal(isLowered('internal', 'internal'), false)
  assert.equal(isLowered('public', 'pii'), false)
})
