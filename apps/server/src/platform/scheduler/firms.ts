import { fixed } from '../db/fixed.ts'
import type { Scope } from '../db/scope.ts'
import type { Services } from '../services.ts'

/**
 * Firms whose turn it is, as ids. With the launch gate shut only the work of the house firm and of the portal's lane
 * comes round.
 */
export async function activeFirms(
  { database, config }: Pick<Services, 'database' | 'config'>,
  workerUserId: string,
): Promise<string[]> {
  const scope: Scope = { role: 'zen_worker', tenantId: null, userId: workerUserId, aud: 'worker' }
  const [rows] = await database.read(scope, fixed<{ tenant_id: string }>`select tenant_id from app.tenants_for_sweep()`)
  const { ZENOPS_MULTI_TENANT_ENABLED, ZENOPS_INTERNAL_TENANT_ID, ZENOPS_EXTERNAL_TENANT_ID } = config
  const lanes = [ZENOPS_INTERNAL_TENANT_ID, ZENOPS_EXTERNAL_TENANT_ID]
  return rows.map((row) => row.tenant_id).filter((id) => ZENOPS_MULTI_TENANT_ENABLED || lanes.includes(id))
}
