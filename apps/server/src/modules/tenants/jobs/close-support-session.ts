import { sql } from 'kysely'
import { z } from 'zod'
import { appendAudit } from '../../../platform/audit/record.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { handleJob, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import type { Mail } from '../../../platform/mail/port.ts'
import { readSupportSession } from '../queries/support-sessions.ts'
import { tellClosed } from '../support-mails.ts'

export const closeSupportSessionJob = jobKind({
  kind: 'identity.close_support_session',
  payload: z.strictObject({ session_id: z.guid() }),
})

/** A session whose time is over shows nothing any more; this writes its end down and tells the firm. */
export const closeSupportSession = (mail: Mail): JobHandler =>
  handleJob(closeSupportSessionJob, {
    run: async ({ database, tenantId, actor, traceId }, { session_id }) => {
      await database.transact(authScope(tenantId, actor.userId), async (tx, unit) => {
        const { rows } = await sql`
          update identity.support_sessions set closed_at = expires_at
          where tenant_id = ${tenantId}::uuid and id = ${session_id}::uuid and closed_at is null and expires_at <= now()
          returning 1`.execute(tx)
        if (rows.length === 0) return
        const session = await readSupportSession(tx, session_id)
        await tellClosed({ tx, mail, traceId }, session)
        const entry = { action: 'SUPPORT_SESSION_CLOSED', target_id: session_id, reason: 'expired' } as const
        unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId, actor, ipHash: null }))
      })
    },
  })
