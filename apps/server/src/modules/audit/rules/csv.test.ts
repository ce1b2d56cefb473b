import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvCell } from './csv.ts'

test('AU-12 cells that a spreadsheet would take for a formula are neutral, all others as they are', () => {
  const risky = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    ' =1',
    '\t=1',
    '\r=1',
    '\n=1',
    '\tx',
    '\rx',
    '\nx',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '　=1',
    '\u00a0@x',
    '\u200b=1',
    '\u0001=1',
    '\ufeff+1',
    '\ufe66SUM(A1)',
    '\u2212 1',
  ]
  for (const text of risky) assert.equal(csvCell(text), `"'${text}"`, JSON.stringify(text))
  for (const text of ['1-1', 'a=b', '', 'x@y', "'=1"]) assert.equal(csvCell(text), `"${text}"`)
  assert.equal(csvCell('a "b", c\nd'), '"a ""b"", c\nd"')
  assert.deepEqual([csvCell(null), csvCell(12)], ['""', '"12"'])
})
