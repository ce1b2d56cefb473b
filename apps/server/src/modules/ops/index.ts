import type { Bound } from '../../platform/operations.ts'
import { createConfirmationOperation } from './commands/create-confirmation.ts'
import { healthOperation, metaOperation, readyOperation } from './queries/health.ts'

/** The operations of ops. */
export const opsOperations: Bound[] = [healthOperation, readyOperation, metaOperation, createConfirmationOperation]
