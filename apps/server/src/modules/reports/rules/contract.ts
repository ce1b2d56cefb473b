import type { Contract, ContractInputs } from '@zenops/contracts/report-contract'
import type { DerivedValues } from '@zenops/contracts/report-outputs'

/** The inputs of a whole contract: without the sections that the server rebuilds. */
export function inputsOf(contract: Contract): ContractInputs {
  const { meta: _meta, computed_values: _computed, audit: _audit, ...inputs } = contract
  return inputs
}

/** Inputs with what the rules made of them, as revisions keep and hash them. */
export function wholeContract(inputs: ContractInputs, derived: DerivedValues): Contract {
  const { report_type, bank_type, value_slab, template_selector, template_variant, ruleset_version } = derived
  return {
    ...inputs,
    meta: { report_type, bank_type, value_slab, template_selector, template_variant, ruleset_version },
    computed_values: derived.computed_values,
  }
}

export interface Authorship {
  readonly n: number
  readonly author_id: string | null
  readonly created_at: string | null
}

/** The contract with its audit section, as output snapshots show it. */
export const signedContract = (contract: Contract, by: Authorship): Contract => ({
  ...contract,
  audit: { snapshot_version: 2 * by.n, created_by: by.author_id, created_at: by.created_at },
})
