import { hostname } from 'node:os'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { appendAudit } from '../audit/record.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database, UnitOfWork } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import type { Scope } from '../db/scope.ts'
import { randomHex } from '../ids.ts'
import { appendOps, recordOps } from '../ops-events.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'

type Tx = Kysely<DB>

export const LOCK_OUTCOMES = [
  'acquired',
  'skipped',
  'heartbeat_ok',
  'heartbeat_miss',
  'released',
  'recovered',
  'recover_miss',
  'self_healing_recovered',
  'self_healing_failed',
] as const
export type LockOutcome = (typeof LOCK_OUTCOMES)[number]
const QUIET: ReadonlySet<LockOutcome> = new Set(['skipped', 'heartbeat_ok', 'acquired', 'released'])

/** What locks are kept with. */
export interface LockRoom {
  readonly database: Database
  readonly log: Log
  readonly metrics: Metrics
  /** The worker as an actor of the house firm, to whose log recoveries go. */
  readonly actor: Actor
  readonly leaseMs: number
}

/** A lock in the hands of one holder. */
export interface Held {
  readonly key: string
  readonly owner: string
  /** Rises with each holder; whatever a holder writes is checked against the newest. */
  readonly token: number
  /** The run in the history; null for a loop, which writes only what is worth it. */
  readonly runId: string | null
}

/** A writer whose lock went to somebody else: its transaction is rolled back. */
export class Fenced extends Error {
  readonly code = 'FENCED'
}

const IDLE_LIMIT = '10s'
const WAIT_LIMIT = '2s'
/** A heartbeat older than this many leases is dead, whatever the lease says. */
const DEAD_LEASES = 2
const LOST = 'its holder was lost'

const scopeOf = ({ actor }: LockRoom): Scope => ({
  role: 'zen_worker',
  tenantId: actor.tenantId,
  userId: actor.userId,
  aud: 'worker',
})
const seconds = (ms: number): number => ms / 1_000

/** Counts an event of a lock, once, and says it. */
export function tellLock({ metrics, log }: Pick<LockRoom, 'metrics' | 'log'>, key: string, outcome: LockOutcome): void {
  metrics.lockEvents.inc({ lock_key: key, outcome })
  log[QUIET.has(outcome) ? 'debug' : 'warn']({ lock_key: key, outcome }, 'scheduler_lock_event')
}

/** A transaction that neither waits long for a row nor keeps one while it does nothing. */
function transact<T>(room: LockRoom, work: (tx: Tx, unit: UnitOfWork) => Promise<T>): Promise<T> {
  return room.database.transact(scopeOf(room), async (tx, unit) => {
    await sql`select set_config('idle_in_transaction_session_timeout', ${IDLE_LIMIT}, true), set_config('lock_timeout', ${WAIT_LIMIT}, true)`.execute(
      tx,
    )
    return work(tx, unit)
  })
}

/** The run that a holder begins. */
export interface RunOf {
  readonly task: string
  readonly slot: string | null
  readonly jobId: string | null
  readonly traceId: string
}

/** A holder that is lost: its lease is over, or its heartbeat is dead. */
export const isLost = (leaseMs: number) =>
  sql<boolean>`(lease_until < now() or last_heartbeat_at < now() - make_interval(secs => ${seconds(DEAD_LEASES * leaseMs)}))`

/**
 * Takes a lock that is idle, or whose lease is over. A live holder is never displaced, not even by its own process.
 * Null: somebody holds it.
 */
export async function acquire(room: LockRoom, key: string, run: RunOf | null): Promise<Held | null> {
  const owner = `${hostname().slice(0, 40)}/${process.pid}/${randomHex().slice(0, 8)}`
  const taken = await transact(room, async (tx, unit) => {
    const { rows } = await sql<{ was_held: boolean; live: boolean; owner_id: string | null }>`
      select state = 'HELD' as was_held, state = 'HELD' and lease_until >= now() as live, owner_id
      from ops.scheduler_locks where lock_key = ${key} for update skip locked`.execute(tx)
    const [lock] = rows
    if (!lock || lock.live) return null
    const token = await take(tx, room, { key, owner, recovers: lock.was_held })
    if (lock.was_held) {
      await abandonRun(tx, key, LOST)
      await tellRecovery(room, unit, { key, owner: lock.owner_id, token })
    }
    const runId = run && (await beginRun(tx, { key, owner, token, run }))
    return { held: { key, owner, token, runId }, recovered: lock.was_held }
  })
  tellLock(room, key, !taken ? 'skipped' : taken.recovered ? 'recovered' : 'acquired')
  if (taken?.recovered) room.metrics.recoveries.inc()
  return taken?.held ?? null
}

