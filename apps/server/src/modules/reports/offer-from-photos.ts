import { sql } from 'kysely'
import type { Command } from './context.ts'
import { photoSuggestions } from './rules/photo-suggestions.ts'
import type { ReportRow } from './rules/report-row.ts'
import type { EvidenceRow } from './rules/standing.ts'

interface Linked {
  readonly evidence: readonly EvidenceRow[]
  /** Items that were just linked. */
  readonly added: readonly string[]
  readonly timeZone: string
}

/** Stores what the EXIF of linked photos offers; an earlier inspection day takes the place of a later open one. */
export async function offerFromPhotos(
  { tx }: Command,
  report: ReportRow,
  { evidence, added, timeZone }: Linked,
): Promise<void> {
  const offered = photoSuggestions(evidence, timeZone).filter(
    (offer) => offer.field_key !== 'property.geo' || added.includes(offer.evidence_item_id),
  )
  if (offered.length === 0) return
  await sql`
    with offered as (
      insert into reports.report_suggestions (tenant_id, report_id, field_key, value, confidence, method, evidence_item_id, raw_text, out_of_range)
      select ${report.tenant_id}::uuid, ${report.id}::uuid, o.field_key, o.value, o.confidence, 'EXIF', o.evidence_item_id, o.raw_text, o.out_of_range
      from jsonb_to_recordset(${JSON.stringify(offered)}::jsonb)
        as o (field_key text, value jsonb, confidence numeric, evidence_item_id uuid, raw_text text, out_of_range boolean)
      on conflict (tenant_id, report_id, field_key, method, evidence_item_id) do nothing
      returning field_key
    )
    update reports.report_suggestions s set status = 'SUPERSEDED'
    where s.tenant_id = ${report.tenant_id}::uuid and s.report_id = ${report.id}::uuid and s.status = 'PENDING' and s.method = 'EXIF'
      and s.field_key = 'valuation_inputs.inspection_date'
      and exists (select 1 from offered o where o.field_key = s.field_key)`.execute(tx)
}
