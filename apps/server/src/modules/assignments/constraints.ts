import { Refusal, refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'

/** The last line behind the checks of the commands, for writers that race. */
export const assignmentConstraints: ConstraintRefusals = {
  assignment_assignees__one_lead: () =>
    new Refusal('ALREADY_ASSIGNED', 'There is a lead already.', { details: [{ path: 'role', reason: 'lead_exists' }] }),
  assignment_floors__name: () => refuse.invalid('items', 'duplicate_name', 'Names of floors are unique.'),
}
