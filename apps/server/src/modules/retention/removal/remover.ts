import { setTimeout as rest } from 'node:timers/promises'
import type { RetentionClass } from '@zenops/contracts/retention'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Database } from '../../../platform/db/database.ts'
import { authScope, type Scope, underScope } from '../../../platform/db/scope.ts'
import { AttemptSuperseded } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { type Ground, removalsOf, type Step, takenAlong } from '../rules/due.ts'
import type { Remover } from '../rules/register.ts'
import { BATCH, countOf, type Instants, nextRows, type Place, removeBatch } from './statements.ts'

const PAUSE_MS = 100
const FOREIGN_KEY = '23503'

/** What removing needs: the workers' database, the keeper's, and where bytes of rows lie. */
export interface RemovalParts {
  readonly database: Database
  /** Null where this process has no connection of the keeper. */
  readonly keeper: Database | null
  readonly storage: StoragePort
  /** Keys of the bytes that belong to a row of a table. */
  readonly bytesOf: Readonly<Record<string, (row: Record<string, unknown>) => readonly string[]>>
}

/** One class of one firm in a turn, held by one attempt. */
export interface ClassRun {
  readonly id: string
  readonly class: RetentionClass
  readonly tenantId: string
  readonly isHouse: boolean
  readonly attempt: number
  readonly instants: Instants
  /** By the process's clock, milliseconds. */
  readonly deadline: number
  readonly signal: AbortSignal
}

export interface Counted {
  readonly deleted: number
  readonly held: number
}
export interface Outcome {
  readonly tables: Readonly<Record<string, Counted>>
  readonly oldestLeft: string | null
  /** Something that was due is still there: time was over, or another row came to name it. */
  readonly isPartial: boolean
}

const remover = (ground: Ground, { table }: Step): Remover => {
  const entry = ground.register[table]
  return (entry !== undefined && 'by' in entry ? entry.by : undefined) ?? 'worker'
}
const isPlatform = (ground: Ground, { table }: Step): boolean => {
  const entry = ground.register[table]
  return entry !== undefined && 'platform' in entry && entry.platform === true
}

const scopeAs = (as: Remover, { tenantId }: ClassRun): Scope =>
  as === 'identity'
    ? authScope(tenantId)
    : { role: as === 'keeper' ? 'zen_keeper' : 'zen_worker', tenantId, userId: null, aud: 'worker' }

/** A transaction of whoever removes rows of this step. */
function transactAs<T>(
  parts: RemovalParts,
  { run, as }: { readonly run: ClassRun; readonly as: Remover },
  work: (tx: Kysely<DB>) => Promise<T>,
) {
  const scope = scopeAs(as, run)
  const database = as === 'keeper' ? parts.keeper : parts.database
  if (!database) throw new Error('no connection of the keeper: DATABASE_URL_KEEPER')
  return database.transact(scope, work)
}

/** The fence: what a batch removed is written to the run of this attempt, or the batch is undone. */
async function fence(tx: Kysely<DB>, run: ClassRun, tables: Readonly<Record<string, number>>): Promise<void> {
  const sum = Object.values(tables).reduce((total, rows) => total + rows, 0)
  const { rows } = await sql`update ops.retention_runs set deleted = deleted + ${sum}::bigint
    where tenant_id = ${run.tenantId}::uuid and id = ${run.id}::uuid and status = 'RUNNING' and attempt = ${run.attempt}::int
    returning 1`.execute(tx)
  if (rows.length === 0) throw new AttemptSuperseded('another attempt holds this run')
}

const placeOf = (ground: Ground, run: ClassRun, step: Step): Place => ({
  ground,
  step,
  instants: run.instants,
  tenantId: isPlatform(ground, step) ? null : run.tenantId,
})

/** Removes a batch and notes it at the run; null where another row came to name what should go. */
function oneBatch(
  parts: RemovalParts,
  given: {
    readonly run: ClassRun
    readonly place: Place
    readonly as: Remover
    readonly lock: boolean
    readonly limit: number
  },
) {
  const { run, place, as, lock, limit } = given
  return transactAs(parts, { run, as }, async (tx) => {
    const gone = await removeBatch(tx, place, { lock, limit })
    const note = () => fence(tx, run, gone.tables)
    await (as === 'identity' ? underScope(tx, { part: scopeAs('worker', run), rest: scopeAs(as, run) }, note) : note())
    return gone
  }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === FOREIGN_KEY) return null
    throw error
  })
}

const limitOf = (ground: Ground, step: Step): number =>
  removalsOf(ground, step).find((one) => one.batch !== undefined)?.batch ?? BATCH

