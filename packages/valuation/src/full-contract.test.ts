import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Contract } from '@zenops/contracts/report-contract'
import { fullContract, inputsOf } from './full-contract.ts'
import { contractOf, deriveRaw } from './sample-reports.ts'

test('the server sections stand beside the inputs and come off again', () => {
  const raw = { property: { city: 'Hassan' }, valuation_inputs: { fmv_input: 5 } }
  const audit = { snapshot_version: 2, created_by: null, created_at: '2026-11-20T00:00:00.000Z' }
  const full = fullContract(contractOf(raw), deriveRaw(raw), audit)
  assert.deepEqual(Contract.parse(full), full)
  assert.equal(full.computed_values?.FMV, 5)
  assert.equal(full.meta?.template_selector, 'SBI_FORMAT_A')
  assert.deepEqual(inputsOf(full), raw)
})
