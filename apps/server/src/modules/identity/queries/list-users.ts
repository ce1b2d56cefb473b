import { listUsers } from '@zenops/contracts/identity'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type RawBuilder, sql } from 'kysely'
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
  readonly job_templates: JobTemplate[]
  readonly last_seen_at: string | null
}

type Filters = ParsedOf<typeof listUsers>['query']

function peopleOf(tenantId: string, query: Filters): RawBuilder<Row> {
  const [name, id] = query.cursor === undefined ? [] : decodeCursor(Cursor, query.cursor)
  const like = query.q === undefined ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const templates = query.job_template ?? null
  const states = query.status ?? null
  return sql<Row>`
    select u.id, u.email, u.name, m.status, m.role, m.admin_level, m.last_used_at as last_seen_at,
      array(select mt.job_template from identity.membership_job_templates mt
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id order by 1) as job_templates
    from identity.memberships m join identity.users u on u.id = m.user_id
    where m.tenant_id = ${tenantId}::uuid and m.deleted_at is null and u.kind = 'PERSON'
      and (${states}::text[] is null or m.status = any (${states}::text[]))
      and (${query.role}::text is null or m.role = ${query.role})
      and (${like}::text is null or u.name ilike ${like} or u.email::text ilike ${like})
      and (${templates}::text[] is null or exists (
        select 1 from identity.membership_job_templates mt
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id and mt.job_template = any (${templates}::text[])))
      and (${query.aud}::text is null or exists (
        select 1 from identity.membership_job_templates mt join identity.job_templates j on j.key = mt.job_template
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id and ${query.aud} = any (j.aud)))
      and (${name}::text is null or (u.name, u.id) > (${name}::text, ${id}::uuid))
    order by u.name, u.id limit ${query.limit + 1}`
}

export const listUsersOperation = on.query(listUsers, async ({ read, build, actor }, { query }) => {
  const [rows] = await read(peopleOf(actor.tenantId, query).compile(build))
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return {
    // Factors and locks come with the second factor; nobody has one yet.
    items: items.map((row) => ({ ...row, mfa: false, locked_until: null })),
    next_cursor: last ? encodeCursor([last.name, last.id]) : null,
  }
})
