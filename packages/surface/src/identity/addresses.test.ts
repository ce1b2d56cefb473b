import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAddress } from './addresses.ts'

test('addresses and ranges of both families are told apart', () => {
  for (const address of ['10.0.0.7', '255.255.255.255', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8'])
    assert.deepEqual(readAddress(address), { kind: 'IP' }, address)
  for (const range of ['10.1.0.0/16', '10.0.0.7/32', '2001:db8::/32', ' 192.0.2.0/24 '])
    assert.deepEqual(readAddress(range), { kind: 'CIDR' }, range)
})

test('ID-31 ranges wider than /16 and /32 are refused before they are sent; anything else is no address', () => {
  for (const wide of ['10.0.0.0/8', '10.0.0.0/15', '2001::/31', '::/0'])
    assert.deepEqual(readAddress(wide), { fault: 'too_wide' }, wide)
  for (const odd of [
    '',
    '10.0.0',
    '256.1.1.1',
    '10.0.0.1/33',
    '10.0.0.1/x',
    '1::2::3',
    '1:2:3',
    '10.0.0.0/16/16',
    'host',
  ])
    assert.deepEqual(readAddress(odd), { fault: 'not_an_address' }, odd)
})
