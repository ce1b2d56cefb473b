import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A PostgreSQL server as its own postmaster.pid tells of it. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

/** Fields of /proc/<pid>/stat behind the name, which may itself hold blanks: state first, start time twentieth. */
function procStat(pid: number): string[] | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** Whether a process lives; a zombie that nobody has collected does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // process.kill fails with an errno error; EPERM means that it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return procStat(pid)?.[0] !== 'Z'
}

/** Names one process for good: the pid alone may be given to another later. */
export function processIdentity(pid: number): string {
  return `${pid}-${procStat(pid)?.[19] ?? 0}`
}

/** Whether the process that `processIdentity` named still lives. */
export function livesStill(identity: string): boolean {
  const pid = Number(identity.split('-')[0])
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && processIdentity(pid) === identity
}

/** A pid in a stale file may belong to any program by now; only a server that stands in this folder is meant. */
function serves(pid: number, dataDir: string): boolean {
  if (process.platform === 'linux') {
    try {
      return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(dataDir)
    } catch {
      return false
    }
  }
  const asked = spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8', timeout: 5000 })
  return /postgres/.test(asked.stdout ?? '')
}

/** The live server of a data folder, if there is one. */
export function findPostmaster(dataDir: string): Postmaster | undefined {
  let lines: string[]
  try {
    lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !serves(pid, dataDir)) return undefined
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' }
}

/** Takes away a postmaster.pid whose server is gone, so that a foreign process with its number cannot block the start. */
export function clearStalePidFile(dataDir: string): void {
  if (!findPostmaster(dataDir)) fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true })
}

async function goneWithin(pid: number, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs
  while (performance.now() < until) {
    if (!isAlive(pid)) return true
    await sleep(20)
  }
  return !isAlive(pid)
}

/**
 * Stops a server: open transactions are rolled back and the log is closed (fast); when that takes longer than `limitMs`
 * it stops at once and recovers at the next start (immediate).
 */
export async function stopPostmaster(pid: number, limitMs: number): Promise<void> {
  const steps = [
    { signal: 'SIGINT', wait: limitMs },
    { signal: 'SIGQUIT', wait: 5000 },
    { signal: 'SIGKILL', wait: 5000 },
  ] as const
  for (const { signal, wait } of steps) {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    if (await goneWithin(pid, wait)) return
  }
  throw new Error(`PostgreSQL (process ${pid}) did not end.`)
}
