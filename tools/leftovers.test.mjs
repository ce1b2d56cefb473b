import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { endLeftovers, markRun, processesOf } from './leftovers.mjs'

test('a process whose parent is gone is still met by the mark of its run, and nobody else is', async () => {
  const before = process.env.ZENOPS_RUN_MARK
  const mark = markRun()
  const sleeper = "setTimeout(() => {}, 60_000); console.log('up')"
  // The middle one ends and leaves its child behind, which holds the output open.
  const parent = `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(sleeper)}], { stdio: 'inherit', detached: true }); child.unref()`
  const middle = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(middle, 'close')
  const gone = once(middle, 'exit')
  await once(middle.stdout, 'data')
  await gone
  process.env.ZENOPS_RUN_MARK = 'another run'
  const stranger = spawn(process.execPath, ['-e', sleeper], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(stranger.stdout, 'data')
  if (before === undefined) delete process.env.ZENOPS_RUN_MARK
  else process.env.ZENOPS_RUN_MARK = before

  const ended = endLeftovers(mark)
  assert.equal(ended.length, 1)
  assert.match(ended[0].command, /setTimeout/)
  await closed // the output is free again
  assert.deepEqual(processesOf(mark), [])
  assert.equal(stranger.exitCode, null)
  stranger.kill('SIGKILL')
  await once(stranger, 'close')
})
