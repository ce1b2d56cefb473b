import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from '../auth/actor.ts'
import { compileOnly, type Database } from '../db/database.ts'
import type { Log } from '../telemetry/log.ts'
import { exportScope, isHeld, jobIs, ofJob } from './db-storage.ts'
import { type ExportFamily, type ExportHand, moveExport } from './family.ts'
import { ChunkWriter, PartWriter } from './part-writer.ts'
import {
  type BreachReason,
  type ExportJob,
  type ExportStorage,
  type Fence,
  type JobKey,
  LimitBreach,
  type StoredPart,
  Superseded,
} from './port.ts'
import { LEASE_SECONDS, MAX_ATTEMPTS, RENEW_MS } from './states.ts'

/** Takes the rows of a block; resolves when its memory may be used again. */
export type TakeBlock = (block: Uint8Array, rows: number) => Promise<void>

/** A stretch of the whole that is copied at one go; an interrupted one is copied again from its beginning. */
export interface PartSource {
  readonly epoch: number | null
  readonly first_seq: number | null
  readonly last_seq: number | null
  /** The same blocks each time. Stops with what `take` throws. */
  copy(take: TakeBlock): Promise<void>
}

export interface ExportPlan {
  /** At least one part, empty or not, unless all are stored. The same parts each time. */
  readonly parts: readonly PartSource[]
  /** There is more than row_limit lets through. */
  readonly truncated: boolean
}

export interface Attempt<Job extends ExportJob> {
  readonly job: Job
  readonly fence: Fence
  /** Ends with the lease, the worker or the time allowed. */
  readonly signal: AbortSignal
  /** Milliseconds that are left of max_duration_sec. */
  restMs(): number
}

export interface ExportSource<Job extends ExportJob> {
  /** What follows the parts that are stored. */
  plan(attempt: Attempt<Job>, stored: readonly StoredPart[]): Promise<ExportPlan>
}

export interface RunOptions<Job extends ExportJob> {
  readonly family: ExportFamily<Job>
  readonly source: ExportSource<Job>
  readonly database: Database
  readonly log: Log
  readonly actor: Actor
  readonly traceId: string
  readonly signal: AbortSignal
}

/** `again`: another worker holds it; look again at that time. `over`: nothing to do (any more). */
export type RunEnd = { readonly end: 'done' | 'failed' | 'over' } | { readonly end: 'again'; readonly at: string }

const inHand = <Job extends ExportJob, T>(
  options: RunOptions<Job>,
  key: JobKey,
  work: (hand: ExportHand) => Promise<T>,
): Promise<T> => {
  const { database, actor, traceId } = options
  return database.transact(exportScope(key.tenant_id, actor.userId), (tx, unit) => work({ tx, unit, actor, traceId }))
}

/** One attempt at a job: claims it or takes it over, copies what is missing, and writes its end. */
export async function runExport<Job extends ExportJob>(options: RunOptions<Job>, key: JobKey): Promise<RunEnd> {
  const claimed = await claim(options, key)
  if ('end' in claimed) return claimed
  const fence = { attempt: claimed.job.attempt }
  const held = holdLease(options, claimed.job, fence)
  try {
    await copyAll(options, { ...held.attempt, job: claimed.job }, held)
    return { end: 'done' }
  } catch (error) {
    return await endBadly(options, { job: claimed.job, fence }, error)
  } finally {
    held.stop()
  }
}

async function claim<Job extends ExportJob>(options: RunOptions<Job>, key: JobKey): Promise<{ job: Job } | RunEnd> {
  const { family } = options
  return inHand(options, key, async (hand): Promise<{ job: Job } | RunEnd> => {
    const job =
      (await moveExport(family, hand, { key, move: 'claim' })) ??
      (await moveExport(family, hand, { key, move: 'take_over' }))
    if (job) return { job }
    const { rows } = await sql<{ attempt: number; lease_until: string; over: boolean }>`
      select attempt, lease_until, lease_until <= now() as over from ${sql.table(family.tables.jobs)} where ${jobIs(key)} and status = 'RUNNING'`.execute(
      hand.tx,
    )
    const [running] = rows
    if (!running) return { end: 'over' }
    if (!running.over) return { end: 'again', at: running.lease_until }
    // The last attempt is gone without a word.
    await moveExport(family, hand, { key, move: 'fail', fence: running, reason: 'processing_failed' })
    return { end: 'failed' }
  })
}

