import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'

/** Filled by its slice. */
export const platformOperations = (_parts: IdentityParts): Bound[] => []
