import { hash } from 'node:crypto'
import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { ContractChange as ChangeBody, REVISION_KINDS, REVISION_SOURCES } from '@zenops/contracts/reports-shapes'
import type { ContractChange } from '@zenops/valuation/merge-patch'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import { type ContentTexts, contentTexts, GENESIS, joinedText, textHashes } from '@zenops/valuation/revision-hash'
import type { CompiledQuery } from 'kysely'
import { fixed } from '../../platform/db/fixed.ts'
import { together } from '../../platform/db/together.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { authorOf, type Command, type Tx } from './context.ts'
import { rememberNewest } from './lock-report.ts'
import { outputsOf } from './read-standing.ts'
import { inputsOf, signedContract, wholeContract } from './rules/contract.ts'
import { type Judgement, rulesetOf } from './rules/judge.ts'
import { manifestOf } from './rules/manifest.ts'
import type { ReportRow } from './rules/report-row.ts'
import type { LastOutputs, LastRevision, Standing } from './rules/standing.ts'

export const sha256 = (text: string): string => hash('sha256', text)

export interface NextRevision {
  readonly standing: Standing
  readonly judgement: Judgement
  readonly contract: ContractInputs
  readonly kind: (typeof REVISION_KINDS)[number]
  readonly source: (typeof REVISION_SOURCES)[number]
  readonly patch: object | null
  readonly changes: readonly ContractChange[]
  readonly reason: string | null
  /** The reason given for a path, where reasons were given one by one. */
  readonly reasonFor?: (path: string) => string | null
  readonly ruleset?: ReturnType<typeof rulesetOf>
  /** Nothing reads the revision before the commit: it leaves with it, without a round trip of its own. */
  readonly withCommit?: boolean
}

export interface WrittenRevision {
  readonly n: number
  readonly content_hash: string
  readonly chain_hash: string
  readonly created_at: string
  readonly author_id: string
  readonly input_snapshot_id: string
  readonly output_snapshot_id: string
  readonly rules_run_id: string
}

const MAX_LISTED_PATHS = 500

/** Appends a revision with its hashes and the history of its fields; the report row is the caller's to update. */
export async function appendRevision(context: Command, next: NextRevision): Promise<WrittenRevision> {
  const { report, evidence } = next.standing
  const { derived, readiness, profile } = next.judgement
  const created_at = await context.unit.startedAt()
  const author_id = authorOf(context)
  const n = report.latest_revision + 1
  const { id, version, hash } = next.ruleset ?? rulesetOf(next.standing)
  const content = {
    contract: wholeContract(next.contract, derived),
    derived,
    evidence_manifest: manifestOf(evidence),
    profile: profile && { id: profile.id, version: profile.version, name: profile.name },
    readiness,
    report_id: report.id,
    ruleset: { id, version, hash },
  }
  const prev = report.rev_chain_hash ?? GENESIS
  const texts = contentTexts(content)
  const patch = canonicalJson(next.patch)
  const link = { author_id, created_at, prev, reason: next.reason, revision: n }
  const hashes = await textHashes({ ...link, content: joinedText(texts, report.id), patch }, sha256)
  const snapshots = { input_snapshot_id: uuidv7(), output_snapshot_id: uuidv7(), rules_run_id: uuidv7() }
  const written = {
    n,
    content_hash: hashes.content_hash,
    chain_hash: hashes.chain_hash,
    created_at,
    author_id,
    ...snapshots,
  }
  const paths = next.changes.map((change) => change.path)
  const row = fixed`
    insert into reports.report_revisions (tenant_id, report_id, n, kind, source, patch, contract, derived, readiness, readiness_score, manifest,
      profile, ruleset_id, ruleset, changed_paths, content_hash, patch_hash, prev_hash, chain_hash, input_snapshot_id, output_snapshot_id,
      rules_run_id, author_id, reason, created_at)
    values (${report.tenant_id}::uuid, ${report.id}::uuid, ${n}::int, ${next.kind}, ${next.source}, ${next.patch && patch}::jsonb,
      ${texts.contract}::jsonb, ${texts.derived}::jsonb, ${texts.readiness}::jsonb, ${readiness.completeness_score}::int,
      ${texts.evidence_manifest}::jsonb, ${content.profile && texts.profile}::jsonb, ${id}::uuid, ${texts.ruleset}::jsonb,
      ${paths.slice(0, MAX_LISTED_PATHS)}::text[], ${hashes.content_hash}, ${hashes.patch_hash}, ${prev}, ${hashes.chain_hash},
      ${snapshots.input_snapshot_id}::uuid, ${snapshots.output_snapshot_id}::uuid, ${snapshots.rules_run_id}::uuid, ${author_id}::uuid,
      ${next.reason}, ${created_at}::timestamptz)`
  const writes = [row, ...pathsOf(next, n)]
  if (next.withCommit) for (const write of writes) context.unit.withCommit(write)
  else await together(writes.map((write) => context.tx.executeQuery(write)))
  const key = { tenantId: report.tenant_id, id: report.id }
  rememberNewest(context, key, { n, bare: report.evidence_version === 0, text: newestText(texts, written, readiness) })
  return written
}

/** The columns of a revision that the next one reads, as JSON. */
const newestText = (texts: ContentTexts, written: WrittenRevision, readiness: Judgement['readiness']): string =>
  `{"rev_contract":${texts.contract},"rev_manifest":${texts.evidence_manifest},"rev_profile":${texts.profile},"rev_ruleset":${texts.ruleset},${JSON.stringify(
    {
      rev_readiness_score: readiness.completeness_score,
      rev_content_hash: written.content_hash,
      rev_chain_hash: written.chain_hash,
      rev_author_id: written.author_id,
      rev_created_at: written.created_at,
      rev_input_snapshot_id: written.input_snapshot_id,
      rev_output_snapshot_id: written.output_snapshot_id,
      rev_rules_run_id: written.rules_run_id,
    } satisfies Partial<LastRevision>,
  ).slice(1)}`

