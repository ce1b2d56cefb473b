import { appendAudit } from '../audit/record.ts'
import type { Actor } from '../auth/actor.ts'
import { authScope } from '../db/scope.ts'
import { Refusal } from '../errors.ts'
import { addressKey } from '../limits/address.ts'
import { limitHeaders } from '../limits/port.ts'
import { ipHashOf } from '../ip-hash.ts'
import type { Services } from '../services.ts'

export const isControlPath = (path: string): boolean => path.startsWith('/v1/control/')

/** Counts a call on the control plane by its address (before it is known who calls) or by who calls. */
export async function paceControl(
  { pacer, config }: Services,
  caller: { readonly ip: string } | { readonly userId: string },
): Promise<Record<string, string>> {
  const key = 'ip' in caller ? `rl:control:address:${addressKey(caller.ip)}` : `rl:control:person:${caller.userId}`
  const result = await pacer.hit({ key, perMinute: config.CONTROL_RATE_LIMIT_RPM })
  const headers = limitHeaders(result)
  if (result.allowed) return headers
  throw new Refusal('RATE_LIMITED', 'Too many calls on the control plane. Please wait a little.', {
    details: [{ reason: 'control_rate_limit', limit: result.limit, retry_after_seconds: result.resetSeconds }],
    headers,
  })
}

/** Every call by the operators' fallback token leaves an event of its own, whatever becomes of the call. */
export async function noteAdminToken(
  services: Services,
  actor: Actor,
  call: { readonly method: string; readonly path: string; readonly ip: string; readonly traceId: string },
): Promise<void> {
  await services.database.transact(authScope(actor.tenantId, actor.userId), async (_tx, unit) => {
    const entry = {
      action: 'ADMIN_TOKEN_USED',
      target_id: actor.userId,
      after: { method: call.method, path: call.path },
    } as const
    const ipHash = ipHashOf(services, call.ip)
    unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId: call.traceId, actor, ipHash }))
  })
  services.metrics.auditEvents.inc({ area: 'ADMIN', outcome: 'ok' })
}
