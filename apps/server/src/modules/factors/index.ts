import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../access/index.ts'
import { assertPasskeyOperation, assertPasskeyOptionsOperation } from './commands/assert-passkey.ts'
import { regenerateRecoveryCodesOperation } from './commands/regenerate-recovery-codes.ts'
import { registerPasskeyOperation, registerPasskeyOptionsOperation } from './commands/register-passkey.ts'
import { removePasskeyOperation } from './commands/remove-passkey.ts'
import { stepUpOperation } from './commands/step-up.ts'
import { activateTotpOperation, enrollTotpOperation, removeTotpOperation } from './commands/totp-app.ts'
import { verifyFactorOperation } from './commands/verify-factor.ts'

/** Second factors, step-up and passkeys. */
export const factorOperations = (parts: IdentityParts): Bound[] => [
  enrollTotpOperation(parts),
  activateTotpOperation(parts),
  verifyFactorOperation(parts),
  regenerateRecoveryCodesOperation(parts),
  removeTotpOperation(parts),
  stepUpOperation(parts),
  registerPasskeyOptionsOperation(parts),
  registerPasskeyOperation(parts),
  assertPasskeyOptionsOperation(parts),
  assertPasskeyOperation(parts),
  removePasskeyOperation(parts),
]
