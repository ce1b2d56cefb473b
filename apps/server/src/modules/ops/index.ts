import type { Bound } from '../../platform/operations.ts'
import { healthOperation, metaOperation, readyOperation } from './queries/health.ts'

/** The operations of ops. */
export const opsOperations: Bound[] = [healthOperation, readyOperation, metaOperation]
