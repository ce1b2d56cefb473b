import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchDatabase } from './bench-database.ts'

export interface ChildWish {
  readonly tenant: string
  readonly job: string
  readonly stretch: number
  readonly bare?: number
  readonly planted?: boolean
}
export interface ChildEnd {
  readonly ms: number
  readonly peak_mb: number
  readonly end: string
}

/** A heap in which nothing that grows with the file has room: whoever keeps rows dies of it. */
const SMALL_HEAP = ['--max-old-space-size=64', '--max-semi-space-size=2']

function start(
  database: BenchDatabase,
  wish: ChildWish,
): { child: ChildProcess; ready: Promise<void>; said: Promise<string> } {
  const child = spawn(
    process.execPath,
    [...SMALL_HEAP, '--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'export-child.ts')],
    {
      env: { ...process.env, EXPORT_WISH: JSON.stringify({ url: database.workerUrl, ...wish }) },
      stdio: ['ignore', 'pipe', wish.planted ? 'ignore' : 'inherit'],
    },
  )
  const ready = Promise.withResolvers<void>()
  const said = Promise.withResolvers<string>()
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.includes('"ready"')) ready.resolve()
  })
  child.once('close', () => {
    ready.resolve()
    said.resolve(text)
  })
  return { child, ready: ready.promise, said: said.promise }
}

/** One worker process with one job, from its first statement to the end. */
export async function runChild(database: BenchDatabase, wish: ChildWish): Promise<ChildEnd> {
  const text = await start(database, wish).said
  const last = text.trim().split('\n').at(-1) ?? ''
  if (!last.includes('"end"')) throw new Error(`the worker ended without a word: ${text.slice(-200)}`)
  return JSON.parse(last) as ChildEnd // printed by export-child.ts
}

export interface JobRow {
  readonly status: string
  readonly attempt: number
  readonly row_count: string
  readonly raw_bytes: string
  readonly total_bytes: string
  readonly sha256: string | null
  readonly error_code: string | null
}
export async function jobOf(database: BenchDatabase, job: string): Promise<JobRow> {
  const [row] = await database.sql<JobRow>('select * from audit.export_jobs where id = $1', [job])
  if (!row) throw new Error('the job is gone')
  return row
}

/** The lease of a dead worker runs out at once: waiting for it would prove nothing more. */
const endLease = (database: BenchDatabase, job: string): Promise<unknown> =>
  database.sql(`update audit.export_jobs set lease_until = now() where id = $1 and status = 'RUNNING'`, [job])

const POLL_MS = 3

/** Until the worker has stored a piece of a part that is not whole, or has come to its end. */
async function amidAPart(database: BenchDatabase, job: string): Promise<void> {
  for (let tries = 0; tries < 10_000; tries++) {
    const [row] = await database.sql<{ amid: boolean }>(
      `select status not in ('PENDING', 'RUNNING') or exists (select from audit.export_chunks c where c.job_id = j.id
         and c.part_no > (select coalesce(max(part_no), 0) from audit.export_parts p where p.job_id = j.id)) as amid
       from audit.export_jobs j where id = $1`,
      [job],
    )
    if (row?.amid) return
    await wait(POLL_MS)
  }
}

/**
 * Kills the worker of a job so many times while it runs, in turn at a moment drawn and amid a part, then lets the last one
 * finish, if it can: a file that does not come about is seen by its job. Answers how often it was killed.
 */
export async function killed(
  database: BenchDatabase,
  wish: ChildWish,
  plan: { readonly kills: number; readonly within: () => number },
): Promise<number> {
  let kills = 0
  while (kills < plan.kills) {
    const { child, ready, said } = start(database, wish)
    await ready
    if (kills % 2 === 0) await amidAPart(database, wish.job)
    else await wait(plan.within())
    child.kill('SIGKILL')
    await said
    const { status } = await jobOf(database, wish.job)
    if (status !== 'RUNNING' && status !== 'PENDING') break
    kills += 1
    await endLease(database, wish.job)
  }
  if ((await jobOf(database, wish.job)).status !== 'DONE') await runChild(database, wish).catch(() => {})
  return kills
}

/** Hash of what lies in the chunks, whatever the job says of it. */
export async function storedHash(database: BenchDatabase, job: string): Promise<string> {
  const digest = createHash('sha256')
  for (let no = 0; ; no++) {
    const [row] = await database.sql<{ payload_bytes: Buffer }>(
      'select payload_bytes from audit.export_chunks where job_id = $1 and chunk_no = $2',
      [job, no],
    )
    if (!row) return digest.digest('hex')
    digest.update(row.payload_bytes)
  }
}
