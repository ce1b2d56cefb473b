import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOfFloors, floorFault, movedUp, type FloorRow } from './floor-rows.ts'

const floor = (name: string, area: string | null = '100.25'): FloorRow => ({ key: name, name, area, unit: 'sqm' })

test('floors need different names and an area', () => {
  assert.equal(floorFault([floor('Ground'), floor('First')]), null)
  assert.equal(floorFault([floor('Ground'), floor('ground ')]), 'Two floors have the same name.')
  assert.equal(floorFault([floor(' ')]), 'Each floor needs a name.')
  assert.equal(floorFault([floor('Ground', null)]), 'Each floor needs an area.')
})

test('areas travel as exact text, in the order of the screen', () => {
  const rows = movedUp([floor('Ground'), { ...floor('First'), id: 'f1' }], 1)
  assert.deepEqual(bodyOfFloors(rows), [
    { id: 'f1', name: 'First', sort_order: 0, area: '100.25', unit: 'sqm' },
    { name: 'Ground', sort_order: 1, area: '100.25', unit: 'sqm' },
  ])
})
