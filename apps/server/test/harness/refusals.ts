import type { AuditAction } from '../../src/platform/audit/actions.ts'
import type { House } from './house.ts'

/** Lets the running minute of every refusal in a firm end; answers how many events that wrote. */
export async function endMinute(house: House, tenantId: string): Promise<number> {
  await house.sql("update audit.merged_refusals set until = now() - interval '1 second' where tenant_id = $1", [
    tenantId,
  ])
  return house.flushRefusals()
}

/** How often an act was refused in a firm, by its log: an event of merged ones counts as often as it says. */
export async function timesRefused(house: House, tenantId: string, action: AuditAction): Promise<number> {
  await endMinute(house, tenantId)
  const events = (await house.audit(tenantId)).filter((event) => event.action === action)
  return events.reduce((sum, event) => sum + Number(event['count'] ?? 1), 0)
}
