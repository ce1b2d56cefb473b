import type { z } from 'zod'
import { type RawBuilder, sql } from 'kysely'
import type { ActivityEvent } from '@zenops/contracts/assignment-records'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { z as schema } from 'zod'
import type { JobKey } from '../neighbours.ts'

const Cursor = schema.tuple([schema.guid()])

export interface EventRow {
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly actor_user_id: string
  readonly actor_kind: 'PERSON' | 'GUEST' | 'SERVICE' | 'SYSTEM'
  readonly actor_name: string | null
  readonly entity_type: string
  readonly entity_id: string
  readonly before: unknown
  readonly after: unknown
  readonly reason: string | null
  readonly trace_id: string | null
}

/** Newest events of a job, one more than the page holds. */
export function eventsOf(
  job: JobKey,
  page: { limit: number; cursor?: string | undefined; kind?: string },
): RawBuilder<EventRow> {
  const before = page.cursor === undefined ? null : decodeCursor(Cursor, page.cursor)[0]
  return sql<EventRow>`
    select e.id, e.at, e.kind, e.actor_user_id, e.actor_kind, u.name as actor_name, e.entity_type, e.entity_id, e.before, e.after, e.reason, e.trace_id
    from (
      select * from assignments.activity_events
      where tenant_id = ${job.tenantId}::uuid and assignment_id = ${job.id}::uuid
        ${page.kind === undefined ? sql`` : sql`and kind = ${sql.lit(page.kind)}`}
        ${before === null ? sql`` : sql`and id < ${before}::uuid`}
      order by id desc limit ${page.limit + 1}) e
    left join identity.users u on u.id = e.actor_user_id
    order by e.id desc`
}

/** Who did it; what the product does by itself is done by nobody. */
export const actorOf = (row: EventRow) => ({
  id: row.actor_kind === 'SYSTEM' ? null : row.actor_user_id,
  name: row.actor_kind === 'SYSTEM' ? 'ZenOps' : (row.actor_name ?? 'Former member'),
  kind: row.actor_kind,
})

/** A page of rows of which one too many were read. */
export function pageOf<R extends { readonly id: string }, T>(rows: readonly R[], limit: number, shape: (row: R) => T) {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items: items.map(shape), next_cursor: last ? encodeCursor([last.id]) : null }
}

export const activityOf = (row: EventRow): z.input<typeof ActivityEvent> => ({
  id: row.id,
  at: row.at,
  kind: row.kind,
  actor: actorOf(row),
  entity_type: row.entity_type,
  entity_id: row.entity_id,
  before: row.before,
  after: row.after,
  reason: row.reason,
  trace_id: row.trace_id,
})
