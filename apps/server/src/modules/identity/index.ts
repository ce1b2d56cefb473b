import type { Authenticator } from '../../platform/auth/authenticator.ts'
import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Bound } from '../../platform/operations.ts'
import { loginOperation } from './commands/login.ts'
import { logoutOperation } from './commands/logout.ts'
import { refreshOperation } from './commands/refresh.ts'
import { entryOperations } from './entry-operations.ts'
import { cleanUp, cleanUpJob } from './jobs/clean-up.ts'
import { mergeGuestHandler, type ReownStep } from './jobs/merge-guest.ts'
import { tellNewAddressHandler } from './jobs/tell-new-address.ts'
import { factorsOperations } from './factors-operations.ts'
import { expireRequestsHandler, expireRequestsJob } from './jobs/expire-requests.ts'
import { closeSupportSession } from './jobs/close-support-session.ts'
import type { IdentityParts } from './parts.ts'
import { peopleOperations } from './people-operations.ts'
import { platformOperations } from './platform-operations.ts'
import { authConfigOperation, jwksOperation } from './queries/auth-config.ts'
import { listUsersOperation } from './queries/list-users.ts'
import { meOperation } from './queries/me.ts'
import { rightsOperations } from './rights-operations.ts'
import { getUiSettingsOperation, updateUiSettingsOperation } from './queries/ui-settings.ts'

export { createAuthenticator } from './authenticator.ts'
export {
  addMember,
  bootstrap,
  BootstrapError,
  type BootstrapOptions,
  type FirstInvitation,
  type NewMember,
  seedCatalogue,
  WORKER_USER_ID,
} from './bootstrap.ts'
export { identityConstraints } from './constraints.ts'
export { studioServiceActor } from './service-principals.ts'
export type { DemoPerson, IdentityParts } from './parts.ts'

/** The operations of identity, in the order of the contract. */
export const identityOperations = (parts: IdentityParts, authenticator: Authenticator): Bound[] => [
  authConfigOperation(parts),
  jwksOperation(parts),
  loginOperation(parts),
  refreshOperation(parts),
  logoutOperation(parts, authenticator),
  meOperation,
  getUiSettingsOperation,
  updateUiSettingsOperation,
  listUsersOperation(parts),
  ...entryOperations(parts, authenticator),
  ...factorsOperations(parts, authenticator),
  ...peopleOperations(parts),
  ...rightsOperations(parts),
  ...platformOperations(parts),
]

/** `reown`: what each module hands over when a guest becomes a person. */
export const identityJobs = (mail: Mail, reown: readonly ReownStep[]): JobHandler[] => [
  mergeGuestHandler(reown),
  tellNewAddressHandler(mail),
  cleanUp,
  expireRequestsHandler({ mail }),
  closeSupportSession(mail),
]

/** Work of identity that comes round by itself. */
export const identityRecurring: Recurring[] = [
  { job: cleanUpJob, cron: '7 * * * *', payload: {}, platform: true },
  { job: expireRequestsJob, cron: '23 * * * *', payload: {} },
]

export { mergeGuest, type ReownStep } from './jobs/merge-guest.ts'
export { openFamily } from './session.ts'
export { eraseUser } from './erase.ts'
