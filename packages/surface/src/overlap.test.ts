import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './csv.ts'
import { overlap } from './overlap.ts'

test('only fields that both sides changed, and differently, are a conflict', () => {
  const base = { title: 'A', fee_paise: 100, borrower_name: null }
  assert.deepEqual(overlap({ title: 'B' }, base, { ...base, fee_paise: 200 }), [])
  assert.deepEqual(overlap({ title: 'B', fee_paise: 300 }, base, { ...base, fee_paise: 200 }), ['fee_paise'])
  assert.deepEqual(overlap({ title: 'B' }, base, { ...base, title: 'B' }), [])
  assert.deepEqual(overlap({ borrower_name: 'X' }, { ...base, borrower_name: undefined }, base), [])
})

test('cells of a CSV are quoted where they must be, and none can begin a formula', () => {
  const columns = [
    { header: 'Name', text: (row: { name: string }) => row.name },
    { header: 'Say "who"', text: () => '' },
  ]
  assert.equal(
    csvOf(columns, [{ name: 'A, "B"' }, { name: '=1+1' }, { name: '-5' }]),
    '\uFEFFName,"Say ""who"""\r\n"A, ""B""",\r\n\'=1+1,\r\n\'-5,\r\n',
  )
})
