import { type AlertRuleKey, ruleOf } from '@zenops/contracts/alert-rules'

/** What a firm or the platform changed in a rule. */
export interface Override {
  readonly enabled: boolean
  readonly thresholds: Readonly<Record<string, number>>
}
export interface InForce {
  readonly enabled: boolean
  /** Every threshold of the rule, by name. */
  readonly thresholds: Readonly<Record<string, number>>
}

/** A rule as it counts: the defaults, the platform's changes over them, the firm's over those. */
export function inForce(key: AlertRuleKey, ...overrides: readonly (Override | undefined)[]): InForce {
  const known = ruleOf(key).thresholds
  const thresholds = Object.fromEntries(Object.entries(known).map(([name, { default: value }]) => [name, value]))
  let enabled = true
  for (const override of overrides) {
    if (!override) continue
    enabled = override.enabled
    for (const [name, value] of Object.entries(override.thresholds)) if (name in known) thresholds[name] = value
  }
  return { enabled, thresholds }
}

export type ThresholdFault = { readonly path: string; readonly reason: 'no_such_threshold' | 'out_of_range' }
/** What is wrong with thresholds that somebody wants; null puts one back to its default. */
export function thresholdFaults(key: AlertRuleKey, wanted: Readonly<Record<string, number | null>>): ThresholdFault[] {
  const known = ruleOf(key).thresholds
  return Object.entries(wanted).flatMap(([name, value]): ThresholdFault[] => {
    const path = `thresholds.${name}`
    const bounds = known[name]
    if (!bounds) return [{ path, reason: 'no_such_threshold' }]
    if (value === null || (value >= bounds.min && value <= bounds.max)) return []
    return [{ path, reason: 'out_of_range' }]
  })
}
