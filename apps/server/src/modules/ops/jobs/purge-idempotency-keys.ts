import { sql } from 'kysely'
import { z } from 'zod'
import { handleJob, jobKind } from '../../../platform/jobs/port.ts'

export const purgeAnswersJob = jobKind({ kind: 'ops.purge_idempotency_keys', payload: z.strictObject({}) })

const BATCH = 5_000

/** Removes answers kept for replay once their 24 h are over, and phrases a day after their end. */
export const purgeAnswers = handleJob(purgeAnswersJob, {
  run: async (context) => {
    await context.transact((tx) =>
      sql`delete from ops.idempotency_keys k using (
          select tenant_id, user_id, route, key from ops.idempotency_keys
          where tenant_id = ${context.tenantId}::uuid and expires_at <= now() limit ${BATCH}
        ) old
        where k.tenant_id = old.tenant_id and k.user_id = old.user_id and k.route = old.route and k.key = old.key`.execute(
        tx,
      ),
    )
    await context.transact((tx) =>
      sql`delete from ops.confirmations where tenant_id = ${context.tenantId}::uuid
        and expires_at <= now() - interval '24 hours'`.execute(tx),
    )
  },
})
