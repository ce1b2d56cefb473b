import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { type AuditEntry, appendAudit } from '../../../platform/audit/record.ts'
import type { UnitOfWork } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { AttemptSuperseded, type JobContext } from '../../../platform/jobs/port.ts'
import type { Mail } from '../../../platform/mail/port.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import type { SubjectKeys } from '../../../platform/privacy/subject-keys.ts'
import type { Tombstones } from '../../../platform/privacy/tombstones.ts'
import { maskForLog } from '../../../platform/telemetry/mask.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { purgeOwnFiles, renameFiles } from '../../documents/index.ts'
import { eraseUser, pseudonymOf } from '../../members/index.ts'
import { type Blocker, firmsOfPerson, heldContact, heldPerson } from '../queries/standing.ts'
import { erasedRows } from '../rules/personal-data.ts'
import { SPOKEN_TEXT } from '../rules/spoken-text.ts'
import { tellErasureDone } from '../notices.ts'
import { type Known, maskBatch, patternOf } from './mask.ts'

export interface ErasureParts {
  readonly keys: SubjectKeys
  readonly tombstones: Tombstones
  readonly mail: Mail
  readonly storage: StoragePort
}

interface Request {
  readonly id: string
  readonly subject_kind: 'user' | 'contact'
  readonly subject_id: string
  readonly requested_by: string
}

const BATCH = 1_000

/** Takes the next erasure that is due; a run that died is taken up again. */
async function claim(context: JobContext): Promise<Request | null> {
  return context.transact(async (tx) => {
    const { rows } = await sql<Request>`
      update privacy.requests set status = 'RUNNING', attempt = attempt + 1, started_at = coalesce(started_at, now())
      where tenant_id = ${context.tenantId}::uuid and id = (
        select id from privacy.requests where tenant_id = ${context.tenantId}::uuid and kind = 'erasure' and run_after <= now()
          and status in ('PENDING', 'RUNNING') and (status = 'PENDING' or attempt < 25) order by created_at limit 1 for update skip locked)
      returning id, subject_kind, subject_id, requested_by`.execute(tx)
    return rows[0] ?? null
  })
}

/** Writes the end of a request with its event. */
function end(
  context: JobContext,
  request: Request,
  how: {
    readonly status: 'DONE' | 'REFUSED' | 'FAILED'
    readonly reasons?: readonly Blocker[]
    readonly error?: string
    readonly entries?: readonly AuditEntry[]
  },
): Promise<void> {
  const actions = {
    DONE: 'PRIVACY_ERASURE_COMPLETED',
    REFUSED: 'PRIVACY_ERASURE_REFUSED',
    FAILED: 'PRIVACY_ERASURE_FAILED',
  } as const
  return context.transact(async (tx, unit) => {
    const { rows } = await sql`
      update privacy.requests set status = ${how.status}, completed_at = now(), reasons = ${how.reasons ?? []}::text[],
        error_code = ${how.error === undefined ? null : 'INTERNAL'}, error_message = ${how.error?.slice(0, 500) ?? null}
      where tenant_id = ${context.tenantId}::uuid and id = ${request.id}::uuid and status = 'RUNNING' returning 1`.execute(
      tx,
    )
    if (rows.length === 0) throw new AttemptSuperseded('the request has ended')
    const entry: AuditEntry = {
      action: actions[how.status],
      target_id: request.id,
      outcome: how.status === 'DONE' ? 'ok' : 'failed',
      after: {
        status: how.status,
        subject_id: request.subject_id,
        ...(how.reasons ? { reasons: [...how.reasons] } : {}),
      },
    }
    if (how.status === 'DONE')
      recordOps({ actor: context.actor, traceId: context.traceId, unit }, [{ metric_key: 'privacy_erasure_completed' }])
    await keepEvents(context, unit, [entry, ...(how.entries ?? [])])
  })
}

const keepEvents = async (context: JobContext, unit: UnitOfWork, entries: readonly AuditEntry[]): Promise<void> => {
  if (entries.length === 0) return
  unit.withCommit(
    appendAudit(entries, { at: await unit.startedAt(), traceId: context.traceId, actor: context.actor, ipHash: null }),
  )
}

const asIdentity = <T>(context: JobContext, work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>): Promise<T> =>
  context.database.transact(authScope(context.tenantId, context.actor.userId), work)
