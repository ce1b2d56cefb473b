import {
  type ApprovalRequest,
  getApprovalRequest,
  listApprovalRequests,
  type RbacKind,
  type RbacState,
} from '@zenops/contracts/identity-rights'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { whyNot } from '../rules/approval.ts'
import { seenTenants } from '../../rights/index.ts'
import { standingsOf } from '../standing.ts'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.string(), z.guid()])

interface DecisionRow {
  readonly decided_by: { id: string; name: string }
  readonly decision: 'APPROVE' | 'REJECT'
  readonly comment: string | null
  readonly decided_at: string
  readonly stood_in: boolean
}
interface Row {
  readonly id: string
  readonly tenant_id: string
  readonly tenant_name: string
  readonly kind: RbacKind
  readonly status: RbacState
  readonly is_over: boolean
  readonly payload: Record<string, unknown>
  readonly before: Record<string, unknown> | null
  readonly after: Record<string, unknown> | null
  readonly reason: string
  readonly requested_by: { id: string; name: string }
  readonly people_affected: number
  readonly approvals_needed: number
  readonly decisions: DecisionRow[]
  readonly created_at: string
  readonly cursor_at: string
  readonly expires_at: string
  readonly closed_at: string | null
}

const requestsWhere = (condition: RawBuilder<boolean>, limit: number): RawBuilder<Row> => sql<Row>`
  select r.id, r.tenant_id, t.name as tenant_name, r.kind, r.status, r.expires_at <= now() as is_over, r.payload, r.before, r.after, r.reason,
    jsonb_build_object('id', q.id, 'name', q.name) as requested_by, r.people_affected, t.rbac_approvals as approvals_needed,
    r.created_at, r.created_at::text as cursor_at, r.expires_at, r.closed_at,
    coalesce((select jsonb_agg(jsonb_build_object('decided_by', jsonb_build_object('id', d.decided_by, 'name', u.name),
        'decision', d.decision, 'comment', d.comment,
        'decided_at', to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'stood_in', not exists (select 1 from identity.memberships m
          where m.tenant_id = r.tenant_id and m.user_id = d.decided_by and m.admin_level = 'SYSTEM_ADMIN')) order by d.decided_at, d.decided_by)
      from identity.rbac_decisions d join identity.users u on u.id = d.decided_by
      where d.tenant_id = r.tenant_id and d.request_id = r.id), '[]'::jsonb) as decisions
  from identity.rbac_requests r join identity.tenants t on t.id = r.tenant_id join identity.users q on q.id = r.requested_by
  where ${condition} order by r.created_at desc, r.id desc limit ${limit}`

async function shown(tx: Kysely<DB>, rows: readonly Row[], actor: Actor): Promise<z.input<typeof ApprovalRequest>[]> {
  const standingIn = await standingsOf(tx, actor, [...new Set(rows.map((row) => row.tenant_id))])
  return rows.map((row) => {
    const { is_over, cursor_at: _, decisions, ...request } = row
    const status = row.status === 'PENDING' && is_over ? ('EXPIRED' as const) : row.status
    const fault = whyNot({
      status: row.status,
      isOver: is_over,
      requestedBy: row.requested_by.id,
      decidedBy: decisions.map((one) => one.decided_by.id),
      standInUsed: decisions.some((one) => one.stood_in && one.decision === 'APPROVE'),
      caller: { userId: actor.userId, standing: standingIn(row.tenant_id) },
    })
    return {
      ...request,
      status,
      decisions: decisions.map(({ stood_in: _stoodIn, ...decision }) => decision),
      approvals: decisions.filter((one) => one.decision === 'APPROVE').length,
      may_decide: fault === null,
      why_not: fault,
      mine: row.requested_by.id === actor.userId,
    }
  })
}

/** PENDING is what still can be decided: over time it shows as EXPIRED before the sweep has come by. */
const statusIs = (states: readonly RbacState[] | undefined): RawBuilder<boolean> =>
  states === undefined
    ? sql<boolean>`true`
    : sql<boolean>`case when r.status = 'PENDING' and r.expires_at <= now() then 'EXPIRED' else r.status end = any (${[...states]}::text[])`

export const listApprovalRequestsOperation = (parts: IdentityParts) =>
  on.query(listApprovalRequests, async ({ services, actor }, { query }) => {
    const tenants = seenTenants(sql.ref('r.tenant_id'), { actor, named: query.tenant_id, gate: parts.gate })
    const conditions = [tenants, statusIs(query.status)]
    if (query.kind !== undefined) conditions.push(sql`r.kind = any (${query.kind}::text[])`)
    if (query.q !== undefined) {
      const like = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
      conditions.push(sql`(r.reason ilike ${like} or q.name ilike ${like} or r.subject ilike ${like})`)
    }
    if (query.cursor !== undefined) {
      const [at, id] = decodeCursor(Cursor, query.cursor)
      conditions.push(sql`(r.created_at, r.id) < (${at}::timestamptz, ${id}::uuid)`)
    }
    const scope = authScope(actor.tenantId, actor.userId)
    return services.database.readTransaction(scope, async (tx) => {
      const { rows } = await requestsWhere(sql`${sql.join(conditions, sql` and `)}`, query.limit + 1).execute(tx)
      const items = rows.slice(0, query.limit)
      const last = rows.length > query.limit ? items.at(-1) : undefined
      const next_cursor = last ? encodeCursor([last.cursor_at, last.id]) : null
      return { items: await shown(tx, items, actor), next_cursor }
    })
  })

export const getApprovalRequestOperation = (parts: IdentityParts) =>
  on.query(getApprovalRequest, async ({ services, actor }, { params }) => {
    const tenants = seenTenants(sql.ref('r.tenant_id'), { actor, named: undefined, gate: parts.gate })
    return services.database.readTransaction(authScope(actor.tenantId, actor.userId), async (tx) => {
      const { rows } = await requestsWhere(sql`${tenants} and r.id = ${params.id}::uuid`, 1).execute(tx)
      const [request] = await shown(tx, rows, actor)
      if (!request) throw refuse.notFound('The request')
      return request
    })
  })
