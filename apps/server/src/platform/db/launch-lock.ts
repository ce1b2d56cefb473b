import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { livesStill, processIdentity } from './postmaster.ts'

const WAIT_LIMIT_MS = 180_000

/** Takes away the lock of a dead holder. Renaming has one winner; a lock that was renewed meanwhile is put back. */
function breakStale(file: string, holder: string): void {
  const aside = `${file}.${randomBytes(4).toString('hex')}`
  try {
    fs.renameSync(file, aside)
    if (fs.readFileSync(aside, 'utf8') !== holder) fs.linkSync(aside, file)
  } catch {
    return // another one was faster
  } finally {
    fs.rmSync(aside, { force: true })
  }
}

function tryLock(file: string): boolean {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  fs.writeFileSync(draft, processIdentity(process.pid), { mode: 0o600 })
  try {
    fs.linkSync(draft, file) // atomic, and never seen without its content
    return true
  } catch (error) {
    // linkSync fails with an errno error.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

/** Runs `work` while no other process (nor another call of this one) runs work under the same lock file. */
export async function underLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + WAIT_LIMIT_MS
  while (!tryLock(file)) {
    const holder = readHolder(file)
    if (holder !== undefined && !livesStill(holder)) breakStale(file, holder)
    else if (performance.now() > until) throw new Error(`${file} is held by process ${holder ?? 'unknown'}.`)
    else await sleep(50)
  }
  try {
    return await work()
  } finally {
    fs.rmSync(file, { force: true })
  }
}

function readHolder(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined // released between the two looks
  }
}
