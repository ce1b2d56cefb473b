import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from '../../platform/db/database.ts'
import type { Command, Tx } from './context.ts'
import {
  type LockedReport,
  lockReport,
  newestRevision,
  NO_REVISION,
  profilesFrom,
  recallNewest,
  revisionFrom,
  rulesOf,
} from './lock-report.ts'
import { reportRefusal } from './report.ts'
import type { EvidenceRow, LastOutputs, LastRevision, ProfileRow, ReportFacts, Standing } from './rules/standing.ts'

// The newest revision by its order: joined by number, a plan made for few revisions walks all of them.
const factsOf = (tenantId: string, id: string) => sql<ReportFacts>`
  select r.*, t.time_zone, t.name as firm_name, t.settings -> 'reports' as settings,
    v.contract as rev_contract, v.readiness_score as rev_readiness_score, v.manifest as rev_manifest, v.profile as rev_profile,
    v.ruleset as rev_ruleset, v.content_hash as rev_content_hash, v.chain_hash as rev_chain_hash, v.author_id as rev_author_id,
    v.created_at as rev_created_at, v.input_snapshot_id as rev_input_snapshot_id, v.output_snapshot_id as rev_output_snapshot_id,
    v.rules_run_id as rev_rules_run_id,
    s.version as ruleset_version, s.params as ruleset_params, s.overrides as ruleset_overrides, s.local_units as ruleset_local_units,
    s.hash as ruleset_hash,
    (select n.version from reports.rulesets n where n.tenant_id = r.tenant_id and n.state = 'published'
      order by coalesce(n.in_force_at, n.published_at) desc, n.id desc limit 1) as newest_ruleset,
    case when r.report_type = 'STAGE_PROGRESS' then reports.previous_completion(r.tenant_id, r.id) end as previous_completion
  from reports.reports r
  join identity.tenants t on t.id = r.tenant_id
  join reports.rulesets s on s.tenant_id = r.tenant_id and s.id = r.ruleset_id
  left join lateral (
    select n.* from reports.report_revisions n where n.tenant_id = ${tenantId}::uuid and n.report_id = ${id}::uuid order by n.n desc limit 1
  ) v on true
  where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid and r.deleted_at is null`

/** What the rules made of the newest revision. */
export const outputsOf = (tenantId: string, id: string) => sql<LastOutputs>`
  select v.derived, v.readiness from reports.report_revisions v
  where v.tenant_id = ${tenantId}::uuid and v.report_id = ${id}::uuid order by v.n desc limit 1`

const evidenceOf = (tenantId: string, id: string) => sql<EvidenceRow>`
  with items as materialized (
    select * from reports.report_evidence_items i
    where i.tenant_id = ${tenantId}::uuid and i.report_id = ${id}::uuid and i.deleted_at is null
  )
  select e.id, e.report_id, e.document_id, e.physical_copy_seen, e.evidence_type, e.doc_type, e.tags, e.label, e.annexure_order,
    e.include_in_annexure, e.field_keys, e.note, e.file_ref, e.created_at, d.sha256, d.status as document_status, d.width, d.height,
    d.captured_at, d.captured_by_employee_id, d.suggestions, d.classification, d.sensitivity, d.source, d.original_filename,
    d.content_type, d.newer_version_id, d.belongs
  from items e
  left join reports.document_facts(
    (select r.assignment_id from reports.reports r where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid),
    array(select i.document_id from items i where i.document_id is not null)
  ) d on d.id = e.document_id
  order by e.annexure_order asc nulls last, e.created_at, e.id`

const profilesOf = (tenantId: string, id: string) => sql<ProfileRow>`
  select p.id, p.name, p.report_type, p.bank_type, p.value_slab, p.bank_id, p.is_default, p.state, p.version as row_version,
    v.version, v.required_fields, v.items, v.checklist
  from reports.reports r
  join reports.evidence_profiles p on p.tenant_id = r.tenant_id
    and (p.id = r.evidence_profile_id or (p.report_type = r.report_type and p.state = 'published' and p.is_default))
  join reports.evidence_profile_versions v on v.tenant_id = p.tenant_id and v.profile_id = p.id
    and v.version = case when p.id = r.evidence_profile_id then coalesce(r.profile_version, p.published_version) else p.published_version end
  where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid
  order by p.name`

/** The three reads of a standing, for `read`. */
export const standingQueries = (tenantId: string, id: string) =>
  [
    factsOf(tenantId, id).compile(compileOnly),
    evidenceOf(tenantId, id).compile(compileOnly),
    profilesOf(tenantId, id).compile(compileOnly),
  ] as const satisfies readonly CompiledQuery<unknown>[]

export const evidenceQuery = (tenantId: string, id: string): CompiledQuery<EvidenceRow> =>
  evidenceOf(tenantId, id).compile(compileOnly)

export interface ReportKey {
  readonly tenantId: string
  readonly id: string
}

/** A standing as a lock found it. */
export interface LockedStanding extends Standing {
  readonly lock: LockedReport
}

/** Locks the report, then reads its standing, most of it in one flush. Refuses what may not be seen or written. */
export async function lockStanding(
  context: Pick<Command, 'tx' | 'unit' | 'actor'>,
  id: string,
): Promise<LockedStanding> {
  const key = { tenantId: context.actor.tenantId, id }
  const { tx } = context
  const known = recallNewest(key)
  const [lock, newest, evidence] = await Promise.all([
    lockReport(context, key),
    known ? null : newestRevision(key).execute(tx),
    known?.bare ? null : evidenceOf(key.tenantId, id).execute(tx),
  ])
  if (!lock) throw await reportRefusal(tx, id)
  // What memory did not hold, or not in its newest state.
  const [revision, items, rules, profiles] = await Promise.all([
    newest
      ? firstOf(newest)
      : (revisionFrom(known, lock.latest_revision) ?? newestRevision(key).execute(tx).then(firstOf)),
    evidence ?? (lock.evidence_version > 0 ? evidenceOf(key.tenantId, id).execute(tx) : NOTHING),
    rulesOf(context, lock.ruleset_id),
    profilesFrom(context, lock.profile_heads ?? []),
  ])
  return { report: { ...lock, ...revision, ...rules }, evidence: items.rows, profiles, lock }
}

const NOTHING = { rows: [] } as const
const firstOf = ({ rows }: { readonly rows: readonly LastRevision[] }): LastRevision => rows[0] ?? NO_REVISION

/** The same without the lock, for what stores nothing. */
export async function readStanding(tx: Tx, { tenantId, id }: ReportKey): Promise<Standing> {
  const [facts, evidence, profiles] = await Promise.all([
    factsOf(tenantId, id).execute(tx),
    evidenceOf(tenantId, id).execute(tx),
    profilesOf(tenantId, id).execute(tx),
  ])
  const report = facts.rows[0]
  if (!report) throw await reportRefusal(tx, id)
  return { report, evidence: evidence.rows, profiles: profiles.rows }
}
