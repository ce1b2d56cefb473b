import { listAlertChannels, listAlertDeliveries, listAlerts } from '@zenops/contracts/ops-alerts'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import {
  alertColumns,
  alertSource,
  type AlertRow,
  channelColumns,
  channelOf,
  type ChannelRow,
  type DeliveryRow,
} from '../alert-rows.ts'

const on = operationsOf<'ops' | 'identity'>()
const Cursor = z.tuple([z.guid()])

/** Newest first by their ids, which carry the time. */
function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], limit: number) {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.id]) : null }
}

const anyOf = (column: RawBuilder<unknown>, values: readonly string[] | undefined): RawBuilder<unknown>[] =>
  values ? [sql`${column} = any (${[...values]}::text[])`] : []

export const listAlertsOperation = on.query(listAlerts, async ({ read, build, actor }, { query }) => {
  const asked = query.tenant_id?.toLowerCase()
  if (actor.aud !== 'studio' && asked !== undefined && asked !== actor.tenantId) throw refuse.forbidden('tenant_scope')
  const tenantId = actor.aud === 'studio' ? asked : actor.tenantId
  const where = [
    tenantId === undefined ? sql`true` : sql`a.tenant_id = ${tenantId}::uuid`,
    ...anyOf(sql`a.state`, query.state),
    ...anyOf(sql`a.severity`, query.severity),
    ...anyOf(sql`a.rule_key`, query.rule_key),
    ...(query.cursor === undefined ? [] : [sql`a.id < ${decodeCursor(Cursor, query.cursor)[0]}::uuid`]),
  ]
  const [rows] = await read(
    sql<AlertRow>`select ${alertColumns} from ${alertSource} where ${sql.join(where, sql` and `)}
      order by a.id desc limit ${query.limit + 1}`.compile(build),
  )
  return pageOf(rows, query.limit)
})

export const listAlertChannelsOperation = on.query(listAlertChannels, async ({ read, build, actor }, { query }) => {
  const after = query.cursor === undefined ? sql`true` : sql`c.id < ${decodeCursor(Cursor, query.cursor)[0]}::uuid`
  const [rows] = await read(
    sql<ChannelRow>`select ${channelColumns} from ops.alert_channels c
      where c.tenant_id = ${actor.tenantId}::uuid and c.deleted_at is null and ${after} order by c.id desc limit ${query.limit + 1}`.compile(
      build,
    ),
  )
  const { items, next_cursor } = pageOf(rows, query.limit)
  return { items: items.map(channelOf), next_cursor }
})

export const listAlertDeliveriesOperation = on.query(listAlertDeliveries, async ({ read, build, actor }, { query }) => {
  const where = [
    sql`d.tenant_id = ${actor.tenantId}::uuid`,
    ...anyOf(sql`d.state`, query.state),
    ...(query.channel_id === undefined ? [] : [sql`d.channel_id = ${query.channel_id}::uuid`]),
    ...(query.alert_id === undefined ? [] : [sql`d.alert_id = ${query.alert_id}::uuid`]),
    ...(query.cursor === undefined ? [] : [sql`d.id < ${decodeCursor(Cursor, query.cursor)[0]}::uuid`]),
  ]
  const [rows] = await read(
    sql<DeliveryRow>`
      select d.id, d.channel_id, coalesce(c.name, '') as channel_name, coalesce(c.kind, 'webhook') as kind, d.alert_id, d.message ->> 'rule_key' as rule_key, d.notice,
        d.state, d.attempts, d.error_code, d.fallback_of, d.created_at, d.finished_at, d.trace_id
      from ops.alert_deliveries d left join ops.alert_channels c on c.tenant_id = d.tenant_id and c.id = d.channel_id
      where ${sql.join(where, sql` and `)} order by d.id desc limit ${query.limit + 1}`.compile(build),
  )
  return pageOf(rows, query.limit)
})
