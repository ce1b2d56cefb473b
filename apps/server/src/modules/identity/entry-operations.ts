import type { Authenticator } from '../../platform/auth/authenticator.ts'
import type { Bound } from '../../platform/operations.ts'
import { acceptInvitationOperation } from './commands/accept-invitation.ts'
import { changePasswordOperation } from './commands/change-password.ts'
import { confirmEmailOperation } from './commands/confirm-email.ts'
import { logoutAllOperation, revokeOtherSessionsOperation, revokeSessionOperation } from './commands/end-sessions.ts'
import { forgotPasswordOperation } from './commands/forgot-password.ts'
import { registerOperation } from './commands/register.ts'
import { resetPasswordOperation } from './commands/reset-password.ts'
import { startGuestOperation } from './commands/start-guest.ts'
import { switchTenantOperation } from './commands/switch-tenant.ts'
import { verifyRegistrationOperation } from './commands/verify-registration.ts'
import type { IdentityParts } from './parts.ts'
import { inspectInvitationOperation } from './queries/invitation.ts'
import { listSessionsOperation } from './queries/list-sessions.ts'

/** Coming in and going out, beside sign-in itself. */
export const entryOperations = (parts: IdentityParts, authenticator: Authenticator): Bound[] => [
  logoutAllOperation(authenticator),
  switchTenantOperation(parts, authenticator),
  registerOperation(parts),
  verifyRegistrationOperation(parts),
  startGuestOperation(parts),
  forgotPasswordOperation(parts),
  resetPasswordOperation(parts),
  changePasswordOperation(parts),
  inspectInvitationOperation(parts),
  acceptInvitationOperation(parts),
  confirmEmailOperation(parts),
  listSessionsOperation,
  revokeSessionOperation(authenticator),
  revokeOtherSessionsOperation,
]
