import type { Contract } from '@zenops/contracts/report-contract'
import { sql } from 'kysely'
import type { Command } from './context.ts'
import { drawNumber } from './draw-number.ts'
import { dayIn, financialYear } from './rules/days.ts'
import { DEFAULT_REFERENCE_PATTERN, referenceNo, shortName } from './rules/numbers.ts'
import type { Standing } from './rules/standing.ts'

/** The printed number of a report, drawn once under the lock of its counter. */
export async function drawReference(context: Command, { report }: Standing, contract: Contract): Promise<string> {
  const day = dayIn(report.time_zone, context.now)
  const codes = report.bank_id
    ? await sql<{ code: string | null }>`select code from directory.banks
        where tenant_id = ${report.tenant_id}::uuid and id = ${report.bank_id}::uuid`.execute(context.tx)
    : undefined
  const bank = contract.party?.bank_name ?? report.bank_name
  const pattern = report.settings?.reference_pattern ?? DEFAULT_REFERENCE_PATTERN
  const sequence = await drawNumber(context.tx, report.tenant_id, { kind: 'reference_no', period: financialYear(day) })
  const firm = report.settings?.firm?.['code'] ?? shortName(report.settings?.firm?.['name'] ?? report.firm_name)
  return referenceNo(pattern, { firm, bank: codes?.rows[0]?.code ?? shortName(bank), day, sequence })
}
