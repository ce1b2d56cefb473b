import {
  type AssignmentBadge,
  type AssignmentStatus,
  type DueState,
  isOpen,
  SETTLING_STATUSES,
} from '@zenops/contracts/assignment-states'
import { mayMove, type Mover, personalMoves } from './moves.ts'

export interface SignFacts {
  readonly status: AssignmentStatus
  readonly on_hold: boolean
  readonly due_state: DueState
  readonly missing_docs: number
  readonly masterdata_pending: boolean
  readonly release_blocked: boolean
  readonly billing_state: string
}

const UNPAID = new Set(['DELIVERED', 'BILLED'])
const QUIET_BILLING = new Set(['NONE', 'SETTLED', 'FREE'])
const paymentPending = (facts: SignFacts): boolean =>
  UNPAID.has(facts.status) && !QUIET_BILLING.has(facts.billing_state)

/** What a row is marked with, in the order of the contract. */
export function badgesOf(facts: SignFacts): AssignmentBadge[] {
  const signs: readonly (readonly [AssignmentBadge, boolean])[] = [
    ['overdue', facts.due_state === 'OVERDUE'],
    ['urgent', facts.due_state === 'URGENT'],
    ['due_soon', facts.due_state === 'DUE_SOON'],
    ['missing_docs', facts.missing_docs > 0 && isOpen(facts.status)],
    ['masterdata_pending', facts.masterdata_pending],
    ['on_hold', facts.on_hold],
    ['release_blocked', facts.release_blocked],
    ['payment_pending', paymentPending(facts)],
  ]
  return signs.filter(([, shown]) => shown).map(([badge]) => badge)
}

/** The next thing to do; a move only where the caller may make it. Ways back and out are never suggested. */
export function nextActionOf(facts: SignFacts, mover: Pick<Mover, 'can'>) {
  if (facts.on_hold) return { key: 'resume_hold', to_status: null } as const
  if (facts.due_state === 'OVERDUE') return { key: 'answer_overdue', to_status: null } as const
  if (facts.missing_docs > 0 && isOpen(facts.status))
    return { key: 'collect_missing_documents', to_status: null } as const
  if (paymentPending(facts)) return { key: 'follow_up_payment', to_status: null } as const
  const settling = (SETTLING_STATUSES as readonly string[]).includes(facts.status) // widened to look any status up
  const move = personalMoves(facts.status).find(
    (one) =>
      one.to !== 'CANCELLED' &&
      !((settling || facts.status === 'CLOSED') && one.to === 'COLLECTING') &&
      mayMove(one, mover),
  )
  return move ? ({ key: 'move', to_status: move.to } as const) : null
}
