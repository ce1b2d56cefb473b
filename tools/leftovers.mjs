// Ends what a run has left behind. Every process of a run carries the run's mark in its environment, so that only our
// own are met, also those whose parent is gone; one that lives on would hold the output of the run open for ever.
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

const VARIABLE = 'ZENOPS_RUN_MARK'

/** Marks this process's environment; all that is started from here on inherits it. */
export function markRun() {
  process.env[VARIABLE] = randomUUID()
  return process.env[VARIABLE]
}

const textOf = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // ended meanwhile, or not ours
  }
}

/** The processes of a run beside this one: their numbers and what they run. Linux only; elsewhere none is found. */
export function processesOf(mark) {
  const numbers = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return numbers
    .map(Number)
    .filter((pid) => pid !== process.pid && textOf(`/proc/${pid}/environ`).includes(`${VARIABLE}=${mark}`))
    .map((pid) => ({ pid, command: textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 200) }))
}

/** Kills them all and answers who they were; called when a part is over its limit, and when the run is over. */
export function endLeftovers(mark) {
  const left = processesOf(mark)
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  return left
}
