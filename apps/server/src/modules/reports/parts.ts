import type { OfficeConverter } from '../../platform/office/libreoffice.ts'
import type { BillingGate } from './billing-gate.ts'

/** What reports are put together with; chosen in the composition root. */
export interface ReportsParts {
  readonly gate: BillingGate
  readonly office: OfficeConverter
}
