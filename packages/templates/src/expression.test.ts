import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyFilters, ExpressionError, holds, parseCondition, parseTag, resolve } from './expression.ts'
import { FilterError } from './filters.ts'

const data = {
  a: 1,
  zero: 0,
  no: false,
  blank: '  ',
  name: 'FLAT',
  amount: '44741000.00',
  rows: [
    { key: 'portico', amount: 5 },
    { key: 'gate', amount: 7 },
  ],
  none: [],
}
const scope = { data, names: new Map<string, unknown>([['x', { y: 3 }]]) }
const is = (source: string) => holds(parseCondition(source), scope)
const print = (value: unknown, ...filters: string[]) =>
  applyFilters(
    value,
    filters.map((filter) => {
      const [name = '', arg = ''] = filter.split(':')
      return { name, arg }
    }),
    { words: (amount) => `words of ${amount}`, localUnits: { katha: { label: 'katha', sqft: '1361.25' } } },
  )

test('conditions follow and, or, not, brackets and the four comparisons', () => {
  assert.equal(is('name == "FLAT" and not blank'), true)
  assert.equal(is('name == “FLAT” or missing'), true, 'curly quotes of Word are quotes')
  assert.equal(is('not (a == 1 or a > 5)'), false)
  assert.equal(is('amount == 44741000'), true, 'numbers compare by size')
  assert.equal(is('a < 2 and a > 0'), true)
  assert.equal(is('missing < 5'), false)
  assert.equal(is('missing != 5'), true)
  assert.equal(is('zero'), true, '0 is a value')
  assert.equal(is('no'), false)
  assert.equal(is('none'), false)
  assert.equal(is('missing == null'), true)
})

test('paths see own properties only, rows by place and by key, names of loops first', () => {
  const read = (path: string) => resolve(path.split('.'), scope)
  assert.equal(read('rows.1.amount'), 7)
  assert.equal(read('rows.portico.amount'), 5)
  assert.equal(read('x.y'), 3)
  assert.equal(read('constructor'), undefined)
  assert.equal(read('rows.length'), undefined)
  assert.equal(read('name.length'), undefined)
})

test('what is no placeholder of the language is refused', () => {
  for (const source of [
    'a()',
    'a[0]',
    'a..b',
    '#each a',
    '#while a',
    '/for',
    '__proto__ x',
    '1+1',
    'clause ../x',
    '',
  ]) {
    assert.throws(() => parseTag(source), ExpressionError, source)
  }
  for (const source of ['a ==', '(a', 'a b', 'a == ', '"open', 'a === b', 'not '.repeat(30) + 'a']) {
    assert.throws(() => parseCondition(source), ExpressionError, source)
  }
  assert.throws(() => print(1, 'unknown'), ExpressionError)
  assert.throws(() => print(1, 'constructor'), ExpressionError)
})

test('filters print Indian figures exactly, without floats', () => {
  const cases: [unknown, string, string][] = [
    [44741000, 'inr', '₹ 4,47,41,000.00'],
    ['123456789012', 'inr', '₹ 1,23,45,67,89,012.00'],
    [0, 'inr', '₹ 0.00'],
    ['1.005', 'inr', '₹ 1.01'],
    [999.5, 'inr0', '₹ 1,000'],
    [44741000, 'rs', 'Rs. 4,47,41,000/-'],
    [5951499.4, 'rs', 'Rs. 59,51,499.40'],
    [44740637.5, 'num', '4,47,40,637.50'],
    [6100, 'num', '6,100'],
    [1e-7, 'inr', '₹ 0.00'],
    [11.67, 'pct', '11.67 %'],
    [5951499.4, 'words', 'words of 5951499.4'],
    [{ value: 1200, unit: 'sqft' }, 'sqm', '111.48 sq. m'],
    [{ value: 8, unit: 'marla' }, 'sqm', '202.34 sq. m'],
    [{ value: 1, unit: 'acre' }, 'sqm:both', '4,046.86 sq. m (1 acre)'],
    [{ value: 68.93, unit: 'sqm' }, 'sqm:both', '68.93 sq. m (741.96 sq. ft)'],
    [{ value: 2, unit: 'local:katha' }, 'sqft', '2,722.50 sq. ft'],
    [{ value: 1000, unit: 'sqft' }, 'sqm:rate', 'Rs. 10,763.90 per sq. m (Rs. 1,000.00 per sq. ft)'],
    [{ value: 2500000, unit: 'acre' }, 'sqm:rate', 'Rs. 617.76 per sq. m (Rs. 25,00,000.00 per acre)'],
    [{ from: 350000, to: 400000, unit: 'decimal' }, 'sqm:range', 'Rs. 3,50,000.00 to Rs. 4,00,000.00 per decimal'],
    ['2026-04-08', 'date', '08-04-2026'],
    ['2026-04-08T22:30:00Z', 'date_long', '8 April 2026'],
    [24.900778, 'dms:lat', '24°54\'02.8"N'],
    [-86.998444, 'dms:lng', '86°59\'54.4"W'],
    [{ lat: 24.900778, lng: 86.998444 }, 'dms', '24°54\'02.8"N, 86°59\'54.4"E'],
    ['SEMI_URBAN', 'title', 'Semi Urban'],
    ['RCC framed house', 'title', 'RCC Framed House'],
    ['straße i', 'upper', 'STRASSE I'],
    [true, 'default:x', 'Yes'],
  ]
  for (const [value, filter, expected] of cases) assert.equal(print(value, filter), expected, filter)
})

test('a value that does not suit its filter is an error, not a guess', () => {
  for (const [value, filter] of [
    ['abc', 'inr'],
    ['2026-13-01', 'date'],
    [{ value: 1, unit: 'rod' }, 'sqm'],
    [{}, 'dms'],
  ] as const) {
    assert.throws(() => print(value, filter), FilterError, filter)
  }
})
