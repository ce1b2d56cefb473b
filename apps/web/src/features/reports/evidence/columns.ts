import type { OutputOf } from '@zenops/contracts/kit'
import type { DocType, EvidenceType, Severity } from '@zenops/contracts/report-enums'
import type { EvidenceItem } from '@zenops/contracts/reports-evidence-records'
import type { getReportProfiles } from '@zenops/contracts/reports-evidence'

export type ReportProfiles = OutputOf<typeof getReportProfiles>
type ProfileItem = NonNullable<ReportProfiles['selected']>['items'][number]

/** One requirement of the profile and what lies under it. */
export interface BoardColumn {
  readonly key: string
  readonly label: string
  readonly severity: Severity | null
  readonly needed: number
  readonly found: number
  /** What an item becomes here; null for the column of everything else. */
  readonly takes: ColumnTarget | null
  readonly items: readonly EvidenceItem[]
}
export interface ColumnTarget {
  readonly evidence_type: EvidenceType
  readonly doc_type: DocType | null
  readonly tags: Readonly<Record<string, string | null>>
}

export const OTHERS = 'others'

const matches = (item: EvidenceItem, of: ProfileItem): boolean =>
  of.evidence_types.includes(item.evidence_type) &&
  (of.doc_type === null || item.doc_type === of.doc_type) &&
  Object.entries(of.tags).every(([tag, value]) => item.tags[tag] === value)

const conditions = (of: ProfileItem): number => (of.doc_type ? 1 : 0) + Object.keys(of.tags).length

const targetOf = (item: ProfileItem): ColumnTarget => ({
  evidence_type: item.evidence_types[0] ?? 'OTHER',
  doc_type: item.doc_type,
  // A category of before would keep the item under its former requirement.
  tags: { category: null, ...item.tags },
})

/** Ascending order, unordered last, then age: as lists and annexures have it. */
export const byOrder = (a: EvidenceItem, b: EvidenceItem): number =>
  (a.annexure_order ?? Number.MAX_SAFE_INTEGER) - (b.annexure_order ?? Number.MAX_SAFE_INTEGER) ||
  a.created_at.localeCompare(b.created_at)

/** The board: each requirement with what serves it or could, then everything else. */
export function boardColumns(profiles: ReportProfiles, evidence: readonly EvidenceItem[]): readonly BoardColumn[] {
  const requirements = (profiles.selected?.items ?? []).toSorted((a, b) => a.order_hint - b.order_hint)
  const strictest = requirements.toSorted((a, b) => conditions(b) - conditions(a))
  const serving = new Map(
    profiles.checklist.flatMap(({ key, evidence_item_ids }) => evidence_item_ids.map((id) => [id, key])),
  )
  const homes = new Map(
    evidence.map((item) => [
      item.id,
      serving.get(item.id) ?? strictest.find((one) => matches(item, one))?.key ?? OTHERS,
    ]),
  )
  const under = (key: string) => evidence.filter(({ id }) => homes.get(id) === key).toSorted(byOrder)
  const lines = new Map(profiles.checklist.map((line) => [line.key, line]))
  const columns = requirements.map((item) => ({
    key: item.key,
    label: item.label,
    severity: item.severity,
    needed: item.min_count,
    found: lines.get(item.key)?.current_count ?? 0,
    takes: targetOf(item),
    items: under(item.key),
  }))
  return [
    ...columns,
    { key: OTHERS, label: '', severity: null, needed: 0, found: 0, takes: null, items: under(OTHERS) },
  ]
}
