import type { ParsedOf } from '@zenops/contracts/kit'
import {
  createAlertChannel,
  deleteAlertChannel,
  testAlertChannel,
  updateAlertChannel,
} from '@zenops/contracts/ops-alerts'
import { type QueryExecutorProvider, sql } from 'kysely'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { consumeConfirmation } from '../../../platform/confirmations.ts'
import { refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type ActorContext, operationsOf } from '../../../platform/operations.ts'
import { OutgoingFailed } from '../../../platform/outgoing/client.ts'
import { newWebhookSecret } from '../../../platform/outgoing/standard-webhooks.ts'
import { channelColumns, channelOf, type ChannelRow } from '../alert-rows.ts'
import { type ChannelSecret, type ChannelSecrets, shownAddress } from '../channel-secrets.ts'
import { linkTo } from '../deliver-due.ts'
import { deliverJob } from '../deliver-kind.ts'
import { testMessage } from '../message.ts'

export interface ChannelParts {
  readonly secrets: ChannelSecrets
  readonly origins: { readonly web: string; readonly studio: string }
}

const on = operationsOf<'ops'>()

/** 422 where an address would never be called. */
async function assertCallable({ services }: ActorContext, url: string | undefined): Promise<void> {
  if (url === undefined) return
  try {
    await services.outgoing.assertAllowed(url)
  } catch (error) {
    if (error instanceof OutgoingFailed) throw refuse.invalid('url', error.code)
    throw error
  }
}

const secretOf = (body: ParsedOf<typeof createAlertChannel>['body']): ChannelSecret => {
  if (body.kind === 'email') return { kind: 'email', to: body.to }
  if (body.kind === 'slack') return { kind: 'slack', url: body.url }
  return { kind: 'webhook', url: body.url, secret: body.secret ?? newWebhookSecret() }
}

export async function readChannel(tx: QueryExecutorProvider, tenantId: string, id: string): Promise<ChannelRow> {
  const { rows } = await sql<ChannelRow>`
    select ${channelColumns} from ops.alert_channels c
    where c.tenant_id = ${tenantId}::uuid and c.id = ${id}::uuid and c.deleted_at is null`.execute(tx)
  if (!rows[0]) throw refuse.notFound('The channel')
  return rows[0]
}

export const createAlertChannelOperation = ({ secrets }: ChannelParts) =>
  on.command(createAlertChannel, {
    prepare: async (context, { body }) => assertCallable(context, body.kind === 'email' ? undefined : body.url),
    run: async ({ tx, actor }, { body }) => {
      const id = uuidv7()
      const secret = secretOf(body)
      const sealed = secrets.seal(secret, { tenantId: actor.tenantId, id })
      await sql`
        insert into ops.alert_channels (tenant_id, id, kind, name, min_severity, level, enabled, address, sealed, sealed_key, created_by)
        values (${actor.tenantId}::uuid, ${id}::uuid, ${body.kind}, ${body.name}, ${body.min_severity}, ${body.level}, ${body.enabled},
          ${shownAddress(secret)}, ${sealed.bytes}, ${sealed.kid}, ${actor.userId}::uuid)`.execute(tx)
      const channel = await readChannel(tx, actor.tenantId, id)
      const { kind, name, min_severity, level, enabled } = channel
      return {
        body: { ...channelOf(channel), secret: secret.kind === 'webhook' ? secret.secret : null },
        audit: { action: 'ALERT_CHANNEL_CREATED', target_id: id, after: { kind, name, min_severity, level, enabled } },
      }
    },
  })

