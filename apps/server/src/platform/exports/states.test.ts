import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  EXPORT_MOVES,
  EXPORT_STATES,
  type ExportFacts,
  type ExportMove,
  type ExportState,
  GRACE_SECONDS,
  LEASE_SECONDS,
  MAX_ATTEMPTS,
  mayMove,
  nextState,
  stateAfter,
  statesBefore,
} from './states.ts'

/** The table of the specification, written down apart from the code. */
const SPEC: Readonly<Record<ExportMove, readonly string[]>> = {
  claim: ['PENDING→RUNNING'],
  take_over: ['RUNNING→RUNNING'],
  complete: ['RUNNING→DONE'],
  fail: ['RUNNING→FAILED'],
  time_out: ['RUNNING→FAILED'],
  cancel: ['PENDING→FAILED', 'RUNNING→FAILED'],
  expire: ['PENDING→EXPIRED', 'DONE→EXPIRED', 'FAILED→EXPIRED'],
  remove: ['DONE→EXPIRED'],
}

test('AU-13 the table has every transition of the specification and no other', () => {
  for (const move of EXPORT_MOVES) {
    const found = EXPORT_STATES.flatMap((state) => {
      const next = nextState(state, move)
      return next === null ? [] : [`${state}→${next}`]
    })
    assert.deepEqual(found.sort(), [...SPEC[move]].sort(), move)
    assert.deepEqual(
      statesBefore(move)
        .map((state) => `${state}→${stateAfter(move)}`)
        .sort(),
      found,
    )
  }
})

/** A job as the database keeps it, moved by the rules alone. */
function model(maxDuration: number) {
  let job: ExportFacts = {
    state: 'PENDING',
    attempt: 0,
    startedAt: null,
    leaseUntil: null,
    expiresAt: 86_400,
    maxDuration,
  }
  return {
    job: () => job,
    move: (move: ExportMove, now: number): boolean => {
      if (!mayMove(job, move, now)) return false
      const state = nextState(job.state, move) ?? job.state
      const held = state === 'RUNNING'
      job = {
        ...job,
        state,
        attempt: job.attempt + (held ? 1 : 0),
        startedAt: move === 'claim' ? now : job.startedAt,
        leaseUntil: held ? now + LEASE_SECONDS : null,
        expiresAt: move === 'complete' ? now + 86_400 : job.expiresAt,
      }
      return true
    },
  }
}

test('AU-13 10,000 histories: nothing returns to PENDING, EXPIRED is final, attempts and leases hold', () => {
  const step = fc.record({
    move: fc.constantFrom(...EXPORT_MOVES),
    wait: fc.constantFrom(0, 1, 19, 20, 21, 90, 91, 3_600, 86_400),
  })
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 5, max: 3_600 }),
      (steps, maxDuration) => {
        const one = model(maxDuration)
        const seen: ExportState[] = ['PENDING']
        let now = 0
        for (const { move, wait } of steps) {
          now += wait
          const before = one.job()
          const moved = one.move(move, now)
          const after = one.job()
          if (!moved) assert.deepEqual(after, before)
          else
            assert.ok(SPEC[move].includes(`${before.state}→${after.state}`), `${before.state} ${move} ${after.state}`)
          if (moved && move === 'take_over')
            assert.ok((before.leaseUntil ?? 0) <= now, 'a live holder is never displaced')
          if (moved && move === 'time_out') assert.ok(now > (before.startedAt ?? 0) + maxDuration + GRACE_SECONDS)
          seen.push(after.state)
        }
        assert.ok(one.job().attempt <= MAX_ATTEMPTS)
        assert.equal(
          seen.lastIndexOf('PENDING') < seen.findIndex((state) => state !== 'PENDING') ||
            !seen.some((state) => state !== 'PENDING'),
          true,
        )
        const expired = seen.indexOf('EXPIRED')
        if (expired !== -1) assert.ok(seen.slice(expired).every((state) => state === 'EXPIRED'))
        const done = seen.indexOf('DONE')
        if (done !== -1) assert.ok(seen.slice(done).every((state) => state === 'DONE' || state === 'EXPIRED'))
      },
    ),
    { numRuns: 10_000 },
  )
})
