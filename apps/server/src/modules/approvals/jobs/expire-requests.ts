import { z } from 'zod'
import { appendAudit } from '../../../platform/audit/record.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { handleJob, jobKind } from '../../../platform/jobs/port.ts'
import type { Services } from '../../../platform/services.ts'
import { expireRequests, tellDecision } from '../../rights/index.ts'

/** One tenant's requests about rights whose fourteen days are over. */
export const expireRequestsJob = jobKind({ kind: 'identity.expire_requests', payload: z.strictObject({}) })

export const expireRequestsHandler = (services: Pick<Services, 'mail'>) =>
  handleJob(expireRequestsJob, {
    run: async (context) => {
      const { tenantId, actor, traceId } = context
      // Requests are written by identity's own role, which the worker may take for its clean-up.
      await context.database.transact(authScope(tenantId, actor.userId), async (tx, unit) => {
        const expired = await expireRequests(tx, tenantId)
        for (const request of expired) {
          await tellDecision(tx, request, { decision: 'expired', sending: { services, actor, traceId } })
        }
        if (expired.length === 0) return
        const entries = expired.map((one) => one.audit)
        unit.withCommit(appendAudit(entries, { at: await unit.startedAt(), traceId, actor, ipHash: null }))
      })
    },
  })
