import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatDms, metresBetween, readCoordinate } from './coordinates.ts'

describe('RP-02 F23 coordinates', () => {
  test('degrees, minutes and seconds become decimals', () => {
    assert.equal(readCoordinate(`24°54'02.8"N`, 'lat'), 24.900778)
    assert.equal(readCoordinate(`86°59'54.4"E`, 'lng'), 86.998444)
    assert.equal(readCoordinate(`24°54'02.8"S`, 'lat'), -24.900778)
    assert.equal(readCoordinate('W 86° 59′ 54.4″', 'lng'), -86.998444)
    assert.equal(readCoordinate('77.467652°', 'lng'), 77.467652)
    assert.equal(readCoordinate('-12.3456785', 'lat'), -12.345679)
    assert.equal(readCoordinate('0°0\'0"S', 'lat'), 0)
  })
  test('what is no coordinate is none', () => {
    for (const text of ['', 'abc', '91', `24°60'00"N`, `24°54'60"N`, `24.5°54'N`, `86°59'54.4"E`, 'N24N', '1e3']) {
      assert.equal(readCoordinate(text, 'lat'), undefined, text)
    }
    assert.equal(readCoordinate('180.1', 'lng'), undefined)
  })
  test('printed and read back it is within a tenth of a second', () => {
    assert.equal(formatDms(24.900778, 'lat'), `24°54'02.8"N`)
    assert.equal(formatDms(-86.998444, 'lng'), `86°59'54.4"W`)
    assert.equal(formatDms(23.9999999, 'lat'), `24°00'00.0"N`)
    fc.assert(
      fc.property(fc.integer({ min: -90_000_000, max: 90_000_000 }), (millionths) => {
        const value = millionths / 1_000_000
        const back = readCoordinate(formatDms(value, 'lat'), 'lat')
        assert.ok(back !== undefined && Math.abs(back - value) < 0.000_015)
      }),
    )
  })
  test('a degree of latitude is about 111 km', () => {
    assert.ok(Math.abs(metresBetween({ lat: 12, lng: 77 }, { lat: 13, lng: 77 }) - 111_195) < 1)
  })
})
