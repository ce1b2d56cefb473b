import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { DerivedValues } from '@zenops/contracts/report-outputs'
import { readContractPatch } from '@zenops/contracts/report-patch'
import type { RulesetParamsPart } from '@zenops/contracts/report-ruleset'
import { derive, type DeriveInput } from './derive.ts'
import { STD_1 } from './ruleset.ts'

/** The day on which the tests take place. */
export const TODAY = '2026-11-20'

/** A contract as a first patch would store it. */
export function contractOf(raw: object): ContractInputs {
  const read = readContractPatch(raw, { today: TODAY })
  if (!read.ok) throw new Error(`${read.error_code} ${JSON.stringify(read.faults)}`)
  return read.patch as ContractInputs // a patch without nulls is a contract
}

export interface Question extends Partial<Omit<DeriveInput, 'contract'>> {
  readonly params?: RulesetParamsPart
}
/** Derives a raw contract under std-1 with a few parameters changed. */
export function deriveRaw(raw: object, { params = {}, ...rest }: Question = {}): DerivedValues {
  return derive({
    report_type: 'VALUATION',
    bank_type: 'OTHER',
    ruleset: { ...STD_1, params },
    today: TODAY,
    ...rest,
    contract: contractOf(raw),
  })
}
