import type { Command } from './context.ts'
import type { ReportRow } from './rules/report-row.ts'

/** What the judge of money answers when a report is accepted by the factory. */
export interface AcceptAnswer {
  readonly result: string
  readonly mode: 'CREDIT' | 'POSTPAID' | null
  readonly account_id: string | null
  readonly reservation_id: string | null
  readonly service_invoice_id: string | null
  readonly charges: readonly unknown[]
}

/** The gate of billing, asked inside the transaction of the move. A refusal is thrown with the gate's own code. */
export interface BillingGate {
  /** Once per report; `key` is the same for every attempt. */
  accept(context: Command, report: ReportRow, key: string): Promise<AcceptAnswer>
  /** Gives back what was reserved or opened. */
  cancelCharge(context: Command, report: ReportRow): Promise<void>
}

/** Until billing is there: every report is accepted, nothing is booked. */
export const noCharge: BillingGate = {
  accept: async () => ({
    result: 'NO_CHARGE',
    mode: null,
    account_id: null,
    reservation_id: null,
    service_invoice_id: null,
    charges: [],
  }),
  cancelCharge: async () => {},
}
