import { type AUDIT_OUTCOMES, listAuditActions, listAuditLogs } from '@zenops/contracts/audit'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { AUDIT_ACTIONS } from '../../../platform/audit/actions.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { tenantOf, type Visible } from '../context.ts'
import { keepPace } from '../pace.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])
type Query = ParsedOf<typeof listAuditLogs>['query']

interface Row {
  readonly id: string
  readonly tenant_id: string
  readonly action: string
  readonly outcome: (typeof AUDIT_OUTCOMES)[number]
  readonly actor_user_id: string | null
  readonly actor_name: string | null
  readonly actor_role: string | null
  readonly target_type: string | null
  readonly target_id: string | null
  readonly trace_id: string | null
  readonly at: string
  readonly seq: number | null
}

const likeOf = (q: string): string => `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`

/** Conditions of the filters; each names a column that both halves of the log have. */
function conditions(query: Query): RawBuilder<unknown>[] {
  const equal = ([column, value]: readonly [string, string | undefined]): RawBuilder<unknown>[] =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`]
  const parts = (
    [
      ['action', query.action_type],
      ['outcome', query.outcome],
      ['target_type', query.target_type],
      ['target_id', query.target_id],
      ['trace_id', query.trace_id],
    ] as const
  ).flatMap(equal)
  if (query.actor_user_id !== undefined) parts.push(sql`actor_user_id = ${query.actor_user_id}::uuid`)
  if (query.from_utc !== undefined) parts.push(sql`at >= ${query.from_utc}::timestamptz`)
  if (query.to_utc !== undefined) parts.push(sql`at <= ${query.to_utc}::timestamptz`)
  if (query.q !== undefined) {
    const like = likeOf(query.q)
    parts.push(sql`(action ilike ${like} or target_id ilike ${like} or body ->> 'reason' ilike ${like})`)
  }
  if (query.cursor !== undefined) {
    const [at, id] = decodeCursor(Key, query.cursor)
    parts.push(sql`(at, id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  return parts
}

const COLUMNS = sql`id, tenant_id, action, outcome, actor_user_id, actor_role, target_type, target_id, trace_id, at`

const ORDER = sql`order by at desc, id desc`

/** Sealed events by their index, and the few that wait, read from their bytes. */
export function listQueryOf(tenantId: string, query: Query) {
  const where = sql.join([sql`tenant_id = ${tenantId}::uuid`, ...conditions(query)], sql` and `)
  const page = sql`${ORDER} limit ${query.limit + 1}`
  return sql<Row>`
    select newest.*, (select u.name from identity.users u where u.id = newest.actor_user_id) as actor_name from (select * from (
      (select ${COLUMNS}, seq from audit.events where ${where} ${page})
      union all
      (select ${COLUMNS}, null::bigint as seq from (
        select i.id, i.tenant_id, b ->> 'action' as action, b ->> 'outcome' as outcome, (b #>> '{actor,user_id}')::uuid as actor_user_id,
          b #>> '{actor,role}' as actor_role, b #>> '{target,type}' as target_type, b #>> '{target,id}' as target_id,
          b ->> 'trace_id' as trace_id, (b ->> 'at')::timestamptz(3) as at, b as body
        from audit.inbox i cross join lateral (select audit.body_of(i.canon) as b offset 0) bytes where i.tenant_id = ${tenantId}::uuid) waiting
      where ${where} ${page})
    ) both_halves ${page}) newest ${ORDER}`.compile(compileOnly)
}

export const listAuditLogsOperation = on.query(listAuditLogs, async (context, { query }) => {
  await keepPace(context, { key: `audit:list:${context.actor.userId}`, limit: 120 })
  const [rows] = await context.read(listQueryOf(tenantOf(context.actor, query.tenant_id), query))
  const shown = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? shown.at(-1) : undefined
  return {
    items: shown.map(({ id, action, at, seq, ...row }) => ({
      ...row,
      audit_id: id,
      action_type: action,
      created_at: at,
      chain_seq: seq,
      sealed: seq !== null,
    })),
    next_cursor: last ? encodeCursor([last.at, last.id]) : null,
  }
})

export const listAuditActionsOperation = on.query(listAuditActions, async () => ({
  items: Object.entries(AUDIT_ACTIONS).map(([action_type, spec]) => ({
    action_type,
    target_type: spec.target,
    severity: 'severity' in spec ? spec.severity : ('info' as const),
    is_read: 'read' in spec,
  })),
}))
