import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../db/types.ts'
import type { UnitOfWork } from '../db/database.ts'
import { uuidv7 } from '../ids.ts'
import { enqueue, handleJob, type JobContext, JobFailure, type JobHandler, jobKind } from '../jobs/port.ts'
import { recordOps } from '../ops-events.ts'
import { type Outgoing, type OutgoingCall, OutgoingFailed } from '../outgoing/client.ts'
import type { Switches } from '../switches.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createBreaker } from './breaker.ts'
import { holdBack } from './hold-back.ts'
import { type Courier, DeliveryRefused, type OutboxMessage, type RelayEnd, relayTurn } from './relay.ts'

type Tx = Kysely<DB>

const LEASE_SECONDS = 60
/** An endpoint that failed so often in a row is left alone for this long. */
const BREAKER = { failures: 5, openMs: 60_000 }
/** What somebody asks for again lives at least this long, whenever it was written. */
const REPLAY_LIFE = "interval '1 hour'"

export const sendWebhookJob = jobKind({
  kind: 'notifications.send_webhook',
  payload: z.strictObject({ outbox_id: z.guid() }),
})

/** One kind of messages that leave by webhook: it knows whose address and key they go with. */
export interface WebhookSource {
  readonly eventType: string
  /** The call as it goes out now. Throws DeliveryRefused where there is nobody to call. */
  callOf(message: OutboxMessage, transact: JobContext['transact']): Promise<OutgoingCall>
}

export interface WebhookParts {
  readonly outgoing: Outgoing
  readonly switches: Switches
  readonly metrics: Metrics
  readonly sources: readonly WebhookSource[]
}

export interface WebhookMessage {
  readonly tenantId: string
  readonly eventType: string
  readonly endpointId: string
  /** As it may be shown: never the whole address of a hook that is itself a secret. */
  readonly recipient: string
  readonly subject: string
  /** Written once: every attempt sends the same bytes. */
  readonly bodyOf: (id: string) => string
  readonly lifeHours: number
  readonly traceId: string
}

/** Writes the message and asks for its delivery, both within the caller's transaction. Answers the outbox row's id. */
export async function queueWebhook(tx: Tx, message: WebhookMessage): Promise<string> {
  const id = uuidv7()
  const { tenantId, eventType, traceId } = message
  await sql`
    insert into notifications.outbox (tenant_id, id, channel, class, event_type, template_key, endpoint_id, recipient, subject, body_text, trace_id, expires_at)
    values (${tenantId}::uuid, ${id}::uuid, 'webhook', 'urgent', ${eventType}, ${eventType}, ${message.endpointId}::uuid,
      ${message.recipient.slice(0, 320)}, ${message.subject.slice(0, 200)}, ${message.bodyOf(id)}, ${traceId},
      now() + make_interval(hours => ${message.lifeHours}))`.execute(tx)
  await enqueue(tx, sendWebhookJob, { payload: { outbox_id: id }, traceId })
  return id
}

export function webhookJobs(parts: WebhookParts): JobHandler[] {
  const breaker = createBreaker(BREAKER)
  return [
    handleJob(sendWebhookJob, {
      run: async (context, { outbox_id: id }) => {
        const until = await parts.switches.offUntil('outbox.webhook', context.tenantId)
        if (until !== null) return context.transact((tx) => waitOut(tx, context, { id, until }))
        await context.transact((tx) => revive(tx, context, id))
        const [end] = await relayTurn({
          tenantId: context.tenantId,
          channel: 'webhook',
          only: id,
          limit: 1,
          leaseSeconds: LEASE_SECONDS,
          breaker,
          courier: courierOf(parts, context),
          transact: context.transact,
          ended: async (one, tx, unit) => {
            count(parts, context, { end: one, unit })
            if (one.at !== null) await again(tx, context, { id, at: one.at })
          },
        })
        if (end === undefined || end.end === 'open') await context.transact((tx) => lookAgain(tx, context, id))
        if (end?.end === 'failed')
          context.log.warn({ error_code: end.code, about: { outbox_id: id } }, 'webhook_not_delivered')
        // It joins the dead letters, from where somebody may have it tried again.
        if (end?.end === 'dead')
          throw new JobFailure(
            end.code ?? 'dead',
            'The message was refused for good or too often, or its time is over.',
          )
      },
    }),
  ]
}

const courierOf = ({ outgoing, sources }: WebhookParts, { transact }: JobContext): Courier => ({
  provider: 'webhook',
  endpointOf: (message) => message.endpoint_id ?? message.recipient,
  deliver: async (message, key) => {
    const source = sources.find((one) => one.eventType === message.event_type)
    if (!source) throw new DeliveryRefused('no_such_source', 'Nobody knows where this goes.', true)
    const call = await source.callOf(message, transact)
    try {
      await outgoing.post(call)
    } catch (error) {
      // One that timed out may have arrived: it is repeated under its id, by which a receiver knows it.
      if (error instanceof OutgoingFailed) throw new DeliveryRefused(error.code, error.code, error.permanent)
      throw error
    }
    return key
  },
})

const RESULTS = {
  sent: 'webhook_delivered',
  failed: 'webhook_delivery_failed',
  dead: 'webhook_delivery_failed',
} as const

function count(
  { metrics }: WebhookParts,
  context: JobContext,
  { end: { end }, unit }: { readonly end: RelayEnd; readonly unit: UnitOfWork },
): void {
  if (end !== 'sent' && end !== 'failed' && end !== 'dead') return
  const key = RESULTS[end]
  metrics.events.inc({ key })
  metrics.outboxDeliveries.inc({ kind: 'webhook', result: end })
  recordOps({ ...context, unit }, [{ metric_key: key, dimensions: { result: end } }])
}

interface When {
  readonly id: string
  readonly at: string
}
const again = (tx: Tx, context: JobContext, { id, at }: When): Promise<string> =>
  enqueue(tx, sendWebhookJob, { payload: { outbox_id: id }, traceId: context.traceId, options: { run_at: at } })

async function waitOut(tx: Tx, context: JobContext, { id, until }: { readonly id: string; readonly until: string }) {
  const at = await holdBack(tx, { tenantId: context.tenantId, id, until })
  if (at !== null) await again(tx, context, { id, at })
}

/** A replay of its dead letter puts the message back, for one more attempt. */
const revive = (tx: Tx, { tenantId, effectKey }: JobContext, id: string) =>
  sql`
    update notifications.outbox o set status = 'queued', next_attempt_at = now(), version = o.version + 1,
      expires_at = greatest(o.expires_at, now() + ${sql.raw(REPLAY_LIFE)})
    where o.tenant_id = ${tenantId}::uuid and o.id = ${id}::uuid and o.status = 'dead' and exists (
      select 1 from ops.dead_jobs d where d.tenant_id = o.tenant_id and d.effect_key = ${effectKey} and d.state = 'REPLAYED')`.execute(
    tx,
  )

/** Of one that another relay holds, or whose end nobody saw, its lease tells when it may be taken. */
async function lookAgain(tx: Tx, context: JobContext, id: string): Promise<void> {
  const { rows } = await sql<{ at: string }>`
    select lease_until as at from notifications.outbox
    where tenant_id = ${context.tenantId}::uuid and id = ${id}::uuid and status = 'sending'`.execute(tx)
  if (rows[0]) await again(tx, context, { id, at: rows[0].at })
}
