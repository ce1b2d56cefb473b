import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTRACT_TREE } from '@zenops/contracts/report-contract'
import { createFormats } from '@zenops/client/formats'
import { columnsOf, movedRow, pasteCells, withCell, withoutRow, type Readers } from './rows-model.ts'

const formats = createFormats('Asia/Kolkata', () => Date.UTC(2026, 10, 20))
const readers: Readers = {
  decimal: formats.parseDecimal,
  rupees(text) {
    const read = formats.parseMoney(text)
    return read.ok ? formats.paiseToRupees(read.paise) : null
  },
  day(text) {
    const read = formats.parseDay(text)
    return read.ok ? read.day : null
  },
  unit: 'sqft',
}
const building = columnsOf(CONTRACT_TREE.cost_sheet.fields.building.fields.rows)

test('a table from a spreadsheet fills cells from where it is pasted and adds rows', () => {
  const rows = pasteCells([{ label: 'Ground floor' }], building, {
    cells: [
      ['1,200', '3.2', '12', '60', '1,800'],
      ['900 sqm', '3', '12', '60', '1700'],
    ],
    row: 0,
    column: 1,
    readers,
  })
  assert.deepEqual(rows, [
    {
      label: 'Ground floor',
      plinth_area: { value: 1200, unit: 'sqft' },
      roof_height_m: 3.2,
      age_years: 12,
      total_life_years: 60,
      replacement_rate: { value: 1800, unit: 'sqft' },
    },
    {
      plinth_area: { value: 900, unit: 'sqm' },
      roof_height_m: 3,
      age_years: 12,
      total_life_years: 60,
      replacement_rate: { value: 1700, unit: 'sqft' },
    },
  ])
})

test('money, words of a closed list and unreadable cells are read as the column says', () => {
  const at = building.findIndex(({ key }) => key === 'depreciation_mode')
  const [row] = pasteCells([], building, { cells: [['age / life', '15%', 'n/a', '25L']], row: 0, column: at, readers })
  assert.deepEqual(row, { depreciation_mode: 'AGE_LIFE', depreciation_percent: 15, amount: 2_500_000 })
})

test('cells are set and cleared, rows move and go', () => {
  const rows = [{ label: 'A' }, { label: 'B' }]
  assert.deepEqual(withCell(rows, 1, ['amount', 5]), [{ label: 'A' }, { label: 'B', amount: 5 }])
  assert.deepEqual(withCell(rows, 0, ['label', null]), [{}, { label: 'B' }])
  assert.deepEqual(movedRow(rows, 0, 1), [{ label: 'B' }, { label: 'A' }])
  assert.deepEqual(movedRow(rows, 0, -1), rows)
  assert.deepEqual(withoutRow(rows, 0), [{ label: 'B' }])
})
