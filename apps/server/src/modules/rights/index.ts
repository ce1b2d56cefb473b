import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../identity/index.ts'
import { requestMatrixChangeOperation } from './commands/request-matrix-change.ts'
import { getSignInPolicyOperation, setSignInPolicyOperation } from './commands/sign-in-policy.ts'
import { getMatrixOperation } from './queries/matrix.ts'
import { listRoleTemplatesOperation } from './queries/role-templates.ts'

/** The firm's matrix, what job templates grant, how people sign in. */
export const rightsOperations = (parts: IdentityParts): Bound[] => [
  getMatrixOperation,
  requestMatrixChangeOperation(parts),
  listRoleTemplatesOperation,
  getSignInPolicyOperation,
  setSignInPolicyOperation(parts),
]

// What changes people or firms: memberships under lock, reach, requests that wait for others.
export {
  addTemplates,
  assertAnotherAdmin,
  assertMayRule,
  assertVersion,
  endMembership,
  endSessions,
  isActiveAdmin,
  isOperator,
  lockFirm,
  lockMember,
  type Member,
  replaceTemplates,
  voidInvitation,
} from './membership.ts'
export {
  assertMayRequest,
  createRequest,
  expireRequests,
  type RequestRow,
  type RequestShapes,
  tellDecision,
} from './requests.ts'
export { assertReach, readMatrix } from './rights.ts'
export { adminLevelOf, needsApproval, roleOfTemplates, surfaceOf } from './rules/reach.ts'
export { seenTenants, tenantOfChange } from './seen-tenants.ts'
export { type Sending, withTenant } from './sending.ts'
export { lockPolicy, writePolicy } from './sign-in-rules.ts'
