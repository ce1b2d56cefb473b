import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS } from './kinds.ts'
import { missingIn, newBody, patchOf, valuesOf } from './record-values.ts'

test('a new record sends what was filled in, a change what differs, coordinates always as a pair', () => {
  assert.deepEqual(newBody({ name: ' Bank of India ', code: '', ifsc_prefix: null }), { name: 'Bank of India' })
  const before = { name: 'A', city: 'Belgaum', latitude: '15.85', longitude: '74.5' }
  assert.deepEqual(patchOf(before, { ...before, name: 'A ' }), {})
  assert.deepEqual(patchOf(before, { ...before, city: '' }), { city: null })
  assert.deepEqual(patchOf(before, { ...before, latitude: '15.9' }), { latitude: '15.9', longitude: '74.5' })
})

test('required fields that are empty are named in a sentence; numbers of the wire become text', () => {
  assert.deepEqual(missingIn(KINDS.branches.fields, { bank_id: null, branch_name: ' ', city: 'X' }), {
    bank_id: 'Choose bank',
    branch_name: 'Enter name of the branch',
  })
  const record = { id: '1', version: 1, is_active: true, created_by: null, updated_at: '', name: 'P', latitude: 15.85 }
  const values = valuesOf(KINDS.properties, { ...record, longitude: 74.5 })
  assert.equal(values['latitude'], '15.85')
  assert.equal(values['city'], null)
})
