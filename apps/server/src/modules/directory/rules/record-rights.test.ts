import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusesChange, reviewOf } from './record-rights.ts'

const proposer = { userId: 'me', propose: 'own', write: null, approve: null } as const
const writer = { userId: 'me', propose: 'all', write: 'all', approve: null } as const
const approver = { ...writer, approve: 'all' } as const
const name = { touchesIdentity: true }
const note = { touchesIdentity: false }

test('OP-12 proposers change their own pending records and nothing else', () => {
  assert.equal(refusesChange({ created_by: 'me', verification: 'PENDING' }, proposer, name), null)
  assert.equal(refusesChange({ created_by: 'me' }, proposer, name), null)
  for (const record of [
    { created_by: 'you', verification: 'PENDING' },
    { created_by: null, verification: 'PENDING' },
    { created_by: 'me', verification: 'VERIFIED' },
    { created_by: 'me', verification: 'REJECTED' },
  ] as const) {
    assert.equal(refusesChange(record, proposer, note), 'not_own_pending')
  }
})

test('OP-12 identity fields of a verified record need an approver; a merged record is history', () => {
  const verified = { created_by: 'you', verification: 'VERIFIED' } as const
  assert.equal(refusesChange(verified, writer, name), 'approver_required')
  assert.equal(refusesChange(verified, writer, note), null)
  assert.equal(refusesChange(verified, approver, name), null)
  assert.equal(refusesChange({ created_by: 'you', verification: 'PENDING' }, writer, name), null)
  assert.equal(refusesChange({ created_by: 'me', verification: 'MERGED' }, approver, note), 'merged')
})

test('an approver verifies what is pending and takes his word back; rejected and merged stay', () => {
  assert.equal(reviewOf('PENDING', true), 'VERIFIED')
  assert.equal(reviewOf('VERIFIED', false), 'PENDING')
  assert.equal(reviewOf('VERIFIED', true), null)
  assert.equal(reviewOf('PENDING', false), null)
  assert.equal(reviewOf('REJECTED', true), undefined)
  assert.equal(reviewOf('MERGED', false), undefined)
})
