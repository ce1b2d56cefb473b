import type { ChecklistLine } from '@zenops/contracts/report-outputs'
import { byAnnexureOrder, type EvidenceItem } from './evidence-order.ts'
import type { Requirement } from './profiles.ts'

/** An evidence item with what is known of its document. */
export interface CountedEvidence extends EvidenceItem {
  /** Null for an item that only names a paper. */
  readonly document_id?: string | null | undefined
  readonly sha256?: string | null | undefined
  /** Only confirmed uploads are `uploaded`. */
  readonly document_status?: 'pending' | 'processing' | 'uploaded' | 'quarantined' | 'deleted' | null | undefined
  /** The document belongs to the assignment or its commission. */
  readonly belongs?: boolean | undefined
}

/** Uploaded, alive, clean and of this job; a paper only seen or named never counts. */
export const counts = (item: CountedEvidence): boolean =>
  Boolean(item.document_id) && item.document_status === 'uploaded' && item.belongs !== false

const conditions = (requirement: Requirement): number =>
  (requirement.doc_type ? 1 : 0) + Object.keys(requirement.tags).length

const matches = (item: EvidenceItem, { evidence_types, doc_type, tags }: Requirement): boolean =>
  evidence_types.includes(item.evidence_type) &&
  (!doc_type || item.doc_type === doc_type) &&
  Object.entries(tags).every(([tag, value]) => item.tags?.[tag] === value)

/** The strictest requirement chooses first. */
const byStrictness = (a: Requirement, b: Requirement): number =>
  conditions(b) - conditions(a) || a.order_hint - b.order_hint || (a.key < b.key ? -1 : 1)

/** Same bytes are the same document. */
const identity = (item: CountedEvidence): string => item.sha256 ?? item.document_id ?? item.id

function take(requirement: Requirement, free: CountedEvidence[]): CountedEvidence[] {
  const taken: CountedEvidence[] = []
  const seen = new Set<string>()
  for (const item of free) {
    if (taken.length === requirement.min_count) break
    if (!matches(item, requirement) || seen.has(identity(item))) continue
    seen.add(identity(item))
    taken.push(item)
  }
  for (const item of taken) free.splice(free.indexOf(item), 1)
  return taken
}

/**
 * What serves each requirement, in the order of `requirements`. One item serves one requirement, and within a
 * requirement equal files count once. `current_count` never exceeds what is needed.
 */
export function evidenceChecklist(
  requirements: readonly Requirement[],
  evidence: readonly CountedEvidence[],
): ChecklistLine[] {
  const free = evidence.filter(counts).toSorted(byAnnexureOrder)
  const served = new Map<string, CountedEvidence[]>()
  for (const requirement of requirements.toSorted(byStrictness)) served.set(requirement.key, take(requirement, free))
  return requirements.map(({ key, label, severity, min_count }) => {
    const items = served.get(key) ?? []
    const missing_count = Math.max(0, min_count - items.length)
    return {
      key,
      label,
      severity,
      needed: min_count,
      current_count: items.length,
      missing_count,
      satisfied: missing_count === 0,
      evidence_item_ids: items.map((item) => item.id),
    }
  })
}
