import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cadenceOf } from './cadence.ts'

const next = (cron: string, after: string): string => cadenceOf(cron).next(new Date(after)).toISOString().slice(0, 16)

test('AU-27 slots by crontab in UTC', () => {
  const cases: [string, string, string][] = [
    ['* * * * *', '2026-11-20T10:00:00.000Z', '2026-11-20T10:01'],
    ['30 3 * * *', '2026-11-20T03:29:59.999Z', '2026-11-20T03:30'],
    ['30 3 * * *', '2026-11-20T03:30:00.000Z', '2026-11-21T03:30'],
    ['*/10 * * * *', '2026-11-20T10:51:00.000Z', '2026-11-20T11:00'],
    ['5-59/20 * * * *', '2026-11-20T10:26:00.000Z', '2026-11-20T10:45'],
    ['20 0 1 * *', '2026-12-31T23:00:00.000Z', '2027-01-01T00:20'],
    ['0 0 29 2 *', '2026-03-01T00:00:00.000Z', '2028-02-29T00:00'],
    ['0 8 * * 1-5', '2026-11-20T08:00:00.000Z', '2026-11-23T08:00'],
    ['0 8 * * 0', '2026-11-20T08:00:00.000Z', '2026-11-22T08:00'],
    ['0 8 * * 7', '2026-11-20T08:00:00.000Z', '2026-11-22T08:00'],
    ['0 0 13 * 5', '2026-11-20T00:00:00.000Z', '2026-11-27T00:00'],
    ['0,30 9,17 * * *', '2026-11-20T09:30:00.000Z', '2026-11-20T17:00'],
  ]
  for (const [cron, after, wanted] of cases) assert.equal(next(cron, after), wanted, `${cron} after ${after}`)
})

test('AU-27 the longest time between two slots, and the newest of missed ones', () => {
  assert.equal(cadenceOf('* * * * *').periodMs, 60_000)
  assert.equal(cadenceOf('0 8 * * 1-5').periodMs, 3 * 86_400_000)
  assert.equal(cadenceOf('0 0 1 * *').periodMs, 31 * 86_400_000)
  const slots = cadenceOf('0 * * * *').slots(new Date('2026-11-20T00:00:00Z'), new Date('2026-11-20T05:30:00Z'), 3)
  assert.deepEqual(
    slots.map((slot) => slot.getUTCHours()),
    [3, 4, 5],
  )
  assert.deepEqual(
    cadenceOf('0 * * * *').slots(new Date('2026-11-20T05:00:00Z'), new Date('2026-11-20T05:30:00Z'), 3),
    [],
  )
})

test('AU-27 what is no crontab is refused', () => {
  for (const cron of [
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    'a * * * *',
    '*/0 * * * *',
    '5-1 * * * *',
    '0 0 31 2 *',
  ])
    assert.throws(() => cadenceOf(cron).next(new Date()), Error, cron)
})
