import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Capability, defaultGrants, type JobTemplate, type Scope } from '@zenops/contracts/capabilities'
import { adminLevelOf, beyond, needsApproval, roleOfTemplates, surfaceOf, unionOf } from './reach.ts'

const grantsOf = (template: JobTemplate): Map<Capability, Scope> =>
  new Map(defaultGrants().flatMap((g) => (g.job_template === template ? [[g.capability, g.scope] as const] : [])))
const covers = (own: JobTemplate, asked: JobTemplate): boolean => beyond(grantsOf(own), grantsOf(asked)) === null

test('ID-22 by the default table an ops_manager reaches valuers, not accounts and hr; a super_admin reaches all staff', () => {
  const staff: JobTemplate[] = ['valuer', 'assistant_valuer', 'field_valuer', 'accounts', 'hr']
  assert.deepEqual(
    staff.filter((template) => covers('ops_manager', template)),
    ['valuer', 'assistant_valuer', 'field_valuer'],
  )
  assert.deepEqual(
    staff.filter((template) => !covers('super_admin', template)),
    [],
  )
  assert.equal(covers('super_admin', 'ops_manager'), true)
  assert.equal(covers('super_admin', 'super_admin'), true)
  assert.equal(covers('super_admin', 'platform_ops'), false)
  assert.equal(covers('ops_manager', 'super_admin'), false)
  assert.equal(covers('platform_ops', 'valuer'), false)
})

test('of several templates the wider scope wins', () => {
  const union = unionOf([
    new Map([['tasks.read', 'own']]),
    new Map([['tasks.read', 'all']]),
    new Map([['kb.read', 'own']]),
  ])
  assert.deepEqual(
    [...union],
    [
      ['tasks.read', 'all'],
      ['kb.read', 'own'],
    ],
  )
  assert.deepEqual(beyond(new Map([['tasks.read', 'own']]), union), { capability: 'tasks.read', scope: 'all' })
})

test('templates of one person stand together only within one role, staff only, OPS only in the house', () => {
  assert.deepEqual(roleOfTemplates(['accounts', 'hr'], false), { role: 'AGENT' })
  assert.deepEqual(roleOfTemplates(['super_admin', 'ops_manager'], false), { role: 'ADMIN' })
  assert.deepEqual(roleOfTemplates(['super_admin', 'valuer'], true), { fault: 'mixed_roles' })
  assert.deepEqual(roleOfTemplates([], true), { fault: 'mixed_roles' })
  for (const template of ['portal_user', 'guest', 'worker', 'service'] as const) {
    assert.deepEqual(roleOfTemplates([template], true), { fault: 'template_not_assignable' })
  }
  assert.deepEqual(roleOfTemplates(['platform_ops'], false), { fault: 'internal_tenant_only' })
  assert.deepEqual(roleOfTemplates(['platform_ops'], true), { role: 'OPS' })
})

test('administrators and operators come by approval; the level follows the templates', () => {
  assert.deepEqual(
    (['ADMIN', 'OPS', 'AGENT', 'CUSTOMER', 'SYSTEM'] as const).filter((role) => needsApproval(role)),
    ['ADMIN', 'OPS'],
  )
  assert.equal(adminLevelOf('ADMIN', ['ops_manager', 'super_admin']), 'SYSTEM_ADMIN')
  assert.equal(adminLevelOf('ADMIN', ['ops_manager']), 'MANAGER')
  assert.equal(adminLevelOf('AGENT', ['valuer']), null)
  assert.deepEqual(
    [surfaceOf(['super_admin']), surfaceOf(['platform_ops']), surfaceOf(['portal_user'])],
    ['web', 'studio', 'portal'],
  )
})
