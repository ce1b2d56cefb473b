import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CAPABILITIES, defaultGrants, JOB_TEMPLATES, type JobTemplate } from '@zenops/contracts/capabilities'
import { type Cell, type CellScope, isOverridable, mayOverride, widestOf } from './matrix.ts'
import { rankOf } from './reach.ts'

const TEMPLATES = Object.keys(JOB_TEMPLATES) as JobTemplate[] // keys of the table
const SCOPES: readonly CellScope[] = ['none', 'own', 'assigned', 'all']
const FIXED =
  /^(users\.rbac\.approve|users\.roles\.write|users\.security|ops\.killswitch|ops\.rollback|billing\.usage\.write|control\..*)$/
const FIXED_ROWS = ['super_admin', 'platform_ops', 'guest', 'worker', 'service']

test('ID-29 the whole table: which cells a firm may override, and how far', () => {
  const isTooWide = ({ capability, template }: Cell, scope: CellScope): boolean => {
    const isAdminsOnly = capability === 'reports.override' || capability === 'payments.refund'
    if (isAdminsOnly && scope !== 'none' && JOB_TEMPLATES[template].role !== 'ADMIN') return true
    return template === 'portal_user' && rankOf(scope) > rankOf('own')
  }
  let open = 0
  for (const cell of CAPABILITIES.flatMap((capability) => TEMPLATES.map((template) => ({ capability, template })))) {
    const isFixed = FIXED.test(cell.capability) || FIXED_ROWS.includes(cell.template)
    assert.equal(isOverridable(cell), !isFixed, `${cell.template} ${cell.capability}`)
    for (const scope of SCOPES) {
      const may = mayOverride(cell, scope)
      assert.equal(may, !isFixed && !isTooWide(cell, scope), `${cell.template} ${cell.capability} ${scope}`)
      open += may ? 1 : 0
    }
  }
  assert.ok(open > 1000)
})

test('no default lies beyond what an override may give', () => {
  for (const { capability, job_template, scope } of defaultGrants()) {
    const cell = { capability, template: job_template }
    if (isOverridable(cell)) assert.ok(rankOf(scope) <= rankOf(widestOf(cell)), `${job_template} ${capability}`)
  }
})
