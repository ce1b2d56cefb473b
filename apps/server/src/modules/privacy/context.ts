import type { ActorContext } from '../../platform/operations.ts'
import { refuse } from '../../platform/errors.ts'

/** What privacy reads beside its own tables. */
export type Visible =
  | 'privacy'
  | 'identity'
  | 'directory'
  | 'assignments'
  | 'documents'
  | 'ops'
  | 'audit'
  | 'notifications'

/** How long an erasure rests before it cannot be undone; a hold may still be placed. At most 7 days. */
export const REST_DAYS = 3
/** A person asks for his data at most so often. */
export const EXPORT_EVERY_HOURS = 24

/** Officers of privacy need both rights. */
export function assertOfficer(context: ActorContext): void {
  if (context.can('documents.pii') !== 'all')
    throw refuse.forbidden('missing_capability', { capability: 'documents.pii', scope: 'none' })
}
