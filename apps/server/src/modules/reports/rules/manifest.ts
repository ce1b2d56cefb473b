import type { DocType, EvidenceType } from '@zenops/contracts/report-enums'
import { categoryOf } from '@zenops/valuation/evidence-order'
import type { EvidenceRow } from './standing.ts'

/** One frozen evidence item; the list stands in annexure order. */
export interface ManifestRow {
  readonly evidence_item_id: string
  readonly document_id: string | null
  readonly sha256: string | null
  readonly evidence_type: EvidenceType
  readonly doc_type: DocType | null
  readonly category: string | null
  readonly tags: Record<string, string>
  readonly annexure_order: number | null
  readonly include_in_annexure: boolean
  readonly label: string | null
  readonly width: number | null
  readonly height: number | null
  readonly captured_at: string | null
  readonly geo: { readonly lat: number; readonly lng: number } | null
  readonly document_status: string | null
  readonly field_keys: string[]
}

const geoOf = ({ suggestions }: EvidenceRow): ManifestRow['geo'] =>
  suggestions?.gps ? { lat: suggestions.gps.latitude, lng: suggestions.gps.longitude } : null

/** The evidence of this moment, as a revision freezes it. Rows come in annexure order. */
export const manifestOf = (evidence: readonly EvidenceRow[]): ManifestRow[] =>
  evidence.map((row) => ({
    evidence_item_id: row.id,
    document_id: row.document_id,
    sha256: row.sha256,
    evidence_type: row.evidence_type,
    doc_type: row.doc_type,
    category: categoryOf(row) ?? null,
    tags: row.tags,
    annexure_order: row.annexure_order,
    include_in_annexure: row.include_in_annexure,
    label: row.label,
    width: row.width,
    height: row.height,
    captured_at: row.captured_at,
    geo: geoOf(row),
    document_status: row.document_status,
    field_keys: row.field_keys,
  }))
