import { refuse } from '../../platform/errors.ts'
import { CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Command } from './context.ts'
import type { ReportKey } from './read-standing.ts'
import { createRemembered } from './remembered.ts'
import type { ReportRow } from './rules/report-row.ts'
import type { LastRevision, ProfileRow, ReportFacts } from './rules/standing.ts'

type Rules = Pick<
  ReportFacts,
  'ruleset_version' | 'ruleset_params' | 'ruleset_overrides' | 'ruleset_local_units' | 'ruleset_hash'
>
type ProfileContent = Pick<ProfileRow, 'required_fields' | 'items' | 'checklist'>
type ProfileHead = Omit<ProfileRow, keyof ProfileContent>

/** By what a later lock tells whether the rows that it finds are those that this one found or wrote. */
interface Marks {
  /** `xmin` of the report: the transaction that wrote it. */
  readonly row_mark: string
  /** `xmin` of its firm, whose row is written anew when its settings, rulesets or profiles change. */
  readonly firm_mark: string
  /** This transaction, as it will stand in `xmin` of what it writes. */
  readonly own_mark: string
  readonly assignment_waits: boolean
}

/** The locked row with what belongs to it and changes by itself; content that never changes is named, not brought. */
export interface LockedReport extends Omit<ReportFacts, keyof LastRevision | keyof Rules | keyof Marks>, Marks {
  readonly profile_heads: readonly ProfileHead[] | null
}

const MARKS = `r.xmin::text as row_mark, t.xmin::text as firm_mark, pg_current_xact_id()::xid::text as own_mark,
    assignments.waits_for_work(r.assignment_id) as assignment_waits`

/** Locks the report for a change and answers the row as the lock found it. */
export const lockedReport = ({ tenantId, id }: ReportKey): RawBuilder<LockedReport> => sql<LockedReport>`
  select r.*, ${sql.raw(MARKS)}, t.time_zone, t.name as firm_name, t.settings -> 'reports' as settings,
    (select n.version from reports.rulesets n where n.tenant_id = r.tenant_id and n.state = 'published'
      order by coalesce(n.in_force_at, n.published_at) desc, n.id desc limit 1) as newest_ruleset,
    case when r.report_type = 'STAGE_PROGRESS' then reports.previous_completion(r.tenant_id, r.id) end as previous_completion,
    (select json_agg(json_build_object('id', p.id, 'name', p.name, 'report_type', p.report_type, 'bank_type', p.bank_type,
        'value_slab', p.value_slab, 'bank_id', p.bank_id, 'is_default', p.is_default, 'state', p.state, 'row_version', p.version,
        'version', case when p.id = r.evidence_profile_id then coalesce(r.profile_version, p.published_version) else p.published_version end)
        order by p.name)
      from reports.evidence_profiles p where p.tenant_id = r.tenant_id
        and (p.id = r.evidence_profile_id or (p.report_type = r.report_type and p.state = 'published' and p.is_default))) as profile_heads
  from reports.reports r join identity.tenants t on t.id = r.tenant_id
  where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid and r.deleted_at is null
  for update of r`

/** The same lock for who remembers the row. */
const LOCKED_MARKS = `select ${MARKS} from reports.reports r join identity.tenants t on t.id = r.tenant_id
  where r.tenant_id = $1::uuid and r.id = $2::uuid and r.deleted_at is null for update of r`

/** The newest revision by its order: joined by number, a plan made for few revisions walks all of them. */
export const newestRevision = ({ tenantId, id }: ReportKey): RawBuilder<LastRevision> => sql<LastRevision>`
  select v.contract as rev_contract, v.readiness_score as rev_readiness_score, v.manifest as rev_manifest, v.profile as rev_profile,
    v.ruleset as rev_ruleset, v.content_hash as rev_content_hash, v.chain_hash as rev_chain_hash, v.author_id as rev_author_id,
    v.created_at as rev_created_at, v.input_snapshot_id as rev_input_snapshot_id, v.output_snapshot_id as rev_output_snapshot_id,
    v.rules_run_id as rev_rules_run_id
  from reports.report_revisions v where v.tenant_id = ${tenantId}::uuid and v.report_id = ${id}::uuid order by v.n desc limit 1`

export const NO_REVISION: LastRevision = {
  rev_contract: null,
  rev_readiness_score: null,
  rev_manifest: null,
  rev_profile: null,
  rev_ruleset: null,
  rev_content_hash: null,
  rev_chain_hash: null,
  rev_author_id: null,
  rev_created_at: null,
  rev_input_snapshot_id: null,
  rev_output_snapshot_id: null,
  rev_rules_run_id: null,
}

interface Newest {
  readonly n: number
  /** No evidence has ever been linked to the report. */
  readonly bare: boolean
  /** The columns above as JSON: each reading is a copy of its own. */
  readonly text: string
}
const newestRevisions = createRemembered<Newest>(32 * 1024 * 1024)
const keyOf = ({ tenantId, id }: ReportKey): string => `${tenantId}/${id}`

