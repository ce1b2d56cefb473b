import type { RbacState } from '@zenops/contracts/identity-rights'

/** How somebody stands to a request: SYSTEM_ADMIN of its firm, or an operator of the platform with control.rbac. */
export type Standing = 'admin' | 'stand_in' | 'none'

export interface ApprovalCase {
  readonly status: RbacState
  readonly isOver: boolean
  readonly requestedBy: string
  readonly decidedBy: readonly string[]
  /** An operator of the platform has approved already; one may stand in, not two. */
  readonly standInUsed: boolean
  readonly caller: { readonly userId: string; readonly standing: Standing }
}

export type ApprovalFault =
  | 'request_not_pending'
  | 'self_approval_not_allowed'
  | 'duplicated_approver'
  | 'approver_not_entitled'

/** Why somebody may not decide a request, in the order in which it is said; null when he may. */
export function whyNot(one: ApprovalCase): ApprovalFault | null {
  if (one.status !== 'PENDING' || one.isOver) return 'request_not_pending'
  if (one.requestedBy === one.caller.userId) return 'self_approval_not_allowed'
  if (one.decidedBy.includes(one.caller.userId)) return 'duplicated_approver'
  const { standing } = one.caller
  return standing === 'none' || (standing === 'stand_in' && one.standInUsed) ? 'approver_not_entitled' : null
}
