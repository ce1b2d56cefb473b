import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresQuery, isOn, QueueSearch, queueQuery, toggled } from './queue-search.ts'

const at = (search: Record<string, unknown>) => QueueSearch.parse(search)
const asked = (search: Record<string, unknown>) => {
  const query = queueQuery(at(search))
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}

test('the queue shows open jobs unless it is told otherwise or a state is chosen', () => {
  assert.deepEqual(asked({}), { open: 'true' })
  assert.deepEqual(asked({ open: 'any' }), {})
  assert.deepEqual(asked({ status: 'CLOSED' }), { status: 'CLOSED' })
  assert.deepEqual(asked({ mine: 'true', preview: '0198f0a0-0000-7000-8000-000000000001' }), {
    mine: 'true',
    open: 'true',
  })
})

test('an address that says nonsense still shows the list', () => {
  assert.deepEqual(asked({ sort: '-due_at', status: 'NOWHERE', mine: 'yes', due_state: 'OVERDUE' }), {
    open: 'true',
    due_state: ['OVERDUE'],
  })
})

test('due soon and overdue add up and are taken back one by one', () => {
  const soon = at(toggled(at({}), 'due_soon'))
  assert.deepEqual(soon.due_state, ['DUE_SOON', 'URGENT'])
  const both = at(toggled(soon, 'overdue'))
  assert.ok(isOn(both, 'due_soon') && isOn(both, 'overdue'))
  assert.deepEqual(at(toggled(both, 'due_soon')).due_state, ['OVERDUE'])
  assert.deepEqual(toggled(at({ due_state: 'OVERDUE' }), 'overdue'), { due_state: undefined })
  assert.deepEqual(toggled(at({}), 'open'), { open: 'any' })
})

test('figures are counted without the filters that they set themselves', () => {
  assert.deepEqual(figuresQuery(at({ q: 'sbi', mine: 'true', due_state: 'OVERDUE', sort: 'code' })), { q: 'sbi' })
})
