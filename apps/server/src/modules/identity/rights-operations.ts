import type { Bound } from '../../platform/operations.ts'
import { approveRequestOperation, rejectRequestOperation, withdrawRequestOperation } from './commands/decide-request.ts'
import { requestMatrixChangeOperation } from './commands/request-matrix-change.ts'
import { getSignInPolicyOperation, setSignInPolicyOperation } from './commands/sign-in-policy.ts'
import type { IdentityParts } from './parts.ts'
import { getApprovalRequestOperation, listApprovalRequestsOperation } from './queries/approval-requests.ts'
import { getMatrixOperation } from './queries/matrix.ts'

/** The firm's matrix, requests about rights, and how people sign in. */
export const rightsOperations = (parts: IdentityParts): Bound[] => [
  getMatrixOperation,
  requestMatrixChangeOperation(parts),
  listApprovalRequestsOperation(parts),
  getApprovalRequestOperation(parts),
  approveRequestOperation(parts),
  rejectRequestOperation(parts),
  withdrawRequestOperation(parts),
  getSignInPolicyOperation,
  setSignInPolicyOperation(parts),
]
