import type { Bound } from '../../platform/operations.ts'
import { applyBlockOperation, changeBlockOperation, liftBlockOperation, putBlockOperation } from './commands/blocks.ts'
import { listBlocksOperation } from './queries/blocks.ts'

/** Temporary blocks of people and addresses. */
export const blockOperations: Bound[] = [
  listBlocksOperation,
  applyBlockOperation,
  changeBlockOperation,
  liftBlockOperation,
  putBlockOperation,
]
