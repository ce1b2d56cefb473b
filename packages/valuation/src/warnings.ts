import type { Unit } from '@zenops/contracts/report-enums'
import type { ReportWarning } from '@zenops/contracts/report-outputs'
import type { RuleCase } from './rule-case.ts'
import { type WarningCase, when } from './warning-case.ts'
import { placeWarnings } from './warnings-place.ts'
import { valueWarnings } from './warnings-values.ts'

/** Paths under a value whose local unit the ruleset in force does not know. */
function unknownUnits(value: unknown, path: string, known: RuleCase['units']): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const at = path ? `${path}.${key}` : key
    const foreign = key === 'unit' && typeof member === 'string' && member.startsWith('local:')
    // Cast: the prefix makes it a unit.
    return foreign ? (known(member as Unit) ? [] : [at]) : unknownUnits(member, at, known)
  })
}

function notComputable({ of, tooLarge }: WarningCase): ReportWarning[] {
  const { property, valuation_inputs, cost_sheet } = of.contract
  const units = unknownUnits({ property, valuation_inputs, cost_sheet }, '', of.units)
  return [
    ...units.flatMap((path) => when(true, 'VALUE_NOT_COMPUTABLE', [path, 'The ruleset does not know this unit.'])),
    ...[...new Set(tooLarge)].flatMap((path) =>
      when(true, 'VALUE_NOT_COMPUTABLE', [`computed_values.${path}`, 'This value has more than 15 digits.']),
    ),
  ]
}

/** Every warning that contract and ruleset alone can raise, in a fixed order. Warnings never block a save. */
export const contractWarnings = (of: WarningCase): ReportWarning[] => [
  ...placeWarnings(of),
  ...valueWarnings(of),
  ...notComputable(of),
]
