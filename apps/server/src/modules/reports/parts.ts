import type { BillingGate } from './billing-gate.ts'

/** Whether PDFs can be made here; asked once a process. */
export type PdfAvailable = () => Promise<boolean>

/** What reports are put together with; chosen in the composition root. */
export interface ReportsParts {
  readonly gate: BillingGate
  readonly pdfAvailable: PdfAvailable
}
