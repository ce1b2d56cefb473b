import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStepUps } from './step-ups.ts'

test('calls refused at once wait for one answer; the next refusal asks anew', async () => {
  const stepUps = openStepUps()
  let told = 0
  const stop = stepUps.subscribe(() => {
    told += 1
  })
  const both = [stepUps.ask(['TOTP']), stepUps.ask(['TOTP'])]
  assert.deepEqual(stepUps.question(), { methods: ['TOTP'] })
  stepUps.settle(true)
  assert.deepEqual(await Promise.all(both), [true, true])
  assert.equal(stepUps.question(), null)
  stepUps.settle(true)
  const again = stepUps.ask(['PASSWORD'])
  stepUps.settle(false)
  assert.equal(await again, false)
  assert.equal(told, 4)
  stop()
})
