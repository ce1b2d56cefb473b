import {
  getErasure,
  getPrivacyRequest,
  listPrivacyRequests,
  type REFUSAL_REASONS,
  type REQUEST_KINDS,
  type REQUEST_STATES,
  type SUBJECT_KINDS,
} from '@zenops/contracts/privacy'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { assertOfficer, type Visible } from '../context.ts'
import type { Kept } from '../rules/kept.ts'
import { firmAsked } from './holds.ts'
import { wouldKeep } from './standing.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

export interface RequestRow {
  readonly id: string
  readonly tenant_id: string
  readonly kind: (typeof REQUEST_KINDS)[number]
  readonly subject_kind: (typeof SUBJECT_KINDS)[number]
  readonly subject_id: string
  readonly subject_name: string | null
  readonly requested_by: string
  readonly requested_by_name: string | null
  readonly evidence: string | null
  readonly status: (typeof REQUEST_STATES)[number]
  readonly reasons: (typeof REFUSAL_REASONS)[number][]
  readonly kept: Kept[]
  readonly trace_id: string
  readonly error_code: string | null
  readonly created_at: string
  readonly due_at: string
  readonly overdue: boolean
  readonly completed_at: string | null
}

const requestRows = (where: RawBuilder<unknown>, limit: number): RawBuilder<RequestRow> => sql<RequestRow>`
  select r.id, r.tenant_id, r.kind, r.subject_kind, r.subject_id, coalesce(s.name, c.name) as subject_name, r.requested_by,
    b.name as requested_by_name, r.evidence, r.status, r.reasons, r.kept, r.trace_id, r.error_code, r.created_at, r.due_at,
    r.status in ('PENDING', 'RUNNING', 'FAILED') and r.due_at < now() as overdue, r.completed_at
  from privacy.requests r left join identity.users s on s.id = r.subject_id and r.subject_kind = 'user'
  left join directory.contacts c on c.tenant_id = r.tenant_id and c.id = r.subject_id and r.subject_kind = 'contact'
  left join identity.users b on b.id = r.requested_by
  where ${where} order by r.created_at desc, r.id desc limit ${limit}`

export const shownRequest = (row: RequestRow) => ({
  ...row,
  request_id: row.id,
  subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name ?? '' },
  requested_by: row.requested_by_name === null ? null : { id: row.requested_by, name: row.requested_by_name },
  by_subject: row.requested_by === row.subject_id,
})

/** One request as the caller's role sees it. Errors: NOT_FOUND. */
export async function readRequest(tx: QueryExecutorProvider, tenantId: string, id: string) {
  const { rows } = await requestRows(sql`r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid`, 1).execute(tx)
  if (!rows[0]) throw refuse.notFound('The request')
  return shownRequest(rows[0])
}

export const listPrivacyRequestsOperation = on.query(listPrivacyRequests, async (context, { query }) => {
  assertOfficer(context)
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const [, rows] = await context.read(
    sql`select set_config('app.sees_deleted', 'on', true)`.compile(compileOnly),
    requestRows(
      sql`r.tenant_id = ${firmAsked(context.actor, query.tenant_id)}::uuid
        and ${query.kind === undefined ? sql`true` : sql`r.kind = ${query.kind}`}
        and ${query.status === undefined ? sql`true` : sql`r.status = any (${query.status}::text[])`}
        and ${query.subject_id === undefined ? sql`true` : sql`r.subject_id = ${query.subject_id}::uuid`}
        and ${key === null ? sql`true` : sql`(r.created_at, r.id) < (${key[0]}::timestamptz, ${key[1]}::uuid)`}`,
      query.limit + 1,
    ).compile(compileOnly),
  )
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map(shownRequest),
    next_cursor: last ? encodeCursor([last.created_at, last.id]) : null,
  }
})

export const getPrivacyRequestOperation = on.query(getPrivacyRequest, async (context, { params }) => {
  assertOfficer(context)
  const [, rows] = await context.read(
    sql`select set_config('app.sees_deleted', 'on', true)`.compile(compileOnly),
    requestRows(sql`r.tenant_id = ${context.actor.tenantId}::uuid and r.id = ${params.id}::uuid`, 1).compile(
      compileOnly,
    ),
  )
  if (!rows[0]) throw refuse.notFound('The request')
  return shownRequest(rows[0])
})

type OwnErasure = Pick<RequestRow, 'status' | 'reasons' | 'kept' | 'created_at' | 'due_at' | 'completed_at'> & {
  readonly request_id: string
}

export const getErasureOperation = on.query(getErasure, async (context) => {
  const { actor, services } = context
  // A portal user sees his request and nothing that it could be joined with.
  const [rows] = await context.read(
    sql<OwnErasure>`select id as request_id, status, reasons, kept, created_at, due_at, completed_at from privacy.requests
      where tenant_id = ${actor.tenantId}::uuid and subject_id = ${actor.userId}::uuid and kind = 'erasure'
      order by created_at desc, id desc limit 1`.compile(compileOnly),
  )
  const standing = await wouldKeep(services.database, actor.userId, context.now)
  return { last: rows[0] ?? null, would_keep: standing.kept, blocked_by: standing.blockedBy }
})
