import type { ReadyConfig } from '../../../config.ts'
import { writeDown } from '../../../platform/audit/counted.ts'
import { handleJob, type JobHandler } from '../../../platform/jobs/port.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'
import { verifyLogJob } from '../verify-kind.ts'
import { storeVerdict, verdictEvent } from '../verification/keep-verdict.ts'
import { trustOf } from '../verification/trust.ts'
import { readerOf, verifyTenant } from '../verification/verify-tenant.ts'

export const verifyLogHandler = (parts: { readonly config: ReadyConfig; readonly metrics: Metrics }): JobHandler =>
  handleJob(verifyLogJob, {
    run: async (context, payload) => {
      const scope = {
        role: 'zen_worker',
        tenantId: context.tenantId,
        userId: context.actor.userId,
        aud: 'worker',
      } as const
      const isRange = payload.from_seq !== undefined || payload.to_seq !== undefined
      // Read before the log is: what was published by then must be there.
      const trust = await trustOf(parts.config)
      const verdict = await verifyTenant(readerOf(context.database, scope), {
        tenantId: context.tenantId,
        trust,
        traceId: context.traceId,
        at: new Date().toISOString(),
        ...(isRange ? { range: { from: payload.from_seq, to: payload.to_seq } } : {}),
        onProgress: (done, total) =>
          context.progress({
            percent: Math.min(99, Math.floor((done / Math.max(total, 1)) * 100)),
            step: 'verify',
            done,
            total,
          }),
      })
      await context.effect(`verify:${context.runId}`, async (tx, unit) => {
        const kind = isRange ? 'range' : payload.kind
        await storeVerdict(tx, verdict, { id: context.runId, kind, actorUserId: context.actor.userId })
        const stamp = { at: await unit.startedAt(), traceId: context.traceId, actor: context.actor, ipHash: null }
        writeDown(unit, [verdictEvent(verdict, parts.metrics)], stamp)
      })
      if (!verdict.passed)
        context.log.error(
          { about: { first_bad_seq: verdict.first_bad_seq, failures: verdict.failure_count } },
          'audit_chain_verify_failed',
        )
    },
  })
