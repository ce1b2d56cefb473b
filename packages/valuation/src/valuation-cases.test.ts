import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import { DerivedValues } from '@zenops/contracts/report-outputs'
import type { RulesetParamsPart } from '@zenops/contracts/report-ruleset'
import { deriveRaw } from './sample-reports.ts'

interface Case {
  id: string
  title: string
  bank_type: BankType
  report_type: ReportType
  ruleset_params: RulesetParamsPart
  contract: object
  expected: Record<string, unknown>
}
const file = new URL('../data/valuation-cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] } // the shape the file documents

/** The figures of an answer under the names that the cases use. */
function named(derived: DerivedValues): Record<string, unknown> {
  const { computed_values: values, ...rest } = derived
  return {
    ...rest,
    ...values,
    book_value: values.book_value ?? null,
    unit_value: values.sheet?.unit?.value,
    building_rows: values.sheet?.building_rows?.map((row) => [row.cost, row.depreciation, row.net]),
  }
}

test('RP-02 the file holds ten real cases', () => assert.equal(cases.length, 10))

for (const { id, title, bank_type, report_type, ruleset_params, contract, expected } of cases) {
  test(`RP-02 ${id} ${title}`, () => {
    const derived = deriveRaw(contract, { bank_type, report_type, params: ruleset_params })
    const found = named(derived)
    for (const [key, value] of Object.entries(expected)) {
      if (key === 'value_in_words') {
        // The cases leave the words of the book value out.
        const { book: _, ...words } = derived.computed_values.value_in_words ?? {}
        assert.deepEqual(words, value, key)
      } else assert.deepEqual(found[key], value, key)
    }
    assert.deepEqual(DerivedValues.parse(JSON.parse(JSON.stringify(derived))), derived)
  })
}
