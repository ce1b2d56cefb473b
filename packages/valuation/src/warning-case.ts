import type { ReportWarning, WarningCode } from '@zenops/contracts/report-outputs'
import type { Figures } from './figures.ts'
import type { RuleCase } from './rule-case.ts'

export interface WarningCase {
  readonly of: RuleCase
  readonly figures: Figures
  /** Values with more digits than a JSON number holds. */
  readonly tooLarge: readonly string[]
  readonly today: string
  readonly defaults: {
    readonly signatory_id?: string | null | undefined
    readonly previous_completion_percent?: number | null | undefined
  }
}

const LEVELS: Partial<Record<WarningCode, ReportWarning['level']>> = {
  UNIT_MISMATCH: 'info',
  COOP_MARKET_INFERRED_FROM_ADOPTED: 'info',
  COOP_ADOPTED_INFERRED_FROM_MARKET: 'info',
  PROFILE_SUGGESTION_CHANGED: 'info',
  RULESET_OUTDATED: 'info',
  EVIDENCE_NEWER_VERSION: 'info',
  ANNEXURE_ORDER_MISSING: 'info',
  FIELD_LINKS_MISSING: 'info',
  FIELD_LINK_STALE: 'info',
  OCR_LOW_CONFIDENCE: 'info',
  OCR_EVIDENCE_PENDING: 'info',
  STAGE_OVER_ALLOTTED: 'error',
  VALUE_NOT_COMPUTABLE: 'error',
}

/** A warning when its condition holds, else nothing. */
export const when = (
  condition: boolean | undefined,
  code: WarningCode,
  [path, message]: readonly [string | null, string],
): ReportWarning[] => (condition ? [{ code, level: LEVELS[code] ?? 'warn', message, path }] : [])
