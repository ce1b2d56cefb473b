import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './bootstrap.mjs'
import { plant } from './checks/planted-tree.mjs'

/** A starter like tools/start.mjs over a server that reports its number and each signal, and ends with code 7. */
function house(t) {
  const base = plant(t, {
    'tools/starter.mjs': `
      import { foreground, runMain } from './bootstrap.mjs'
      await runMain(() => foreground(process.execPath, ['--import', './tools/follow-parent.mjs', 'server.mjs'], { ownGroup: true }))`,
    'server.mjs': `
      const stop = (signal) => { console.log(signal); setTimeout(() => process.exit(7), 300) }
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
      setInterval(() => {}, 1000)
      console.log(process.pid)`,
  })
  for (const file of ['bootstrap.mjs', 'follow-parent.mjs'])
    copyFileSync(join(root, 'tools', file), join(base, 'tools', file))
  return base
}

/** Starts `command`; gives the process, the number of its server and the lines that the server prints afterwards. */
async function begin(t, command) {
  const [program, ...args] = command
  const env = { ...process.env, npm_lifecycle_event: 'start' }
  const child = spawn(program, args, { cwd: house(t), env, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const [pid] = await once(lines, 'line')
  const told = []
  lines.on('line', (line) => told.push(line))
  return { child, pid: Number(pid), told, closed: once(lines, 'close') }
}

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function untilGone(pid) {
  for (let waited = 0; alive(pid); waited += 50) {
    assert.ok(waited < 20_000, `process ${pid} lives on`)
    await sleep(50)
  }
}

const direct = [process.execPath, 'tools/starter.mjs']
/** As npm does it: a process that runs a shell that runs the starter. */
const throughNpm = [
  process.execPath,
  '-e',
  "require('child_process').spawn('sh', ['-c', 'node tools/starter.mjs; exit $?'], { stdio: 'inherit' })",
]

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`${signal} reaches the server once, however often it arrives, and its exit code comes back`, async (t) => {
    const { child, pid, told } = await begin(t, direct)
    child.kill(signal)
    await sleep(20)
    child.kill(signal)
    const [code] = await once(child, 'exit')
    assert.equal(code, 7)
    assert.deepEqual(told, [signal])
    await untilGone(pid)
  })
}

test('the server stops in order when its starter is killed', async (t) => {
  const { child, pid, told, closed } = await begin(t, direct)
  child.kill('SIGKILL')
  await closed
  assert.deepEqual(told, ['SIGTERM'])
  await untilGone(pid)
})

test('the server stops in order when npm is killed', async (t) => {
  const { child, pid, told, closed } = await begin(t, throughNpm)
  child.kill('SIGKILL')
  await closed
  assert.deepEqual(told, ['SIGTERM'])
  await untilGone(pid)
})
