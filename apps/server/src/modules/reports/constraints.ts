import { Refusal, refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'

/** What broken constraints of this module mean for callers. */
export const reportConstraints: ConstraintRefusals = {
  reports__reference_no: () => refuse.conflict('reference_no', 'This reference number was given already.'),
  report_packs__one_generating: () => refuse.conflict('pack_running', 'A pack of this report is being made.'),
  report_generation_jobs__key: () =>
    new Refusal('IDEMPOTENCY_KEY_REUSED_FOR_DIFFERENT_TARGET', 'This key was used for another pack.', {
      details: [{ path: 'idempotency_key', reason: 'other_target' }],
    }),
}