const inFirm = <T>(
  context: JobContext,
  tenantId: string,
  work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>,
): Promise<T> =>
  context.database.transact({ role: 'zen_worker', tenantId, userId: context.actor.userId, aud: 'worker' }, work)

async function isHeld(context: JobContext, { subject_kind, subject_id }: Request): Promise<boolean> {
  const query = subject_kind === 'user' ? heldPerson(subject_id) : heldContact(context.tenantId, subject_id)
  return asIdentity(context, async (tx) => (await query.execute(tx)).rows[0]?.held === true)
}

/** What he is known by, and where something of him may lie. Gone people are known by nothing any more. */
async function knownOf(
  context: JobContext,
  { subject_kind, subject_id }: Request,
): Promise<{ known: Known | null; firms: string[] }> {
  if (subject_kind === 'contact') {
    const known = await inFirm(context, context.tenantId, async (tx) => {
      const { rows } = await sql<Known>`select name, email, phone from directory.contacts
        where tenant_id = ${context.tenantId}::uuid and id = ${subject_id}::uuid and deleted_at is not null`.execute(tx)
      return rows[0] ?? null
    })
    return { known, firms: [context.tenantId] }
  }
  const found = await asIdentity(context, async (tx) => {
    const [{ rows: people }, { rows: firms }] = await Promise.all([
      sql<
        Known & { status: string }
      >`select name, email, phone, status from identity.users where id = ${subject_id}::uuid`.execute(tx),
      firmsOfPerson(subject_id).execute(tx),
    ])
    return { person: people[0], firms: firms.map((row) => row.tenant_id) }
  })
  const { rows: keyed } = await inFirm(context, context.tenantId, (tx) =>
    sql<{ firms_of_subject: string }>`select privacy.firms_of_subject(${subject_id}::uuid)`.execute(tx),
  )
  const firms = new Set([...found.firms, context.tenantId, ...keyed.map((row) => row.firms_of_subject)])
  const known = found.person && found.person.status !== 'erased' ? found.person : null
  return { known, firms: [...firms].sort() }
}

interface InOneFirm {
  readonly tenantId: string
  readonly request: Request
  readonly known: Known | null
}

/** A condition of the register with the person filled in. */
function filled(where: string, { request, known }: InOneFirm): RawBuilder<unknown> {
  const pieces = where
    .replaceAll('{t}', 't')
    .split(/(:subject|:email)\b/)
    .map((part) => {
      if (part === ':subject') return sql`${request.subject_id}::uuid`
      return part === ':email' ? sql`${known?.email ?? null}::text` : sql.raw(part)
    })
  return sql.join(pieces, sql.raw(''))
}

/** Does a batch again until it was not full. */
async function inBatches(context: JobContext, batch: () => Promise<number>): Promise<void> {
  for (let rows = BATCH; rows === BATCH; ) {
    context.signal.throwIfAborted()
    rows = await batch()
  }
}

/** Rows and free text of one firm, in batches. */
async function forgetInFirm(context: JobContext, parts: ErasureParts, given: InOneFirm): Promise<void> {
  const { tenantId, request, known } = given
  const asWorker = <T>(work: (tx: Kysely<DB>) => Promise<T>): Promise<T> => inFirm(context, tenantId, work)
  const pseudonym = pseudonymOf(request.subject_id)
  for (const { table, where } of erasedRows())
    await inBatches(context, async () => {
      const gone = await asWorker((tx) =>
        sql`delete from ${sql.table(table)} where ctid = any (array(select t.ctid from ${sql.table(table)} t
          where t.tenant_id = ${tenantId}::uuid and ${filled(where, given)} limit ${BATCH}))`.execute(tx),
      )
      return Number(gone.numAffectedRows ?? 0)
    })
  const files = { tenantId, storage: parts.storage, inFirm: asWorker, signal: context.signal }
  await purgeOwnFiles(files, request.subject_id)
  if (!known) return
  await forgetRecords(context, given)
  const pattern = patternOf(known)
  if (!pattern) return
  for (const [table, text] of Object.entries(SPOKEN_TEXT)) {
    if (!text.masked && !text.folded && !text.goes) continue
    const search = { table, text, tenantId, pattern, pseudonym }
    const mask = (tx: Kysely<DB>) => maskBatch(tx, search)
    await inBatches(context, () => (text.by === 'identity' ? asIdentity(context, mask) : asWorker(mask)))
  }
  await renameFiles(files, pattern)
}

const WITHOUT_HIM = sql`phone = null, email = null, role_label = null, version = version + 1, updated_at = now()`