interface Held {
  readonly attempt: Omit<Attempt<ExportJob>, 'job'>
  /** Rows taken so far, shown with each renewal. */
  rows: number
  /** Throws what ended the attempt: the lease, the worker, the time. */
  check(): void
  stop(): void
}

/** Renews the lease each 5 s and shows progress with it; a lease that is lost ends the attempt. */
function holdLease<Job extends ExportJob>(options: RunOptions<Job>, job: Job, fence: Fence): Held {
  const lost = new AbortController()
  const spentMs = job.started_at === null ? 0 : Math.max(0, Date.parse(leaseBegin(job)) - Date.parse(job.started_at))
  const endsAt = performance.now() + job.max_duration_sec * 1000 - spentMs
  const signal = AbortSignal.any([lost.signal, options.signal])
  const renew = async (): Promise<void> => {
    const [rows] = await options.database.write(
      exportScope(job.tenant_id),
      sql`update ${sql.table(options.family.tables.jobs)}
        set lease_until = now() + ${LEASE_SECONDS} * interval '1 second', rows_done = ${held.rows}::bigint
        where ${jobIs(job)} and ${isHeld(fence)} returning 1 as held`.compile(compileOnly),
    )
    if (rows.length === 0) lost.abort(new Superseded())
  }
  // A renewal that fails is no loss yet: the lease outlives three of them.
  const timer = setInterval(
    () => void renew().catch((error: unknown) => options.log.warn({ err: error }, 'export_lease')),
    RENEW_MS,
  )
  const held: Held = {
    attempt: { fence, signal, restMs: () => endsAt - performance.now() },
    rows: 0,
    check: () => {
      signal.throwIfAborted()
      if (performance.now() > endsAt) throw new LimitBreach('max_duration_exceeded')
    },
    stop: () => clearInterval(timer),
  }
  return held
}

/** Database time of the claim: the lease was given for a known span. */
const leaseBegin = (job: ExportJob): string =>
  new Date(Date.parse(job.lease_until ?? job.created_at) - LEASE_SECONDS * 1000).toISOString()

async function copyAll<Job extends ExportJob>(
  options: RunOptions<Job>,
  attempt: Attempt<Job>,
  held: Held,
): Promise<void> {
  const { family, source } = options
  const { job, fence } = attempt
  const storage = family.stores.of(job.storage_kind)
  const stored = await takeUp(options, attempt, storage)
  const start = sumOf(stored)
  held.rows = start.rows
  const { parts, truncated } = await source.plan(attempt, stored)
  const durable = await storage.durableBytes(job, start.bytes)
  const hash = start.bytes === 0 || storage.readsWhileOpen ? createHash('sha256') : null
  if (hash && start.bytes > 0)
    for await (const bytes of storage.readChunks(job, { start: 0, end: start.bytes - 1 })) hash.update(bytes)
  const chunks = new ChunkWriter(storage, job, {
    fence,
    start: writerStart(storage, { parts: start.bytes, durable, chunks: await chunkCount(options, job) }),
  })
  const meter = { rows: start.rows, raw: start.raw }
  let no = stored.length
  for (const part of parts) {
    no += 1
    const before = { ...meter }
    const writer = new PartWriter({ chunks, part: no, compress: job.compress, whole: hash })
    try {
      await part.copy(async (block, rows) => {
        held.check()
        meter.raw += block.byteLength
        meter.rows += rows
        if (meter.raw > job.max_bytes) throw new LimitBreach('max_bytes_exceeded')
        if (job.row_limit !== null && meter.rows > job.row_limit) throw new LimitBreach('row_limit_exceeded')
        await writer.write(block)
        held.rows = meter.rows
      })
      const sum = await writer.end()
      await commitPart(
        options,
        { job, fence },
        {
          part_no: no,
          epoch: part.epoch,
          first_seq: part.first_seq,
          last_seq: part.last_seq,
          ...sum,
          rows: meter.rows - before.rows,
          raw_bytes: meter.raw - before.raw,
        },
      )
    } finally {
      writer.abandon()
    }
  }
  await chunks.end(no)
  held.check()
  await storage.complete(job, fence)
  const sha256 = hash ? hash.digest('hex') : await hashStored(storage, { ...job, total_bytes: chunks.position })
  const done = await inHand(options, job, (hand) =>
    moveExport(family, hand, {
      key: job,
      move: 'complete',
      fence,
      sums: { sha256, totalBytes: chunks.position, truncated },
    }),
  )
  if (!done) await refuseEnd(options, { job, fence })
}

