import type { Demands } from './check.ts'
import type { PackFamily } from './pack.ts'

const SIGNATORY = {
  any: ['signatory.name', 'signatory.registration_no', 'party.signatory_id'],
  severity: 'error' as const,
}
const OWNER = { any: ['party.owner_name'], severity: 'error' as const }
const ADDRESS = { any: ['property.address'], severity: 'error' as const }
const VALUE = {
  any: ['computed.fmv_say', 'computed.FMV', 'computed.coop_market_value', 'computed.stage_present_value'],
  severity: 'error' as const,
}
const WORDS = { any: ['computed.value_in_words.fmv', '|words'], severity: 'error' as const }
const REFERENCE = { any: ['report.reference_no'], severity: 'warning' as const }

/** What a template of a family must print before it may be activated. */
export function demandsOf(family: PackFamily | 'COVER' | 'ANNEXURES'): Demands {
  switch (family) {
    case 'ANNEXURES':
      return { required: [], annexures: true }
    case 'COVER':
      return { required: [VALUE, WORDS, OWNER, ADDRESS, SIGNATORY, REFERENCE] }
    case 'DPR':
    case 'TEV':
      return { required: [{ any: ['project.cost_total', 'project.cost_heads'], severity: 'error' }, REFERENCE] }
    case 'STAGE_PROGRESS':
    case 'SBI_FORMAT_A':
    case 'BOI_PSU_GENERIC':
    case 'COOP_GENERIC':
    case 'AGRI_GENERIC':
      return { required: [VALUE, WORDS, OWNER, ADDRESS, SIGNATORY, REFERENCE] }
  }
}
