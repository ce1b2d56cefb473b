import type { ConstraintRefusals } from '../../platform/http/failures.ts'
import { emailTaken } from './commands/confirm-email.ts'

/** What a race ends with at an index of people. */
export const accountConstraints: ConstraintRefusals = { users__email: emailTaken }
