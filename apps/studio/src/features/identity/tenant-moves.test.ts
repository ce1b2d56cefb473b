import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantMoves } from './tenant-moves.ts'

const keys = (...facts: Parameters<typeof tenantMoves>) => tenantMoves(...facts).map((move) => move.key)
const firm = { status: 'active', protected: false, deleted_at: null } as const

test('a firm is suspended before it is closed, and closed before it is removed', () => {
  assert.deepEqual(keys(firm, true), ['suspend'])
  assert.deepEqual(keys({ ...firm, status: 'suspended' }, true), ['activate', 'close'])
  assert.deepEqual(keys({ ...firm, status: 'closed' }, true), ['activate', 'remove'])
  assert.deepEqual(keys({ ...firm, deleted_at: '2026-11-20T00:00:00.000Z' }, true), ['restore'])
})

test('ID-03 a fixed lane offers nothing; without multi-tenant mode removing says why it is off', () => {
  assert.deepEqual(keys({ ...firm, protected: true }, true), [])
  const [, remove] = tenantMoves({ ...firm, status: 'closed' }, false)
  assert.equal(remove?.allowed, false)
  assert.match(remove?.unmet?.[0]?.text ?? '', /multi-tenant mode/)
})
