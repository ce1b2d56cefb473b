import { listUsers } from '@zenops/contracts/identity'
import { sql } from 'kysely'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { z } from 'zod'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.string(), z.guid()])

interface Row {
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly status: 'invited' | 'active' | 'disabled' | 'ended'
  readonly role: 'AGENT' | 'CUSTOMER' | 'ADMIN' | 'OPS' | 'SYSTEM'
  readonly admin_level: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly job_templates: string[]
  readonly last_seen_at: string | null
}

export const listUsersOperation = on.query(listUsers, async ({ read, build, actor }, { query }) => {
  const after = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)
  const like = query.q === undefined ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const [rows] = await read(
    sql<Row>`
      select u.id, u.email, u.name, m.status, m.role, m.admin_level, m.last_used_at as last_seen_at,
        array(select mt.job_template from identity.membership_job_templates mt
          where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id order by 1) as job_templates
      from identity.memberships m join identity.users u on u.id = m.user_id
      where m.tenant_id = ${actor.tenantId}::uuid and m.deleted_at is null and u.kind = 'PERSON'
        and (${query.status ?? null}::text[] is null or m.status = any (${query.status ?? null}::text[]))
        and (${query.role ?? null}::text is null or m.role = ${query.role ?? null})
        and (${like}::text is null or u.name ilike ${like} or u.email::text ilike ${like})
        and (${query.job_template ?? null}::text[] is null or exists (
          select 1 from identity.membership_job_templates mt
          where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id and mt.job_template = any (${query.job_template ?? null}::text[])))
        and (${query.aud ?? null}::text is null or exists (
          select 1 from identity.membership_job_templates mt join identity.job_templates j on j.key = mt.job_template
          where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id and ${query.aud ?? null} = any (j.aud)))
        and (${after?.[0] ?? null}::text is null or (u.name, u.id) > (${after?.[0] ?? null}::text, ${after?.[1] ?? null}::uuid))
      order by u.name, u.id limit ${query.limit + 1}`.compile(build),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return {
    items: items.map((row) => ({ ...row, job_templates: row.job_templates as never[], mfa: false, locked_until: null })), // values of the database's own catalogue
    next_cursor: last ? encodeCursor([last.name, last.id]) : null,
  }
})
