import type { ContractChange } from './merge-patch.ts'

/** Figures whose change has to be explained; a name covers everything beneath it. */
const EXPLAINED = [
  'valuation_inputs.guideline_rate_per_sqm',
  'valuation_inputs.guideline_rate_input',
  'valuation_inputs.guideline_lines',
  'valuation_inputs.guideline_total_value',
  'valuation_inputs.land_value',
  'valuation_inputs.building_value',
  'valuation_inputs.fmv_input',
  'valuation_inputs.market_total_value_input',
  'valuation_inputs.adopted_total_value_input',
  'cost_sheet',
  'property.geo.lat',
  'property.geo.lng',
] as const

export const REASON_LENGTH = { min: 5, max: 500 } as const

export interface GivenReasons {
  /** One reason for all changes. */
  readonly reason?: string | null | undefined
  /** Reasons by path; one of a section covers what is beneath it. */
  readonly reasons?: Readonly<Record<string, string>> | undefined
}

const covers = (path: string, below: string): boolean =>
  below.startsWith(path) && (below.length === path.length || below[path.length] === '.')
/** An empty list holds nothing that could be lost. */
const stored = (value: unknown): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)

const valid = (reason: string | null | undefined): boolean => {
  const length = reason?.trim().length ?? 0
  return length >= REASON_LENGTH.min && length <= REASON_LENGTH.max
}

/**
 * Paths of a change that need a reason: stored figures that change or are cleared; in READY every field. The first
 * entry of a figure needs none before READY.
 */
export function pathsNeedingReason(changes: readonly ContractChange[], ready: boolean): string[] {
  return changes
    .filter(({ path, before }) => ready || (stored(before) && EXPLAINED.some((name) => covers(name, path))))
    .map(({ path }) => path)
}

/** The reason given for a path: its own, else that of a section above it, else the common one. */
export function reasonFor(path: string, given: GivenReasons): string | null {
  const named = Object.entries(given.reasons ?? {})
    .filter(([name, text]) => covers(name, path) && valid(text))
    .sort(([a], [b]) => b.length - a.length)[0]
  if (named) return named[1].trim()
  return valid(given.reason) ? (given.reason?.trim() ?? null) : null
}

export interface ReasonQuestion extends GivenReasons {
  /** The report is in READY_FOR_RENDER. */
  readonly ready: boolean
}
/** Paths that still lack a valid reason (5 to 500 characters); empty = the change may be written. */
export function missingReasons(changes: readonly ContractChange[], question: ReasonQuestion): string[] {
  return pathsNeedingReason(changes, question.ready).filter((path) => reasonFor(path, question) === null)
}
