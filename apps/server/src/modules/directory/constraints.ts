import { Refusal, refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'
import { KINDS } from './kinds.ts'

const clashes = Object.values(KINDS).flatMap((kind) =>
  kind.keys.map(({ constraint, path }) => [
    constraint,
    (): Refusal =>
      new Refusal('DUPLICATE_RECORD', `${kind.what} is there already.`, { details: [{ path, reason: 'duplicate' }] }),
  ]),
)

/** The last line behind the checks of the commands, for writers that race. */
export const directoryConstraints: ConstraintRefusals = {
  // Cast: pairs of constraint name and refusal, built above.
  ...(Object.fromEntries(clashes) as ConstraintRefusals),
  contacts__one_primary: () => refuse.conflict('primary_contact', 'Another primary contact was set at the same time.'),
  properties__subtype: () => refuse.invalid('property_subtype_id', 'other_type'),
  properties__subtype_has_type: () => refuse.invalid('property_subtype_id', 'type_required'),
}
