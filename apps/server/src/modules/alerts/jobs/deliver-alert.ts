import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { handleJob, type JobContext, JobFailure, type JobHandler } from '../../../platform/jobs/port.ts'
import type { Mail } from '../../../platform/mail/port.ts'
import { queueWebhook } from '../../../platform/outbox/send-webhooks.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'
import { ALERT_EVENT, openChannel } from '../alert-webhooks.ts'
import type { ChannelSecret, ChannelSecrets } from '../channel-secrets.ts'
import { deliverJob } from '../deliver-kind.ts'
import { failDelivery } from '../end-delivery.ts'
import { headOf, linesOf, Message, slackBody, webhookBody } from '../message.ts'

export interface DeliverParts {
  readonly mail: Mail
  readonly metrics: Metrics
  readonly secrets: ChannelSecrets
  readonly origins: { readonly web: string; readonly studio: string }
  readonly now: () => Date
}

/** An alert that nobody could be told of for so long is told no more. */
const LIFE_HOURS = 6

interface Asked {
  readonly context: JobContext
  readonly parts: DeliverParts
  readonly id: string
}
interface Claimed {
  readonly channel_id: string
  readonly address: string
  readonly enabled: boolean
  readonly message: Message
  readonly secret: ChannelSecret | null
}

/** Takes a message that waits, or one that failed and whose dead letter somebody replays. */
async function claim(tx: Kysely<DB>, { context, parts, id }: Asked): Promise<Claimed | null> {
  const { rows } = await sql<{
    channel_id: string
    address: string
    enabled: boolean
    message: unknown
    sealed: Buffer
    sealed_key: string
  }>`
    with taken as (
      update ops.alert_deliveries d set state = 'PENDING', error_code = null, finished_at = null
      where d.tenant_id = ${context.tenantId}::uuid and d.id = ${id}::uuid and (d.state = 'PENDING' or d.state = 'FAILED' and exists (
        select 1 from ops.dead_jobs l where l.tenant_id = d.tenant_id and l.effect_key = ${context.effectKey} and l.state = 'REPLAYED'))
      returning d.channel_id, d.message)
    select t.channel_id, c.address, t.message, c.enabled and c.deleted_at is null as enabled, c.sealed, c.sealed_key
    from taken t join ops.alert_channels c on c.tenant_id = ${context.tenantId}::uuid and c.id = t.channel_id`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) return null
  const { channel_id, address, enabled } = row
  const place = { tenantId: context.tenantId, id: channel_id }
  const secret = openChannel(parts.secrets, { kid: row.sealed_key, bytes: row.sealed }, place)
  return { channel_id, address, enabled, message: Message.parse(row.message), secret }
}

interface Addressed extends Claimed {
  readonly secret: ChannelSecret
}

/** One mail a mailbox. */
async function mails(tx: Kysely<DB>, { context, parts }: Asked, { message, to }: { message: Message; to: string[] }) {
  const ids: string[] = []
  const link = new URL(message.link)
  for (const mailbox of to) {
    ids.push(
      await parts.mail.queue(tx, {
        tenantId: context.tenantId,
        userId: null,
        to: mailbox,
        template: 'ops_alert',
        variables: { head: headOf(message), facts: linesOf(message).join('; ') },
        link: {
          surface: link.origin === parts.origins.studio ? 'studio' : 'web',
          path: `/${link.pathname.slice(1)}${link.search}`,
        },
        traceId: message.trace_id,
      }),
    )
  }
  return ids
}

/** The message lies in the outbox from here on, which sends it and knows its end. */
async function handOver(
  tx: Kysely<DB>,
  asked: Asked,
  { secret, message, channel_id, address }: Addressed,
): Promise<void> {
  const { context, parts, id } = asked
  const at = parts.now().toISOString()
  const ids =
    secret.kind === 'email'
      ? await mails(tx, asked, { message, to: secret.to })
      : [
          await queueWebhook(tx, {
            tenantId: context.tenantId,
            eventType: ALERT_EVENT,
            endpointId: channel_id,
            recipient: address,
            subject: headOf(message),
            bodyOf: (outboxId) =>
              secret.kind === 'slack' ? slackBody(message) : webhookBody(message, { id: outboxId, at }),
            lifeHours: LIFE_HOURS,
            traceId: message.trace_id,
          }),
        ]
  await sql`update ops.alert_deliveries set state = 'HANDED_OVER', outbox_ids = ${ids}::uuid[]
    where tenant_id = ${context.tenantId}::uuid and id = ${id}::uuid and state = 'PENDING'`.execute(tx)
}

/** Why a message has nowhere to go; no repeat mends that by itself, so that the next channel is told instead. */
const faultOf = ({ enabled, secret }: Claimed): string | null => {
  if (!enabled) return 'channel_off'
  return secret === null ? 'secret_unreadable' : null
}

export const deliverHandler = (parts: DeliverParts): JobHandler =>
  handleJob(deliverJob, {
    run: async (context, { delivery_id: id }) => {
      const fault = await context.transact(async (tx) => {
        const asked = { context, parts, id }
        const claimed = await claim(tx, asked)
        if (!claimed) return null
        const { secret } = claimed
        if (claimed.enabled && secret !== null) await handOver(tx, asked, { ...claimed, secret })
        return faultOf(claimed)
      })
      if (fault !== null) throw new JobFailure(fault, 'The channel cannot be called.')
    },
    dead: (context, { delivery_id: id }, failure) =>
      context.transact((tx, unit) =>
        failDelivery({ ...context, ...parts, tx, unit }, { id, attempts: 0, errorCode: failure.code }),
      ),
  })
