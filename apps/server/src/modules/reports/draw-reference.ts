import type { Contract } from '@zenops/contracts/report-contract'
import { sql } from 'kysely'
import type { Command } from './context.ts'
import { drawNumber } from './draw-number.ts'
import { dayIn, financialYear } from './rules/days.ts'
import { DEFAULT_REFERENCE_PATTERN, referenceNo, shortName } from './rules/numbers.ts'
import type { Standing } from './rules/standing.ts'

async function bankCode({ tx }: Command, { tenant_id, bank_id }: Standing['report']): Promise<string | null> {
  if (bank_id === null) return null
  const { rows } = await sql<{ code: string | null }>`
    select code from directory.banks where tenant_id = ${tenant_id}::uuid and id = ${bank_id}::uuid`.execute(tx)
  return rows[0]?.code ?? null
}

function firmCode({ settings, firm_name }: Standing['report']): string {
  const firm = settings?.firm
  return firm?.['code'] ?? shortName(firm?.['name'] ?? firm_name)
}

/** The printed number of a report, drawn once under the lock of its counter. */
export async function drawReference(context: Command, { report }: Standing, contract: Contract): Promise<string> {
  const day = dayIn(report.time_zone, context.now)
  const bank = (await bankCode(context, report)) ?? shortName(contract.party?.bank_name ?? report.bank_name)
  const period = financialYear(day)
  const sequence = await drawNumber(context.tx, report.tenant_id, { kind: 'reference_no', period })
  const pattern = report.settings?.reference_pattern ?? DEFAULT_REFERENCE_PATTERN
  return referenceNo(pattern, { firm: firmCode(report), bank, day, sequence })
}
