import type {
  BankType,
  QcState,
  ReportSource,
  ReportStatus,
  ReportType,
  TemplateSelector,
  TemplateVariant,
  ValueSlab,
} from '@zenops/contracts/report-enums'
import type { ReportHeader } from '@zenops/contracts/reports-shapes'

/** The header of a report as the table keeps it. */
export interface ReportRow {
  readonly tenant_id: string
  readonly id: string
  readonly report_no: string
  readonly reference_no: string | null
  readonly title: string
  readonly assignment_id: string
  readonly source_type: ReportSource
  readonly source_ref_id: string | null
  readonly report_type: ReportType
  readonly bank_id: string | null
  readonly bank_name: string | null
  readonly bank_type: BankType
  readonly value_slab: ValueSlab
  readonly template_selector: TemplateSelector
  readonly template_variant: TemplateVariant
  readonly status: ReportStatus
  readonly evidence_profile_id: string | null
  readonly profile_chosen_by: 'auto' | 'user'
  readonly profile_version: number | null
  readonly ruleset_id: string
  readonly contract_version: number
  readonly latest_revision: number
  readonly evidence_version: number
  readonly qc_state: QcState
  readonly readiness_score: number
  readonly missing_fields_count: number
  readonly missing_evidence_count: number
  readonly warnings_count: number
  readonly evidence_count: number
  readonly comments_count: number
  readonly borrower_name: string | null
  readonly owner_name: string | null
  readonly billing_mode: 'CREDIT' | 'POSTPAID' | null
  readonly billing_account_id: string | null
  readonly reservation_id: string | null
  readonly service_invoice_id: string | null
  readonly accepted_at: string | null
  readonly billing_hooks: unknown[]
  readonly latest_pack_id: string | null
  readonly pack_stale: boolean
  readonly released_at: string | null
  readonly delivered: boolean
  readonly supersedes_report_id: string | null
  readonly created_by: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

/** The header as callers see it. */
export const headerOf = (row: ReportRow): ReportHeader => ({
  ...row,
  missing_count: row.missing_fields_count + row.missing_evidence_count,
  billing: {
    mode_cache: row.billing_mode,
    account_id: row.billing_account_id,
    reservation_id: row.reservation_id,
    service_invoice_id: row.service_invoice_id,
    accepted_at: row.accepted_at,
    hooks: row.billing_hooks,
  },
})
