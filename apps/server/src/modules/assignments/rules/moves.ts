import {
  type AssignmentGuard,
  type AssignmentMove,
  type AssignmentStatus,
  findMove,
  movesFrom,
} from '@zenops/contracts/assignment-states'
import type { Capability, Scope } from '@zenops/contracts/capabilities'

/** What a live report of the job says about itself. */
export interface ReportFact {
  readonly report_id: string
  readonly ready: boolean
  readonly revision: number
  /** Revision of its newest completed pack. */
  readonly packed_revision: number | null
  readonly released: boolean
  /** Who wrote its last revision. */
  readonly author_id: string | null
}
/** What a live charge of the job says about itself. */
export interface ChargeFact {
  readonly invoiced: boolean
  readonly settled: boolean
}

/** Everything a move is judged by, read under the lock of the row. */
export interface MoveFacts {
  readonly status: AssignmentStatus
  readonly on_hold: boolean
  readonly source_type: 'bank' | 'direct' | 'channel'
  readonly lead_user_id: string | null
  readonly bank_branch_id: string | null
  readonly property_id: string | null
  /** Bank, branch and client, as far as named, are verified. */
  readonly masterdata_verified: boolean
  readonly team: readonly { readonly user_id: string; readonly role: string }[]
  readonly reports: readonly ReportFact[]
  readonly qc_revisions: Readonly<Record<string, number>>
  readonly charges: readonly ChargeFact[]
  readonly open_tasks: number
}

export interface Mover {
  readonly userId: string
  can(capability: Capability): Scope | null
}
export interface Wish {
  readonly to: AssignmentStatus
  readonly note?: string | null | undefined
  readonly due_date?: string | undefined
}

const HOLDS: Readonly<Record<AssignmentGuard, (facts: MoveFacts) => boolean>> = {
  lead_missing: (facts) => facts.lead_user_id !== null,
  branch_missing: (facts) => facts.source_type !== 'bank' || facts.bank_branch_id !== null,
  masterdata_unverified: (facts) => facts.masterdata_verified,
  property_missing: (facts) => facts.property_id !== null,
  report_missing: (facts) => facts.reports.length > 0,
  report_not_ready: (facts) => facts.reports.every((report) => report.ready),
  report_changed: (facts) => facts.reports.every((report) => facts.qc_revisions[report.report_id] === report.revision),
  pack_missing: (facts) =>
    facts.reports.length > 0 && facts.reports.every((report) => report.packed_revision === report.revision),
  not_released: (facts) => facts.reports.length > 0 && facts.reports.every((report) => report.released),
  not_billed: (facts) => facts.charges.every((charge) => charge.invoiced || charge.settled),
  not_paid: (facts) => facts.charges.every((charge) => charge.settled),
  tasks_open: (facts) => facts.open_tasks === 0,
  // Questions and approvals have no table yet, so none is open.
  info_open: () => true,
  approvals_open: () => true,
}

export const unmetGuards = (move: AssignmentMove, facts: MoveFacts): readonly AssignmentGuard[] =>
  move.guards.filter((guard) => !HOLDS[guard](facts))

const OWN_WORK = new Set(['lead', 'assistant', 'field'])
/** Whether the mover would approve his own work. */
export const isOwnWork = (facts: MoveFacts, userId: string): boolean =>
  facts.team.some((person) => person.user_id === userId && OWN_WORK.has(person.role)) ||
  facts.reports.some((report) => report.author_id === userId)

/** Whether a person holds what the move asks for; moves of the system alone are nobody's. */
export function mayMove(move: AssignmentMove, mover: Pick<Mover, 'can'>): boolean {
  const scope = move.capability === null ? null : mover.can(move.capability)
  return scope !== null && move.scopes.includes(scope)
}
/** States that people may ask for from here. */
export const personalMoves = (from: AssignmentStatus): readonly AssignmentMove[] =>
  movesFrom(from).filter((move) => move.capability !== null)

export type MoveRefusal =
  | { readonly code: 'ILLEGAL_TRANSITION'; readonly allowed: readonly AssignmentStatus[] }
  | { readonly code: 'FORBIDDEN'; readonly capability: Capability }
  | { readonly code: 'ASSIGNMENT_ON_HOLD' | 'SELF_APPROVAL_FORBIDDEN' | 'DUE_DATE_REQUIRED' }
  | { readonly code: 'REASON_REQUIRED'; readonly min: number }
  | { readonly code: 'TRANSITION_BLOCKED'; readonly unmet: readonly AssignmentGuard[] }

const written = (note: string | null | undefined): number => note?.length ?? 0

/** Whether a person may make this move now: the move, or why not. */
export function judgeMove(
  facts: MoveFacts,
  mover: Mover,
  wish: Wish & { readonly allowSelfQc: boolean },
): { readonly move: AssignmentMove } | { readonly refusal: MoveRefusal } {
  const move = findMove(facts.status, wish.to)
  if (move?.capability == null) {
    return { refusal: { code: 'ILLEGAL_TRANSITION', allowed: personalMoves(facts.status).map((one) => one.to) } }
  }
  const refusal = refusedBy(move, move.capability, { facts, mover, wish })
  return refusal ? { refusal } : { move }
}

interface Judged {
  readonly facts: MoveFacts
  readonly mover: Mover
  readonly wish: Wish & { readonly allowSelfQc: boolean }
}

function refusedBy(move: AssignmentMove, capability: Capability, judged: Judged): MoveRefusal | null {
  const { facts, mover, wish } = judged
  if (!mayMove(move, mover)) return { code: 'FORBIDDEN', capability }
  if (facts.on_hold && move.to !== 'CANCELLED') return { code: 'ASSIGNMENT_ON_HOLD' }
  if (written(wish.note) < move.noteMin) return { code: 'REASON_REQUIRED', min: move.noteMin }
  if (move.needsDueDate && wish.due_date === undefined) return { code: 'DUE_DATE_REQUIRED' }
  return move.fourEyes && approvesHimself(judged) ? { code: 'SELF_APPROVAL_FORBIDDEN' } : blockedBy(move, judged)
}

/** A small firm may allow it, but then he says why. */
const approvesHimself = ({ facts, mover, wish }: Judged): boolean =>
  !(wish.allowSelfQc && written(wish.note) > 0) && isOwnWork(facts, mover.userId)

function blockedBy(move: AssignmentMove, { facts, wish }: Judged): MoveRefusal | null {
  const unmet = move.waivable && written(wish.note) > 0 ? [] : unmetGuards(move, facts)
  return unmet.length > 0 ? { code: 'TRANSITION_BLOCKED', unmet } : null
}
