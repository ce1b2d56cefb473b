import { sql } from 'kysely'
import { Refusal } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { CommandContext } from '../../../platform/operations.ts'
import { EXPORT_EVERY_HOURS, type Visible } from '../context.ts'
import type { Begun, Subject } from '../erasure/begin.ts'
import { makeFileJob } from '../jobs/kinds.ts'
import type { PrivacyExportParts } from './family.ts'

/** One file of a person in 24 hours; one that failed does not count. */
async function assertPace({ tx, actor }: CommandContext<Visible>, subject: Subject): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`privacy:export:${subject.id}`}, 0))`.execute(tx)
  const { rows } = await sql<{ seconds: number }>`
    select ceil(extract(epoch from max(created_at) + make_interval(hours => ${EXPORT_EVERY_HOURS}::int) - now()))::int as seconds
    from privacy.data_exports where tenant_id = ${actor.tenantId}::uuid and subject_id = ${subject.id}::uuid and status <> 'FAILED'
      and created_at > now() - make_interval(hours => ${EXPORT_EVERY_HOURS}::int) having count(*) > 0`.execute(tx)
  const wait = rows[0]?.seconds
  if (wait === undefined) return
  throw new Refusal('PRIVACY_EXPORT_LIMIT', 'A file of these data was asked for in the last 24 hours.', {
    details: [{ reason: 'one_in_24_hours', retry_after_seconds: Math.max(1, wait) }],
    headers: { 'retry-after': String(Math.max(1, wait)) },
  })
}

/** Writes the request and its file's job. Runs as zen_auth. Errors: PRIVACY_EXPORT_LIMIT, FEATURE_SWITCHED_OFF. */
export async function beginExport(
  context: CommandContext<Visible>,
  asked: { readonly subject: Subject; readonly evidence: string | null; readonly parts: PrivacyExportParts },
): Promise<Begun & { readonly expiresAt: string }> {
  const { tx, actor, traceId } = context
  const { subject, evidence, parts } = asked
  await context.services.switches.assertOn('exports', actor.tenantId)
  await assertPace(context, subject)
  const id = uuidv7()
  await sql`insert into privacy.requests (tenant_id, id, kind, subject_kind, subject_id, requested_by, evidence, trace_id)
    values (${actor.tenantId}::uuid, ${id}::uuid, 'export', ${subject.kind}, ${subject.id}::uuid, ${actor.userId}::uuid, ${evidence}, ${traceId})`.execute(
    tx,
  )
  const { rows } = await sql<{ expires_at: string }>`
    insert into privacy.data_exports (tenant_id, id, requested_by, subject_kind, subject_id, storage_kind, trace_id)
    values (${actor.tenantId}::uuid, ${id}::uuid, ${actor.userId}::uuid, ${subject.kind}, ${subject.id}::uuid, ${parts.stores.kind}, ${traceId})
    returning expires_at`.execute(tx)
  await context.enqueue(makeFileJob, { job_id: id })
  const after = { subject_kind: subject.kind, subject_id: subject.id, status: 'PENDING' }
  return {
    id,
    expiresAt: rows[0]?.expires_at ?? '',
    audit: [{ action: 'PRIVACY_EXPORT_REQUESTED', target_id: id, reason: evidence, after }],
  }
}