async function removeStep(
  parts: RemovalParts,
  ground: Ground,
  { run, step }: { run: ClassRun; step: Step },
): Promise<{ tables: Record<string, number>; isPartial: boolean }> {
  const place = placeOf(ground, run, step)
  const as = remover(ground, step)
  const bytesOf = removalsOf(ground, step).some((one) => one.bytes === true) ? parts.bytesOf[step.table] : undefined
  const lock = as !== 'keeper' && (bytesOf !== undefined || takenAlong(ground, step).length > 0)
  const limit = limitOf(ground, step)
  const tables: Record<string, number> = {}
  for (;;) {
    run.signal.throwIfAborted()
    // Bytes first: after a crash here the row is found again, and removing what is gone is no error.
    if (bytesOf) {
      const rows = await transactAs(parts, { run, as }, (tx) => nextRows(tx, place))
      await parts.storage.remove(rows.flatMap((row) => [...bytesOf(row)]))
    }
    const batch = await oneBatch(parts, { run, place, as, lock, limit })
    if (batch === null) return { tables, isPartial: true }
    for (const [name, rows] of Object.entries(batch.tables)) tables[name] = (tables[name] ?? 0) + rows
    if (batch.rows < limit) return { tables, isPartial: false }
    if (performance.now() > run.deadline) return { tables, isPartial: true }
    await rest(PAUSE_MS)
  }
}

/** Removes what is over in a class, table by table, children first; stops at the run's deadline. */
export async function removeClass(
  parts: RemovalParts,
  ground: Ground,
  { run, steps }: { run: ClassRun; steps: readonly Step[] },
): Promise<Outcome> {
  const deleted: Record<string, number> = {}
  let isPartial = false
  for (const step of steps) {
    if (isPlatform(ground, step) && !run.isHouse) continue
    if (removalsOf(ground, step).every((one) => one.with !== undefined)) continue
    if (performance.now() > run.deadline) {
      isPartial = true
      break
    }
    const done = await removeStep(parts, ground, { run, step })
    for (const [name, rows] of Object.entries(done.tables)) deleted[name] = (deleted[name] ?? 0) + rows
    isPartial ||= done.isPartial
  }
  const left = await countClass(parts, ground, { run, steps })
  const tables = Object.fromEntries(
    Object.entries(left.tables).map(([name, { held }]) => [name, { deleted: deleted[name] ?? 0, held }]),
  )
  return { tables, oldestLeft: left.oldestLeft, isPartial }
}

/** What a run of the class would remove now. */
export async function countClass(
  parts: RemovalParts,
  ground: Ground,
  { run, steps }: { run: ClassRun; steps: readonly Step[] },
): Promise<Outcome> {
  const tables: Record<string, Counted> = {}
  let oldestLeft: string | null = null
  for (const step of steps) {
    if (isPlatform(ground, step) && !run.isHouse) continue
    const found = await transactAs(parts, { run, as: remover(ground, step) }, (tx) =>
      countOf(tx, placeOf(ground, run, step)),
    )
    tables[step.table] = { deleted: found.due, held: found.held }
    if (found.oldest !== null && (oldestLeft === null || found.oldest < oldestLeft)) oldestLeft = found.oldest
  }
  return { tables, oldestLeft, isPartial: false }
}

/** Whole months that nobody keeps any longer; in the house firm's turn, by the keeper. */
export async function removeMonths(
  parts: RemovalParts,
  run: ClassRun,
  { dryRun }: { dryRun: boolean },
): Promise<Outcome> {
  interface Month {
    readonly partition_name: string
    readonly lower_bound: string
    readonly upper_bound: string
  }
  return transactAs(parts, { run, as: 'keeper' }, async (tx) => {
    const { rows: months } = await sql<Month>`select * from ops.event_months_over()`.execute(tx)
    let deleted = 0
    for (const month of months) {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ops.events
        where occurred_at >= ${month.lower_bound}::timestamptz and occurred_at < ${month.upper_bound}::timestamptz`.execute(
        tx,
      )
      deleted += Number(rows[0]?.n ?? 0)
      if (!dryRun) await sql`select ops.drop_event_month(${month.partition_name})`.execute(tx)
    }
    if (!dryRun) await fence(tx, run, { 'ops.events': deleted })
    const { rows } = await sql<{
      oldest: string | null
    }>`select min(occurred_at)::timestamptz(3) as oldest from ops.events`.execute(tx)
    return { tables: { 'ops.events': { deleted, held: 0 } }, oldestLeft: rows[0]?.oldest ?? null, isPartial: false }
  })
}
