import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskEmail } from './mask-email.ts'

test('a masked address shows its ends and its domain', () => {
  assert.equal(maskEmail('rahul@acme.example'), 'r…l@acme.example')
  assert.equal(maskEmail('abc@acme.example'), 'a…@acme.example')
  assert.equal(maskEmail('a@acme.example'), 'a…@acme.example')
})
