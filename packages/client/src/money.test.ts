import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountInWords } from './amount-words.ts'
import {
  compactPaise,
  formatPaise,
  formatPercent,
  formatRupees,
  paiseToRupees,
  parseMoney,
  rupeesToPaise,
} from './money.ts'
import { cleanNumber, exactText, formatDecimal, groupDigits, roundExact } from './numerals.ts'

test('SC-04: amounts in full, with Indian grouping and a sign that is not colour', () => {
  assert.equal(formatPaise(4_474_100_000n), '₹4,47,41,000.00')
  assert.equal(formatPaise('5'), '₹0.05')
  assert.equal(formatPaise(-123_456), '\u2212₹1,234.56')
  assert.equal(formatRupees('44741000'), '₹4,47,41,000.00')
  assert.equal(groupDigits('100'), '100')
  assert.equal(groupDigits('1000'), '1,000')
  assert.equal(groupDigits('100000'), '1,00,000')
})

test('SC-04: compact amounts round half-up, and 100.00 L is 1.00 Cr', () => {
  assert.equal(compactPaise(4_474_100_000n), '₹4.47 Cr')
  assert.equal(compactPaise(250_000_000), '₹25.00 L')
  assert.equal(compactPaise(999_950_000), '₹1.00 Cr')
  assert.equal(compactPaise(999_949_999), '₹99.99 L')
  assert.equal(compactPaise(9_999_999), '₹99,999.99')
  assert.equal(compactPaise(-250_000_000), '\u2212₹25.00 L')
  assert.equal(compactPaise(1_23_456_00_00_000_00n), '₹1,23,456.00 Cr')
})

test('SC-04: what people type becomes exact paise', () => {
  const read = (text: string) => {
    const parsed = parseMoney(text)
    return parsed.ok ? parsed.paise : parsed.reason
  }
  assert.equal(read('25L'), 250_000_000n)
  assert.equal(read('2.5 lakh'), 25_000_000n)
  assert.equal(read('4.47 cr'), 4_470_000_000n)
  assert.equal(read('25,00,000'), 250_000_000n)
  assert.equal(read('₹ 1,250.50'), 125_050n)
  assert.equal(read('Rs. 500/-'), 50_000n)
  assert.equal(read('२५ lakh'), 250_000_000n)
  assert.equal(read('0.1'), 10n)
  assert.equal(read('\u2212₹5'), -500n)
  assert.equal(read(''), 'empty')
  assert.equal(read('abc'), 'not_an_amount')
  assert.equal(read('1.2.3'), 'not_an_amount')
  assert.equal(read('5 dozen'), 'not_an_amount')
  assert.equal(read('0.125'), 'too_precise')
  assert.equal(read('99999999999 cr'), 'too_large')
})

test('formatting and reading are inverse for every amount of a spread', () => {
  for (let step = 0n; step < 400n; step += 1n) {
    const paise = step * step * step * 7n + step
    const parsed = parseMoney(formatPaise(paise))
    assert.deepEqual(parsed, { ok: true, paise })
    assert.equal(rupeesToPaise(paiseToRupees(paise)), paise)
  }
  assert.throws(() => rupeesToPaise('1.234'), RangeError)
})

test('amounts in words', () => {
  assert.equal(amountInWords(4_474_100_000n), 'Rupees four crore forty-seven lakh forty-one thousand')
  assert.equal(amountInWords(0), 'Rupees zero')
  assert.equal(amountInWords(10_105), 'Rupees one hundred one and five paise')
  assert.equal(amountInWords(100_000_000_000_000n), 'Rupees one lakh crore')
})

test('decimals keep their places, and rounding is half away from zero', () => {
  assert.equal(formatDecimal('1614.59'), '1,614.59')
  assert.equal(formatDecimal('-1234567.10'), '\u221212,34,567.10')
  assert.equal(formatPercent('7.5'), '7.5\u00a0%')
  assert.equal(exactText(roundExact({ units: 1005n, scale: 3 }, 2)), '1.01')
  assert.equal(exactText(roundExact({ units: -1005n, scale: 3 }, 2)), '-1.01')
  assert.equal(exactText(roundExact({ units: 5n, scale: 0 }, 2)), '5.00')
  assert.equal(cleanNumber(' 1\u00a0234.5 '), '1234.5')
})