/** The revision that was the newest when this process last wrote one; the locked row tells whether it still is. */
export const recallNewest = (key: ReportKey): Newest | undefined => newestRevisions.recall(keyOf(key))

/** What is remembered, if it still is the newest. */
export const revisionFrom = (known: Newest | undefined, newest: number): LastRevision | undefined =>
  // Cast: written from the very values that its columns were given.
  known?.n === newest ? (JSON.parse(known.text) as LastRevision) : undefined

/** Remembers a revision that is being written, once it is committed. */
export const rememberNewest = (context: Pick<Command, 'unit'>, key: ReportKey, newest: Newest): void =>
  newestRevisions.keepAfterCommit(context, keyOf(key), { value: newest, bytes: 2 * newest.text.length })

const rows = createRemembered<LockedReport>(16 * 1024 * 1024)
/** About what a header and its profiles take. */
const ROW_BYTES = 8 * 1024

/** Locks a report; what this process last wrote of it is brought again only where it, or its firm, was written since. */
export async function lockReport({ tx }: Pick<Command, 'tx'>, key: ReportKey): Promise<LockedReport | undefined> {
  const known = rows.recall(keyOf(key))
  if (known) {
    // Cast: the columns of the statement are the members of Marks.
    const { rows: found } = await tx.executeQuery(
      CompiledQuery.raw(LOCKED_MARKS, [key.tenantId, key.id]) as CompiledQuery<Marks>,
    )
    const [now] = found
    if (!now) return undefined
    if (now.row_mark === known.row_mark && now.firm_mark === known.firm_mark) return { ...known, ...now }
  }
  return (await lockedReport(key).execute(tx)).rows[0]
}

/**
 * Remembers a report as this transaction leaves it, once it is committed. The caller has written it once and writes it no
 * more. A report that is judged by others of its job, or by other profiles than before, is looked up again.
 */
export function rememberRow(context: Pick<Command, 'unit'>, lock: LockedReport, row: ReportRow): void {
  if (row.report_type === 'STAGE_PROGRESS' || row.evidence_profile_id !== lock.evidence_profile_id) return
  const left = Object.entries(row).filter(([name]) => name in lock)
  const value = { ...lock, ...Object.fromEntries(left), row_mark: lock.own_mark }
  rows.keepAfterCommit(context, keyOf({ tenantId: row.tenant_id, id: row.id }), { value, bytes: ROW_BYTES })
}

type Reader = Pick<Command, 'tx' | 'unit' | 'actor'>
const rulesets = createRemembered<Rules>()

/** A ruleset by its id; the published ones never change. */
export async function rulesOf(context: Reader, id: string): Promise<Rules> {
  const { tenantId } = context.actor
  const key = `${tenantId}/${id}`
  const known = rulesets.recall(key)
  if (known) return known
  const { rows } = await sql<Rules & { published: boolean }>`
    select s.version as ruleset_version, s.params as ruleset_params, s.overrides as ruleset_overrides, s.local_units as ruleset_local_units,
      s.hash as ruleset_hash, s.state = 'published' as published
    from reports.rulesets s where s.tenant_id = ${tenantId}::uuid and s.id = ${id}::uuid`.execute(context.tx)
  const [row] = rows
  if (!row) throw refuse.notFound('The ruleset')
  const { published, ...value } = row
  if (published) rulesets.keepAfterCommit(context, key, { value, bytes: 2 * JSON.stringify(value).length })
  return value
}

const contents = createRemembered<ProfileContent>()

/** Profiles with the content of the version each is held to. */
export async function profilesFrom(context: Reader, heads: readonly ProfileHead[]): Promise<ProfileRow[]> {
  const { tenantId } = context.actor
  const keyed = (id: string, version: number): string => `${tenantId}/${id}/${version}`
  const found = new Map<string, ProfileContent>()
  const missing: ProfileHead[] = []
  for (const head of heads) {
    const known = contents.recall(keyed(head.id, head.version))
    if (known) found.set(head.id, known)
    else missing.push(head)
  }
  if (missing.length > 0) {
    const { rows } = await sql<ProfileContent & { profile_id: string; version: number }>`
      select v.profile_id, v.version, v.required_fields, v.items, v.checklist
      from unnest(${missing.map((head) => head.id)}::uuid[], ${missing.map((head) => head.version)}::int[]) as w (id, version)
      join reports.evidence_profile_versions v on v.tenant_id = ${tenantId}::uuid and v.profile_id = w.id and v.version = w.version
    `.execute(context.tx)
    for (const { profile_id, version, ...value } of rows) {
      found.set(profile_id, value)
      contents.keepAfterCommit(context, keyed(profile_id, version), { value, bytes: 2 * JSON.stringify(value).length })
    }
  }
  return heads.flatMap((head) => {
    const content = found.get(head.id)
    return content ? [{ ...head, ...content }] : []
  })
}
