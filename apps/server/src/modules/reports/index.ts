import type { Bound } from '../../platform/operations.ts'
import { createReportOperation } from './commands/create-report.ts'
import { patchContractOperation } from './commands/patch-contract.ts'

export { seedReports } from './seed.ts'

/** The operations of reports, in the order of the contract. */
export const reportsOperations = (): Bound[] => [createReportOperation, patchContractOperation]