async function hashStored(storage: ExportStorage, job: ExportJob): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of storage.readChunks(job)) hash.update(bytes)
  return hash.digest('hex')
}

/** The end was not written: the time is over, or the job belongs to another. */
async function refuseEnd<Job extends ExportJob>(
  options: RunOptions<Job>,
  { job, fence }: { job: Job; fence: Fence },
): Promise<never> {
  const [rows] = await options.database.read(
    exportScope(job.tenant_id),
    sql`select 1 as held from ${sql.table(options.family.tables.jobs)} where ${jobIs(job)} and ${isHeld(fence)}`.compile(
      compileOnly,
    ),
  )
  throw rows.length === 0 ? new Superseded() : new LimitBreach('max_duration_exceeded')
}

const sumOf = (parts: readonly StoredPart[]): { bytes: number; raw: number; rows: number } => ({
  bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  raw: parts.reduce((sum, part) => sum + part.raw_bytes, 0),
  rows: parts.reduce((sum, part) => sum + part.rows, 0),
})

/** Where the writer goes on: behind the whole parts, over bytes that are stored although their part is not whole. */
function writerStart(
  storage: ExportStorage,
  at: { readonly parts: number; readonly durable: number; readonly chunks: number },
) {
  if (!storage.spansParts) return { position: at.parts, chunkNo: at.chunks, storedUpTo: at.parts }
  // Chunks have one size here; the one that the parts end in cannot be made again whole, the ones behind it can.
  const chunkNo = Math.ceil(at.parts / storage.chunkBytes)
  return { position: at.parts, chunkNo, storedUpTo: Math.min(at.durable, chunkNo * storage.chunkBytes) }
}

async function chunkCount<Job extends ExportJob>({ database, family }: RunOptions<Job>, job: Job): Promise<number> {
  const [[row]] = await database.read(
    exportScope(job.tenant_id),
    sql<{
      n: number
    }>`select coalesce(max(chunk_no) + 1, 0) as n from ${sql.table(family.tables.chunks)} where ${ofJob(job)}`.compile(
      compileOnly,
    ),
  )
  return row?.n ?? 0
}

/** Whole parts whose bytes are all there; what lies behind them is dropped, and the job's sums say so. */
async function takeUp<Job extends ExportJob>(
  options: RunOptions<Job>,
  { job, fence }: Attempt<Job>,
  storage: ExportStorage,
): Promise<readonly StoredPart[]> {
  const { database, family } = options
  const parts = sql.table(family.tables.parts)
  const scope = exportScope(job.tenant_id)
  const [stored] = await database.read(
    scope,
    sql<StoredPart>`select part_no, epoch, first_seq, last_seq, rows, bytes, raw_bytes, sha256 from ${parts} where ${ofJob(job)} order by part_no`.compile(
      compileOnly,
    ),
  )
  const durable = await storage.durableBytes(job, sumOf(stored).bytes)
  const kept: StoredPart[] = []
  for (const part of stored) if (sumOf(kept).bytes + part.bytes <= durable) kept.push(part)
  await storage.discardPart(job, kept.length + 1, fence)
  const sum = sumOf(kept)
  await database.write(
    scope,
    sql`with held as (update ${sql.table(family.tables.jobs)}
        set row_count = ${sum.rows}::bigint, rows_done = ${sum.rows}::bigint, raw_bytes = ${sum.raw}::bigint, total_bytes = ${Math.max(sum.bytes, storage.spansParts ? durable : 0)}::bigint
        where ${jobIs(job)} and ${isHeld(fence)} returning 1)
      delete from ${parts} where ${ofJob(job)} and part_no > ${kept.length}::int and exists (select 1 from held)`.compile(
      compileOnly,
    ),
  )
  return kept
}

