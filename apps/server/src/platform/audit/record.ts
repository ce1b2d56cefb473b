import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import { type CompiledQuery, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { Actor } from '../auth/actor.ts'
import { compileOnly } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import { uuidv7 } from '../ids.ts'
import { type AuditAction, isRefusal, isView, mayBeAbout, personalFieldsOf, targetOf } from './actions.ts'
import { COVERED, type PersonalKey, type RevealPort } from './personal.ts'
import { type CoverPersonal, SANITISER_VERSION, sanitise, sanitiseText } from './sanitise.ts'

/** What a command says about itself. `before`/`after` hold changed fields only; create: no before; delete: no after. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly target_id: string
  /** What it is about, where the action may be about anything. */
  readonly target_type?: string
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | null
  readonly outcome?: 'ok' | 'denied' | 'failed'
  readonly refs?: readonly string[]
  /** How many equal acts this event stands for, where they were merged. */
  readonly count?: number
  /** Whose personal fields it holds, where that is not the user it is about. */
  readonly subject_id?: string
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
  /** Keys of the people whose fields the events hold, by `keysOfPeople`. Without one a field is kept as `[personal]`. */
  readonly keys?: PeopleKeys
}

/** What seals the personal fields of some events. */
export interface PeopleKeys {
  readonly port: RevealPort
  readonly byPerson: ReadonlyMap<string, PersonalKey>
}

const tenantOf = (entry: AuditEntry, stamp: Pick<AuditStamp, 'actor'>): string => {
  const tenantId = entry.tenant_id ?? stamp.actor?.tenantId
  if (tenantId === undefined) throw new Error(`${entry.action}: an audit event needs a tenant`)
  return tenantId
}
const personalOf = (entry: AuditEntry): ReadonlySet<string> =>
  personalFieldsOf(entry.action, entry.subject_id !== undefined)
/** Whose fields are personal in it: the user it is about unless it names somebody. */
const subjectOf = (entry: AuditEntry): string | null => {
  if (personalOf(entry).size === 0) return null
  return entry.subject_id ?? (targetOf(entry.action) === 'USER' ? entry.target_id : null)
}
const personKey = (tenantId: string, subjectId: string): string => `${tenantId} ${subjectId}`

/** Draws the keys that some events need; most need none, which costs nothing. */
export async function keysOfPeople(
  tx: QueryExecutorProvider,
  port: RevealPort,
  wish: { readonly entries: readonly AuditEntry[]; readonly stamp: Pick<AuditStamp, 'actor'> },
): Promise<PeopleKeys | undefined> {
  const people = new Map<string, Set<string>>()
  for (const entry of wish.entries) {
    const subject = subjectOf(entry)
    if (subject === null) continue
    const tenantId = tenantOf(entry, wish.stamp)
    people.set(tenantId, (people.get(tenantId) ?? new Set()).add(subject))
  }
  if (people.size === 0) return undefined
  const byPerson = new Map<string, PersonalKey>()
  for (const [tenantId, subjects] of people)
    for (const [subject, key] of await port.keysFor(tx, tenantId, [...subjects]))
      byPerson.set(personKey(tenantId, subject), key)
  return { port, byPerson }
}

function coverOf(entry: AuditEntry, { keys }: AuditStamp, at: { tenantId: string; eventId: string }): CoverPersonal {
  const subject = subjectOf(entry)
  const key = subject === null ? undefined : keys?.byPerson.get(personKey(at.tenantId, subject))
  if (!keys || !key) return () => COVERED
  return (value, path) => ({ ...keys.port.seal(key, value, { ...at, path }) })
}

const MAX_RECORD_BYTES = 64 * 1024
const MAX_REASON = 400
const MAX_TARGET = 200

function typeOf({ action, target_type }: AuditEntry): string {
  const type = target_type ?? targetOf(action)
  if (!mayBeAbout(action, type)) throw new Error(`${action} is not about ${type}`)
  return type
}

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
    on_behalf_of: actor.support && { type: 'SUPPORT_SESSION', id: actor.support.id },
  }
}

