import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bothWays, csvLine, ID, jsonLine, PLAIN, rowOf, scanned, SECRETS } from '../../../test/harness/clean-rows.ts'
import { cellsOf, cleanJsonRow } from './cleaning.ts'

test('AU-18 both ways agree on random rows with planted secrets, in every format', () => {
  const { rows, changed, differing } = bothWays(10_000)
  assert.equal(differing, 0)
  assert.ok(changed > rows / 40, `${changed} of ${rows} rows were changed`)
})

test('AU-18 a number that JSON readers would round leaves as text, whatever way it goes', () => {
  const line = jsonLine(rowOf({ big: 'N' }, {}, ID)).replace('"N"', '9007199254740993')
  assert.equal(scanned(line, false), line.replace('9007199254740993', '"9007199254740993"'))
})

test('AU-18 each planted secret is gone from every format, and what is plain keeps its bytes', () => {
  for (const picture of SECRETS) {
    const row = rowOf(picture, {}, ID)
    for (const [line, csv] of [
      [jsonLine(row), false],
      [csvLine(row), true],
    ] as const) {
      const out = scanned(line, csv)
      assert.notEqual(out, line, JSON.stringify(picture))
      assert.doesNotMatch(out, /hunter2|meera@|98765|ABCPK1234F|192\.168|BEGIN PRIVATE|abcdef123456|eyJhbGci|kelvin/)
    }
  }
  for (const picture of PLAIN) {
    const row = rowOf(picture, picture, 'b-1')
    assert.equal(scanned(jsonLine(row), false), jsonLine(row))
    assert.equal(scanned(csvLine(row), true), csvLine(row))
    assert.deepEqual(JSON.parse(scanned(jsonLine(row), false)), row, 'it reads back as it was')
  }
})

test('a row behind a sign of the array keeps it; cells are read as they were written', () => {
  const line = jsonLine(rowOf({ password: 'x' }, {}, ID))
  for (const sign of ['[', ',']) assert.ok(cleanJsonRow(`${sign}${line}`).startsWith(`${sign}{"audit_id"`))
  assert.deepEqual(cellsOf('"a ""b""\nc",,"d"'), ['a "b"\nc', null, 'd'])
  assert.deepEqual(cellsOf('"a",'), ['a', null])
})

test('personal envelopes are covered, or what the opener says', () => {
  const envelope = { $p: { k: 'key-0001', n: 'AAAAAAAAAAAA', c: 'AAAAAAAAAAAA' } }
  const line = jsonLine(rowOf({}, { email: envelope }, ID))
  assert.match(cleanJsonRow(line), /"email": "\[personal\]"/)
  const seen: string[] = []
  const shown = cleanJsonRow(line, ({ pointer, eventId }) => {
    seen.push(`${eventId} ${pointer}`)
    return 'meera@bank.example.in'
  })
  assert.match(shown, /"email": "meera@bank\.example\.in"/)
  assert.deepEqual(seen, [`${ID} /after/email`])
})
