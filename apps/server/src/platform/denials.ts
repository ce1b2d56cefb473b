import type { Operation } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { mergedEvent, NOTHING_CHANGED } from './audit/record.ts'
import type { Actor } from './auth/actor.ts'
import { scopeOf } from './db/scope.ts'
import { Refusal } from './errors.ts'
import { ipHashOf } from './ip-hash.ts'
import type { CallContext, OpenContext } from './operations.ts'

/** The capability whose lack was the reason, or null. */
const lacking = (error: unknown): string | null => {
  const [detail] = error instanceof Refusal ? error.details : []
  return detail?.reason === 'missing_capability' ? String(detail['capability']) : null
}

/**
 * Writes RBAC_DENIED for a call that lacked its capability, in a transaction of its own: the first of a person and an
 * operation at once, the rest of its minute as one event with their number. The answer to the caller is the refusal,
 * whether or not this succeeds.
 */
export async function recordDenial(
  error: unknown,
  operation: Operation,
  { actor, context, record }: { actor: Actor | null; context: CallContext; record: OpenContext['record'] },
): Promise<void> {
  const capability = lacking(error)
  if (capability === null || actor === null) return
  const { log, metrics } = context.services
  metrics.events.inc({ key: 'rbac_denied' })
  const entry = { action: 'RBAC_DENIED', target_id: operation.id, outcome: 'denied', after: { capability } } as const
  try {
    await record(scopeOf(actor), async (tx) => {
      const stamp = {
        at: '',
        traceId: context.traceId,
        actor,
        ipHash: ipHashOf(context.services, context.transport.ip),
      }
      const event = mergedEvent(entry, stamp)
      const { rows } = await sql<{ first: boolean }>`
        select audit.is_first_refusal(${actor.tenantId}::uuid, ${entry.action}, ${entry.target_id}, ${event}::jsonb) as first`.execute(
        tx,
      )
      return { value: undefined, audit: rows[0]?.first === true ? entry : NOTHING_CHANGED }
    })
  } catch (failure) {
    metrics.auditDetachedFailed.inc()
    log.warn({ err: failure, trace_id: context.traceId }, 'audit_denied_write_failed')
  }
}
