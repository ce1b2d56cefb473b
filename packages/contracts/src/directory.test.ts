import assert from 'node:assert/strict'
import { test } from 'node:test'
import { norm } from './directory-records.ts'
import { createBankBranch, createProperty, listProperties, updateBankBranch } from './directory.ts'

test('OP-08 names that read the same are the same', () => {
  assert.equal(norm('S.B.I. & Co'), 'sbi and co')
  assert.equal(norm('sbi and co'), 'sbi and co')
  assert.equal(norm("  Karnatak's  Vikas—Bank (Rural) "), 'karnataks vikas bank rural')
  assert.equal(norm('ಕರ್ನಾಟಕ ಬ್ಯಾಂಕ್'), 'ಕರ್ನಾಟಕ ಬ್ಯಾಂಕ್')
})

const branch = { bank_id: '00000000-0000-4000-8000-000000000001', branch_name: 'Mudhol', city: 'Mudhol' }

test('OP-10 each bad format is named', () => {
  const bad = { ...branch, ifsc: 'SBIN1234567', pin: '012345', phone: '12', micr: '12', latitude: 12.9 }
  const paths = createBankBranch.body.safeParse(bad).error?.issues.map(({ path }) => path.join('.'))
  assert.deepEqual(paths?.toSorted(), ['ifsc', 'longitude', 'micr', 'phone', 'pin'])
})

test('codes may be typed in lower case, blanks clear', () => {
  const parsed = createBankBranch.body.parse({
    ...branch,
    ifsc: ' sbin0001234 ',
    pin: '',
    latitude: '15.85',
    longitude: 74.5,
  })
  assert.equal(parsed.ifsc, 'SBIN0001234')
  assert.equal(parsed.pin, null)
  assert.equal(parsed.longitude, '74.5')
})

test('coordinates come and go together', () => {
  assert.equal(updateBankBranch.body.safeParse({ latitude: null, longitude: null }).success, true)
  assert.equal(updateBankBranch.body.safeParse({ latitude: null, longitude: 74 }).success, false)
  assert.equal(createProperty.body.safeParse({ name: 'Plot 12', latitude: 91, longitude: 74 }).success, false)
})

test('near is latitude, longitude and metres', () => {
  assert.deepEqual(listProperties.query.parse({ near: '15.85,74.5,500' }).near, {
    lat: '15.85',
    lng: '74.5',
    metres: '500',
  })
  assert.equal(listProperties.query.safeParse({ near: '15.85,74.5' }).success, false)
  assert.equal(listProperties.query.safeParse({ near: '15.85,74.5,500,1' }).success, false)
})
