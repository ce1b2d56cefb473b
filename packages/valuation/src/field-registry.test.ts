import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { REPORT_TYPES } from '@zenops/contracts/report-enums'
import { fieldRegistry, isPresent, LINKABLE_FIELDS, REQUIRED_FIELDS } from './field-registry.ts'
import { contractOf } from './sample-reports.ts'

const fields = fieldRegistry()

describe('7.2 field registry', () => {
  test('every linkable and every required key is a field with a label', () => {
    for (const key of [...LINKABLE_FIELDS, ...REPORT_TYPES.flatMap((type) => REQUIRED_FIELDS[type])]) {
      const field = fields.get(key)
      assert.ok(field && field.label !== '', key)
    }
    assert.equal([...fields.values()].filter((field) => field.linkable).length, LINKABLE_FIELDS.length)
  })
  test('a field says what it is', () => {
    assert.deepEqual(fields.get('property.land_area'), {
      key: 'property.land_area',
      label: 'Land area considered',
      data_type: 'area',
      unit: null,
      options: [],
      columns: [],
      requirement: { VALUATION: 'required', REVALUATION: 'asked', DPR: 'asked', STAGE_PROGRESS: 'asked' },
      aliases: [],
      paths: ['property.land_area', 'property.land_area_deed', 'property.land_area_actual'],
      linkable: true,
    })
    assert.deepEqual(fields.get('stage.notes')?.aliases, ['manual_fields.stage_notes'])
    assert.deepEqual(fields.get('property.lease.rent')?.unit, 'INR')
    assert.deepEqual(fields.get('project.cost_heads')?.columns, [
      { key: 'head', label: 'Head', data_type: 'text' },
      { key: 'amount', label: 'Amount', data_type: 'money' },
    ])
    assert.equal(fields.get('engagement.previous_valuation.value')?.requirement.VALUATION, 'hidden')
    assert.equal(fields.get('project.cost')?.requirement.DPR, 'required')
  })
  test('no and zero are values', () => {
    const contract = contractOf({ property: { demarcated: false, building: { age_years: 0 }, city: ' ', floors: [] } })
    const there = (key: string) => isPresent(key, contract, undefined)
    assert.deepEqual(
      ['property.demarcated', 'property.building.age_years', 'property.city', 'property.floors', 'stage.notes'].map(
        there,
      ),
      [true, true, false, false, false],
    )
  })
})
