import type { Contract } from '@zenops/contracts/report-contract'
import type { TemplateData } from '@zenops/templates/fill'
import { templateData } from '@zenops/templates/template-data'
import { counts } from '@zenops/valuation/evidence-count'
import type { ManifestRow } from './rules/manifest.ts'
import type { PrintedContext } from './pack-input.ts'

export interface Printed {
  readonly contract: Contract
  readonly manifest: readonly ManifestRow[]
  readonly context: PrintedContext
}

/** Which kinds of evidence are enclosed, by category. */
function enclosed(manifest: readonly ManifestRow[]): Record<string, boolean> {
  const counted = manifest.filter(
    (row) =>
      counts({ ...row, id: row.evidence_item_id, created_at: '', document_status: row.document_status as 'uploaded' }), // as frozen
  )
  return Object.fromEntries(counted.flatMap((row) => (row.category ? [[row.category, true]] : [])))
}

/** Everything that templates may name, out of one frozen revision and the names frozen with its pack. */
export function printData({ contract, manifest, context }: Printed): TemplateData {
  return templateData({
    contract: { ...contract },
    computed: { ...contract.computed_values },
    report: { ...context.report, evidence: enclosed(manifest) },
    assignment: context.assignment,
    firm: context.firm,
    signatory: context.signatory,
    bank: context.bank,
  })
}