type RulesRevision = Pick<NextRevision, 'standing' | 'judgement' | 'contract' | 'reason' | 'ruleset'>

/** The same contract judged anew: other rules, or a header that they look at. */
export const appendRulesRevision = (context: Command, next: RulesRevision): Promise<WrittenRevision> =>
  appendRevision(context, { ...next, kind: 'RULES', source: 'form', patch: null, changes: [] })

function pathsOf(next: NextRevision, n: number): CompiledQuery[] {
  const { changes, standing, reasonFor } = next
  const { tenant_id, id } = standing.report
  const reasonOf = (path: string): string | null => (reasonFor ? reasonFor(path) : next.reason)
  const [only] = changes
  if (!only) return []
  // What a form sends while somebody types.
  if (changes.length === 1) {
    const { path, before, after } = only
    return [
      fixed`insert into reports.report_changed_paths (tenant_id, report_id, n, path, before, after, reason)
        values (${tenant_id}::uuid, ${id}::uuid, ${n}::int, ${path}, ${stored(before)}::jsonb, ${stored(after)}::jsonb, ${reasonOf(path)})`,
    ]
  }
  const rows = changes.map(({ path, before, after }) => ({ path, before, after, reason: reasonOf(path) }))
  return [
    fixed`insert into reports.report_changed_paths (tenant_id, report_id, n, path, before, after, reason)
      select ${tenant_id}::uuid, ${id}::uuid, ${n}::int, c ->> 'path', nullif(c -> 'before', 'null'), nullif(c -> 'after', 'null'),
        c ->> 'reason'
      from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as c`,
  ]
}
/** A value of the contract as a row keeps it; what there was not is no value. */
const stored = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value))

/** Columns of the report row that follow from a judgement. */
export function judgedColumns({ derived, readiness, profile }: Judgement, contract: ContractInputs) {
  const blocking = (lines: readonly { readonly severity: string }[]) =>
    lines.filter((line) => line.severity === 'BLOCKING').length
  return {
    value_slab: derived.value_slab,
    template_selector: derived.template_selector,
    template_variant: derived.template_variant,
    readiness_score: readiness.completeness_score,
    missing_fields_count: blocking(readiness.missing_fields),
    missing_evidence_count: blocking(readiness.missing_evidence),
    warnings_count: readiness.warnings.length,
    evidence_profile_id: profile?.id ?? null,
    borrower_name: contract.party?.borrower_name ?? null,
    owner_name: contract.party?.owner_name ?? null,
  }
}

const rulesRunOf = (id: string, { derived, readiness }: Judgement) => ({
  id,
  ruleset_version: derived.ruleset_version,
  warnings: readiness.warnings.filter((warning) => warning.level !== 'error'),
  errors: readiness.warnings.filter((warning) => warning.level === 'error'),
})

export interface ChangeAnswer {
  readonly report: ReportRow
  readonly contract: ContractInputs
  readonly judgement: Judgement
  readonly written: WrittenRevision
}

/** What a change of the contract answers. */
export function changeBody({ report, contract, judgement, written }: ChangeAnswer): ChangeBody {
  const { derived, readiness } = judgement
  const { n } = written
  return {
    changed: true,
    contract_version: report.contract_version,
    revision: n,
    status: report.status,
    input_snapshot: { id: written.input_snapshot_id, version: 2 * n - 1, contract_json: contract },
    output_snapshot: {
      id: written.output_snapshot_id,
      version: 2 * n,
      contract_json: signedContract(wholeContract(contract, derived), written),
      derived_json: derived,
      readiness_json: readiness,
      content_hash: written.content_hash,
    },
    readiness,
    rules_run: rulesRunOf(written.rules_run_id, judgement),
  }
}

/** The same answer where nothing changed: the newest revision as it stands. */
export async function unchangedBody(tx: Tx, { report }: Standing, judgement: Judgement): Promise<ChangeBody> {
  const { rows } = await outputsOf(report.tenant_id, report.id).execute(tx)
  const n = report.latest_revision
  return {
    changed: false,
    contract_version: report.contract_version,
    revision: n,
    status: report.status,
    input_snapshot:
      report.rev_contract && report.rev_input_snapshot_id
        ? { id: report.rev_input_snapshot_id, version: 2 * n - 1, contract_json: inputsOf(report.rev_contract) }
        : null,
    output_snapshot: outputSnapshot(report, rows[0]),
    readiness: judgement.readiness,
    rules_run: rulesRunOf(report.rev_rules_run_id ?? report.id, judgement),
  }
}

/** The newest output snapshot of a report, or null before its first revision. */
export function outputSnapshot(report: Standing['report'], outputs: LastOutputs | undefined) {
  const { rev_contract, rev_content_hash, rev_output_snapshot_id, rev_created_at } = report
  if (!outputs || !rev_contract || !rev_content_hash || !rev_output_snapshot_id || !rev_created_at) return null
  const by = { n: report.latest_revision, author_id: report.rev_author_id, created_at: rev_created_at }
  return {
    id: rev_output_snapshot_id,
    version: 2 * by.n,
    contract_json: signedContract(rev_contract, by),
    derived_json: outputs.derived,
    readiness_json: outputs.readiness,
    content_hash: rev_content_hash,
  }
}
