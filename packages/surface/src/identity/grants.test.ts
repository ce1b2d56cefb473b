import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOfRights, missingToGrant, unionOf, type JobRights } from './grants.ts'

const job = (key: string, capabilities: JobRights['capabilities'], needs_approval = false): JobRights => ({
  key,
  role: 'AGENT',
  needs_approval,
  capabilities,
})
const accounts = job('accounts', [
  { capability: 'invoices.read', scope: 'all' },
  { capability: 'documents.read', scope: 'own' },
])
const valuer = job('valuer', [{ capability: 'documents.read', scope: 'assigned' }])

test('several jobs give the union of their rights, and the wider reach wins', () => {
  assert.deepEqual(unionOf([accounts, valuer]), [
    { capability: 'invoices.read', scope: 'all' },
    { capability: 'documents.read', scope: 'assigned' },
  ])
  assert.deepEqual(unionOf([valuer, accounts])[0], { capability: 'documents.read', scope: 'assigned' })
})

test('ID-22 nobody is offered a job that grants more than he holds; one that waits for approval is offered', () => {
  const own = [{ capability: 'documents.read', scope: 'all' }] as const
  assert.equal(missingToGrant(own, valuer), null)
  assert.deepEqual(missingToGrant(own, accounts), { capability: 'invoices.read', scope: 'all' })
  assert.deepEqual(missingToGrant([{ capability: 'documents.read', scope: 'own' }], valuer), valuer.capabilities[0])
  assert.equal(missingToGrant([], job('super_admin', accounts.capabilities, true)), null)
})

test('a change of jobs names what is gained, lost and widened, and nothing else', () => {
  assert.deepEqual(changesOfRights(accounts.capabilities, valuer.capabilities), [
    { capability: 'invoices.read', before: 'all', after: null },
    { capability: 'documents.read', before: 'own', after: 'assigned' },
  ])
  assert.deepEqual(changesOfRights(valuer.capabilities, valuer.capabilities), [])
})
