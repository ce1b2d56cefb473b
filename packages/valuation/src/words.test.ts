import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { deriveRaw } from './sample-reports.ts'
import { amountInWords, indianFigures, wholeWords } from './words.ts'

const TABLE = [
  [0, 'Rupees Zero Only', '0.00'],
  [1, 'Rupees One Only', '1.00'],
  [100_000, 'Rupees One Lakh Only', '1,00,000.00'],
  [6_900_000, 'Rupees Sixty Nine Lakhs Only', '69,00,000.00'],
  [10_100_000, 'Rupees One Crore One Lakh Only', '1,01,00,000.00'],
  [44_741_000, 'Rupees Four Crores Forty Seven Lakhs Forty One Thousand Only', '4,47,41,000.00'],
  [
    999_999_999,
    'Rupees Ninety Nine Crores Ninety Nine Lakhs Ninety Nine Thousand Nine Hundred Ninety Nine Only',
    '99,99,99,999.00',
  ],
  [
    123_456_789_012,
    'Rupees Twelve Thousand Three Hundred Forty Five Crores Sixty Seven Lakhs Eighty Nine Thousand Twelve Only',
    '1,23,45,67,89,012.00',
  ],
  [
    5_951_499.4,
    'Rupees Fifty Nine Lakhs Fifty One Thousand Four Hundred Ninety Nine and Paise Forty Only',
    '59,51,499.40',
  ],
  [0.5, 'Paise Fifty Only', '0.50'],
  [1_500.05, 'Rupees One Thousand Five Hundred and Paise Five Only', '1,500.05'],
] as const

describe('RP-41 words and Indian figures', () => {
  for (const [value, words, figures] of TABLE) {
    test(`${value}`, () => {
      assert.equal(amountInWords(value), words)
      assert.equal(indianFigures(value), figures)
    })
  }

  const SMALL: Record<string, bigint> = {}
  for (let n = 0n; n < 100n; n += 1n) SMALL[wholeWords(n)] = n
  /** Reads words back: the sum of what stands before Crore, Lakh, Thousand and Hundred. */
  function readBack(words: string): bigint {
    let rest = words
    let total = 0n
    for (const [name, size] of [
      ['Crore', 10_000_000n],
      ['Lakh', 100_000n],
      ['Thousand', 1_000n],
      ['Hundred', 100n],
    ] as const) {
      const [, before, after] = new RegExp(`^(.*) ${name}s?(?: (.*))?$`).exec(rest) ?? []
      if (before === undefined) continue
      total += readBack(before) * size
      rest = after ?? ''
    }
    const small = rest === '' ? 0n : SMALL[rest]
    assert.ok(small !== undefined, `cannot read "${rest}"`)
    return total + small
  }
  test('every whole amount reads back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_999_999_999_999n }), (n) => assert.equal(readBack(wholeWords(n)), n)),
      { numRuns: 500 },
    )
  })
  test('figures without their commas are the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999_999 }), (paise) => {
        assert.equal(Number(indianFigures(paise / 100).replaceAll(',', '')), paise / 100)
      }),
    )
  })

  const typed = (value_in_words_input: string) =>
    deriveRaw({ valuation_inputs: { fmv_input: 6_900_000, value_in_words_input } })
  test('typed words stand and warn when they say something else', () => {
    const other = typed('Rupees Sixty Lakhs Only')
    assert.equal(other.computed_values.value_in_words?.fmv, 'Rupees Sixty Lakhs Only')
    assert.ok(other.warnings.some((warning) => warning.code === 'VALUE_WORDS_DIFFER' && warning.level === 'warn'))
    const same = typed('Rupees sixty nine lakhs only')
    assert.ok(!same.warnings.some((warning) => warning.code === 'VALUE_WORDS_DIFFER'))
  })
})
