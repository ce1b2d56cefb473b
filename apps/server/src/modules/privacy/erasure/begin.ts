import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { authScope, scopeOf, underScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { CommandContext } from '../../../platform/operations.ts'
import { closeUser } from '../../members/index.ts'
import { REST_DAYS, type Visible } from '../context.ts'
import { heldContact, heldPerson } from '../queries/standing.ts'
import type { Kept } from '../rules/kept.ts'

export interface Subject {
  readonly kind: 'user' | 'contact'
  readonly id: string
}

const legalHold = (): Refusal =>
  new Refusal('PRIVACY_LEGAL_HOLD', 'These data are under a legal hold and stay until it is lifted.', {
    details: [{ reason: 'legal_hold' }],
  })

/** One open request of a kind; a second one is 409. */
export async function assertNoneOpen(
  { tx, actor }: CommandContext<Visible>,
  { kind, subject }: { readonly kind: 'export' | 'erasure'; readonly subject: Subject },
): Promise<void> {
  // Two at once for one person ask one after the other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`privacy:${kind}:${subject.id}`}, 0))`.execute(tx)
  const { rows } = await sql`select 1 from privacy.requests where tenant_id = ${actor.tenantId}::uuid and kind = ${kind}
    and subject_id = ${subject.id}::uuid and status in ('PENDING', 'RUNNING')`.execute(tx)
  if (rows.length > 0) throw refuse.conflict('already_open', 'Such a request is under way.')
}

/** His record is not seen any more and goes in a few days. */
async function closeContact({ tx, actor }: CommandContext<Visible>, id: string, purgeAfter: string): Promise<void> {
  await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
  const { rows } =
    await sql`update directory.contacts set deleted_at = now(), deleted_by = ${actor.userId}::uuid, delete_reason = 'gdpr',
      purge_after = ${purgeAfter}::timestamptz, version = version + 1, updated_at = now()
    where tenant_id = ${actor.tenantId}::uuid and id = ${id}::uuid and deleted_at is null returning 1`.execute(tx)
  if (rows.length === 0) throw refuse.notFound('The person', 'subject.id')
}

/** Records of the directory are the caller's to change, not identity's. */
export const underOwnRole = <T>({ tx, actor }: CommandContext<Visible>, work: () => Promise<T>): Promise<T> =>
  underScope(tx, { part: scopeOf(actor), rest: authScope(actor.tenantId, actor.userId) }, work)

export interface Begun {
  readonly id: string
  readonly audit: readonly [AuditEntry, ...AuditEntry[]]
}

/**
 * Writes the request and does what happens at once. Runs as zen_auth, in the caller's transaction.
 * Errors: NOT_FOUND, CONFLICT, LAST_ADMIN, PRIVACY_LEGAL_HOLD.
 */
export async function beginErasure(
  context: CommandContext<Visible>,
  asked: { readonly subject: Subject; readonly evidence: string | null; readonly kept: readonly Kept[] },
): Promise<Begun> {
  const { tx, actor, traceId, now } = context
  const { subject } = asked
  await assertNoneOpen(context, { kind: 'erasure', subject })
  const held = subject.kind === 'user' ? heldPerson(subject.id) : heldContact(actor.tenantId, subject.id)
  if ((await held.execute(tx)).rows[0]?.held) throw legalHold()
  const restUntil = new Date(now.getTime() + REST_DAYS * 86_400_000).toISOString()
  const id = uuidv7()
  const closed =
    subject.kind === 'user'
      ? await closeUser(tx as never, { userId: subject.id, by: actor.userId, purgeAfter: restUntil }) // members' own tables
      : await underOwnRole(context, () => closeContact(context, subject.id, restUntil)).then((): AuditEntry[] => [])
  await sql`insert into privacy.requests (tenant_id, id, kind, subject_kind, subject_id, requested_by, evidence, kept, trace_id, run_after)
    values (${actor.tenantId}::uuid, ${id}::uuid, 'erasure', ${subject.kind}, ${subject.id}::uuid, ${actor.userId}::uuid, ${asked.evidence},
      ${JSON.stringify(asked.kept)}::jsonb, ${traceId}, ${restUntil}::timestamptz)`.execute(tx)
  const requested = {
    action: 'PRIVACY_ERASURE_REQUESTED',
    target_id: id,
    reason: asked.evidence,
    after: { subject_kind: subject.kind, subject_id: subject.id, status: 'PENDING' },
  } as const
  return { id, audit: [requested, ...closed] }
}
