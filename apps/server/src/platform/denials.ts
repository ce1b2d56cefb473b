import type { Operation } from '@zenops/contracts/kit'
import type { Actor } from './auth/actor.ts'
import { scopeOf } from './db/scope.ts'
import { Refusal } from './errors.ts'
import type { CallContext, OpenContext } from './operations.ts'

/** The capability whose lack was the reason, or null. */
const lacking = (error: unknown): string | null => {
  const [detail] = error instanceof Refusal ? error.details : []
  return detail?.reason === 'missing_capability' ? String(detail['capability']) : null
}

/**
 * Writes RBAC_DENIED for a call that lacked its capability: once a minute for a person and a capability, over all
 * processes, in a transaction of its own. The answer to the caller is the refusal, whether or not this succeeds.
 */
export async function recordDenial(
  error: unknown,
  operation: Operation,
  { actor, context, record }: { actor: Actor | null; context: CallContext; record: OpenContext['record'] },
): Promise<void> {
  const capability = lacking(error)
  if (capability === null || actor === null) return
  const { limits, log, metrics, tally, vitals } = context.services
  metrics.events.inc({ key: 'rbac_denied' })
  tally.add({ metric_key: 'rbac_denied', tenant_id: actor.tenantId }, context.traceId)
  try {
    const first = await limits.hit({ key: `rbac:denied:${actor.userId}:${capability}`, limit: 1 })
    if (!first.allowed) return
    const entry = { action: 'RBAC_DENIED', target_id: operation.id, outcome: 'denied', after: { capability } } as const
    await record(scopeOf(actor), async () => ({ value: undefined, audit: entry }))
  } catch (failure) {
    metrics.events.inc({ key: 'audit_denied_write_failed' })
    metrics.auditDetachedWriteFailed.inc()
    vitals.count('audit_denied_write_failed')
    log.warn({ err: failure, trace_id: context.traceId }, 'audit_denied_write_failed')
  }
}
