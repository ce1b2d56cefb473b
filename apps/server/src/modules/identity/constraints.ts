import { refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'
import { emailTaken } from './commands/confirm-email.ts'

/** What a race ends with at an index of identity. */
export const identityConstraints: ConstraintRefusals = {
  users__email: emailTaken,
  tenants__slug: () => refuse.conflict('slug_taken', 'Another firm has this short name.'),
}
