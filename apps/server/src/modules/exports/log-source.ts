import { sql } from 'kysely'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import { copyOut, type RowBlock } from '../../platform/db/copy-out.ts'
import type { Attempt, ExportPlan, ExportSource, PartSource } from '../../platform/exports/engine.ts'
import { exportScope, isHeld, jobIs } from '../../platform/exports/db-storage.ts'
import { LimitBreach, type StoredPart, Superseded } from '../../platform/exports/port.ts'
import { type AuditExport, EXPORT_TABLES } from './context.ts'
import { csvRows, jsonRows, newestEnd, type Place, placeBefore, STRETCH, type Stretch, stretches } from './log-query.ts'
import { cleanCsvRow, cleanJsonRow, CURRENT_SANITISER, isSuspect, keysIn, type Show } from './cleaning.ts'
import { COVERED, ERASED, isEnvelope, type RevealPort } from '../../platform/audit/personal.ts'

/** Rows as one column, untouched: the signs that would be quoted or doubled do not occur in JSON. */
const LINES = "format csv, quote E'\\x01', delimiter E'\\x02'"
const CELLS = 'format csv, force_quote *'
const START: Place = { epoch: 0, seq: 0 }

type Tried = Attempt<AuditExport>

/** The job's own end in the log: the newest sealed event of the first claim. */
async function fixEnd(database: Database, { job, fence }: Tried): Promise<Place> {
  if (job.end_epoch !== null && job.end_seq !== null) return { epoch: job.end_epoch, seq: job.end_seq }
  const scope = exportScope(job.tenant_id)
  const [[head]] = await database.read(scope, newestEnd(job.tenant_id))
  const end = head ?? START
  await database.write(
    scope,
    sql`update ${sql.table(EXPORT_TABLES.jobs)} set end_epoch = ${end.epoch}::int, end_seq = ${end.seq}::bigint, sanitiser_version = ${CURRENT_SANITISER}::int
      where ${jobIs(job)} and ${isHeld(fence)}`.compile(compileOnly),
  )
  return end
}

async function showEstimate(database: Database, { job, fence }: Tried, rows: number): Promise<void> {
  await database.write(
    exportScope(job.tenant_id),
    sql`update ${sql.table(EXPORT_TABLES.jobs)} set rows_estimate = ${rows}::bigint where ${jobIs(job)} and ${isHeld(fence)}`.compile(
      compileOnly,
    ),
  )
}

/** A statement that ran into the time that was left is the limit itself. */
async function inTime<T>({ restMs, signal }: Tried, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const cancelled = error instanceof Error && 'code' in error && error.code === '57014'
    if (cancelled && restMs() <= 0) throw new LimitBreach('max_duration_exceeded')
    if (signal.aborted && !(signal.reason instanceof Superseded)) throw signal.reason
    throw error
  }
}

/** Sealed events by COPY, a stretch of the log a part. */
export const logSource = (
  database: Database,
  { length = STRETCH, reveal }: { readonly length?: number; readonly reveal?: RevealPort | undefined } = {},
): ExportSource<AuditExport> => ({
  plan: (attempt, stored) => inTime(attempt, () => plan({ database, length, reveal }, attempt, stored)),
})

interface Ground {
  readonly database: Database
  readonly length: number
  /** Keys of people, for exports that may show personal fields. */
  readonly reveal: RevealPort | undefined
}

async function plan(ground: Ground, attempt: Tried, stored: readonly StoredPart[]): Promise<ExportPlan> {
  const { job } = attempt
  const { database, length } = ground
  const end = await fixEnd(database, attempt)
  const read = <R>(query: Parameters<typeof planRead<R>>[2]) => planRead<R>(database, attempt, query)
  const before = job.row_limit === null ? undefined : (await read<Place>(placeBefore(job, end, job.row_limit)))[0]
  const last = stored.at(-1)
  const done = last?.last_seq == null ? START : { epoch: last.epoch ?? 0, seq: last.last_seq }
  const start = before && isBehind(before, done) ? before : done
  const found = await read<Stretch>(stretches(job, { start, end, sanitiser: CURRENT_SANITISER, length }))
  const ofStored = stored.reduce((sum, part) => sum + part.rows, 0)
  await showEstimate(
    database,
    attempt,
    found.reduce((sum, one) => sum + one.rows, ofStored),
  )
  const parts = found.map((stretch, place) =>
    partOf(ground, attempt, { stretch, first: stored.length + place === 0, last: place === found.length - 1 }),
  )
  const isEmpty = parts.length === 0 && stored.length === 0
  return { parts: isEmpty ? [emptyPart(database, attempt)] : parts, truncated: before !== undefined }
}

