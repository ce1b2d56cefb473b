import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../identity/index.ts'
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
import { updateUserOperation } from './commands/update-user.ts'
import {
  resetFactorsOperation,
  revokeUserSessionsOperation,
  sendPasswordResetOperation,
  unlockUserOperation,
} from './commands/user-access.ts'
import { getUserOperation } from './queries/get-user.ts'
import { listPortalUsersOperation } from './queries/list-portal-users.ts'
import { listUsersOperation } from './queries/list-users.ts'
import { listUserSessionsOperation } from './queries/user-sessions.ts'

/** People of a firm and of its portal. */
export const memberOperations = (parts: IdentityParts): Bound[] => [
  listUsersOperation(parts),
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
]

export { eraseUser } from './erase.ts'
export { removeFactors, tellReset } from './factor-reset.ts'
export { addInvited, personBehind, sendInvitation } from './invitation.ts'