const TRACE = /^[0-9a-f]{32}$/

/** The canonical bytes of one event, as they are hashed and kept. Throws without a trace and when larger than 64 KiB. */
export function canonicalEvent(entry: AuditEntry, stamp: AuditStamp, id: string): { tenantId: string; canon: Buffer } {
  if (!TRACE.test(stamp.traceId)) throw new Error(`${entry.action}: an audit event needs a trace`)
  const tenantId = tenantOf(entry, stamp)
  const personal = personalOf(entry)
  const cover = personal.size > 0 ? coverOf(entry, stamp, { tenantId, eventId: id }) : undefined
  const safe = (value: unknown, pointer: string): JsonValue =>
    sanitise(value, cover ? { personal, cover, pointer } : { pointer })
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
      target: { type: typeOf(entry), id: entry.target_id.slice(0, MAX_TARGET) },
      before: safe(entry.before, '/before'),
      after: safe(entry.after, '/after'),
      reason: entry.reason ? sanitiseText(entry.reason, MAX_REASON) : undefined,
      count: entry.count,
      refs: entry.refs,
    }),
  )
  if (canon.length > MAX_RECORD_BYTES) throw new Error(`${entry.action}: an audit event is limited to 64 KiB`)
  return { tenantId, canon }
}

/**
 * What stands for equal refusals until their minute is over: the first one as JSON, without what each event has of its
 * own. `mergedCanon` makes the event of the rest.
 */
function mergedEvent(canon: Buffer): string {
  const { id: _, at: __, ...event } = JSON.parse(canon.toString('utf8')) as Record<string, JsonValue> // canonical event
  return JSON.stringify(event)
}
/** Canonical bytes of the event that tells how often something was refused again. */
export const mergedCanon = (
  event: Readonly<Record<string, JsonValue>>,
  own: { readonly id: string; readonly at: string; readonly count: number },
): Buffer => Buffer.from(canonicalJson({ ...event, ...own }))

/** What must hold for an event to be written where equal ones are not written again. */
function isFirst(entry: AuditEntry, tenantId: string, canon: Buffer): RawBuilder<unknown> | null {
  const { action, target_id, target_type } = entry
  const target = target_type === undefined ? target_id : `${target_type} ${target_id}`
  const equal = sql`${tenantId}::uuid, ${action}, ${target.slice(0, MAX_TARGET)}`
  if (isView(action)) return sql`audit.is_first_view(${equal})`
  return isRefusal(action) ? sql`audit.is_first_refusal(${equal}, ${mergedEvent(canon)}::jsonb)` : null
}

/**
 * One statement that appends all events of a command, in their order; of equal views only the first in 15 minutes, of
 * equal refusals the first of a minute: the others are counted.
 */
export function appendAudit(entries: readonly AuditEntry[], stamp: AuditStamp): CompiledQuery {
  const [only] = entries
  if (only && entries.length === 1 && !isView(only.action) && !isRefusal(only.action)) {
    const id = uuidv7()
    const { tenantId, canon } = canonicalEvent(only, stamp, id)
    return fixed`insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
      values (${id}::uuid, ${tenantId}::uuid, 0, ${canon}::bytea, ${SANITISER_VERSION}::int)`
  }
  const rows = entries.map((entry, ord) => {
    const id = uuidv7()
    const { tenantId, canon } = canonicalEvent(entry, stamp, id)
    const row = sql`select ${id}::uuid, ${tenantId}::uuid, ${ord}::int, ${canon}::bytea, ${SANITISER_VERSION}::int`
    const condition = isFirst(entry, tenantId, canon)
    return condition ? sql`${row} where ${condition}` : row
  })
  return sql`insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) ${sql.join(rows, sql` union all `)}`.compile(
    compileOnly,
  )
}
