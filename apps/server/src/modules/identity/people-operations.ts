import type { Bound } from '../../platform/operations.ts'
import { changeEmailOperation } from './commands/change-email.ts'
import { resendInvitationOperation, withdrawInvitationOperation } from './commands/invitations.ts'
import { inviteUserOperation } from './commands/invite-user.ts'
import {
  invitePortalUserOperation,
  unlinkPortalUserOperation,
  updatePortalUserOperation,
} from './commands/portal-users.ts'
import { removeUserOperation } from './commands/remove-user.ts'
import { setJobTemplatesOperation } from './commands/set-job-templates.ts'
import { disableUserOperation, enableUserOperation } from './commands/switch-user.ts'
import { updateMeOperation } from './commands/update-me.ts'
import { updateUserOperation } from './commands/update-user.ts'
import {
  resetFactorsOperation,
  revokeUserSessionsOperation,
  sendPasswordResetOperation,
  unlockUserOperation,
} from './commands/user-access.ts'
import type { IdentityParts } from './parts.ts'
import { getUserOperation } from './queries/get-user.ts'
import { listPortalUsersOperation } from './queries/list-portal-users.ts'
import { myTenantsOperation } from './queries/my-tenants.ts'
import { listRoleTemplatesOperation } from './queries/role-templates.ts'
import { listUserSessionsOperation } from './queries/user-sessions.ts'

/** People of a firm, of the portal, and oneself. */
export const peopleOperations = (parts: IdentityParts): Bound[] => [
  updateMeOperation,
  myTenantsOperation(parts),
  changeEmailOperation(parts),
  getUserOperation(parts),
  inviteUserOperation(parts),
  updateUserOperation(parts),
  removeUserOperation,
  resendInvitationOperation(parts),
  withdrawInvitationOperation,
  setJobTemplatesOperation(parts),
  disableUserOperation(parts),
  enableUserOperation(parts),
  unlockUserOperation(parts),
  listUserSessionsOperation(parts),
  revokeUserSessionsOperation,
  sendPasswordResetOperation,
  resetFactorsOperation(parts),
  listPortalUsersOperation(parts),
  invitePortalUserOperation(parts),
  updatePortalUserOperation(parts),
  unlinkPortalUserOperation(parts),
  listRoleTemplatesOperation,
]
