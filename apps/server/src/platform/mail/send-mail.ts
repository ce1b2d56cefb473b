import { type Kysely, sql } from 'kysely'
import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { DB } from '../../../db/types.ts'
import { enqueue, handleJob, type JobContext, JobFailure, type JobHandler, jobKind } from '../jobs/port.ts'
import type { Recurring } from '../jobs/recurring.ts'
import type { UnitOfWork } from '../db/database.ts'
import { recordOps } from '../ops-events.ts'
import { holdBack } from '../outbox/hold-back.ts'
import { sendWebhookJob } from '../outbox/send-webhooks.ts'
import type { Switches } from '../switches.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type MailRoom, type SealedRow, sendMailJob } from './mail.ts'
import { MailRefused } from './providers.ts'
import { taskOf } from '../scheduler/timetable.ts'

const LEASE_SECONDS = 60
const MAX_ATTEMPTS = 5
/** Waits after the first, second … failed attempt; each ± 20 %. */
const DELAYS_SECONDS = [5, 60, 600, 7_200]
const SWEEP_BATCH = 200

export const tendOutboxJob = jobKind({ kind: 'notifications.tend_outbox', payload: z.strictObject({}) })
/** Finds what a lost signal left behind, and lets old rows go. */
export const mailRecurring: Recurring[] = [taskOf('notifications_tend_outbox', { job: tendOutboxJob, payload: {} })]

interface OutboxRow extends SealedRow {
  readonly recipient: string
  readonly subject: string
  readonly status: string
  readonly attempt_no: number
  /** Decided by the database's clock. */
  readonly leased: boolean
  readonly lease_until: string | null
  readonly due: boolean
  readonly expired: boolean
  readonly gone: boolean
}

/** A mail that ended without being handed to anybody. */
interface Dead {
  readonly dead: string
}
const isDead = (taken: Claimed | Dead | 'simulated' | null): taken is Dead =>
  taken !== null && typeof taken === 'object' && 'dead' in taken

interface Claimed {
  readonly row: OutboxRow
  readonly attempt: number
  readonly lease: string
}

/** What the sending of mails counts with and obeys. */
export interface MailWatch {
  readonly metrics: Metrics
  readonly switches: Switches
}

export function mailJobs(room: MailRoom, { metrics, switches }: MailWatch): JobHandler[] {
  const count = (
    context: JobContext,
    unit: UnitOfWork,
    key: 'notification_sent' | 'notification_failed' | 'notification_dead',
  ): void => {
    metrics.events.inc({ key })
    metrics.outboxDeliveries.inc({ kind: 'email', result: key.replace('notification_', '') })
    recordOps({ ...context, unit }, [{ metric_key: key, dimensions: { channel: 'email' } }])
  }
  return [
    handleJob(sendMailJob, {
      run: async (context, { outbox_id }) => {
        const until = await switches.offUntil('outbox.mail', context.tenantId)
        if (until !== null) return context.transact((tx) => hold(tx, context, { id: outbox_id, until }))
        const claimed = await context.transact(async (tx, unit) => {
          const taken = await claim(tx, { context, room, id: outbox_id })
          if (taken === 'simulated') count(context, unit, 'notification_sent')
          if (isDead(taken)) count(context, unit, 'notification_dead')
          return taken
        })
        if (claimed === null || claimed === 'simulated') return
        if (isDead(claimed)) throw new JobFailure(claimed.dead, 'The mail was not sent in its time, or too often.')
        try {
          const messageId = await room.provider.send({
            messageId: `<${claimed.row.id}@${room.messageDomain}>`,
            to: claimed.row.recipient,
            subject: claimed.row.subject,
            ...room.open(claimed.row),
          })
          await context.transact(async (tx, unit) => {
            await finishSent(tx, claimed, messageId)
            count(context, unit, 'notification_sent')
          })
        } catch (error) {
          if (!(error instanceof MailRefused)) throw error
          const end = await context.transact(async (tx, unit) => {
            const state = await finishFailed(tx, { context, claimed, error })
            count(context, unit, state === 'dead' ? 'notification_dead' : 'notification_failed')
            return state
          })
          // The server's own words may name the recipient: only the code is logged.
          context.log.warn({ error_code: error.code, outcome: end, about: { outbox_id } }, 'mail_not_sent')
          // It joins the dead letters, from where somebody may have it tried again.
          if (end === 'dead') throw new JobFailure(error.code, 'The mail was refused for good, or too often.')
        }
      },
    }),
    handleJob(tendOutboxJob, { run: (context) => context.transact((tx) => tend(tx, context, room)) }),
  ]
}

