import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import type { Metrics } from '../../platform/telemetry/metrics.ts'
import { auditDiffOperation } from './commands/audit-diff.ts'
import { chainVerifyOperation, startVerifyRunOperation } from './commands/chain-verify.ts'
import { exportAuditLogsOperation } from './commands/sync-export.ts'
import { mailNoteHandler, mailNoteJob } from './jobs/mail-note.ts'
import { type PruneJobParts, pruneLogHandler, pruneLogJob } from './jobs/prune-log.ts'
import { verifyLogHandler } from './jobs/verify-log.ts'
import { verifyLogJob } from './verify-kind.ts'
import { auditKeysOperation } from './queries/audit-keys.ts'
import { chainStatusOperation } from './queries/chain-status.ts'
import { listCheckpointsOperation, newestCheckpointOperation } from './queries/checkpoints.ts'
import { listAuditActionsOperation, listAuditLogsOperation } from './queries/list-audit-logs.ts'
import { consistencyProofOperation, inclusionProofOperation } from './queries/proofs.ts'
import { auditVerifierOperation } from './queries/verifier.ts'
import { getVerifyRunOperation, listVerifyRunsOperation } from './queries/verify-runs.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

export { type BundlePlan, type BundleWish, planBundle } from './bundles/plan-bundle.ts'
export { type BundlePiece, writeBundle } from './bundles/write-bundle.ts'
export { type Change, changesBetween } from './rules/changes.ts'
export { ONLINE_DAYS, type PruneRules } from './jobs/prune-log.ts'
export { isUnverified } from './verification/keep-verdict.ts'
export { flushRefusals } from './sealing/flush-refusals.ts'
export { rebaseInbox } from './sealing/rebase.ts'
export { pruneTenant } from './pruning/prune-tenant.ts'
export { sealTurn } from './sealing/seal-turn.ts'
export type { ReadRows } from './sealing/ground.ts'
export { sealerDatabase, sealingLoops, startSealer } from './sealing/sealer.ts'
export { readerOf } from './verification/verify-tenant.ts'

/** The operations of audit, in the order of the contract. */
export const auditOperations: Bound[] = [
  listAuditLogsOperation,
  listAuditActionsOperation,
  auditDiffOperation,
  chainVerifyOperation,
  startVerifyRunOperation,
  listVerifyRunsOperation,
  getVerifyRunOperation,
  auditKeysOperation,
  newestCheckpointOperation,
  listCheckpointsOperation,
  inclusionProofOperation,
  consistencyProofOperation,
  chainStatusOperation,
  auditVerifierOperation,
  exportAuditLogsOperation,
]

export const auditJobs = (parts: PruneJobParts & { readonly metrics: Metrics; readonly mail: Mail }): JobHandler[] => [
  verifyLogHandler(parts),
  mailNoteHandler(parts),
  pruneLogHandler(parts),
]

/** Each night every log is pruned as far as its period is over, verified as a whole, and its head mailed where that is asked for. */
export const auditRecurring: Recurring[] = [
  taskOf('audit_prune_daily', { job: pruneLogJob, payload: {} }),
  taskOf('audit_note_mail', { job: mailNoteJob, payload: {} }),
  taskOf('audit_verify_nightly', { job: verifyLogJob, payload: { kind: 'nightly' } }),
]
