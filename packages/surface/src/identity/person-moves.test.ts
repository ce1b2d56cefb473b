import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movesOf } from './person-moves.ts'

const factors = { totp: true, passkeys: 0 }
const everything = () => true
const keys = (moves: ReturnType<typeof movesOf>) => moves.map((move) => move.key)

test('the next act follows from the state: resend, unlock, enable, else the jobs', () => {
  const first = (status: 'invited' | 'locked' | 'disabled' | 'active') =>
    keys(movesOf({ status, factors }, false, everything))[0]
  assert.deepEqual(
    [first('invited'), first('locked'), first('disabled'), first('active')],
    ['resend', 'unlock', 'enable', 'jobs'],
  )
  assert.deepEqual(movesOf({ status: 'ended', factors }, false, everything), [])
})

test('ID-22 acts without their right are absent, acts on oneself say that somebody else does them', () => {
  const manager = (right: string) => right === 'users.write' || right === 'users.invite'
  assert.deepEqual(keys(movesOf({ status: 'active', factors }, false, manager)), [
    'reset_password',
    'disable',
    'remove',
  ])
  const own = movesOf({ status: 'active', factors }, true, everything)
  assert.deepEqual(new Set(own.map((move) => move.allowed)), new Set([false]))
  assert.deepEqual(own[0]?.unmet, [{ text: 'Somebody else has to do this: nobody changes his own access.' }])
})

test('without a factor there is nothing to reset', () => {
  const bare = movesOf({ status: 'active', factors: { totp: false, passkeys: 0 } }, false, everything)
  assert.equal(bare.find((move) => move.key === 'reset_factors')?.allowed, false)
})
