import type { Contract } from '@zenops/contracts/report-contract'
import type { DocType, EvidenceType } from '@zenops/contracts/report-enums'
import type { DerivedValues, Readiness } from '@zenops/contracts/report-outputs'
import type { Ruleset } from '@zenops/contracts/report-ruleset'
import type { Profile } from '@zenops/valuation/profiles'
import type { ManifestRow } from './manifest.ts'
import type { ReportRow } from './report-row.ts'

/** Report settings of the firm, kept in its tenant row. */
export interface ReportSettings {
  readonly reference_pattern?: string
  readonly default_signatory_id?: string | null
  readonly firm?: Readonly<Record<string, string | null>>
}

/** The newest revision, as far as the next one needs it. */
export interface LastRevision {
  readonly rev_contract: Contract | null
  readonly rev_readiness_score: number | null
  readonly rev_manifest: readonly ManifestRow[] | null
  readonly rev_profile: { id: string; version: number; name: string } | null
  readonly rev_ruleset: { id: string; version: string; hash: string } | null
  readonly rev_content_hash: string | null
  readonly rev_chain_hash: string | null
  readonly rev_author_id: string | null
  readonly rev_created_at: string | null
  readonly rev_input_snapshot_id: string | null
  readonly rev_output_snapshot_id: string | null
  readonly rev_rules_run_id: string | null
}

/** What the rules made of the newest revision: large, and only read to be shown again. */
export interface LastOutputs {
  readonly derived: DerivedValues
  readonly readiness: Readiness
}

export interface ReportFacts extends ReportRow, LastRevision {
  readonly time_zone: string
  readonly firm_name: string
  readonly settings: ReportSettings | null
  readonly ruleset_version: string
  readonly ruleset_params: Ruleset['params']
  readonly ruleset_overrides: NonNullable<Ruleset['overrides']>
  readonly ruleset_local_units: NonNullable<Ruleset['local_units']>
  readonly ruleset_hash: string
  /** Version that new reports use. */
  readonly newest_ruleset: string | null
  readonly previous_completion: number | null
  /** The first data written by the caller would begin the work on the assignment; told by the lock alone. */
  readonly assignment_waits?: boolean
}

export interface EvidenceRow {
  readonly id: string
  readonly report_id: string
  readonly document_id: string | null
  readonly physical_copy_seen: boolean
  readonly evidence_type: EvidenceType
  readonly doc_type: DocType | null
  readonly tags: Record<string, string>
  readonly label: string | null
  readonly annexure_order: number | null
  readonly include_in_annexure: boolean
  readonly field_keys: string[]
  readonly note: string | null
  readonly file_ref: string | null
  readonly created_at: string
  readonly sha256: string | null
  readonly document_status: 'pending' | 'uploaded' | 'rejected' | 'quarantined' | 'deleted' | null
  readonly width: number | null
  readonly height: number | null
  readonly captured_at: string | null
  readonly captured_by_employee_id: string | null
  readonly suggestions: FileSuggestions | null
  readonly classification: string | null
  readonly sensitivity: string | null
  readonly source: string | null
  readonly original_filename: string | null
  readonly content_type: string | null
  readonly newer_version_id: string | null
  readonly belongs: boolean | null
}

/** What a photo says about itself, as documents keep it. */
export interface FileSuggestions {
  readonly captured_at?: string | null
  readonly gps?: { readonly latitude: number; readonly longitude: number; readonly accuracy_m?: number | null } | null
}

export interface ProfileRow extends Profile {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly row_version: number
}

/** Everything that judging a report reads. */
export interface Standing {
  readonly report: ReportFacts
  readonly evidence: readonly EvidenceRow[]
  /** Published defaults of the type, and the chosen one in the version it is held to. */
  readonly profiles: readonly ProfileRow[]
}
