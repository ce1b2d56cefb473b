import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeSlug, mayMove, slugOf } from './tenant-moves.ts'

test('a firm is suspended, resumed and closed; a closed one stays closed', () => {
  assert.ok(mayMove('active', 'suspended') && mayMove('suspended', 'active'))
  assert.ok(mayMove('active', 'closed') && mayMove('suspended', 'closed'))
  assert.ok(!mayMove('closed', 'active') && !mayMove('closed', 'suspended') && !mayMove('active', 'active'))
})

test('short names come from names, and collisions get a number', () => {
  assert.equal(slugOf('  Rao & Söhne Valuers (P) Ltd. '), 'rao-so-hne-valuers-p-ltd')
  assert.equal(slugOf('राव'), 'firm-1')
  assert.equal(slugOf('X'.repeat(80)).length, 48)
  assert.equal(freeSlug('rao', new Set()), 'rao')
  assert.equal(freeSlug('rao', new Set(['rao', 'rao-2'])), 'rao-3')
  assert.equal(freeSlug('x'.repeat(48), new Set(['x'.repeat(48)])), `${'x'.repeat(46)}-2`)
})
