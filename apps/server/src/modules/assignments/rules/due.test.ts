import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, monthOf } from './code.ts'
import { dueOf, dueStateOf, localDay, zonedInstant } from './due.ts'
import { DEFAULT_SETTINGS, firmFrom } from './settings.ts'

const india = { zone: 'Asia/Kolkata', settings: DEFAULT_SETTINGS }
const now = new Date('2026-03-09T06:00:00.000Z')

test('OP-26 a due date is 18:00 of that day in the zone of the firm', () => {
  assert.deepEqual(dueOf({ due_date: '2026-03-10' }, india, now), { at: '2026-03-10T12:30:00.000Z', basis: 'EXPLICIT' })
  assert.equal(dueOf({ due_date: '2026-03-10' }, { ...india, zone: 'UTC' }, now).at, '2026-03-10T18:00:00.000Z')
  // Clocks go forward in New York on 8 March 2026.
  assert.equal(
    dueOf({ due_date: '2026-03-07' }, { ...india, zone: 'America/New_York' }, now).at,
    '2026-03-07T23:00:00.000Z',
  )
  assert.equal(
    dueOf({ due_date: '2026-03-08' }, { ...india, zone: 'America/New_York' }, now).at,
    '2026-03-08T22:00:00.000Z',
  )
  assert.equal(zonedInstant('2026-03-08', '02:30', 'America/New_York').toISOString(), '2026-03-08T07:30:00.000Z')
})

test('OP-26 an instant stands as sent; a visit gives the next day, nothing gives a day from now', () => {
  assert.deepEqual(dueOf({ due_at: '2026-03-11T01:00:00.000Z' }, india, now), {
    at: '2026-03-11T01:00:00.000Z',
    basis: 'EXPLICIT',
  })
  const visit = new Date('2026-03-10T03:30:00.000Z')
  assert.deepEqual(dueOf({ visit }, india, now), { at: '2026-03-11T12:30:00.000Z', basis: 'SITE_VISIT' })
  assert.deepEqual(dueOf({}, india, now), { at: '2026-03-10T06:00:00.000Z', basis: 'DEFAULT' })
})

test('OP-26 due states change at the millisecond', () => {
  const state = (at: string) =>
    dueStateOf(
      { due_at: '2026-03-10T12:30:00.000Z', status: 'COLLECTING', onHold: false },
      DEFAULT_SETTINGS,
      new Date(at),
    )
  assert.equal(state('2026-03-10T12:30:00.001Z'), 'OVERDUE')
  assert.equal(state('2026-03-10T12:30:00.000Z'), 'URGENT')
  assert.equal(state('2026-03-10T08:30:00.000Z'), 'URGENT')
  assert.equal(state('2026-03-10T08:29:59.999Z'), 'DUE_SOON')
  assert.equal(state('2026-03-07T12:30:00.000Z'), 'DUE_SOON')
  assert.equal(state('2026-03-07T12:29:59.999Z'), 'OK')
  const late = new Date('2026-04-01T00:00:00.000Z')
  assert.equal(
    dueStateOf({ due_at: '2026-03-10T12:30:00.000Z', status: 'CLOSED', onHold: false }, DEFAULT_SETTINGS, late),
    'NONE',
  )
  assert.equal(
    dueStateOf({ due_at: '2026-03-10T12:30:00.000Z', status: 'DRAFT', onHold: true }, DEFAULT_SETTINGS, late),
    'NONE',
  )
})

test('OP-25 the month of a code is the local one, and numbers grow beyond four digits', () => {
  const eve = new Date('2026-11-30T18:30:00.000Z')
  assert.equal(monthOf(eve, 'Asia/Kolkata'), '2612')
  assert.equal(monthOf(eve, 'UTC'), '2611')
  assert.equal(localDay(eve, 'Asia/Kolkata'), '2026-12-01')
  assert.deepEqual(
    [codeOf('Z', '2611', 1), codeOf('Z', '2611', 9999), codeOf('Z', '2611', 10_000)],
    ['Z-2611-0001', 'Z-2611-9999', 'Z-2611-10000'],
  )
})

test('settings that a firm has not set have their defaults', () => {
  assert.deepEqual(firmFrom({ time_zone: 'UTC', operations: { due_time: '17:00' } }), {
    zone: 'UTC',
    settings: { ...DEFAULT_SETTINGS, due_time: '17:00' },
  })
  assert.deepEqual(firmFrom(undefined), india)
})
