import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsAddress, type Range, rangeText, readRange } from './ranges.ts'

const read = (kind: 'IP' | 'CIDR', value: string): string => {
  const range = readRange(kind, value)
  return typeof range === 'string' ? range : rangeText(range)
}
const range = (value: string): Range => {
  const found = readRange(value.includes('/') ? 'CIDR' : 'IP', value)
  assert.ok(typeof found !== 'string', value)
  return found
}

test('ID-31 addresses are read in one canonical form', () => {
  const cases: readonly (readonly ['IP' | 'CIDR', string, string])[] = [
    ['IP', '203.0.113.7', '203.0.113.7'],
    ['IP', '::ffff:203.0.113.7', '203.0.113.7'],
    ['IP', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['IP', '2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['IP', '::', '::'],
    ['IP', '::1', '::1'],
    ['IP', 'fe80::', 'fe80::'],
    ['CIDR', '203.0.113.77/24', '203.0.113.0/24'],
    ['CIDR', '203.0.113.77/32', '203.0.113.77'],
    ['CIDR', '10.20.255.255/16', '10.20.0.0/16'],
    ['CIDR', '203.0.113.77/31', '203.0.113.76/31'],
    ['CIDR', '2001:db8:ffff::1/32', '2001:db8::/32'],
    ['CIDR', '2001:db8:0:ff::/60', '2001:db8:0:f0::/60'],
  ]
  for (const [kind, value, expected] of cases) assert.equal(read(kind, value), expected, value)
})

test('ID-31 what is no address, or too wide a range, is refused', () => {
  for (const value of ['10.0.0.0/15', '10.0.0.0/0', '2001::/31'])
    assert.equal(read('CIDR', value), 'range_too_wide', value)
  for (const value of [
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1::2::3',
    ':',
    '1:2:3:4:5:6:7',
    'g::',
    'localhost',
    '1.2.3.4/24',
  ])
    assert.equal(read('IP', value), 'invalid_address', value)
  for (const value of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/x', '10.0.0.0/24/1', '::/129'])
    assert.equal(read('CIDR', value), 'invalid_address', value)
})

test('a range holds its own addresses and no others', () => {
  assert.ok(holdsAddress(range('203.0.113.0/24'), '203.0.113.255'))
  assert.ok(holdsAddress(range('203.0.113.0/24'), '::ffff:203.0.113.1'))
  assert.ok(!holdsAddress(range('203.0.113.0/24'), '203.0.114.0'))
  assert.ok(!holdsAddress(range('203.0.113.0/24'), '2001:db8::1'))
  assert.ok(holdsAddress(range('2001:db8::/32'), '2001:db8:1234::1'))
  assert.ok(!holdsAddress(range('2001:db8::/32'), '2001:db9::1'))
  assert.ok(holdsAddress(range('203.0.113.7'), '203.0.113.7'))
  assert.ok(!holdsAddress(range('203.0.113.7'), '203.0.113.8'))
})
