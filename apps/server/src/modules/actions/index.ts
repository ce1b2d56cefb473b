import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Bound } from '../../platform/operations.ts'
import type { RollbackTarget } from '../../platform/rollbacks.ts'
import { setKillSwitchOperation, setProviderSwitchOperation } from './commands/kill-switches.ts'
import { startRollbackOperation } from './commands/start-rollback.ts'
import { applyRollbackHandler } from './jobs/apply-rollback.ts'
import { listKillSwitchesOperation } from './queries/kill-switches.ts'
import {
  compareRollbackOperation,
  getRollbackOperation,
  listRollbacksOperation,
  listRollbackTargetsOperation,
} from './queries/rollbacks.ts'

export { switchLoop } from './expire-switches.ts'

/** The operations of immediate actions, in the order of the contract. */
export const actionsOperations = (targets: readonly RollbackTarget[]): Bound[] => [
  listKillSwitchesOperation,
  setKillSwitchOperation,
  setProviderSwitchOperation,
  listRollbacksOperation,
  getRollbackOperation,
  startRollbackOperation(targets),
  listRollbackTargetsOperation(targets),
  compareRollbackOperation(targets),
]

export const actionsJobs = (targets: readonly RollbackTarget[]): JobHandler[] => [applyRollbackHandler(targets)]
