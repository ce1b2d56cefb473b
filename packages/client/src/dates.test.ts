import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatDay,
  formatInstant,
  formatShortDay,
  formatTime,
  parseDay,
  relativeTo,
  todayIn,
  zoneOffset,
} from './dates.ts'

const TODAY = '2026-11-20' // a Friday
const read = (text: string) => {
  const parsed = parseDay(text, TODAY)
  return parsed.ok ? parsed.day : parsed.reason
}

test('SC-04: days are typed day first, in short forms, and impossible ones are refused', () => {
  for (const text of [
    '20-11-26',
    '20/11/2026',
    '20.11.26',
    '20 nov',
    '20nov',
    '20 November 2026',
    '2026-11-20',
    't',
    'today',
    '+0',
  ])
    assert.equal(read(text), TODAY, text)
  assert.equal(read('+3'), '2026-11-23')
  assert.equal(read('-20'), '2026-10-31')
  assert.equal(read('mon'), '2026-11-23')
  assert.equal(read('fri'), '2026-11-27')
  assert.equal(read('monday'), '2026-11-23')
  assert.equal(read('29-02-28'), '2028-02-29')
  assert.equal(read('31-02-26'), 'no_such_day')
  assert.equal(read('29-02-26'), 'no_such_day')
  assert.equal(read('11-20-26'), 'no_such_day')
  assert.equal(read('soon'), 'not_a_date')
  assert.equal(read('20 ma'), 'not_a_date')
  assert.equal(read(' '), 'empty')
})

test('days and instants are shown by fixed patterns in the firm’s zone', () => {
  assert.equal(formatDay('2026-11-05'), '5 Nov 2026')
  assert.equal(formatShortDay('2026-11-05', TODAY), '5 Nov')
  assert.equal(formatShortDay('2025-11-05', TODAY), '5 Nov 2025')
  assert.equal(formatInstant('2026-11-20T18:40:00.000Z', 'Asia/Kolkata'), '21 Nov 2026, 00:10')
  assert.equal(formatTime('2026-11-20T18:40:00.000Z', 'UTC'), '18:40')
  assert.equal(todayIn('Asia/Kolkata', Date.parse('2026-11-20T18:40:00Z')), '2026-11-21')
  assert.equal(zoneOffset('Asia/Kolkata', 0), 330)
  assert.equal(zoneOffset('Asia/Kolkata', 59_999), 330)
})

test('within seven days a distance is told, in both directions', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  assert.equal(relativeTo('2026-11-20T16:30:00Z', now), 'in 4 h')
  assert.equal(relativeTo('2026-11-18T11:00:00Z', now, 'late'), '2 d late')
  assert.equal(relativeTo('2026-11-20T11:35:00Z', now), '25 min ago')
  assert.equal(relativeTo('2026-11-20T12:00:30Z', now), 'now')
  assert.equal(relativeTo('2026-11-28T12:00:00Z', now), null)
})