/** Beyond every token that was given out or has written under the lock. */
const NEXT_TOKEN = sql`greatest(l.fencing_token, (select f.high_token from ops.scheduler_fences f where f.lock_key = l.lock_key)) + 1`

async function take(
  tx: Tx,
  { leaseMs }: LockRoom,
  { key, owner, recovers }: { key: string; owner: string; recovers: boolean },
): Promise<number> {
  const { rows } = await sql<{ token: number }>`
    update ops.scheduler_locks l set state = 'HELD', owner_id = ${owner}, lease_until = now() + make_interval(secs => ${seconds(leaseMs)}),
      fencing_token = ${NEXT_TOKEN}, last_heartbeat_at = now(), last_started_at = now(), updated_at = now(),
      recovery_count = recovery_count + ${recovers ? 1 : 0}, last_recovered_at = case when ${recovers}::boolean then now() else last_recovered_at end
    where lock_key = ${key} returning fencing_token as token`.execute(tx)
  const token = rows[0]?.token
  if (token === undefined) throw new Error(`the lock ${key} is not declared`)
  await raiseFence(tx, key, token)
  return token
}

const raiseFence = (tx: Tx, key: string, token: number) =>
  sql`update ops.scheduler_fences set high_token = greatest(high_token, ${token}::bigint) where lock_key = ${key}`.execute(
    tx,
  )

