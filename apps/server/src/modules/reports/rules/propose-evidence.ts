import {
  DOC_TYPES,
  EVIDENCE_CATEGORIES,
  type DocType,
  type EvidenceCategory,
  type EvidenceType,
} from '@zenops/contracts/report-enums'

export interface FileTraits {
  readonly tags: Readonly<Record<string, string | null>>
  readonly classification: string | null
  readonly content_type: string | null
}
export interface Proposal {
  readonly evidence_type: EvidenceType
  readonly doc_type: DocType | null
  readonly category: EvidenceCategory | null
}

const TYPE_OF_CATEGORY: Partial<Record<EvidenceCategory, EvidenceType>> = {
  exterior: 'PHOTO',
  interior: 'PHOTO',
  surroundings: 'PHOTO',
  site: 'PHOTO',
  stage_progress: 'PHOTO',
  gps: 'GEO',
  guideline: 'SCREENSHOT',
  google_map: 'SCREENSHOT',
  route_map: 'SCREENSHOT',
  dpr_reference: 'SCREENSHOT',
  document: 'DOCUMENT',
}

const oneOf = <T extends string>(words: readonly T[], word: string | null | undefined): T | null =>
  words.find((known) => known === word) ?? null

function typeOf(
  { classification, content_type }: FileTraits,
  doc: DocType | null,
  category: EvidenceCategory | null,
): EvidenceType {
  const byCategory = category && TYPE_OF_CATEGORY[category]
  if (byCategory) return byCategory
  if (doc) return 'DOCUMENT'
  if (classification === 'site_photo') return 'PHOTO'
  if (classification === null && content_type?.startsWith('image/')) return 'PHOTO'
  return 'DOCUMENT'
}

/** What a linked file probably is, read from the tags that people or the classifier gave its document. */
export function proposeEvidence(file: FileTraits): Proposal {
  const category = oneOf(EVIDENCE_CATEGORIES, file.tags['category']?.toLowerCase())
  const doc_type = oneOf(DOC_TYPES, file.tags['doc_type']?.toUpperCase())
  return { evidence_type: typeOf(file, doc_type, category), doc_type, category }
}
