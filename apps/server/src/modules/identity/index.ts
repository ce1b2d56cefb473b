import type { Authenticator } from '../../platform/auth/authenticator.ts'
import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Bound } from '../../platform/operations.ts'
import { changePasswordOperation } from './commands/change-password.ts'
import { logoutAllOperation, revokeOtherSessionsOperation, revokeSessionOperation } from './commands/end-sessions.ts'
import { forgotPasswordOperation } from './commands/forgot-password.ts'
import { loginOperation } from './commands/login.ts'
import { logoutOperation } from './commands/logout.ts'
import { refreshOperation } from './commands/refresh.ts'
import { resetPasswordOperation } from './commands/reset-password.ts'
import { switchTenantOperation } from './commands/switch-tenant.ts'
import { tellNewAddressHandler } from './jobs/tell-new-address.ts'
import type { IdentityParts } from './parts.ts'
import { listSessionsOperation } from './queries/list-sessions.ts'

/** Signing in, staying in, going out; one's own password. */
export const identityOperations = (parts: IdentityParts, authenticator: Authenticator): Bound[] => [
  loginOperation(parts),
  refreshOperation(parts),
  logoutOperation(parts, authenticator),
  logoutAllOperation(authenticator),
  switchTenantOperation(parts, authenticator),
  forgotPasswordOperation(parts),
  resetPasswordOperation(parts),
  changePasswordOperation(parts),
  listSessionsOperation,
  revokeSessionOperation(authenticator),
  revokeOtherSessionsOperation,
]

export const identityJobs = (mail: Mail): JobHandler[] => [tellNewAddressHandler(mail)]

export { createAuthenticator } from './authenticator.ts'
export { studioServiceActor } from './service-principals.ts'
export type { DemoPerson, IdentityParts } from './parts.ts'

// What the modules of people and rights stand on: links, locks, limits, sessions, and the order of a sign-in.
export { aimOf } from './aim.ts'
export { barrier, isPasswordless } from './barrier.ts'
export { keptOrUndone } from './decoy.ts'
export {
  dutyOf,
  enter,
  enterWithFactor,
  type Entered,
  entryReply,
  entrySession,
  openSession,
  passkeyOnly,
  type SignIn,
} from './entry.ts'
export {
  admit,
  askLimit,
  guestLimit,
  linkLimit,
  mayMail,
  type ProofAct,
  proofAddressLimit,
  proofLimits,
  proofPersonLimit,
  signInLimit,
  underLimits,
} from './limits.ts'
export { consumeLink, createLink, findLink, LINK_LIFE, linkInvalid } from './links.ts'
export { assertNotLocked, hmacTarget, liftLock, loginHmac, wrongPassword } from './lockout.ts'
export { originOf, tellPerson } from './notices.ts'
export { assertPassword, keepPassword } from './password.ts'
export { accountBlock, addressBlock, assertAddressFree, blocked } from './queries/address-block.ts'
export { personOf, type Principal, principalOf } from './queries/principal.ts'
export { factorDuty, type MfaPolicy } from './rules/second-factor.ts'
export { limitsOf, type LoginGate, tenantOfSignIn } from './rules/surfaces.ts'
export { STUDIO_ADMIN_TOKEN_USER_ID, STUDIO_SERVICE_USER_ID } from './service-principals.ts'
export { deviceOf, endFamilies, newToken, openFamily, sha256 } from './session.ts'