async function beginRun(
  tx: Tx,
  { key, owner, token, run }: { key: string; owner: string; token: number; run: RunOf },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into ops.job_runs (lock_key, task, slot, job_id, owner_id, fencing_token, trace_id)
    values (${key}, ${run.task}, ${run.slot}::timestamptz, ${run.jobId}::uuid, ${owner}, ${token}::bigint, ${run.traceId})
    returning id`.execute(tx)
  if (!rows[0]) throw new Error('the run was not kept')
  return rows[0].id
}

interface Recovery {
  readonly key: string
  readonly owner: string | null
  readonly token: number
}

/** Ends what a lost holder was at; whoever does it says why. */
const abandonRun = (tx: Tx, key: string, why: string) =>
  sql`update ops.job_runs set status = 'ABANDONED', ended_at = now(), error_code = 'ABANDONED', error = ${why}
    where lock_key = ${key} and status = 'RUNNING'`.execute(tx)

/**
 * Takes a lock from its holder and gives it to nobody: IDLE, its fence raised beyond the holder's token, his run
 * abandoned. The caller has made sure that the holder is lost, or answers for it.
 */
export async function freeHolder(tx: Tx, key: string, why: string): Promise<{ token: number }> {
  const { rows } = await sql<{ token: number }>`
    update ops.scheduler_locks l set state = 'IDLE', owner_id = null, lease_until = now(), fencing_token = ${NEXT_TOKEN},
      recovery_count = l.recovery_count + 1, last_recovered_at = now(), updated_at = now()
    where l.lock_key = ${key} and l.state = 'HELD' returning l.fencing_token as token`.execute(tx)
  const [freed] = rows
  if (!freed) throw new Error(`nobody holds the lock ${key}`)
  await raiseFence(tx, key, freed.token)
  await abandonRun(tx, key, why)
  return freed
}

/** What a recovery leaves beside the abandoned run: an ops event, an audit event. */
async function tellRecovery({ actor }: LockRoom, unit: UnitOfWork, { key, owner, token }: Recovery): Promise<void> {
  const traceId = randomHex()
  const entry = {
    action: 'SCHEDULER_LOCK_RECOVERED',
    target_id: key,
    before: { owner_id: owner },
    after: { fencing_token: token },
  } as const
  unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId, actor, ipHash: null }))
  recordOps({ actor, traceId, unit }, [{ metric_key: 'scheduler_lock_recovered', dimensions: { about: key } }])
}

/** Renews the lease; false when the lock is another's by now. `paused` tells a loop to rest. */
export async function heartbeat(room: LockRoom, held: Held): Promise<{ mine: boolean; paused: boolean }> {
  const [rows] = await room.database.write(
    scopeOf(room),
    fixed<{ paused: boolean }>`
      update ops.scheduler_locks set last_heartbeat_at = now(), lease_until = now() + make_interval(secs => ${seconds(room.leaseMs)}::float8), updated_at = now()
      where lock_key = ${held.key} and owner_id = ${held.owner} and fencing_token = ${held.token}::bigint and state = 'HELD'
      returning paused_at is not null as paused`,
  )
  tellLock(room, held.key, rows.length > 0 ? 'heartbeat_ok' : 'heartbeat_miss')
  return { mine: rows.length > 0, paused: rows[0]?.paused === true }
}

/** Renews the lease every third of it until stopped; `lost` is called once when the lock is another's. */
export function keepAlive(room: LockRoom, held: Held, lost: (paused?: boolean) => void): () => void {
  let stopped = false
  const timer = setInterval(() => {
    heartbeat(room, held).then(
      ({ mine }) => {
        if (mine || stopped) return
        clearInterval(timer)
        lost()
      },
      // The database is away: the lease runs out by itself, and whatever is written is fenced.
      (error: unknown) => room.log.warn({ err: error, lock_key: held.key }, 'scheduler_heartbeat_failed'),
    )
  }, room.leaseMs / 3)
  return () => {
    stopped = true
    clearInterval(timer)
  }
}

/** The first statement of whatever a holder writes: an older token than the newest ends the transaction. */
export async function fence(tx: Tx, held: Held): Promise<void> {
  const { rows } = await sql`update ops.scheduler_fences set high_token = ${held.token}::bigint
    where lock_key = ${held.key} and high_token <= ${held.token}::bigint returning 1`.execute(tx)
  if (rows.length === 0) throw new Fenced(`the lock ${held.key} belongs to a newer holder`)
}

/** A transaction that commits only while its holder's token is the newest. */
export function fenced<T>(room: LockRoom, held: Held, work: (tx: Tx, unit: UnitOfWork) => Promise<T>): Promise<T> {
  return transact(room, async (tx, unit) => {
    await fence(tx, held)
    return work(tx, unit)
  })
}

/** How a run ended. */
export interface RunEnd {
  readonly status: 'DONE' | 'FAILED'
  readonly rows: number | null
  readonly code?: string
  readonly message?: string
}

/** Gives the lock back and closes its run; nothing when it is another's by now. */
export async function release(room: LockRoom, held: Held, end: RunEnd): Promise<void> {
  const mine = await transact(room, async (tx) => {
    const { rows } = await sql`
      update ops.scheduler_locks set state = 'IDLE', owner_id = null, lease_until = now(), updated_at = now(),
        last_success_at = case when ${end.status === 'DONE'}::boolean then now() else last_success_at end
      where lock_key = ${held.key} and owner_id = ${held.owner} and fencing_token = ${held.token}::bigint and state = 'HELD' returning 1`.execute(
      tx,
    )
    if (rows.length > 0 && held.runId !== null) await closeRun(tx, held.runId, end)
    return rows.length > 0
  })
  if (mine) tellLock(room, held.key, 'released')
}

const closeRun = (tx: Tx, runId: string, end: RunEnd) =>
  sql`update ops.job_runs set status = ${end.status}, ended_at = now(), rows = ${end.rows}::bigint,
      error_code = ${end.code?.slice(0, 80) ?? null}, error = ${end.message?.slice(0, 2_000) ?? null}
    where id = ${runId}::uuid and status = 'RUNNING'`.execute(tx)

/** Keys whose holder is lost: lease over, or heartbeat dead. An idle lock is never among them. */
export async function staleLocks(room: LockRoom): Promise<string[]> {
  return room.database.readTransaction(scopeOf(room), async (tx) => {
    const { rows } = await sql<{ lock_key: string }>`
      select lock_key from ops.scheduler_locks where state = 'HELD' and ${isLost(room.leaseMs)} order by lock_key limit 100`.execute(
      tx,
    )
    return rows.map((row) => row.lock_key)
  })
}

/** Frees a lock whose holder is lost, without keeping it. False: it was not stale any more, or could not be freed. */
export async function recover(room: LockRoom, key: string): Promise<boolean> {
  try {
    const done = await transact(room, async (tx, unit) => {
      const { rows } = await sql<{ owner: string | null }>`
        select owner_id as owner from ops.scheduler_locks
        where lock_key = ${key} and state = 'HELD' and ${isLost(room.leaseMs)} for update`.execute(tx)
      const [lost] = rows
      if (!lost) return false
      const { token } = await freeHolder(tx, key, LOST)
      await tellRecovery(room, unit, { key, ...lost, token })
      return true
    })
    tellLock(room, key, done ? 'self_healing_recovered' : 'recover_miss')
    if (done) room.metrics.recoveries.inc()
    return done
  } catch (error) {
    tellLock(room, key, 'self_healing_failed')
    room.log.warn({ err: error, lock_key: key }, 'scheduler_recovery_failed')
    await tellFailedRecovery(room, key)
    return false
  }
}

/** The alert counts these. That one cannot be written keeps nobody from the other locks. */
async function tellFailedRecovery(room: LockRoom, key: string): Promise<void> {
  const event = { metric_key: 'scheduler_lock_recovery_failed', dimensions: { about: key } } as const
  const stamp = { tenantId: room.actor.tenantId, traceId: randomHex() }
  await room.database
    .write(scopeOf(room), appendOps([event], stamp))
    .catch((error: unknown) => room.log.warn({ err: error, lock_key: key }, 'scheduler_recovery_not_told'))
}