interface Asked {
  readonly context: JobContext
  readonly room: MailRoom
  readonly id: string
}

const set = (tx: Kysely<DB>, row: SealedRow, changes: ReturnType<typeof sql>) =>
  sql`update notifications.outbox set ${changes}, version = version + 1
    where tenant_id = ${row.tenant_id} and id = ${row.id}`.execute(tx)
/** What a link leaves behind once it is of no use. */
const ERASED = sql`sealed = null, sealed_key = null`
const UNLEASED = sql`lease_token = null, lease_until = null`

/**
 * Takes a mail for one attempt, committed with its trace before the provider is asked. Null: nothing is to be done now.
 * An attempt whose lease ran out may have been sent: it is told `unknown` and repeated under the same Message-ID. A dead
 * mail is taken once more when somebody replays its job.
 */
async function claim(tx: Kysely<DB>, { context, room, id }: Asked): Promise<Claimed | Dead | 'simulated' | null> {
  const { rows } = await sql<OutboxRow>`
    select o.*, o.status = 'sending' and o.lease_until > now() as leased, o.next_attempt_at <= now() as due, o.expires_at <= now() as expired,
      exists (select 1 from identity.users u where u.id = o.user_id and u.status <> 'active') as gone
    from notifications.outbox o
    where o.tenant_id = ${context.tenantId} and o.id = ${id} and o.channel = 'email' and o.mode = 'auto'
      and (o.status in ('queued', 'failed', 'sending') or (o.status = 'dead' and exists (
        select 1 from ops.dead_jobs d where d.tenant_id = o.tenant_id and d.effect_key = ${context.effectKey} and d.state = 'REPLAYED')))
    for update of o`.execute(tx)
  const [row] = rows
  if (!row) return null
  if (row.leased) return again(tx, context, { id, at: row.lease_until ?? '' })
  if (row.status === 'sending') await endAttempt(tx, row, { attempt: row.attempt_no, status: 'unknown' })
  const end = endWithoutSending(row, room)
  if (end) {
    await set(tx, row, sql`${end.changes}, ${UNLEASED}`)
    if (end.dead !== undefined) return { dead: end.dead }
    return end.simulated ? 'simulated' : null
  }
  return row.due || row.status === 'dead' ? lease(tx, row, room) : null
}

interface Unsent {
  readonly changes: ReturnType<typeof sql>
  readonly simulated?: true
  /** It joins the dead letters under this code. */
  readonly dead?: string
}

/** Why a mail is not handed to anybody, and what its row then says; null when it is to be sent. */
function endWithoutSending(row: OutboxRow, room: MailRoom): Unsent | null {
  if (row.gone) return { changes: sql`status = 'suppressed', last_error_code = 'recipient_inactive', ${ERASED}` }
  if (row.expired) return { changes: sql`status = 'dead', last_error_code = 'expired', ${ERASED}`, dead: 'expired' }
  // What it says stays: somebody may have it tried again.
  if (row.attempt_no >= MAX_ATTEMPTS && row.status !== 'dead')
    return { changes: sql`status = 'dead', last_error_code = 'attempts_used_up'`, dead: 'attempts_used_up' }
  if (room.provider.id !== 'noop') return null
  if (!room.simulates) return { changes: sql`status = 'queued', hold_reason = 'provider_not_configured'` }
  return {
    changes: sql`status = 'sent', simulated = true, provider = 'noop', hold_reason = null, sent_at = now(), ${ERASED}`,
    simulated: true,
  }
}

async function lease(tx: Kysely<DB>, row: OutboxRow, room: MailRoom): Promise<Claimed> {
  const token = randomUUID()
  const attempt = row.attempt_no + 1
  await Promise.all([
    set(
      tx,
      row,
      sql`status = 'sending', hold_reason = null, provider = ${room.provider.id}, attempt_no = ${attempt},
        lease_token = ${token}, lease_until = now() + make_interval(secs => ${LEASE_SECONDS})`,
    ),
    sql`insert into notifications.attempts (tenant_id, outbox_id, attempt_no, provider)
      values (${row.tenant_id}, ${row.id}, ${attempt}, ${room.provider.id})`.execute(tx),
  ])
  return { row, attempt, lease: token }
}

