import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  GSTIN,
  changes,
  decimal,
  email,
  flag,
  latitude,
  many,
  moment,
  optionalText,
  parts,
  phone,
  text,
} from './values.ts'
import { z } from 'zod'

test('decimals come out as the shortest exact text, whatever way they were sent', () => {
  const two = decimal(2)
  for (const [sent, kept] of [
    [55.55, '55.55'],
    ['0044.450', '44.45'],
    ['100.00', '100'],
    [0, '0'],
    ['0.10', '0.1'],
  ] as const) {
    assert.equal(two.parse(sent), kept)
  }
  for (const bad of [1.234, '1e3', 'NaN', Number.NaN, '', ' ', '1,5', -1, '-0.01', '12345678901', true, null]) {
    assert.equal(two.safeParse(bad).success, false, String(bad))
  }
  assert.equal(latitude.parse('-12.9716000'), '-12.9716')
  assert.equal(latitude.parse('-0.0'), '0')
  assert.equal(latitude.safeParse('90.0000001').success, false)
  assert.equal(decimal(7, { max: 9_999_999_999 }).safeParse('1234567890.1234567').success, false)
})

test('a decimal sent as number or as text is the same', () => {
  const areas = fc.tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99 }))
  fc.assert(
    fc.property(areas, ([whole, cents]) => {
      const sent = `${whole}.${String(cents).padStart(2, '0')}`
      const kept = decimal(2).parse(sent)
      assert.equal(decimal(2).parse(Number(sent)), kept)
      assert.equal(BigInt(whole * 100 + cents), BigInt(Math.round(Number(kept) * 100)))
    }),
    { numRuns: 200 },
  )
})

test('text is NFC and trimmed, blank becomes null, limits hold after cleaning', () => {
  assert.equal(text(5).parse('  cafe\u0301 '), 'café')
  assert.equal(text(5).safeParse('   ').success, false)
  assert.equal(text(5).safeParse('abcdef').success, false)
  const body = z.strictObject({ note: optionalText(3) })
  assert.deepEqual(body.parse({}), {})
  assert.deepEqual(body.parse({ note: '  ' }), { note: null })
  assert.deepEqual(body.parse({ note: null }), { note: null })
  assert.equal(body.safeParse({ note: 'abcd' }).success, false)
  assert.equal(body.safeParse({ note: 7 }).success, false)
})

test('Indian formats are checked, GSTIN with its check digit', () => {
  assert.equal(phone.parse('98450 12345'), '+919845012345')
  assert.equal(phone.safeParse('12345').success, false)
  assert.equal(GSTIN.safeParse('27AAPFU0939F1ZV').success, true)
  assert.equal(GSTIN.safeParse('27AAPFU0939F1ZW').success, false)
  assert.equal(email.parse(' Owner@Example.COM '), 'owner@example.com')
})

test('instants become UTC with milliseconds', () => {
  assert.equal(moment.parse('2026-03-10T18:00:00+05:30'), '2026-03-10T12:30:00.000Z')
  assert.equal(moment.safeParse('2026-03-10').success, false)
  assert.equal(moment.safeParse('2026-02-30T10:00:00Z').success, false)
})

test('query values: repeated filters, exact booleans, parts', () => {
  const letters = many(z.enum(['a', 'b']))
  assert.deepEqual(letters.parse('a'), ['a'])
  assert.deepEqual(letters.parse(['a', 'b']), ['a', 'b'])
  assert.equal(letters.parse(undefined), undefined)
  assert.equal(letters.safeParse('c').success, false)
  assert.equal(flag.parse('true'), true)
  assert.equal(flag.safeParse('1').success, false)
  assert.deepEqual(parts(['floors', 'events']).parse('floors, events'), ['floors', 'events'])
  assert.equal(parts(['floors', 'events']).safeParse('floors,tasks').success, false)
})

test('a change that changes nothing is refused', () => {
  const body = changes({ name: optionalText() })
  assert.equal(body.safeParse({ expected_version: 3 }).success, false)
  assert.equal(body.safeParse({ name: null, expected_version: 3 }).success, true)
})
