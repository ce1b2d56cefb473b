import type { MetricKey } from '@zenops/contracts/metric-keys'
import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from './db/database.ts'
import type { EventStamp } from './events.ts'

/** Something countable that happened. `dimensions` are few words from fixed sets, never personal data. */
export interface OpsEvent {
  readonly metric_key: MetricKey
  /** Default 1; money in paise, tokens and bytes as they are. */
  readonly value?: number
  readonly dimensions?: Readonly<Record<string, string | number | boolean>>
  /** The firm it belongs to, where it differs from the caller's tenant (portal, identity, platform). */
  readonly tenant_id?: string
}

/** One statement that writes ops events; for those who have no unit of work at hand. */
export function appendOps(events: readonly OpsEvent[], stamp: { tenantId: string; traceId: string }): CompiledQuery {
  const rows = events.map(
    (
      event,
    ) => sql`(${event.tenant_id ?? stamp.tenantId}::uuid, ${stamp.traceId}::text, ${event.metric_key}::text, ${event.metric_key}::text,
      ${event.value ?? 1}::bigint, ${JSON.stringify(event.dimensions ?? {})}::jsonb)`,
  )
  return sql`insert into ops.events (tenant_id, trace_id, event_type, metric_key, metric_value, dimensions)
    values ${sql.join(rows)}`.compile(compileOnly)
}

/** Writes ops events in the same flush as the commit; without the commit there is none. */
export function recordOps({ actor, traceId, unit }: EventStamp, events: readonly OpsEvent[]): void {
  if (events.length > 0) unit.withCommit(appendOps(events, { tenantId: actor.tenantId, traceId }))
}
