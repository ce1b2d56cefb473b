import type { ContractChange } from '@zenops/valuation/merge-patch'
import { sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import type { Tx } from './context.ts'

const PEOPLE = ['party.valuer_id', 'party.engineer_id', 'party.signatory_id']

/** Valuer, engineer and signatory are active people of the firm; asked only when one of them changes. */
export async function peopleAreMembers(tx: Tx, tenantId: string, changes: readonly ContractChange[]): Promise<void> {
  const named = changes.filter(({ path, after }) => PEOPLE.includes(path) && typeof after === 'string')
  if (named.length === 0) return
  const { rows } = await sql<{ user_id: string }>`
    select user_id from identity.memberships
    where tenant_id = ${tenantId}::uuid and user_id = any (${named.map((change) => change.after)}::uuid[])
      and status = 'active' and deleted_at is null`.execute(tx)
  const active = new Set(rows.map((row) => row.user_id))
  const strangers = named.filter(({ after }) => !active.has(String(after)))
  if (strangers.length === 0) return
  throw new Refusal('VALIDATION_FAILED', 'This person does not work here.', {
    details: strangers.map(({ path }) => ({ path, reason: 'not_an_active_member' })),
  })
}
