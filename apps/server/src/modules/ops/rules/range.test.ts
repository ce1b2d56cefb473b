import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRange, tooMany } from './range.ts'

const NOW = Date.parse('2026-11-20T16:45:04.123Z')
const reasonOf = (given: Parameters<typeof readRange>[0]): unknown => {
  const range = readRange(given, NOW)
  return 'reason' in range ? [range.path, range.reason] : range.hours
}

test('AU-23 a range holds every hour it touches, and as many lie before it', () => {
  assert.deepEqual(readRange({ from_utc: '2026-11-20T10:59:59.999Z', to_utc: '2026-11-20T12:00:00.000Z' }, NOW), {
    from: '2026-11-20T10:59:59.999Z',
    to: '2026-11-20T12:00:00.000Z',
    firstHour: '2026-11-20T10:00:00.000Z',
    lastHour: '2026-11-20T12:00:00.000Z',
    hours: 3,
    previousHour: '2026-11-20T07:00:00.000Z',
  })
  assert.equal(reasonOf({}), 25)
  assert.equal(reasonOf({ from_utc: '2026-11-20T10:00:00.000Z', to_utc: '2026-11-20T10:00:00.000Z' }), 1)
})

test('AU-23 bounds: both or none, in order, at most 92 days', () => {
  const at = (day: string): string => `2026-${day}T00:00:00.000Z`
  assert.deepEqual(reasonOf({ from_utc: at('01-01') }), ['to_utc', 'both_or_none'])
  assert.deepEqual(reasonOf({ to_utc: at('01-01') }), ['from_utc', 'both_or_none'])
  assert.deepEqual(reasonOf({ from_utc: at('01-02'), to_utc: at('01-01') }), ['from_utc', 'invalid_time_range'])
  assert.equal(reasonOf({ from_utc: at('01-01'), to_utc: at('04-03') }), 92 * 24 + 1)
  assert.deepEqual(reasonOf({ from_utc: at('01-01'), to_utc: '2026-04-03T00:00:00.001Z' }), [
    'to_utc',
    'range_exceeded',
  ])
  const wide = readRange({ from_utc: at('01-01'), to_utc: at('04-03') }, NOW)
  assert.ok('hours' in wide)
  assert.deepEqual([tooMany(wide, 11), tooMany(wide, 12)], [null, { path: 'metric_key', reason: 'too_many_points' }])
})
