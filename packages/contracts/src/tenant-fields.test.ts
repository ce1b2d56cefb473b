import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_OPERATIONS } from './registry.ts'
import { tenantFieldsOf } from './tenant-fields.ts'

const fields = new Map(ALL_OPERATIONS.map((one) => [one.id, tenantFieldsOf(one)]))

test('ID-05 fields that name a tenant are found in path, query and body', () => {
  assert.deepEqual(fields.get('identity.getTenant'), [{ part: 'params', name: 'id' }])
  assert.deepEqual(fields.get('identity.listBlocks'), [{ part: 'query', name: 'tenant_id' }])
  assert.deepEqual(fields.get('identity.switchTenant'), [{ part: 'body', name: 'tenant_id' }])
  assert.deepEqual(fields.get('identity.applyBlock'), [{ part: 'body', name: 'tenant_id' }])
  assert.deepEqual(fields.get('identity.createServiceToken'), [{ part: 'body', name: 'tenant_ids' }])
  assert.deepEqual(fields.get('identity.login'), [{ part: 'body', name: 'tenant_id' }])
})

test('ID-05 no field of that name escapes the mark', () => {
  for (const operation of ALL_OPERATIONS) {
    const known = new Set((fields.get(operation.id) ?? []).map(({ name }) => name))
    for (const schema of [operation.params, operation.query, operation.body]) {
      const inner = 'shape' in schema ? Object.keys(schema.shape as object) : []
      for (const name of inner.filter((key) => /^tenant_ids?$/.test(key)))
        assert.ok(known.has(name), `${operation.id} ${name}`)
    }
  }
})
