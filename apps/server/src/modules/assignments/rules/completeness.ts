import { COMPLETENESS_CHECKS, type CompletenessCheck } from '@zenops/contracts/assignment-states'

export interface HeaderFacts {
  readonly source_type: 'bank' | 'direct' | 'channel'
  readonly bank_id: string | null
  readonly bank_branch_id: string | null
  readonly property_id: string | null
  readonly fee_paise: number | null
  readonly due_basis: string
  readonly primary_contact_id: string | null
}

const PASSES: Readonly<Record<CompletenessCheck, (header: HeaderFacts) => boolean>> = {
  bank: (header) => header.bank_id !== null,
  branch: (header) => header.bank_branch_id !== null,
  property: (header) => header.property_id !== null,
  fee: (header) => header.fee_paise !== null,
  due_date: (header) => header.due_basis === 'EXPLICIT',
  contact: (header) => header.primary_contact_id !== null,
}
const DIRECT: readonly CompletenessCheck[] = ['property', 'fee', 'due_date', 'contact']

/** How much of the header is there; direct jobs need no bank. The score is half-up. */
export function completenessOf(header: HeaderFacts) {
  const checks = header.source_type === 'direct' ? DIRECT : COMPLETENESS_CHECKS
  const missing = checks.filter((check) => !PASSES[check](header))
  const total = checks.length
  const passed = total - missing.length
  // Whole numbers: (200·ok + n) / 2n, rounded down, is half-up 100·ok/n.
  return { score: Math.floor((200 * passed + total) / (2 * total)), passed, total, missing }
}
