import { RETENTION_CLASSES } from '@zenops/contracts/retention'
import { sql } from 'kysely'
import type { JobContext } from '../../platform/jobs/port.ts'

type Firm = Pick<JobContext, 'tenantId' | 'transact'>

/** What audit's pruning asks before it takes a firm's events out. */
export const pruneRules = {
  /** Days that the firm keeps its events online; null: they stay. */
  days: ({ tenantId, transact }: Firm): Promise<number | null> =>
    transact(async (tx) => {
      const { days, enabled } = RETENTION_CLASSES.audit_online
      const { rows } = await sql<{ days: number | null }>`
        select ops.retention_days(${tenantId}::uuid, 'audit_online', ${days}::int, ${enabled}::boolean) as days`.execute(
        tx,
      )
      return rows[0]?.days ?? null
    }),
  /** A log is cut at one place: any hold that stands in the firm keeps it whole. */
  isHeld: ({ tenantId, transact }: Firm): Promise<boolean> =>
    transact(async (tx) => {
      const { rows } =
        await sql`select 1 from privacy.legal_holds where tenant_id = ${tenantId}::uuid and lifted_at is null
        and (until is null or until > now()) limit 1`.execute(tx)
      return rows.length > 0
    }),
}
