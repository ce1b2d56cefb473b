import { Refusal } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'
import { emailTaken } from './commands/confirm-email.ts'

/** Merged one by one, preferences may outgrow what each request may bring. */
const preferencesFull = (): Refusal =>
  new Refusal('PAYLOAD_TOO_LARGE', 'Your preferences take more than 16 KiB. Remove some views or columns first.')

/** What a race ends with at an index of people, and a person at the room for his preferences. */
export const accountConstraints: ConstraintRefusals = {
  users__email: emailTaken,
  ui_settings_settings_check: preferencesFull,
}
