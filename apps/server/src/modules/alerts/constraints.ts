import { Refusal } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'

export const alertConstraints: ConstraintRefusals = {
  alert_channels__name: () =>
    new Refusal('DUPLICATE_RECORD', 'There is a channel of that name already.', {
      details: [{ path: 'name', reason: 'duplicate' }],
    }),
}
