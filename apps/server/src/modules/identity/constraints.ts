import { refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'

export const identityConstraints: ConstraintRefusals = {
  tenants__slug: () => refuse.conflict('slug_taken', 'Another firm has this short name.'),
}
