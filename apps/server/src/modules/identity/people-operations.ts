import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'

/** Filled by its slice. */
export const peopleOperations = (_parts: IdentityParts): Bound[] => []
