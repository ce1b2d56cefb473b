import type { Authenticator } from '../../platform/auth/authenticator.ts'
import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../identity/index.ts'
import { assertPasskeyOperation, assertPasskeyOptionsOperation } from './commands/assert-passkey.ts'
import { activateTotpOperation, enrollTotpOperation } from './commands/enroll-totp.ts'
import { regenerateRecoveryCodesOperation } from './commands/regenerate-recovery-codes.ts'
import { registerPasskeyOperation, registerPasskeyOptionsOperation } from './commands/register-passkey.ts'
import { removePasskeyOperation, renamePasskeyOperation } from './commands/remove-passkey.ts'
import { removeTotpOperation } from './commands/remove-totp.ts'
import { stepUpOperation } from './commands/step-up.ts'
import { verifyFactorOperation } from './commands/verify-factor.ts'
import { listPasskeysOperation, mfaStatusOperation } from './queries/mfa-status.ts'

/** Second factors, step-up and passkeys. */
export const factorOperations = (parts: IdentityParts, authenticator: Authenticator): Bound[] => [
  mfaStatusOperation(parts),
  enrollTotpOperation(parts),
  activateTotpOperation(parts, authenticator),
  verifyFactorOperation(parts),
  regenerateRecoveryCodesOperation(parts),
  removeTotpOperation(parts, authenticator),
  stepUpOperation(parts, authenticator),
  registerPasskeyOptionsOperation(parts),
  registerPasskeyOperation(parts, authenticator),
  assertPasskeyOptionsOperation(parts),
  assertPasskeyOperation(parts, authenticator),
  listPasskeysOperation,
  renamePasskeyOperation,
  removePasskeyOperation(parts, authenticator),
]
