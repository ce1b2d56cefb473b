import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import { type CompiledQuery, sql } from 'kysely'
import type { Actor } from '../auth/actor.ts'
import { compileOnly } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import { uuidv7 } from '../ids.ts'
import { AUDIT_ACTIONS, type AuditAction } from './actions.ts'
import { SANITISER_VERSION, sanitise } from './sanitise.ts'

/** What a command says about itself. `before`/`after` hold changed fields only; create: no before; delete: no after. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly target_id: string
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | null
  readonly outcome?: 'ok' | 'denied' | 'failed'
  readonly refs?: readonly string[]
  /** The firm whose log it belongs to, where it differs from the caller's tenant (portal, identity). */
  readonly tenant_id?: string
}

/** Said by a command that found nothing to change: no commit of data, so no event. */
export const NOTHING_CHANGED: unique symbol = Symbol('nothing changed')

/** Events of a command that may have found nothing to change. */
export const audited = (
  entries: readonly AuditEntry[],
): readonly [AuditEntry, ...AuditEntry[]] | typeof NOTHING_CHANGED => {
  const [one, ...more] = entries
  return one ? [one, ...more] : NOTHING_CHANGED
}

export interface AuditStamp {
  /** Database time of the transaction, RFC 3339 with milliseconds. */
  readonly at: string
  readonly traceId: string
  readonly actor: Actor | null
  readonly ipHash: string | null
}

const MAX_RECORD_BYTES = 64 * 1024
const MAX_REASON = 400

function actorOf(stamp: AuditStamp): JsonValue {
  const actor = stamp.actor
  const ip_hash = stamp.ipHash ?? undefined
  if (!actor) return { kind: 'anonymous', ip_hash }
  return {
    kind: actor.kind,
    user_id: actor.userId,
    role: actor.role,
    admin_level: actor.adminLevel ?? undefined,
    job_template: actor.jobTemplates[0],
    aud: actor.aud,
    session: actor.sessionId?.replaceAll('-', '').slice(0, 16),
    ip_hash,
  }
}

/** The canonical bytes of one event, as they are hashed and kept. Throws when larger than 64 KiB. */
export function canonicalEvent(entry: AuditEntry, stamp: AuditStamp, id: string): { tenantId: string; canon: Buffer } {
  const tenantId = entry.tenant_id ?? stamp.actor?.tenantId
  if (tenantId === undefined) throw new Error(`${entry.action}: an audit event needs a tenant`)
  const canon = Buffer.from(
    canonicalJson({
      v: 1,
      id,
      tenant_id: tenantId,
      at: stamp.at,
      trace_id: stamp.traceId,
      action: entry.action,
      outcome: entry.outcome ?? 'ok',
      actor: actorOf(stamp),
      target: { type: AUDIT_ACTIONS[entry.action].target, id: entry.target_id.slice(0, 200) },
      before: sanitise(entry.before),
      after: sanitise(entry.after),
      reason: entry.reason ? entry.reason.slice(0, MAX_REASON).toWellFormed() : undefined,
      refs: entry.refs,
    }),
  )
  if (canon.length > MAX_RECORD_BYTES) throw new Error(`${entry.action}: an audit event is limited to 64 KiB`)
  return { tenantId, canon }
}

/** One statement that appends all events of a command, in their order. */
export function appendAudit(entries: readonly AuditEntry[], stamp: AuditStamp): CompiledQuery {
  const [only] = entries
  if (only && entries.length === 1) {
    const id = uuidv7()
    const { tenantId, canon } = canonicalEvent(only, stamp, id)
    return fixed`insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
      values (${id}::uuid, ${tenantId}::uuid, 0, ${canon}::bytea, ${SANITISER_VERSION}::int)`
  }
  const rows = entries.map((entry, ord) => {
    const id = uuidv7()
    const { tenantId, canon } = canonicalEvent(entry, stamp, id)
    return sql`(${id}::uuid, ${tenantId}::uuid, ${ord}::int, ${canon}::bytea, ${SANITISER_VERSION}::int)`
  })
  return sql`insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ${sql.join(rows)}`.compile(
    compileOnly,
  )
}
