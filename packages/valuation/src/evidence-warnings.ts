import type { ReportWarning } from '@zenops/contracts/report-outputs'
import { metresBetween, type Point } from './coordinates.ts'
import { when } from './warning-case.ts'

/** Facts about evidence, suggestions and settings, gathered by the caller; what is left out raises nothing. */
export interface EvidenceFacts {
  /** Coordinates by source (EXIF, overlay, typed). */
  readonly coordinates?: readonly Point[]
  /** Images that are printed and carry no order. */
  readonly unordered_images?: number
  /** Required fields without evidence. */
  readonly unlinked_fields?: readonly string[]
  /** Fields whose value changed after linking. */
  readonly stale_fields?: readonly string[]
  /** A better profile than the chosen one. */
  readonly suggested_profile?: string | null
  /** The ruleset that new reports use, when it is another. */
  readonly newer_ruleset?: string | null
  /** Evidence items whose document has a newer version. */
  readonly outdated_items?: readonly string[]
  /** Fields taken over from a reading below 0.6. */
  readonly low_confidence_fields?: readonly string[]
  readonly readings_pending?: number
  readonly readings_failed?: number
  /** Fields that a reading looked for in vain. */
  readonly unread_fields?: readonly string[]
}

const DISAGREEMENT_M = 200

/** Two sources more than 200 m apart. */
export const disagree = (points: readonly Point[]): boolean =>
  points.some((a, index) => points.slice(index + 1).some((b) => metresBetween(a, b) > DISAGREEMENT_M))

const forEachField = (
  fields: readonly string[] | undefined,
  code: Parameters<typeof when>[1],
  message: string,
): ReportWarning[] => (fields ?? []).flatMap((path) => when(true, code, [path, message]))

const settings = (facts: EvidenceFacts): ReportWarning[] => [
  ...when(Boolean(facts.suggested_profile), 'PROFILE_SUGGESTION_CHANGED', [
    null,
    `The profile ${facts.suggested_profile} suits this report better.`,
  ]),
  ...when(Boolean(facts.newer_ruleset), 'RULESET_OUTDATED', [null, `New reports use ruleset ${facts.newer_ruleset}.`]),
]

const readings = (facts: EvidenceFacts): ReportWarning[] => [
  ...forEachField(facts.low_confidence_fields, 'OCR_LOW_CONFIDENCE', 'The value was read with little confidence.'),
  ...when((facts.readings_pending ?? 0) > 0, 'OCR_EVIDENCE_PENDING', [null, 'Files are still being read.']),
  ...when((facts.readings_failed ?? 0) > 0, 'OCR_EVIDENCE_FAILED', [null, 'A file could not be read.']),
  ...forEachField(facts.unread_fields, 'OCR_FIELD_FAILED', 'The field was not found in its evidence.'),
]

/** Warnings read live from evidence and settings; they never change a stored revision. */
export const evidenceWarnings = (facts: EvidenceFacts): ReportWarning[] => [
  ...when(disagree(facts.coordinates ?? []), 'GEO_SOURCES_DISAGREE', [
    'property.geo',
    'Two sources of the coordinates lie more than 200 m apart.',
  ]),
  ...settings(facts),
  ...when((facts.outdated_items?.length ?? 0) > 0, 'EVIDENCE_NEWER_VERSION', [
    null,
    'An evidence document has a newer version.',
  ]),
  ...when((facts.unordered_images ?? 0) > 0, 'ANNEXURE_ORDER_MISSING', [null, 'Some images have no order yet.']),
  ...forEachField(facts.unlinked_fields, 'FIELD_LINKS_MISSING', 'No evidence is linked to this field.'),
  ...forEachField(facts.stale_fields, 'FIELD_LINK_STALE', 'The value changed after its evidence was linked.'),
  ...readings(facts),
]
