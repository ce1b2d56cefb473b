import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import { createDataExportOperation } from './commands/create-data-export.ts'
import { createPrivacyRequestOperation } from './commands/create-request.ts'
import { liftLegalHoldOperation, placeLegalHoldOperation } from './commands/holds.ts'
import { requestErasureOperation } from './commands/request-erasure.ts'
import { dataExportLinkOperation, downloadDataExportOperation } from './exporting/downloads.ts'
import { personFamily, type PrivacyExportParts } from './exporting/family.ts'
import { privacyHandlers, type PrivacyJobParts } from './jobs/handlers.ts'
import { privacyRunnerJob, rewrapKeysJob } from './jobs/kinds.ts'
import { getDataExportOperation, listDataExportsOperation } from './queries/data-exports.ts'
import { listLegalHoldsOperation } from './queries/holds.ts'
import { getErasureOperation, getPrivacyRequestOperation, listPrivacyRequestsOperation } from './queries/requests.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

export { DATA_EXPORT_TABLES } from './exporting/family.ts'
export { LINK_KIND, servePersonLink } from './exporting/downloads.ts'
export { replayTombstones } from './replay.ts'
export { type Known, maskBatch, patternOf } from './erasure/mask.ts'
export { PERSONAL_DATA } from './rules/personal-data.ts'
export { SPOKEN_TEXT } from './rules/spoken-text.ts'

/** The operations of privacy, in the order of the contract. */
export function privacyOperations(parts: PrivacyExportParts): Bound[] {
  const family = personFamily(parts)
  return [
    listPrivacyRequestsOperation,
    getPrivacyRequestOperation,
    createPrivacyRequestOperation(parts),
    listLegalHoldsOperation,
    placeLegalHoldOperation,
    liftLegalHoldOperation,
    createDataExportOperation(parts),
    listDataExportsOperation,
    getDataExportOperation,
    downloadDataExportOperation(family),
    dataExportLinkOperation(family),
    requestErasureOperation,
    getErasureOperation,
  ]
}

export const privacyJobs = (parts: PrivacyJobParts): JobHandler[] => privacyHandlers(parts)

export const privacyRecurring: Recurring[] = [
  taskOf('privacy_runner', { job: privacyRunnerJob, payload: {} }),
  taskOf('privacy_rewrap_keys', { job: rewrapKeysJob, payload: {}, platform: true }),
]
