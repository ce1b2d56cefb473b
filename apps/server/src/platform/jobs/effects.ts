import { createHash } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { UnitOfWork } from '../db/database.ts'
import type { Log } from '../telemetry/log.ts'
import { type ExternalCall, ExternalRefused, JobFailure } from './port.ts'
import { holdLease } from './postgres-queue.ts'
import { AttemptSuperseded, type ClaimedJob } from './queue.ts'

type Tx = Kysely<DB>
export type Transact = <T>(work: (tx: Tx, unit: UnitOfWork) => Promise<T>) => Promise<T>

/** Records an effect under its key for the attempt that holds the job; false when it was there already. */
export async function recordEffect(tx: Tx, job: ClaimedJob, key: string): Promise<boolean> {
  const [, { rows }] = await Promise.all([
    holdLease(tx, job),
    sql`insert into ops.job_effects (tenant_id, effect_key, job_id, attempt, queue, done_at)
      values (${job.tenant_id}::uuid, ${key}, ${job.id}::uuid, ${job.attempts}, ${job.kind}, now())
      on conflict do nothing returning 1`.execute(tx),
  ])
  return rows.length > 0
}

interface EffectRow {
  readonly state: 'INTENT' | 'DONE' | 'UNKNOWN'
  readonly request_hash: string | null
  readonly result: unknown
  readonly mine: boolean
}

const hashOf = (request: unknown): string =>
  createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(request ?? null)) as JsonValue)) // what JSON keeps is what is sent
    .digest('hex')

interface Outside {
  readonly job: ClaimedJob
  readonly transact: Transact
  readonly log: Log
}

/**
 * A call to the outside. An INTENT is committed before it; an attempt that finds the INTENT of another one asks what
 * became of it, and never repeats a call of which nobody knows the end: that is UNKNOWN, and the job is dead.
 */
export async function callOutside<R>({ job, transact, log }: Outside, external: ExternalCall<R>): Promise<R | null> {
  const key = external.name === undefined ? job.effect_key : `${job.effect_key}:${external.name}`
  const request = hashOf(external.request)
  const known = await transact((tx) => intend(tx, job, { key, request }))
  // Cast: written by an earlier attempt of the same call, or null where a person said that it happened.
  if (known.state === 'DONE') return known.result as R | null
  const settle = (state: EffectRow['state'], result: unknown) => transact((tx) => end(tx, job, { key, state, result }))
  if (!known.mine) {
    const found = (await external.ask?.(key)) ?? { outcome: 'unknown' as const }
    if (found.outcome === 'done') {
      await settle('DONE', found.result)
      return found.result
    }
    if (found.outcome === 'unknown') {
      await settle('UNKNOWN', null)
      log.error({ about: { effect_key: key } }, 'job_effect_unknown')
      throw new JobFailure(
        'EFFECT_UNKNOWN',
        'Nobody can tell whether an earlier call went through; it is not repeated.',
      )
    }
    // From here on it is this attempt's own call.
    await settle('INTENT', null)
  }
  try {
    const result = await external.call(key)
    await settle('DONE', result)
    return result
  } catch (error) {
    // A clear no leaves nothing to reconcile: the next attempt calls anew.
    if (error instanceof ExternalRefused) await transact((tx) => withdraw(tx, job, key))
    throw error
  }
}

async function intend(tx: Tx, job: ClaimedJob, { key, request }: { key: string; request: string }): Promise<EffectRow> {
  await holdLease(tx, job)
  const made =
    await sql`insert into ops.job_effects (tenant_id, effect_key, job_id, attempt, queue, state, request_hash)
      values (${job.tenant_id}::uuid, ${key}, ${job.id}::uuid, ${job.attempts}, ${job.kind}, 'INTENT', ${request})
      on conflict do nothing returning 1`.execute(tx)
  if (made.rows.length > 0) return { state: 'INTENT', request_hash: request, result: null, mine: true }
  const { rows } = await sql<EffectRow>`
    select state, request_hash, result, false as mine from ops.job_effects
    where tenant_id = ${job.tenant_id}::uuid and effect_key = ${key}`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('the effect is gone')
  if (row.request_hash !== request)
    throw new JobFailure('EFFECT_CONFLICT', 'The same key was used for another request.')
  return row
}

interface End {
  readonly key: string
  readonly state: EffectRow['state']
  readonly result: unknown
}
async function end(tx: Tx, job: ClaimedJob, { key, state, result }: End): Promise<void> {
  await holdLease(tx, job)
  const { rows } =
    await sql`update ops.job_effects set state = ${state}, result = ${JSON.stringify(result ?? null)}::jsonb, job_id = ${job.id}::uuid,
      attempt = ${job.attempts}, done_at = ${state === 'DONE' ? sql`now()` : null}
    where tenant_id = ${job.tenant_id}::uuid and effect_key = ${key} and state <> 'DONE' returning 1`.execute(tx)
  if (rows.length === 0) throw new AttemptSuperseded('the effect was ended by another attempt')
}

async function withdraw(tx: Tx, job: ClaimedJob, key: string): Promise<void> {
  await holdLease(tx, job)
  await sql`delete from ops.job_effects where tenant_id = ${job.tenant_id}::uuid and effect_key = ${key} and state = 'INTENT'`.execute(
    tx,
  )
}

/** A job that dies leaves no INTENT: nobody comes back to ask what became of it, so nobody knows. Answers how many. */
export async function abandonIntents(tx: Tx, job: ClaimedJob): Promise<number> {
  const { rows } = await sql`
    update ops.job_effects set state = 'UNKNOWN', job_id = ${job.id}::uuid, attempt = ${job.attempts}
    where tenant_id = ${job.tenant_id}::uuid and state = 'INTENT'
      and (effect_key = ${job.effect_key} or starts_with(effect_key, ${`${job.effect_key}:`})) returning 1`.execute(tx)
  return rows.length
}