async function hold(tx: Kysely<DB>, context: JobContext, when: { id: string; until: string }): Promise<void> {
  const at = await holdBack(tx, { tenantId: context.tenantId, ...when })
  if (at !== null) await again(tx, context, { id: when.id, at })
}

/** Asks for another look at a mail. */
async function again(tx: Kysely<DB>, context: JobContext, when: { id: string; at: string }): Promise<null> {
  const payload = { outbox_id: when.id }
  await enqueue(tx, sendMailJob, { payload, traceId: context.traceId, options: { run_at: when.at } })
  return null
}

interface AttemptEnd {
  readonly attempt: number
  readonly status: 'sent' | 'failed' | 'unknown'
  readonly messageId?: string
  readonly error?: MailRefused
}

const endAttempt = (tx: Kysely<DB>, row: SealedRow, end: AttemptEnd) =>
  sql`update notifications.attempts set status = ${end.status}, provider_message_id = ${end.messageId ?? null},
      error_code = ${end.error?.code ?? null}, error = ${end.error?.message ?? null}, finished_at = now(),
      latency_ms = (extract(epoch from now() - started_at) * 1000)::int
    where tenant_id = ${row.tenant_id} and outbox_id = ${row.id} and attempt_no = ${end.attempt}`.execute(tx)

/** Ends the attempt under its lease; a late worker, whose mail another one owns by now, changes the attempt alone. */
async function underLease(tx: Kysely<DB>, { row, lease }: Claimed, changes: ReturnType<typeof sql>): Promise<boolean> {
  const { rows } = await sql`update notifications.outbox set ${changes}, ${UNLEASED}, version = version + 1
    where tenant_id = ${row.tenant_id} and id = ${row.id} and status = 'sending' and lease_token = ${lease} returning 1`.execute(
    tx,
  )
  return rows.length > 0
}

async function finishSent(tx: Kysely<DB>, claimed: Claimed, messageId: string): Promise<void> {
  await endAttempt(tx, claimed.row, { attempt: claimed.attempt, status: 'sent', messageId })
  await underLease(
    tx,
    claimed,
    sql`status = 'sent', sent_at = now(), provider_message_id = ${messageId}, last_error_code = null, ${ERASED}`,
  )
}

interface Failed {
  readonly context: JobContext
  readonly claimed: Claimed
  readonly error: MailRefused
}

async function finishFailed(tx: Kysely<DB>, { context, claimed, error }: Failed): Promise<'dead' | 'failed' | 'late'> {
  const { row, attempt } = claimed
  await endAttempt(tx, row, { attempt, status: 'failed', error })
  const delay = error.permanent ? undefined : DELAYS_SECONDS[attempt - 1]
  if (delay === undefined) {
    const owned = await underLease(tx, claimed, sql`status = 'dead', last_error_code = ${error.code}`)
    return owned ? 'dead' : 'late'
  }
  const seconds = (delay * randomInt(800, 1_201)) / 1_000
  const at = sql`now() + make_interval(secs => ${seconds})`
  const owned = await underLease(
    tx,
    claimed,
    sql`status = 'failed', last_error_code = ${error.code}, next_attempt_at = ${at}`,
  )
  if (!owned) return 'late'
  const { rows } = await sql<{ at: string }>`select next_attempt_at as at from notifications.outbox
    where tenant_id = ${row.tenant_id} and id = ${row.id}`.execute(tx)
  await again(tx, context, { id: row.id, at: rows[0]?.at ?? '' })
  return 'failed'
}

const JOBS = { email: sendMailJob, webhook: sendWebhookJob } as const

/** Messages whose signal was lost or whose provider came later. */
async function tend(tx: Kysely<DB>, context: JobContext, room: MailRoom): Promise<void> {
  const idle = room.provider.id === 'noop' && !room.simulates
  const { rows } = await sql<{ id: string; channel: keyof typeof JOBS }>`
    select id, channel from notifications.outbox
    where tenant_id = ${context.tenantId} and channel in ('email', 'webhook') and mode = 'auto' and (
      status in ('queued', 'failed') and next_attempt_at < now() - interval '1 minute'
        and (not ${idle}::boolean or channel = 'webhook' or expires_at <= now())
      or status = 'sending' and lease_until < now())
    order by next_attempt_at limit ${SWEEP_BATCH}`.execute(tx)
  await Promise.all(
    rows.map(({ id, channel }) => enqueue(tx, JOBS[channel], { payload: { outbox_id: id }, traceId: context.traceId })),
  )
}
