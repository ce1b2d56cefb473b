import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTable } from './tsv.ts'

test('cells of a spreadsheet become rows, with quotes and line ends inside cells', () => {
  assert.deepEqual(readTable('Ground floor\t1,200\t1,800\r\nFirst floor\t900\t\r\n'), [
    ['Ground floor', '1,200', '1,800'],
    ['First floor', '900', ''],
  ])
  assert.deepEqual(readTable('"Porch\nand ""stairs"""\t40\n'), [['Porch\nand "stairs"', '40']])
  assert.deepEqual(readTable('a\t'), [['a', '']])
})

test('plain text is no table and is left to the field', () => {
  assert.deepEqual(readTable('1,200'), [])
  assert.deepEqual(readTable('one line with its end\n'), [])
})
