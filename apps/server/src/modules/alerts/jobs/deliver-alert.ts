import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { enqueue, handleJob, type JobContext, type JobHandler } from '../../../platform/jobs/port.ts'
import type { Mail } from '../../../platform/mail/port.ts'
import { type Outgoing, OutgoingFailed } from '../../../platform/outgoing/client.ts'
import { signedHeaders } from '../../../platform/outgoing/standard-webhooks.ts'
import type { Switches } from '../../../platform/switches.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'
import type { ChannelSecret, ChannelSecrets } from '../channel-secrets.ts'
import { deliverJob } from '../deliver-kind.ts'
import { failDelivery, succeedDelivery } from '../end-delivery.ts'
import { headOf, linesOf, Message, slackBody, webhookBody } from '../message.ts'

export interface DeliverParts {
  readonly outgoing: Outgoing
  readonly mail: Mail
  readonly switches: Switches
  readonly metrics: Metrics
  readonly secrets: ChannelSecrets
  readonly origins: { readonly web: string; readonly studio: string }
  /** Of the database's clock there is no need: a receiver compares with its own. */
  readonly now: () => Date
}

interface Asked {
  readonly context: JobContext
  readonly parts: DeliverParts
  readonly id: string
}
interface Claimed {
  readonly id: string
  readonly channel_id: string
  readonly enabled: boolean
  readonly message: Message
  /** Null when it does not open: its key is gone, or it was written for another channel. */
  readonly secret: ChannelSecret | null
}
type Callable = Claimed & { readonly secret: ChannelSecret }

function opened(parts: DeliverParts, ...sealed: Parameters<ChannelSecrets['open']>): ChannelSecret | null {
  try {
    return parts.secrets.open(...sealed)
  } catch {
    return null
  }
}

/** Takes a message that waits, and counts the attempt. */
async function claim(tx: Kysely<DB>, { context, parts, id }: Asked): Promise<Claimed | null> {
  const { rows } = await sql<{
    channel_id: string
    enabled: boolean
    message: unknown
    sealed: Buffer
    sealed_key: string
  }>`
    with taken as (
      update ops.alert_deliveries set attempts = attempts + 1
      where tenant_id = ${context.tenantId}::uuid and id = ${id}::uuid and state = 'PENDING' returning channel_id, message)
    select t.channel_id, t.message, c.enabled and c.deleted_at is null as enabled, c.sealed, c.sealed_key
    from taken t join ops.alert_channels c on c.tenant_id = ${context.tenantId}::uuid and c.id = t.channel_id`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) return null
  const place = { tenantId: context.tenantId, id: row.channel_id }
  const secret = opened(parts, { kid: row.sealed_key, bytes: row.sealed }, place)
  return { id, channel_id: row.channel_id, enabled: row.enabled, message: Message.parse(row.message), secret }
}

/** Mails lie in the outbox from here on; it knows their end. */
async function handOver(tx: Kysely<DB>, { context, parts }: Asked, claimed: Callable): Promise<void> {
  const { mail, origins } = parts
  const { message, secret } = claimed
  if (secret.kind !== 'email') return
  const ids: string[] = []
  const link = new URL(message.link)
  for (const to of secret.to) {
    ids.push(
      await mail.queue(tx, {
        tenantId: context.tenantId,
        userId: null,
        to,
        template: 'ops_alert',
        variables: { head: headOf(message), facts: linesOf(message).join('; ') },
        link: {
          surface: link.origin === origins.studio ? 'studio' : 'web',
          path: `/${link.pathname.slice(1)}${link.search}`,
        },
        traceId: message.trace_id,
      }),
    )
  }
  await sql`update ops.alert_deliveries set state = 'HANDED_OVER', outbox_ids = ${ids}::uuid[]
    where tenant_id = ${context.tenantId}::uuid and id = ${claimed.id}::uuid and state = 'PENDING'`.execute(tx)
}

/** The id of a delivery stays over repeats, so that a receiver knows them. */
function call({ outgoing, now }: DeliverParts, { id, message, secret }: Callable): Promise<unknown> {
  if (secret.kind === 'email') throw new Error('mails go through the outbox')
  if (secret.kind === 'slack') return outgoing.post({ url: secret.url, body: slackBody(message) })
  const body = webhookBody(message, { id, at: now().toISOString() })
  const headers = signedHeaders({ id, body, at: now().getTime() / 1_000 }, secret.secret)
  return outgoing.post({ url: secret.url, body, headers })
}

export const deliverHandler = (parts: DeliverParts): JobHandler =>
  handleJob(deliverJob, {
    run: async (context, { delivery_id: id }) => {
      const until = await parts.switches.offUntil('outbox.webhook', context.tenantId)
      const claimed = await context.transact((tx) => claim(tx, { context, parts, id }))
      if (!claimed) return
      const fail = (code: string): Promise<void> =>
        context.transact((tx, unit) => failDelivery({ ...context, ...parts, tx, unit }, id, code))
      if (!claimed.enabled) return fail('channel_off')
      const { secret } = claimed
      // No repeat opens it: the next channel is told instead.
      if (secret === null) return fail('secret_unreadable')
      const callable = { ...claimed, secret }
      if (secret.kind === 'email') return context.transact((tx) => handOver(tx, { context, parts, id }, callable))
      // What is cut off waits; nothing is lost.
      if (until !== null) return context.transact(async (tx) => void (await again(tx, context, { id, until })))
      try {
        await call(parts, callable)
      } catch (error) {
        if (!(error instanceof OutgoingFailed)) throw error
        context.log.warn({ error_code: error.code }, 'alert_not_delivered')
        if (error.permanent || context.attempt >= context.maxAttempts) return fail(error.code)
        throw error
      }
      await context.transact((tx, unit) => succeedDelivery({ ...context, ...parts, tx, unit }, id))
    },
    dead: (context, { delivery_id: id }, failure) =>
      context.transact((tx, unit) => failDelivery({ ...context, ...parts, tx, unit }, id, failure.code)),
  })

const again = (
  tx: Kysely<DB>,
  context: JobContext,
  when: { readonly id: string; readonly until: string },
): Promise<string> =>
  enqueue(tx, deliverJob, {
    payload: { delivery_id: when.id },
    traceId: context.traceId,
    options: { run_at: when.until },
  })
