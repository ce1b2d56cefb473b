import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../access/index.ts'
import { acceptInvitationOperation } from './commands/accept-invitation.ts'
import { changeEmailOperation } from './commands/change-email.ts'
import { confirmEmailOperation } from './commands/confirm-email.ts'
import { registerOperation } from './commands/register.ts'
import { renamePasskeyOperation } from './commands/rename-passkey.ts'
import { startGuestOperation } from './commands/start-guest.ts'
import { updateMeOperation } from './commands/update-me.ts'
import { verifyRegistrationOperation } from './commands/verify-registration.ts'
import { cleanUp, cleanUpJob } from './jobs/clean-up.ts'
import { mergeGuestHandler, type ReownStep } from './jobs/merge-guest.ts'
import { authConfigOperation, jwksOperation } from './queries/auth-config.ts'
import { inspectInvitationOperation } from './queries/invitation.ts'
import { meOperation } from './queries/me.ts'
import { myTenantsOperation } from './queries/my-tenants.ts'
import { listPasskeysOperation, mfaStatusOperation } from './queries/own-factors.ts'
import { listSessionsOperation } from './queries/own-sessions.ts'
import { getUiSettingsOperation, updateUiSettingsOperation } from './queries/ui-settings.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

/** How a person comes to an account, and what he does with his own. */
export const accountOperations = (parts: IdentityParts): Bound[] => [
  authConfigOperation(parts),
  jwksOperation(parts),
  registerOperation(parts),
  verifyRegistrationOperation(parts),
  startGuestOperation(parts),
  inspectInvitationOperation(parts),
  acceptInvitationOperation(parts),
  meOperation,
  updateMeOperation,
  myTenantsOperation(parts),
  changeEmailOperation(parts),
  confirmEmailOperation(parts),
  listSessionsOperation,
  mfaStatusOperation(parts),
  listPasskeysOperation,
  renamePasskeyOperation,
  getUiSettingsOperation,
  updateUiSettingsOperation,
]

/** `reown`: what each module hands over when a guest becomes a person. */
export const accountJobs = (reown: readonly ReownStep[]): JobHandler[] => [mergeGuestHandler(reown), cleanUp]

/** Work that comes round by itself. */
export const accountRecurring: Recurring[] = [
  taskOf('identity_clean_up', { job: cleanUpJob, payload: {}, platform: true }),
]

export { accountConstraints } from './constraints.ts'
export { mergeGuest, type ReownStep } from './jobs/merge-guest.ts'
