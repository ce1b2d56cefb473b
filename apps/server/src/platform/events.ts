import { type RawBuilder, sql } from 'kysely'
import type { Actor } from './auth/actor.ts'
import { compileOnly, type UnitOfWork } from './db/database.ts'
import { fixed } from './db/fixed.ts'

/** One entry of the business event log. `before`/`after` hold changed fields; personal values read "changed". */
export interface BusinessEvent {
  /** snake_case past, such as `status_changed` or `document_attached`. */
  readonly kind: string
  readonly entity_type: 'ASSIGNMENT' | 'MASTERDATA' | 'DOCUMENT' | 'REPORT' | 'COMMISSION' | 'TASK'
  readonly entity_id: string
  readonly assignment_id?: string
  readonly commission_id?: string
  readonly report_id?: string
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | null
  /** The product moved by itself; the actor is only the cause. */
  readonly system?: boolean
  /** The firm whose log it belongs to, where it differs from the caller's tenant (portal). */
  readonly tenant_id?: string
}

/** What an event is stamped with; every command context is one. */
export interface EventStamp {
  readonly actor: Actor
  readonly traceId: string
  readonly unit: UnitOfWork
}

const kindOf = (actor: Actor, event: BusinessEvent): string => {
  if (event.system === true || actor.kind === 'system') return 'SYSTEM'
  return actor.jobTemplates.includes('guest') ? 'GUEST' : 'PERSON'
}
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

function rowOf({ actor, traceId }: EventStamp, event: BusinessEvent): RawBuilder<unknown> {
  return sql`(${event.tenant_id ?? actor.tenantId}::uuid, ${event.kind}::text, ${actor.userId}::uuid, ${kindOf(actor, event)}::text,
    ${event.entity_type}::text, ${event.entity_id}::uuid, ${event.assignment_id ?? null}::uuid, ${event.commission_id ?? null}::uuid,
    ${event.report_id ?? null}::uuid, ${json(event.before)}::jsonb, ${json(event.after)}::jsonb, ${event.reason ?? null}::text, ${traceId}::text)`
}

/** The same for the one event that most acts leave. */
const oneOf = ({ actor, traceId }: EventStamp, event: BusinessEvent) => fixed`insert into assignments.activity_events
    (tenant_id, kind, actor_user_id, actor_kind, entity_type, entity_id, assignment_id, commission_id, report_id, before, after, reason, trace_id)
  values (${event.tenant_id ?? actor.tenantId}::uuid, ${event.kind}, ${actor.userId}::uuid, ${kindOf(actor, event)}, ${event.entity_type},
    ${event.entity_id}::uuid, ${event.assignment_id ?? null}::uuid, ${event.commission_id ?? null}::uuid, ${event.report_id ?? null}::uuid,
    ${json(event.before)}::jsonb, ${json(event.after)}::jsonb, ${event.reason ?? null}, ${traceId})`

/** Writes events to the log in the same flush as the commit. */
export function recordEvents(stamp: EventStamp, events: readonly BusinessEvent[]): void {
  const [only] = events
  if (!only) return
  if (events.length === 1) return stamp.unit.withCommit(oneOf(stamp, only))
  const rows = events.map((event) => rowOf(stamp, event))
  stamp.unit.withCommit(
    sql`insert into assignments.activity_events
      (tenant_id, kind, actor_user_id, actor_kind, entity_type, entity_id, assignment_id, commission_id, report_id, before, after, reason, trace_id)
      values ${sql.join(rows)}`.compile(compileOnly),
  )
}
