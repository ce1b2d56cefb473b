import type { Capability, Scope } from './capabilities.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'

export const ASSIGNMENT_STATUSES = [
  'DRAFT',
  'COLLECTING',
  'QC_PENDING',
  'CHANGES_REQUESTED',
  'QC_APPROVED',
  'FINALIZED',
  'DELIVERED',
  'BILLED',
  'PAID',
  'CLOSED',
  'CANCELLED',
] as const
export type AssignmentStatus = (typeof ASSIGNMENT_STATUSES)[number]

export const ASSIGNMENT_FAMILY: StateFaces<AssignmentStatus> = {
  DRAFT: face('grey', 'Draft'),
  COLLECTING: face('cyan', 'Collecting'),
  QC_PENDING: face('violet', 'QC pending'),
  CHANGES_REQUESTED: face('orange', 'Changes requested'),
  QC_APPROVED: face('cyan', 'QC approved'),
  FINALIZED: face('cyan', 'Finalized'),
  DELIVERED: face('blue', 'Delivered'),
  BILLED: face('blue', 'Billed'),
  PAID: face('green', 'Paid'),
  CLOSED: finalFace('green', 'Closed'),
  CANCELLED: finalFace('grey', 'Cancelled'),
}

/** Work goes on (hold included). */
export const OPEN_STATUSES = [
  'DRAFT',
  'COLLECTING',
  'QC_PENDING',
  'CHANGES_REQUESTED',
  'QC_APPROVED',
  'FINALIZED',
] as const satisfies readonly AssignmentStatus[]
/** Delivered, money on its way. */
export const SETTLING_STATUSES = ['DELIVERED', 'BILLED', 'PAID'] as const satisfies readonly AssignmentStatus[]
// Casts: widen the tuples so that any status may be looked up.
export const isOpen = (status: AssignmentStatus): boolean => (OPEN_STATUSES as readonly string[]).includes(status)
/** From here on only the summary may be edited. */
export const isLocked = (status: AssignmentStatus): boolean => !isOpen(status)

/** The older public name of each status. */
export const ASSIGNMENT_STAGES = {
  DRAFT: 'draft_created',
  COLLECTING: 'data_collected',
  QC_PENDING: 'qc_pending',
  CHANGES_REQUESTED: 'qc_changes_requested',
  QC_APPROVED: 'qc_approved',
  FINALIZED: 'finalized',
  DELIVERED: 'sent_to_client',
  BILLED: 'billed',
  PAID: 'paid',
  CLOSED: 'closed',
  CANCELLED: 'cancelled',
} as const satisfies Record<AssignmentStatus, string>
export type AssignmentStage = (typeof ASSIGNMENT_STAGES)[AssignmentStatus]

/** What must hold before a move; the keys stand in the details of TRANSITION_BLOCKED. */
export const ASSIGNMENT_GUARDS = {
  lead_missing: 'A lead is assigned',
  branch_missing: 'A bank job names its branch',
  masterdata_unverified: 'Bank, branch and client are verified',
  property_missing: 'A property is chosen',
  report_missing: 'There is a report',
  report_not_ready: 'Every report is ready',
  report_changed: 'No report changed since it was handed to QC',
  pack_missing: 'Every report has a completed pack of that revision',
  not_released: 'Every report is released',
  not_billed: 'Every charge is invoiced, settled or free',
  not_paid: 'Every charge is settled or free',
  tasks_open: 'No task is open',
  info_open: 'No question is open',
  approvals_open: 'No approval is waiting',
} as const
export type AssignmentGuard = keyof typeof ASSIGNMENT_GUARDS

export interface AssignmentMove {
  readonly from: AssignmentStatus
  readonly to: AssignmentStatus
  /** What a person needs; null = only the system moves. */
  readonly capability: Capability | null
  /** Scopes of that capability that suffice. */
  readonly scopes: readonly Scope[]
  /** The system makes the move by itself as soon as its cause is there. */
  readonly system: boolean
  readonly guards: readonly AssignmentGuard[]
  /** A person may waive the guards with a note. */
  readonly waivable: boolean
  /** Shortest note in characters; 0 = a note is free. */
  readonly noteMin: number
  readonly needsDueDate: boolean
  /** Refused to the lead, assistants, field assignees and last authors (SELF_APPROVAL_FORBIDDEN). */
  readonly fourEyes: boolean
}

const move = (
  from: AssignmentStatus,
  to: AssignmentStatus,
  rule: Partial<Omit<AssignmentMove, 'from' | 'to'>>,
): AssignmentMove => ({
  capability: 'assignments.transition',
  scopes: ['all'],
  system: false,
  guards: [],
  waivable: false,
  noteMin: 0,
  needsDueDate: false,
  fourEyes: false,
  ...rule,
  from,
  to,
})

