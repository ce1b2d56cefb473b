import type { Contract, ContractInputs } from '@zenops/contracts/report-contract'
import type { DerivedValues } from '@zenops/contracts/report-outputs'

/** Who saved a snapshot and when; both null for the prefill base, which nobody saved. */
export type ContractAudit = NonNullable<Contract['audit']>

/** The inputs with the sections that the server rebuilds at each revision. */
export function fullContract(inputs: ContractInputs, derived: DerivedValues, audit?: ContractAudit): Contract {
  const { report_type, bank_type, value_slab, template_selector, template_variant, ruleset_version } = derived
  return {
    meta: { report_type, bank_type, value_slab, template_selector, template_variant, ruleset_version },
    ...inputs,
    computed_values: derived.computed_values,
    ...(audit ? { audit } : {}),
  }
}

/** The sections that people fill, without those of the server. */
export function inputsOf(contract: Contract): ContractInputs {
  const { meta: _meta, computed_values: _values, audit: _audit, ...inputs } = contract
  return inputs
}
