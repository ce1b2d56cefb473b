import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'

/** Filled by its slice. */
export const rightsOperations = (_parts: IdentityParts): Bound[] => []