const TO_QC = [
  'lead_missing',
  'branch_missing',
  'masterdata_unverified',
  'property_missing',
  'report_missing',
  'report_not_ready',
] as const satisfies readonly AssignmentGuard[]

/** Every move there is, read by the rule of the server and by the buttons of the screens. */
export const ASSIGNMENT_MOVES: readonly AssignmentMove[] = [
  move('DRAFT', 'COLLECTING', { system: true }),
  move('COLLECTING', 'QC_PENDING', { scopes: ['all', 'assigned'], guards: TO_QC }),
  move('CHANGES_REQUESTED', 'QC_PENDING', { guards: TO_QC }),
  move('CHANGES_REQUESTED', 'COLLECTING', { system: true }),
  move('QC_PENDING', 'QC_APPROVED', { capability: 'reports.approve', guards: ['report_changed'], fourEyes: true }),
  move('QC_PENDING', 'CHANGES_REQUESTED', { capability: 'reports.approve', noteMin: 10, system: true }),
  move('QC_APPROVED', 'CHANGES_REQUESTED', { capability: null, system: true }),
  move('FINALIZED', 'CHANGES_REQUESTED', { capability: null, system: true }),
  move('QC_APPROVED', 'FINALIZED', { system: true, guards: ['pack_missing'] }),
  move('FINALIZED', 'DELIVERED', { system: true, guards: ['not_released'] }),
  // Shorthand that records both steps.
  move('QC_APPROVED', 'DELIVERED', { guards: ['pack_missing', 'not_released'] }),
  move('DELIVERED', 'BILLED', { capability: 'invoices.write', system: true, guards: ['not_billed'] }),
  move('BILLED', 'PAID', { capability: 'invoices.write', system: true, guards: ['not_paid'] }),
  move('PAID', 'CLOSED', { system: true, guards: ['tasks_open', 'info_open', 'approvals_open'], waivable: true }),
  ...OPEN_STATUSES.map((from) => move(from, 'CANCELLED', { capability: 'assignments.cancel', noteMin: 10 })),
  ...[...SETTLING_STATUSES, 'CLOSED' as const].map((from) =>
    move(from, 'COLLECTING', { capability: 'assignments.reopen', noteMin: 10, needsDueDate: true }),
  ),
]

export const movesFrom = (from: AssignmentStatus): readonly AssignmentMove[] =>
  ASSIGNMENT_MOVES.filter((candidate) => candidate.from === from)
export const findMove = (from: AssignmentStatus, to: AssignmentStatus): AssignmentMove | undefined =>
  ASSIGNMENT_MOVES.find((candidate) => candidate.from === from && candidate.to === to)

export const DUE_STATES = ['NONE', 'OK', 'DUE_SOON', 'URGENT', 'OVERDUE'] as const
export type DueState = (typeof DUE_STATES)[number]
export const DUE_FAMILY: StateFaces<DueState> = {
  NONE: face('grey', 'No deadline'),
  OK: face('grey', 'In time', 'clock'),
  DUE_SOON: face('amber', 'Due soon'),
  URGENT: face('amber', 'Urgent', 'octagon'),
  OVERDUE: face('red', 'Overdue'),
}

export const ASSIGNMENT_BADGES = [
  'overdue',
  'urgent',
  'due_soon',
  'missing_docs',
  'masterdata_pending',
  'waiting_for_customer',
  'on_hold',
  'approval_waiting',
  'release_blocked',
  'payment_pending',
  'leave_conflict',
  'location_mismatch',
] as const
export type AssignmentBadge = (typeof ASSIGNMENT_BADGES)[number]
export const BADGE_FAMILY: StateFaces<AssignmentBadge> = {
  overdue: face('red', 'Overdue'),
  urgent: face('amber', 'Urgent', 'octagon'),
  due_soon: face('amber', 'Due soon'),
  missing_docs: face('orange', 'Missing documents'),
  masterdata_pending: face('violet', 'Master data pending'),
  waiting_for_customer: face('blue', 'Waiting for customer'),
  on_hold: face('grey', 'On hold', 'pause'),
  approval_waiting: face('violet', 'Approval waiting'),
  release_blocked: face('red', 'Release blocked', 'lock'),
  payment_pending: face('blue', 'Payment pending'),
  leave_conflict: face('amber', 'Leave conflict'),
  location_mismatch: face('amber', 'Location mismatch'),
}

/** The first of these that applies is the next action; `move` names the first allowed move. */
export const NEXT_ACTIONS = [
  'resume_hold',
  'answer_overdue',
  'collect_missing_documents',
  'chase_customer',
  'decide_approval',
  'follow_up_payment',
  'move',
] as const

export const COMPLETENESS_CHECKS = ['bank', 'branch', 'property', 'fee', 'due_date', 'contact'] as const
export type CompletenessCheck = (typeof COMPLETENESS_CHECKS)[number]
