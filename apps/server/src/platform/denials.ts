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
 * Writes RBAC_DENIED for a call that lacked its capability, in a transaction of its own: at the gate or in the handler. The
 * answer to the caller is the refusal, whether or not this succeeds.
 */
export async function recordDenial(
  error: unknown,
  operation: Operation,
  { actor, context, record }: { actor: Actor | null; context: CallContext; record: OpenContext['record'] },
): Promise<void> {
  const capability = lacking(error)
  if (capability === null || actor === null) return
  const audit = { action: 'RBAC_DENIED', target_id: operation.id, outcome: 'denied', after: { capability } } as const
  const { metrics, tally } = context.services
  metrics.events.inc({ key: 'rbac_denied' })
  tally.add({ metric_key: 'rbac_denied', tenant_id: actor.tenantId }, context.traceId)
  try {
    await record(scopeOf(actor), async () => ({ value: undefined, audit }))
  } catch (failure) {
    unwritten(failure, context)
  }
}

/** A refusal whose event could not be written: counted, and told by an alert. */
export function unwritten(failure: unknown, { services, traceId }: CallContext): void {
  const { log, metrics, vitals } = services
  metrics.auditDetachedFailed.inc()
  metrics.events.inc({ key: 'audit_denied_write_failed' })
  vitals.count('audit_denied_write_failed')
  log.warn({ err: failure, trace_id: traceId }, 'audit_denied_write_failed')
}
