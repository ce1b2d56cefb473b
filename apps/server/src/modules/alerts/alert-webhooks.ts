import { sql } from 'kysely'
import { DeliveryRefused } from '../../platform/outbox/relay.ts'
import type { WebhookSource } from '../../platform/outbox/send-webhooks.ts'
import { signedHeaders } from '../../platform/outgoing/standard-webhooks.ts'
import type { ChannelSecret, ChannelSecrets } from './channel-secrets.ts'

/** What the outbox calls messages to channels. */
export const ALERT_EVENT = 'ops_alert'

export interface AlertWebhookParts {
  readonly secrets: ChannelSecrets
  /** Of the database's clock there is no need: a receiver compares with its own. */
  readonly now: () => Date
}

/** Webhooks and Slack-compatible addresses of channels. The id of a message stays over repeats, so that a receiver knows them. */
export const alertWebhooks = ({ secrets, now }: AlertWebhookParts): WebhookSource => ({
  eventType: ALERT_EVENT,
  callOf: async ({ tenant_id: tenantId, id, endpoint_id, body_text }, transact) => {
    const { rows } = await transact((tx) =>
      sql<{ kid: string; bytes: Buffer }>`
        select sealed_key as kid, sealed as bytes from ops.alert_channels
        where tenant_id = ${tenantId}::uuid and id = ${endpoint_id}::uuid and enabled and deleted_at is null`.execute(
        tx,
      ),
    )
    const [sealed] = rows
    if (!sealed) throw new DeliveryRefused('channel_off', 'The channel is off.', true)
    const secret = openChannel(secrets, sealed, { tenantId, id: endpoint_id ?? '' })
    if (secret === null || secret.kind === 'email')
      throw new DeliveryRefused('secret_unreadable', 'The address of the channel does not open.', true)
    const body = body_text ?? ''
    if (secret.kind === 'slack') return { url: secret.url, body }
    return {
      url: secret.url,
      body,
      headers: signedHeaders({ id, body, at: now().getTime() / 1_000 }, secret.secret),
    }
  },
})

/** Null when it does not open: its key is gone, or it was written for another channel. */
export function openChannel(
  secrets: ChannelSecrets,
  ...sealed: Parameters<ChannelSecrets['open']>
): ChannelSecret | null {
  try {
    return secrets.open(...sealed)
  } catch {
    return null
  }
}
