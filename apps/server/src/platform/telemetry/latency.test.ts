import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketOf, LATENCY_BOUNDS_MS, percentileOf } from './latency.ts'

test('AU-23 a duration lies in the first bucket whose bound it does not pass', () => {
  assert.equal(LATENCY_BOUNDS_MS.length, 23)
  for (const [place, bound] of LATENCY_BOUNDS_MS.entries()) {
    assert.equal(bucketOf(bound), place, `the bound of ${place}`)
    assert.equal(bucketOf(bound * 1.0001), place + 1, `behind the bound of ${place}`)
  }
  assert.deepEqual([bucketOf(0), bucketOf(0.3), bucketOf(1e9)], [0, 0, 23])
})

/** Small fixed sequence: the same durations at every run. */
function* durations(count: number): Generator<number> {
  let state = 42
  for (let n = 0; n < count; n++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    yield 0.2 + (state / 2 ** 31) ** 6 * 20_000
  }
}

test('AU-23 percentiles from the sum of buckets lie within one bucket of the exact ones', () => {
  const all = [...durations(20_000)].toSorted((a, b) => a - b)
  const counts = Array.from({ length: 24 }, () => 0)
  for (const ms of all) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1
  for (const q of [0.5, 0.95, 0.99]) {
    const exact = all[Math.ceil(all.length * q) - 1] ?? 0
    const told = percentileOf(counts, q) ?? 0
    assert.ok(Math.abs(bucketOf(told) - bucketOf(exact)) <= 1, `${q}: ${told} for ${exact}`)
  }
  assert.equal(
    percentileOf(
      Array.from({ length: 24 }, () => 0),
      0.5,
    ),
    null,
  )
})
