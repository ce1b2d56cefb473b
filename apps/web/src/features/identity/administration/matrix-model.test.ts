import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupsOf, offeredScopes, type Cell, type RightsMatrix } from './matrix-model.ts'

const cell = (more: Partial<Cell>): Cell => ({
  capability: 'assignments.create',
  area: 'assignments',
  job_template: 'valuer',
  default: 'none',
  override: null,
  effective: 'none',
  overridable: true,
  widest: 'all',
  pending_request_id: null,
  ...more,
})
const matrix = (...cells: Cell[]): RightsMatrix => ({ approvals_needed: 2, job_templates: [], cells })

test('ID-29 a request may ask for less than the widest scope and never for the present one', () => {
  assert.deepEqual(offeredScopes(cell({})), ['all', 'assigned', 'own'])
  assert.deepEqual(offeredScopes(cell({ widest: 'own', effective: 'own' })), ['none'])
  assert.deepEqual(offeredScopes(cell({ overridable: false })), [])
})

test('rights stand under their area and are found by word, code and mark', () => {
  const whole = matrix(
    cell({}),
    cell({ capability: 'tasks.read', override: 'all' }),
    cell({ capability: 'assignments.read', pending_request_id: 'r' }),
  )
  const shown = (search: Parameters<typeof groupsOf>[1]) =>
    groupsOf(whole, search).map(({ label, rows }) => [label, ...rows.map((row) => row.key)])
  assert.deepEqual(shown({}), [
    ['Assignments', 'assignments.create', 'assignments.read'],
    ['Tasks', 'tasks.read'],
  ])
  assert.deepEqual(shown({ q: 'see assign' }), [['Assignments', 'assignments.read']])
  assert.deepEqual(shown({ only: 'overridden' }), [['Tasks', 'tasks.read']])
  assert.deepEqual(shown({ only: 'pending' }), [['Assignments', 'assignments.read']])
  assert.deepEqual(shown({ q: 'nothing like it' }), [])
})
