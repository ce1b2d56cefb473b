import type { BankType } from '@zenops/contracts/report-enums'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../platform/errors.ts'
import type { Tx } from './context.ts'

export interface UsableBank {
  readonly id: string
  readonly name: string
  readonly bank_type: BankType
}

/** The bank that a report names; one merged away stands for its target. 404 unknown, 422 rejected or inactive. */
export async function usableBank(tx: Tx, tenantId: string, id: string): Promise<UsableBank> {
  const { rows } = await sql<UsableBank & { usable: boolean }>`
    select b.id, b.name, b.bank_type, b.is_active and b.verification <> 'REJECTED' as usable
    from directory.banks a
    join directory.banks b on b.tenant_id = a.tenant_id and b.id = coalesce(a.merged_into_id, a.id)
    where a.tenant_id = ${tenantId}::uuid and a.id = ${id}::uuid and a.deleted_at is null and b.deleted_at is null`.execute(
    tx,
  )
  const bank = rows[0]
  if (!bank) throw refuse.notFound('The bank', 'bank_id')
  if (bank.usable) return bank
  throw new Refusal('MASTERDATA_NOT_USABLE', 'This bank may not be used.', {
    details: [{ path: 'bank_id', reason: 'rejected_or_inactive' }],
  })
}
