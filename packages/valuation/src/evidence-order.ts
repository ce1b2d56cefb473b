import type { DocType, EvidenceCategory, EvidenceType } from '@zenops/contracts/report-enums'

/** What ordering and counting read of an evidence item. */
export interface EvidenceItem {
  readonly id: string
  readonly evidence_type: EvidenceType
  readonly doc_type?: DocType | null | undefined
  readonly tags?: Readonly<Record<string, string | undefined>> | null | undefined
  readonly annexure_order?: number | null | undefined
  /** RFC 3339, UTC. */
  readonly created_at: string
}

const CATEGORY_RANK: Partial<Record<EvidenceCategory, number>> = {
  exterior: 10,
  interior: 20,
  surroundings: 30,
  gps: 40,
  guideline: 45,
  google_map: 50,
  route_map: 60,
}
const TYPE_RANK: Record<EvidenceType, number> = { SCREENSHOT: 70, GEO: 80, PHOTO: 90, DOCUMENT: 100, OTHER: 200 }
const DOCUMENT_RANK: readonly DocType[] = [
  'RTC',
  'BUILDING_PERMISSION',
  'COMPLETION_CERTIFICATE',
  'NA_ORDER',
  'LAYOUT_PLAN',
  'SALE_DEED',
]

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** The category a person or the classifier gave. */
export const categoryOf = (item: Pick<EvidenceItem, 'tags'>): string | undefined => item.tags?.['category'] || undefined

/** Lists and manifests: annexure order ascending, unordered last, then creation time, then id. */
export const byAnnexureOrder = (a: EvidenceItem, b: EvidenceItem): number =>
  compare(a.annexure_order ?? Number.POSITIVE_INFINITY, b.annexure_order ?? Number.POSITIVE_INFINITY) ||
  compare(a.created_at, b.created_at) ||
  compare(a.id, b.id)

/** Where an item of a kind belongs among all others: its category's place, else that of its type. */
function rank(item: EvidenceItem): number {
  // Cast: an unknown category finds no rank.
  return CATEGORY_RANK[categoryOf(item) as EvidenceCategory] ?? TYPE_RANK[item.evidence_type]
}

/** How much a document weighs among documents: title and permissions first, the rest behind them. */
export function documentRank(docType: DocType | null | undefined): number {
  const place = docType ? DOCUMENT_RANK.indexOf(docType) : -1
  return place < 0 ? DOCUMENT_RANK.length : place
}
const importance = (item: EvidenceItem): number => (item.evidence_type === 'DOCUMENT' ? documentRank(item.doc_type) : 0)

/** Items in the order of the house; ties keep their present order. The given list is left as it was. */
export const autoOrder = <T extends EvidenceItem>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => rank(a) - rank(b) || importance(a) - importance(b) || byAnnexureOrder(a, b))

/** The numbers that automatic ordering gives, from 1. */
export const autoOrderNumbers = (items: readonly EvidenceItem[]): { id: string; annexure_order: number }[] =>
  autoOrder(items).map(({ id }, index) => ({ id, annexure_order: index + 1 }))