/** Records of the directory that have his mail or number are his too, but for those that a hold keeps. */
const forgetRecords = (context: JobContext, { tenantId, request, known }: InOneFirm) =>
  inFirm(context, tenantId, (tx) =>
    sql`update directory.contacts c set name = ${pseudonymOf(request.subject_id)}, ${WITHOUT_HIM}
      where c.tenant_id = ${tenantId}::uuid and (lower(c.email) = lower(${known?.email ?? null}::text) or c.phone = ${known?.phone ?? null}::text)
        and not exists (select 1 from privacy.legal_holds h where h.tenant_id = c.tenant_id and h.lifted_at is null and (h.until is null or h.until > now())
          and (h.subject_id = c.id or h.scope = 'assignment' and c.id in (select privacy.people_of_jobs(h.tenant_id, array[h.assignment_id]))))`.execute(
      tx,
    ),
  )

/** The record of a third person loses what names him; retention takes the row when nothing names it. */
const forgetContact = (context: JobContext, request: Request) =>
  inFirm(context, context.tenantId, (tx) =>
    sql`update directory.contacts set name = ${pseudonymOf(request.subject_id)}, ${WITHOUT_HIM} where tenant_id = ${context.tenantId}::uuid and id = ${request.subject_id}::uuid`.execute(
      tx,
    ),
  )

/** Destroys his key in each firm; the sinks hear of it first, so that no backup brings it back. */
async function destroyKeys(
  context: JobContext,
  parts: ErasureParts,
  { request, firms }: { request: Request; firms: readonly string[] },
): Promise<void> {
  for (const tenantId of firms) {
    await inFirm(context, tenantId, async (tx, unit) => {
      const { rows } = await sql<{
        destroy_key: string
      }>`select privacy.destroy_key(${tenantId}::uuid, ${request.subject_id}::uuid)`.execute(tx)
      const keyIds = rows.map((row) => row.destroy_key)
      await parts.tombstones.append(keyIds)
      await keepEvents(
        context,
        unit,
        keyIds.map(
          (keyId) =>
            ({
              action: 'PRIVACY_KEY_DESTROYED',
              target_id: keyId,
              tenant_id: tenantId,
              after: { subject_id: request.subject_id },
            }) as const,
        ),
      )
    })
  }
  parts.keys.clear()
}

/** Every step may be done twice; the key goes last, when nothing is left to be read. */
async function erase(context: JobContext, parts: ErasureParts, request: Request): Promise<void> {
  const { known, firms } = await knownOf(context, request)
  for (const tenantId of firms) await forgetInFirm(context, parts, { tenantId, request, known })
  if (request.subject_kind === 'contact') await forgetContact(context, request)
  else if (known) {
    await asIdentity(context, async (tx, unit) => {
      const entries = await eraseUser(tx, { userId: request.subject_id, by: request.requested_by, reason: 'gdpr' })
      await keepEvents(context, unit, entries)
    })
  }
  await destroyKeys(context, parts, { request, firms })
}

/** Whoever asked for somebody else hears that it is done. */
const tellStaff = async (context: JobContext, { mail }: ErasureParts, request: Request): Promise<void> => {
  if (request.requested_by === request.subject_id) return
  const told = { tenantId: context.tenantId, userId: request.requested_by, traceId: context.traceId }
  await inFirm(context, context.tenantId, (tx) => tellErasureDone(tx, mail, told))
}

/** Works through the erasures of a firm that are due, one after the other. */
export async function runErasures(context: JobContext, parts: ErasureParts): Promise<void> {
  for (let request = await claim(context); request; request = await claim(context)) {
    if (await isHeld(context, request)) {
      await end(context, request, { status: 'REFUSED', reasons: ['legal_hold'] })
      continue
    }
    try {
      await erase(context, parts, request)
      await end(context, request, { status: 'DONE' })
      await tellStaff(context, parts, request)
    } catch (error) {
      if (error instanceof Refusal && error.code === 'LAST_ADMIN')
        await end(context, request, { status: 'REFUSED', reasons: ['last_admin'] })
      else if (context.attempt < context.maxAttempts) throw error
      else {
        context.log.warn({ err: error }, 'erasure_failed')
        // The words of a failure may name whom it was about.
        const said = maskForLog(error instanceof Error ? error.message : String(error))
        await end(context, request, { status: 'FAILED', error: said })
      }
    }
  }
}