/** A new address replaces the old one; the key of a webhook is drawn anew with it, for whoever answered there before knows it. */
export const updateAlertChannelOperation = ({ secrets }: ChannelParts) =>
  on.command(updateAlertChannel, {
    prepare: async (context, { body }) => assertCallable(context, body.url),
    run: async ({ tx, actor }, { params, body }) => {
      const { rows } = await sql<{ id: string }>`
        select id from ops.alert_channels where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid and deleted_at is null for update`.execute(
        tx,
      )
      if (rows.length === 0) throw refuse.notFound('The channel')
      const before = await readChannel(tx, actor.tenantId, params.id)
      if (body.expected_version !== undefined && body.expected_version !== before.version)
        throw refuse.stale(before.version)
      const address = addressOf(before, body)
      const sealed = address === null ? null : secrets.seal(address, { tenantId: actor.tenantId, id: params.id })
      // What is sealed is written and never read here.
      const moved =
        address === null || sealed === null
          ? sql``
          : sql`, address = ${shownAddress(address)}, sealed = ${sealed.bytes}::bytea, sealed_key = ${sealed.kid}`
      await sql`
        update ops.alert_channels set name = coalesce(${body.name ?? null}, name), min_severity = coalesce(${body.min_severity ?? null}, min_severity),
          level = coalesce(${body.level ?? null}, level), enabled = coalesce(${body.enabled ?? null}::boolean, enabled), version = version + 1${moved}
        where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid`.execute(tx)
      const after = await readChannel(tx, actor.tenantId, params.id)
      const told = (row: ChannelRow) => ({
        name: row.name,
        min_severity: row.min_severity,
        level: row.level,
        enabled: row.enabled,
      })
      return {
        body: channelOf(after),
        audit: {
          action: 'ALERT_CHANNEL_UPDATED',
          target_id: params.id,
          before: told(before),
          after: { ...told(after), ...(address === null ? {} : { address_changed: true }) },
        },
      }
    },
  })

/** The new address of a channel, or null; one of the other kind is refused. */
function addressOf(before: ChannelRow, body: ParsedOf<typeof updateAlertChannel>['body']): ChannelSecret | null {
  if (before.kind === 'email') {
    if (body.url !== undefined) throw refuse.invalid('url', 'not_allowed')
    return body.to === undefined ? null : { kind: 'email', to: body.to }
  }
  if (body.to !== undefined) throw refuse.invalid('to', 'not_allowed')
  if (body.url === undefined) return null
  if (before.kind === 'slack') return { kind: 'slack', url: body.url }
  // The key stays sealed and unread here, so another address of a webhook is another channel.
  throw refuse.invalid('url', 'make_another_channel')
}

export const deleteAlertChannelOperation = on.command(deleteAlertChannel, {
  prepare: async (context, { params, body }) => {
    const last = await context.transact((tx) => isLast(tx, context.actor.tenantId, params.id))
    if (!last) return null
    return assertConfirmed(context, body?.confirmation, {
      action: 'alert_channel_delete',
      target: params.id.toLowerCase(),
    })
  },
  run: async ({ tx, actor }, { params }, confirmation) => {
    const channel = await readChannel(tx, actor.tenantId, params.id)
    if (confirmation) await consumeConfirmation(tx, confirmation)
    // Only commands that delete look at what is deleted; the changed row must still be seen by its policy.
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    await sql`
      update ops.alert_channels set deleted_at = now(), deleted_by = ${actor.userId}::uuid, delete_reason = 'admin',
        purge_after = now() + interval '30 days', enabled = false, version = version + 1
      where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid and deleted_at is null`.execute(tx)
    const { kind, name } = channel
    return {
      body: undefined,
      audit: { action: 'ALERT_CHANNEL_DELETED', target_id: params.id, before: { kind, name } },
    }
  },
})

/** Whether no other channel would be left. */
async function isLast(tx: QueryExecutorProvider, tenantId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ others: number; here: number }>`
    select count(*) filter (where id <> ${id}::uuid) as others, count(*) filter (where id = ${id}::uuid) as here
    from ops.alert_channels where tenant_id = ${tenantId}::uuid and deleted_at is null`.execute(tx)
  return rows[0]?.others === 0 && rows[0].here === 1
}

export const testAlertChannelOperation = ({ origins }: ChannelParts) =>
  on.command(testAlertChannel, {
    run: async (context, { params }) => {
      const { tx, actor, traceId } = context
      const channel = await readChannel(tx, actor.tenantId, params.id)
      const id = uuidv7()
      const link = linkTo(origins, actor.aud === 'studio')
      const message = testMessage({ tenantId: actor.tenantId, link, traceId })
      await sql`
        insert into ops.alert_deliveries (tenant_id, id, channel_id, notice, message, trace_id)
        values (${actor.tenantId}::uuid, ${id}::uuid, ${channel.id}::uuid, 'test', ${JSON.stringify(message)}::jsonb, ${traceId})`.execute(
        tx,
      )
      await context.enqueue(deliverJob, { delivery_id: id })
      return {
        body: { delivery_id: id },
        audit: {
          action: 'ALERT_CHANNEL_TESTED',
          target_id: channel.id,
          after: { kind: channel.kind, name: channel.name },
        },
      }
    },
  })
