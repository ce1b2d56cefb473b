import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../access/index.ts'
import { changePasswordOperation } from './commands/change-password.ts'
import { forgotPasswordOperation } from './commands/forgot-password.ts'
import { loginOperation } from './commands/login.ts'
import { refreshOperation } from './commands/refresh.ts'
import { resetPasswordOperation } from './commands/reset-password.ts'
import {
  logoutAllOperation,
  logoutOperation,
  revokeOtherSessionsOperation,
  revokeSessionOperation,
} from './commands/sessions.ts'
import { switchTenantOperation } from './commands/switch-tenant.ts'

/** Signing in, staying in, going out; one's own password. */
export const identityOperations = (parts: IdentityParts): Bound[] => [
  loginOperation(parts),
  refreshOperation(parts),
  logoutOperation(parts),
  logoutAllOperation(parts),
  switchTenantOperation(parts),
  forgotPasswordOperation(parts),
  resetPasswordOperation(parts),
  changePasswordOperation(parts),
  revokeSessionOperation(parts),
  revokeOtherSessionsOperation,
]

export { createAuthenticator } from './authenticator.ts'

// What the modules of people and factors stand on: links, locks, sessions, and the end of a sign-in.
export { keptOrUndone } from './decoy.ts'
export { dutiesOf, dutyOf, enter, openSession } from './entry.ts'
export { consumeLink, createLink, findLink, LINK_LIFE, linkInvalid } from './links.ts'
export { hmacTarget, liftLock, loginHmac, provePassword } from './lockout.ts'
export { assertPassword, keepPassword, ownCredential } from './password.ts'
export { limitsOf } from './rules/session-life.ts'
export {
  deviceOf,
  endFamilies,
  type Entered,
  familiesOf,
  newToken,
  openFamily,
  sha256,
  type SignIn,
} from './session.ts'