const isBehind = (a: Place, b: Place): boolean => a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)

/** A reading statement within the time of the job, which may be longer than that of a request. */
async function planRead<R>(
  database: Database,
  { job, restMs }: Tried,
  query: Parameters<Database['read']>[1],
): Promise<R[]> {
  const limit = sql`select set_config('statement_timeout', ${String(Math.max(1, Math.floor(restMs())))}, true)`
  const [, rows] = await database.read(exportScope(job.tenant_id), limit.compile(compileOnly), query)
  return rows as R[] // the row type is the query's own
}

interface PartPlan {
  readonly stretch: Stretch
  readonly first: boolean
  readonly last: boolean
}

function partOf({ database, reveal }: Ground, attempt: Tried, { stretch, first, last }: PartPlan): PartSource {
  const { job, signal, restMs } = attempt
  const isCsv = job.export_format === 'csv'
  const array = first ? 'opens' : 'goes_on'
  const query = isCsv
    ? csvRows(job, stretch, job.columns)
    : jsonRows(job, stretch, job.export_format === 'json' ? array : 'none')
  const format = isCsv ? `${CELLS}${first ? ', header' : ''}` : LINES
  return {
    epoch: stretch.epoch,
    first_seq: stretch.seq,
    last_seq: stretch.last,
    copy: (take) =>
      inTime(attempt, async () => {
        let headed = !(isCsv && first)
        const options = {
          pool: database.pool,
          scope: exportScope(job.tenant_id),
          query,
          format,
          timeoutMs: restMs(),
          signal,
        }
        await copyOut(options, async (block) => {
          const rows = block.ends.length - (headed ? 0 : 1)
          const show = reveal && job.include_personal ? await opener(database, job, { reveal, block }) : undefined
          const bytes = cleaned(block, { csv: isCsv, all: stretch.old, header: !headed, show })
          headed = true
          await take(bytes, rows)
        })
        if (last && job.export_format === 'json') await take(Buffer.from(']\n'), 0)
      }),
  }
}

/** No event fits: a head of columns, an empty list, or nothing at all. */
function emptyPart(database: Database, attempt: Tried): PartSource {
  const { job, signal, restMs } = attempt
  return {
    epoch: null,
    first_seq: null,
    last_seq: null,
    copy: async (take) => {
      if (job.export_format === 'json') await take(Buffer.from('[]\n'), 0)
      if (job.export_format !== 'csv') return
      const options = {
        pool: database.pool,
        scope: exportScope(job.tenant_id),
        query: csvRows(job, null, job.columns),
        format: `${CELLS}, header`,
        timeoutMs: restMs(),
        signal,
      }
      await copyOut(options, (block) => take(block.bytes, 0))
    },
  }
}

/** What opens the envelopes of a block: keys are fetched once for all of them. */
async function opener(
  database: Database,
  job: AuditExport,
  { reveal, block }: { reveal: RevealPort; block: RowBlock },
): Promise<Show> {
  const ids = block.bytes.includes('$p') ? [...new Set(keysIn(block.bytes.toString('latin1')))] : []
  if (ids.length === 0) return () => COVERED
  const keys = await database.readTransaction(exportScope(job.tenant_id), (tx) =>
    reveal.keysNamed(tx, job.tenant_id, ids),
  )
  return ({ envelope, eventId, pointer }) => {
    const key = isEnvelope(envelope) ? keys.get(envelope.$p.k) : undefined
    if (!key || !isEnvelope(envelope)) return COVERED
    return reveal.open(key, envelope, { tenantId: job.tenant_id, eventId, path: pointer }) ?? ERASED
  }
}

/** The block with every suspect row sanitised again; the same memory where nothing changed. */
export function cleaned(
  block: RowBlock,
  how: { readonly csv: boolean; readonly all: boolean; readonly header: boolean; readonly show?: Show | undefined },
): Uint8Array {
  const { bytes, ends } = block
  const clean = how.csv ? cleanCsvRow : cleanJsonRow
  const pieces: Buffer[] = []
  let kept = 0
  let from = 0
  for (const [place, end] of ends.entries()) {
    if (!(how.header && place === 0)) {
      const suspect = how.all || isSuspect(bytes, { from, to: end - 1 }, how.csv)
      const line = suspect ? bytes.toString('utf8', from, end - 1) : ''
      const safe = suspect ? clean(line, how.show) : line
      if (safe !== line) {
        pieces.push(bytes.subarray(kept, from), Buffer.from(`${safe}\n`))
        kept = end
      }
    }
    from = end
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(kept)])
}
