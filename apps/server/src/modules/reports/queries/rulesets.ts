import type { Ruleset } from '@zenops/contracts/report-ruleset'
import { listEvidenceProfiles, getRuleset, listRulesets } from '@zenops/contracts/reports-rules'
import { resolveParams } from '@zenops/valuation/ruleset'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'
import type { ProfileRow } from '../rules/standing.ts'
import { profileOf } from './evidence-views.ts'

const on = operationsOf<Visible>()

export interface RulesetRow {
  readonly id: string
  readonly version: string
  readonly state: 'draft' | 'published'
  readonly in_force: boolean
  readonly shipped: boolean
  readonly based_on: string | null
  readonly hash: string
  readonly note: string | null
  readonly created_by: { id: string; name: string } | null
  readonly created_at: string
  readonly published_at: string | null
  readonly params: Ruleset['params']
  readonly overrides: NonNullable<Ruleset['overrides']>
  readonly local_units: NonNullable<Ruleset['local_units']>
}

/** A version of the rules; in force is the newest published one, or the one that a rollback put in force after it. */
export const rulesetColumns = sql`s.id, s.version, s.state, s.shipped, s.based_on, s.hash, s.note, s.created_at, s.published_at, s.params, s.overrides,
  s.local_units, case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as created_by,
  s.state = 'published' and s.id = (select n.id from reports.rulesets n where n.tenant_id = s.tenant_id and n.state = 'published'
    order by coalesce(n.in_force_at, n.published_at) desc, n.id desc limit 1) as in_force`

export const rulesetById = (tenantId: string, id: string): RawBuilder<RulesetRow> =>
  sql<RulesetRow>`select ${rulesetColumns} from reports.rulesets s left join identity.users u on u.id = s.created_by
    where s.tenant_id = ${tenantId}::uuid and s.id = ${id}::uuid`

/** With every parameter: what a version leaves out stays as the standard has it. */
export const rulesetOf = (row: RulesetRow) => ({
  ...row,
  params: resolveParams({ version: row.version, params: row.params }, { bank_type: 'OTHER', report_type: 'VALUATION' }),
})

const Cursor = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

export const listRulesetsOperation = on.query(listRulesets, async ({ read, build, actor }, { query }) => {
  const after = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)
  const where: RawBuilder<unknown>[] = [sql`s.tenant_id = ${actor.tenantId}::uuid`]
  if (query.state) where.push(sql`s.state = any (${query.state}::text[])`)
  if (query.q) where.push(sql`strpos(lower(s.version || ' ' || coalesce(s.note, '')), lower(${query.q})) > 0`)
  if (after) where.push(sql`(s.created_at, s.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
  const force = query.in_force === undefined ? sql`` : sql`where in_force = ${query.in_force}::boolean`
  const [rows] = await read(
    sql<RulesetRow>`select * from (
        select ${rulesetColumns} from reports.rulesets s left join identity.users u on u.id = s.created_by where ${sql.join(where, sql` and `)}
      ) as listed ${force} order by created_at desc, id desc limit ${query.limit + 1}`.compile(build),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.created_at, last.id]) : null }
})

export const getRulesetOperation = on.query(getRuleset, async ({ read, build, actor }, { params }) => {
  const [rows] = await read(rulesetById(actor.tenantId, params.id).compile(build))
  const row = rows[0]
  if (!row) throw refuse.notFound('The ruleset')
  return rulesetOf(row)
})

const ProfileCursor = z.tuple([z.string(), z.guid()])

export const listEvidenceProfilesOperation = on.query(
  listEvidenceProfiles,
  async ({ read, build, actor }, { query }) => {
    const after = query.cursor === undefined ? null : decodeCursor(ProfileCursor, query.cursor)
    const where: RawBuilder<unknown>[] = [sql`p.tenant_id = ${actor.tenantId}::uuid`, sql`p.deleted_at is null`]
    const among = (column: RawBuilder<unknown>, values: readonly string[] | undefined): void => {
      if (values) where.push(sql`${column} = any (${[...values]}::text[])`)
    }
    among(sql`p.report_type`, query.report_type)
    among(sql`p.bank_type`, query.bank_type)
    among(sql`p.value_slab`, query.value_slab)
    among(sql`p.state`, query.state)
    if (query.bank_id) where.push(sql`p.bank_id = ${query.bank_id}::uuid`)
    if (query.is_default !== undefined) where.push(sql`p.is_default = ${query.is_default}::boolean`)
    if (query.q) where.push(sql`strpos(lower(p.name), lower(${query.q})) > 0`)
    if (after) where.push(sql`(p.name, p.id) > (${after[0]}::text, ${after[1]}::uuid)`)
    const [rows] = await read(
      sql<ProfileRow>`
      select p.id, p.name, p.report_type, p.bank_type, p.value_slab, p.bank_id, p.is_default, p.state, p.version as row_version, v.version,
        v.required_fields, v.items, v.checklist
      from reports.evidence_profiles p
      join lateral (select * from reports.evidence_profile_versions v where v.tenant_id = p.tenant_id and v.profile_id = p.id
        and v.version = coalesce(p.published_version, v.version) order by v.version desc limit 1) v on true
      where ${sql.join(where, sql` and `)} order by p.name, p.id limit ${query.limit + 1}`.compile(build),
    )
    const items = rows.slice(0, query.limit)
    const last = rows.length > query.limit ? items.at(-1) : undefined
    return { items: items.map(profileOf), next_cursor: last ? encodeCursor([last.name, last.id]) : null }
  },
)