/** Writes a whole part down, for the attempt that holds the job alone. */
async function commitPart<Job extends ExportJob>(
  options: RunOptions<Job>,
  { job, fence }: { job: Job; fence: Fence },
  part: StoredPart,
): Promise<void> {
  const { database, family } = options
  const [rows] = await database.write(
    exportScope(job.tenant_id),
    sql`with held as (
        update ${sql.table(family.tables.jobs)} set row_count = row_count + ${part.rows}::bigint, rows_done = row_count + ${part.rows}::bigint,
          raw_bytes = raw_bytes + ${part.raw_bytes}::bigint
        where ${jobIs(job)} and ${isHeld(fence)} returning 1)
      insert into ${sql.table(family.tables.parts)} (tenant_id, job_id, part_no, epoch, first_seq, last_seq, rows, bytes, raw_bytes, sha256)
      select ${job.tenant_id}::uuid, ${job.id}::uuid, ${part.part_no}::int, ${part.epoch}::int, ${part.first_seq}::bigint, ${part.last_seq}::bigint,
        ${part.rows}::bigint, ${part.bytes}::bigint, ${part.raw_bytes}::bigint, ${part.sha256} from held
      returning part_no`.compile(compileOnly),
  )
  if (rows.length === 0) throw new Superseded()
}

/** What PostgreSQL says when its disk is full. */
const DISK_FULL = '53100'

/** A limit ends the job, so do a full disk and the fifth attempt; anything else gives the lease back for the next attempt. */
async function endBadly<Job extends ExportJob>(
  options: RunOptions<Job>,
  { job, fence }: { job: Job; fence: Fence },
  error: unknown,
): Promise<RunEnd> {
  if (error instanceof Superseded) return { end: 'over' }
  const reason = reasonOf(job, error)
  if (reason === null) {
    await options.database.write(
      exportScope(job.tenant_id),
      sql`update ${sql.table(options.family.tables.jobs)} set lease_until = now() where ${jobIs(job)} and ${isHeld(fence)}`.compile(
        compileOnly,
      ),
    )
    throw error
  }
  if (!(error instanceof LimitBreach)) options.log.warn({ err: error, attempt: job.attempt }, 'export_failed')
  const failed = await inHand(options, job, (hand) =>
    moveExport(options.family, hand, { key: job, move: 'fail', fence, reason }),
  )
  if (failed) await dropPayload(options, job)
  return { end: failed ? 'failed' : 'over' }
}

function reasonOf(job: ExportJob, error: unknown): BreachReason | null {
  if (error instanceof LimitBreach) return error.reason
  // More attempts would only fill it again; what is stored of the file goes with the failure.
  if (error instanceof Error && 'code' in error && error.code === DISK_FULL) return 'spool_full'
  return job.attempt >= MAX_ATTEMPTS ? 'processing_failed' : null
}

/** The database has dropped its own; what lies elsewhere goes now, or with the next cleanup. */
export async function dropPayload<Job extends ExportJob>(
  { family, log }: Pick<RunOptions<Job>, 'family' | 'log'>,
  job: Job,
): Promise<void> {
  try {
    await family.stores.of(job.storage_kind).expirePayload(job)
  } catch (error) {
    log.warn({ err: error }, 'export_payload_stays')
  }
}
