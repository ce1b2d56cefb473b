import { refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'

/** What a race ends with at an index of firms. */
export const tenantConstraints: ConstraintRefusals = {
  tenants__slug: () => refuse.conflict('slug_taken', 'Another firm has this short name.'),
}
