import type { ConstraintRefusals } from '../../platform/http/failures.ts'
import { Refusal } from '../../platform/errors.ts'

/** Names of constraints that a caller can run into, with what they mean. */
export const documentConstraints: ConstraintRefusals = {
  document_links__stands_alone: () =>
    new Refusal('LINK_INCONSISTENT', 'This target stands alone.', { details: [{ reason: 'stands_alone' }] }),
  documents__one_current: () =>
    new Refusal('CONFLICT', 'Another version of this document is the current one.', {
      details: [{ reason: 'newer_version' }],
    }),
  documents__metadata_size: () =>
    new Refusal('VALIDATION_FAILED', 'The metadata is too large.', {
      details: [{ path: 'metadata_json', reason: 'too_big' }],
    }),
}
