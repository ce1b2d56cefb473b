import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantOfSignIn } from './gate.ts'

const INTERNAL = '11111111-1111-1111-1111-111111111111'
const EXTERNAL = '22222222-2222-2222-2222-222222222222'
const OTHER = '55555555-5555-4555-8555-555555555555'
const gate = { internalTenantId: INTERNAL, externalTenantId: EXTERNAL, multiTenant: false }

test('ID-02 with the flag off the Workspace acts in the internal tenant and refuses any other', () => {
  assert.equal(tenantOfSignIn('web', undefined, gate), INTERNAL)
  assert.equal(tenantOfSignIn('web', INTERNAL, gate), INTERNAL)
  assert.equal(tenantOfSignIn('web', OTHER, gate), null)
  assert.equal(tenantOfSignIn('web', EXTERNAL, gate), null)
})

test('ID-02 the portal acts in the external lane whatever tenant is named', () => {
  for (const named of [undefined, INTERNAL, EXTERNAL, OTHER])
    assert.equal(tenantOfSignIn('portal', named, gate), EXTERNAL)
})

test('the studio acts in the internal tenant in both modes', () => {
  for (const multiTenant of [false, true]) {
    assert.equal(tenantOfSignIn('studio', undefined, { ...gate, multiTenant }), INTERNAL)
    assert.equal(tenantOfSignIn('studio', OTHER, { ...gate, multiTenant }), null)
  }
})

test('with the flag on the Workspace acts in the named tenant, never in the external lane', () => {
  const open = { ...gate, multiTenant: true }
  assert.equal(tenantOfSignIn('web', OTHER, open), OTHER)
  assert.equal(tenantOfSignIn('web', EXTERNAL, open), null)
})
