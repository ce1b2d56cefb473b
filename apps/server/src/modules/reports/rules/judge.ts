import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { DerivedValues, Readiness } from '@zenops/contracts/report-outputs'
import type { Ruleset } from '@zenops/contracts/report-ruleset'
import { derive } from '@zenops/valuation/derive'
import type { CountedEvidence } from '@zenops/valuation/evidence-count'
import { evidenceWarnings } from '@zenops/valuation/evidence-warnings'
import { chooseProfile } from '@zenops/valuation/profiles'
import { type FieldLink, readiness, requiredFields } from '@zenops/valuation/readiness'
import type { EvidenceRow, ProfileRow, Standing } from './standing.ts'
import { dayIn } from './days.ts'
import { familyOf } from './family.ts'

/** The facts of a header that the rules read; a change hands in what the header is about to be. */
export type JudgedHeader = Pick<Standing['report'], 'report_type' | 'bank_type' | 'bank_id'>

export interface Judgement {
  readonly derived: DerivedValues
  readonly readiness: Readiness
  readonly profile: ProfileRow | null
  /** The profile that suits best, when it is another. */
  readonly suggested: ProfileRow | null
  readonly today: string
}

export interface JudgeRequest {
  readonly contract: ContractInputs
  readonly now: Date
  readonly header?: JudgedHeader
  readonly ruleset?: Ruleset & { readonly hash: string; readonly id: string }
  /** Evidence as it is about to be. */
  readonly evidence?: readonly EvidenceRow[]
}

/** Profiles are followed until the data are collected; later a better one is only suggested. */
export const followsProfile = (status: Standing['report']['status']): boolean =>
  status === 'DRAFT' || status === 'EVIDENCE_PENDING'

export const rulesetOf = ({ report }: Standing): Ruleset & { hash: string; id: string } => ({
  id: report.ruleset_id,
  version: report.ruleset_version,
  params: report.ruleset_params,
  overrides: report.ruleset_overrides,
  local_units: report.ruleset_local_units,
  hash: report.ruleset_hash,
})

/** Evidence as readiness counts it: what was refused counts like what was deleted. */
export const countedEvidence = (rows: readonly EvidenceRow[]): CountedEvidence[] =>
  rows.map((row) => ({
    ...row,
    belongs: row.belongs ?? false,
    document_status: row.document_status === 'rejected' ? 'deleted' : row.document_status,
  }))

export const fieldLinks = (rows: readonly EvidenceRow[]): FieldLink[] =>
  rows.flatMap((row) => row.field_keys.map((field_key) => ({ field_key, evidence_item_id: row.id })))

function profileFor(standing: Standing, header: JudgedHeader, derived: DerivedValues) {
  const { report, profiles } = standing
  const best = chooseProfile(
    profiles.filter((profile) => profile.state === 'published'),
    { ...header, value_slab: derived.value_slab },
  )
  const chosen = profiles.find((profile) => profile.id === report.evidence_profile_id)
  const fits = chosen?.report_type === header.report_type
  const follows = followsProfile(report.status) && report.profile_chosen_by === 'auto'
  const profile = chosen && fits && !follows ? chosen : (best ?? (fits ? chosen : undefined))
  return { profile: profile ?? null, suggested: best && best.id !== profile?.id ? best : null }
}

/** What rules and readiness make of a contract, given everything else about the report. Pure. */
export function judge(standing: Standing, request: JudgeRequest): Judgement {
  const { report } = standing
  const header = request.header ?? report
  const ruleset = request.ruleset ?? rulesetOf(standing)
  const evidence = request.evidence ?? standing.evidence
  const today = dayIn(report.time_zone, request.now)
  const derived = derive({
    report_type: header.report_type,
    bank_type: header.bank_type,
    bank_id: header.bank_id,
    contract: request.contract,
    ruleset,
    today,
    defaults: {
      signatory_id: report.settings?.default_signatory_id,
      previous_completion_percent: report.previous_completion,
    },
  })
  const { profile, suggested } = profileFor(standing, header, derived)
  const links = fieldLinks(evidence)
  const family = familyOf({ ...header, template_selector: derived.template_selector, contract: request.contract })
  const judged = readiness({
    report_type: header.report_type,
    contract: request.contract,
    derived,
    evidence: countedEvidence(evidence),
    links,
    profile,
    gate: { template_available: family !== null, changes_requested: report.qc_state === 'CHANGES_REQUESTED' },
    live_warnings: evidenceWarnings({
      coordinates: pointsOf(evidence, request.contract),
      unordered_images: evidence.filter((row) => row.evidence_type !== 'DOCUMENT' && row.annexure_order === null)
        .length,
      unlinked_fields: unlinked(header, profile, links),
      suggested_profile: suggested?.name ?? null,
      newer_ruleset: newerThan(ruleset.version, report.newest_ruleset),
      outdated_items: evidence.filter((row) => row.newer_version_id !== null).map((row) => row.id),
    }),
  })
  return { derived, readiness: judged, profile, suggested, today }
}

const newerThan = (version: string, newest: string | null): string | null => (newest === version ? null : newest)

function unlinked({ report_type }: JudgedHeader, profile: ProfileRow | null, links: readonly FieldLink[]): string[] {
  const linked = new Set(links.map((link) => link.field_key))
  return requiredFields(report_type, profile)
    .map((field) => field.field_key)
    .filter((key) => !linked.has(key))
}

/** Coordinates by source: those typed or taken over, and those of the photos. */
function pointsOf(evidence: readonly EvidenceRow[], { property }: ContractInputs) {
  const geo = property?.geo
  const typed = geo?.lat !== undefined && geo.lng !== undefined ? [{ lat: geo.lat, lng: geo.lng }] : []
  const photos = evidence.flatMap(({ suggestions }) =>
    suggestions?.gps ? [{ lat: suggestions.gps.latitude, lng: suggestions.gps.longitude }] : [],
  )
  return [...typed, ...photos].slice(0, MOST_POINTS)
}
/** Distances are compared pair by pair. */
const MOST_POINTS = 60
