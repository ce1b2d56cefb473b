import { type HOLD_SCOPES, listLegalHolds } from '@zenops/contracts/privacy'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from '../../../platform/auth/actor.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { assertOfficer, type Visible } from '../context.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

interface HoldRow {
  readonly hold_id: string
  readonly tenant_id: string
  readonly scope: (typeof HOLD_SCOPES)[number]
  readonly subject_id: string | null
  readonly subject_name: string | null
  readonly assignment_id: string | null
  readonly assignment_code: string | null
  readonly reason: string
  readonly until: string | null
  readonly standing: boolean
  readonly placed_by: string
  readonly placed_by_name: string | null
  readonly placed_at: string
  readonly lifted_at: string | null
  readonly lifted_by: string | null
  readonly lifted_by_name: string | null
  readonly lift_reason: string | null
}

const holdRows = (where: RawBuilder<unknown>, limit: number): RawBuilder<HoldRow> => sql<HoldRow>`
  select h.id as hold_id, h.tenant_id, h.scope, h.subject_id, coalesce(u.name, c.name) as subject_name, h.assignment_id, a.code as assignment_code,
    h.reason, h.until, h.lifted_at is null and (h.until is null or h.until > now()) as standing, h.placed_by, p.name as placed_by_name,
    h.placed_at, h.lifted_at, h.lifted_by, l.name as lifted_by_name, h.lift_reason
  from privacy.legal_holds h left join identity.users u on u.id = h.subject_id
  left join directory.contacts c on c.tenant_id = h.tenant_id and c.id = h.subject_id
  left join assignments.assignments a on a.tenant_id = h.tenant_id and a.id = h.assignment_id
  left join identity.users p on p.id = h.placed_by left join identity.users l on l.id = h.lifted_by
  where ${where} order by h.placed_at desc, h.id desc limit ${limit}`

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' })
const shown = (row: HoldRow) => ({
  ...row,
  subject: named(row.subject_id, row.subject_name),
  assignment: row.assignment_id === null ? null : { id: row.assignment_id, code: row.assignment_code ?? '' },
  placed_by: named(row.placed_by, row.placed_by_name),
  lifted_by: named(row.lifted_by, row.lifted_by_name),
})

/** The firm that is asked for: one's own; operators look at any. */
export function firmAsked(actor: Actor, asked: string | undefined): string {
  if (asked === undefined || asked === actor.tenantId) return actor.tenantId
  if (actor.aud !== 'studio') throw refuse.notFound('The firm', 'tenant_id')
  return asked
}

/** One hold as the caller's role sees it. Errors: NOT_FOUND. */
export async function readHold(tx: QueryExecutorProvider, tenantId: string, id: string) {
  const { rows } = await holdRows(sql`h.tenant_id = ${tenantId}::uuid and h.id = ${id}::uuid`, 1).execute(tx)
  if (!rows[0]) throw refuse.notFound('The hold')
  return shown(rows[0])
}

export const listLegalHoldsOperation = on.query(listLegalHolds, async (context, { query }) => {
  assertOfficer(context)
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const live = sql`h.lifted_at is null and (h.until is null or h.until > now())`
  const [rows] = await context.read(
    holdRows(
      sql`h.tenant_id = ${firmAsked(context.actor, query.tenant_id)}::uuid
        and ${query.standing === undefined ? sql`true` : sql`(${live}) = ${query.standing === 'true'}::boolean`}
        and ${key === null ? sql`true` : sql`(h.placed_at, h.id) < (${key[0]}::timestamptz, ${key[1]}::uuid)`}`,
      query.limit + 1,
    ).compile(compileOnly),
  )
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map(shown),
    next_cursor: last ? encodeCursor([last.placed_at, last.hold_id]) : null,
  }
})
