import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Bound } from '../../platform/operations.ts'
import { createPackOperation } from './commands/create-pack.ts'
import { createReportOperation } from './commands/create-report.ts'
import { acceptSuggestionOperation, rejectSuggestionOperation } from './commands/decide-suggestion.ts'
import { downloadArtifactOperation } from './commands/download-artifact.ts'
import { linkEvidenceOperation } from './commands/link-evidence.ts'
import { moveReportOperation } from './commands/move-report.ts'
import { autoOrderEvidenceOperation, orderEvidenceOperation } from './commands/order-evidence.ts'
import { patchContractOperation } from './commands/patch-contract.ts'
import { previewValuesOperation } from './commands/preview-values.ts'
import { recalculateOperation } from './commands/recalculate.ts'
import { createRulesetOperation, publishRulesetOperation } from './commands/rulesets.ts'
import { cancelReportJobOperation, retryReportJobOperation } from './commands/steer-job.ts'
import { restoreEvidenceOperation } from './commands/restore-evidence.ts'
import { unlinkEvidenceOperation } from './commands/unlink-evidence.ts'
import { updateReportOperation } from './commands/update-report.ts'
import { renderPackHandler, type RenderParts } from './jobs/render-pack.ts'
import type { ReportsParts } from './parts.ts'
import {
  getReportProfilesOperation,
  listSuggestionsOperation,
  previewAnnexuresOperation,
} from './queries/evidence-views.ts'
import { getReportFormOperation, listReportFieldsOperation, listReportFormsOperation } from './queries/forms.ts'
import { getReportOperation } from './queries/get-report.ts'
import { listReportsOperation } from './queries/list-reports.ts'
import {
  getPackLinkOperation,
  getPackOperation,
  getReportJobOperation,
  listPacksOperation,
  listReportJobsOperation,
} from './queries/packs.ts'
import { renderersOperation } from './queries/renderers.ts'
import {
  diffRevisionsOperation,
  getRevisionOperation,
  listRevisionsOperation,
  verifyRevisionsOperation,
} from './queries/revisions.ts'
import { getRulesetOperation, listEvidenceProfilesOperation, listRulesetsOperation } from './queries/rulesets.ts'
import { watchReportJobOperation } from './queries/watch-job.ts'

export { type BillingGate, noCharge } from './billing-gate.ts'
export { reportConstraints } from './constraints.ts'
export { countReports, documentNeighbours, jobNeighbours } from './neighbours.ts'
export { rulesetRollback } from './rollback-ruleset.ts'
export type { ReportsParts } from './parts.ts'
export { seedReports } from './seed.ts'

/** The operations of reports, in the order of the contract. */
export const reportsOperations = ({ gate, office }: ReportsParts): Bound[] => [
  listReportsOperation,
  createReportOperation,
  getReportOperation,
  updateReportOperation,
  patchContractOperation,
  previewValuesOperation,
  recalculateOperation,
  moveReportOperation(gate),
  listRevisionsOperation,
  getRevisionOperation,
  verifyRevisionsOperation,
  diffRevisionsOperation,
  listReportFormsOperation,
  getReportFormOperation,
  listReportFieldsOperation,
  linkEvidenceOperation,
  orderEvidenceOperation,
  autoOrderEvidenceOperation,
  unlinkEvidenceOperation,
  restoreEvidenceOperation,
  previewAnnexuresOperation,
  getReportProfilesOperation,
  listSuggestionsOperation,
  acceptSuggestionOperation,
  rejectSuggestionOperation,
  listRulesetsOperation,
  getRulesetOperation,
  createRulesetOperation,
  publishRulesetOperation,
  listEvidenceProfilesOperation,
  createPackOperation(office),
  getPackLinkOperation,
  listPacksOperation,
  getPackOperation,
  downloadArtifactOperation,
  listReportJobsOperation,
  getReportJobOperation,
  watchReportJobOperation,
  retryReportJobOperation,
  cancelReportJobOperation,
  renderersOperation(office),
]

export const reportsJobs = (parts: RenderParts): JobHandler[] => [renderPackHandler(parts)]
