import type { Contract } from '@zenops/contracts/report-contract'
import type { AnnexureGrouping } from '@zenops/contracts/report-ruleset'
import { type AnnexureImage, type AnnexureSection, annexurePages } from '@zenops/valuation/annexure-pages'
import { counts } from '@zenops/valuation/evidence-count'
import type { ManifestRow } from './manifest.ts'

type Hint = Partial<AnnexureGrouping>

/** How many images people wish on a page, by evidence item. */
function hintsOf(contract: Contract): Map<string, Hint> {
  const hints = new Map<string, Hint>()
  for (const { evidence_item_id, group_hint } of contract.annexures?.items ?? []) {
    if (!evidence_item_id || !group_hint) continue
    const { min_images_per_page: min, max_images_per_page: max, preferred_images_per_page: preferred } = group_hint
    hints.set(evidence_item_id, {
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(preferred === undefined ? {} : { preferred }),
    })
  }
  return hints
}

/** Images that are printed: counted evidence with pixels, wanted in the annexures. Order is the manifest's. */
export function annexureImages(manifest: readonly ManifestRow[], contract: Contract): AnnexureImage[] {
  const hints = hintsOf(contract)
  return manifest.flatMap((row, index) => {
    const image = row.include_in_annexure && row.width && row.height && row.document_id
    const counted = counts({
      ...row,
      id: row.evidence_item_id,
      created_at: '',
      document_status: row.document_status as 'uploaded',
    })
    if (!image || !counted || row.evidence_type === 'DOCUMENT') return []
    return [
      {
        id: row.evidence_item_id,
        evidence_type: row.evidence_type,
        doc_type: row.doc_type,
        tags: row.tags,
        annexure_order: row.annexure_order,
        // The manifest stands in order; equal numbers keep their place in it.
        created_at: String(index).padStart(6, '0'),
        width: row.width ?? 0,
        height: row.height ?? 0,
        group_hint: hints.get(row.evidence_item_id),
      },
    ]
  })
}

/** The image pages of a report, by the grouping of its contract, else of its rules. */
export function annexuresOf(
  manifest: readonly ManifestRow[],
  contract: Contract,
  grouping: AnnexureGrouping,
): AnnexureSection[] {
  const own = contract.annexures?.image_grouping_default
  const chosen = {
    ...grouping,
    ...(own?.min_images_per_page === undefined ? {} : { min: own.min_images_per_page }),
    ...(own?.max_images_per_page === undefined ? {} : { max: own.max_images_per_page }),
  }
  return annexurePages(annexureImages(manifest, contract), { grouping: chosen })
}
