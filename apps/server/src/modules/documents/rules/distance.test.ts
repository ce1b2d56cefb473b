import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metresBetween } from './distance.ts'

test('OP-58 distances: none, 800 m north, a degree of longitude at the equator, half the world', () => {
  const belgaum = { latitude: 15.8497, longitude: 74.4977 }
  assert.equal(metresBetween(belgaum, belgaum), 0)
  assert.equal(metresBetween(belgaum, { ...belgaum, latitude: 15.8497 + 800 / 111_195 }), 800)
  assert.equal(metresBetween({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 }), 111_195)
  assert.equal(metresBetween({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 }), 20_015_114)
})
