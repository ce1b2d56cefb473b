import type { REFUSAL_REASONS } from '@zenops/contracts/privacy'
import { RETENTION_CLASSES } from '@zenops/contracts/retention'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Database } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { type Kept, keptOf } from '../rules/kept.ts'

export type Blocker = (typeof REFUSAL_REASONS)[number]

const standing = sql`h.lifted_at is null and (h.until is null or h.until > now())`

/** The person takes part in the job that a hold names. */
const inHeldJob = (personId: string): RawBuilder<unknown> =>
  sql`h.scope = 'assignment' and ${personId}::uuid in (select privacy.people_of_jobs(h.tenant_id, array[h.assignment_id]))`

/** A hold on the person, on a job that he takes part in, or on a firm that he belongs or belonged to. As zen_auth, over all firms. */
export const heldPerson = (userId: string): RawBuilder<{ held: boolean }> => sql<{ held: boolean }>`
  select exists (select 1 from privacy.legal_holds h where ${standing} and (h.subject_id = ${userId}::uuid or ${inHeldJob(userId)} or h.scope = 'tenant' and (
    exists (select 1 from identity.memberships m where m.user_id = ${userId}::uuid and m.tenant_id = h.tenant_id)
    or exists (select 1 from identity.portal_links l where l.user_id = ${userId}::uuid and l.tenant_id = h.tenant_id)))) as held`

/** A hold on a third person, on a job that names him, or on the firm whose record he is. */
export const heldContact = (tenantId: string, contactId: string): RawBuilder<{ held: boolean }> => sql<{
  held: boolean
}>`
  select exists (select 1 from privacy.legal_holds h where h.tenant_id = ${tenantId}::uuid and ${standing}
    and (h.subject_id = ${contactId}::uuid or ${inHeldJob(contactId)} or h.scope = 'tenant')) as held`

/** He is the only one who administers a firm. */
const lastAdmin = (userId: string): RawBuilder<{ last: boolean }> => sql<{ last: boolean }>`
  select exists (select 1 from identity.memberships m where m.user_id = ${userId}::uuid and m.admin_level = 'SYSTEM_ADMIN' and m.status = 'active'
    and m.deleted_at is null and not exists (
      select 1 from identity.memberships o join identity.users u on u.id = o.user_id and u.status = 'active'
      where o.tenant_id = m.tenant_id and o.user_id <> m.user_id and o.admin_level = 'SYSTEM_ADMIN' and o.status = 'active' and o.deleted_at is null)) as last`

const DAYS = {
  auditDays: RETENTION_CLASSES.audit_online.days + RETENTION_CLASSES.audit_archive.days,
  businessDays: RETENTION_CLASSES.business.days,
  requestDays: RETENTION_CLASSES.privacy_requests.days,
}

/** Firms in which something of a person may lie. As zen_auth. */
export const firmsOfPerson = (userId: string): RawBuilder<{ tenant_id: string }> => sql<{ tenant_id: string }>`
  select tenant_id from identity.memberships where user_id = ${userId}::uuid
  union select tenant_id from identity.portal_links where user_id = ${userId}::uuid order by tenant_id`

/** Records of business that name a person by his id: in each of his firms, as its worker. */
async function recordsOf(database: Database, userId: string, firms: readonly string[]): Promise<number> {
  let records = 0
  for (const tenantId of firms) {
    const scope = { role: 'zen_worker', tenantId, userId: null, aud: 'worker' } as const
    records += await database.readTransaction(scope, async (tx) => {
      const { rows } = await sql<{ n: number }>`
        select (exists (select 1 from assignments.assignments where tenant_id = ${tenantId}::uuid and (created_by = ${userId}::uuid or lead_user_id = ${userId}::uuid))
          or exists (select 1 from assignments.assignment_assignees where tenant_id = ${tenantId}::uuid and user_id = ${userId}::uuid)
          or exists (select 1 from documents.documents d join documents.document_links l on l.tenant_id = d.tenant_id and l.document_id = d.id
            where d.tenant_id = ${tenantId}::uuid and d.owner_user_id = ${userId}::uuid))::int as n`.execute(tx)
      return Number(rows[0]?.n ?? 0)
    })
  }
  return records
}

/** What an erasure of a person would keep, and what stands in its way. */
export async function wouldKeep(
  database: Database,
  userId: string,
  now: Date,
): Promise<{ readonly kept: Kept[]; readonly blockedBy: Blocker[] }> {
  const looked = await database.readTransaction(authScope(), async (tx: Kysely<DB>) => {
    const [held, last, firms] = await Promise.all([
      heldPerson(userId).execute(tx),
      lastAdmin(userId).execute(tx),
      firmsOfPerson(userId).execute(tx),
    ])
    return {
      held: held.rows[0]?.held === true,
      last: last.rows[0]?.last === true,
      firms: firms.rows.map((row) => row.tenant_id),
    }
  })
  const records = await recordsOf(database, userId, looked.firms)
  return {
    kept: keptOf({ records, now, ...DAYS }),
    blockedBy: [...(looked.held ? (['legal_hold'] as const) : []), ...(looked.last ? (['last_admin'] as const) : [])],
  }
}

/** Of a third person's record. */
export const keptOfContact = (records: number, now: Date): Kept[] => keptOf({ records, now, ...DAYS })
