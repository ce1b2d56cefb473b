import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { refuse } from '../../platform/errors.ts'
import { dropFactors } from './factor-reset.ts'
import { assertAnotherAdmin, endSessions, lockFirm } from '../rights/index.ts'

/**
 * Forgets who a person was (`identity.md` 3): e-mail, name and phone become a pseudonym, credentials, factors, links
 * and addresses go, memberships and portal links end, the status is `erased`. The id stays, and with it the history.
 * Runs as zen_auth, in the caller's transaction. Answers one event for the log of each firm he belonged to.
 * Throws NOT_FOUND for an unknown or erased person, LAST_ADMIN for the last administrator of a firm.
 */
export async function eraseUser(
  tx: Kysely<DB>,
  whose: { readonly userId: string; readonly by: string; readonly reason: string },
): Promise<AuditEntry[]> {
  const { userId, by, reason } = whose
  const email = await lockPerson(tx, userId)
  const firms = await firmsOf(tx, userId)
  for (const firm of firms) await lockFirm(tx, firm.tenant_id)
  for (const firm of firms) if (firm.is_admin) await assertAnotherAdmin(tx, firm.tenant_id, userId)
  await Promise.all([
    forgetPerson(tx, userId),
    sql`update identity.memberships set status = 'ended', permission_version = permission_version + 1, version = version + 1,
        professional = null, updated_at = now(), deleted_at = coalesce(deleted_at, now()), deleted_by = coalesce(deleted_by, ${by}::uuid),
        delete_reason = coalesce(delete_reason, ${reason})
      where user_id = ${userId}::uuid`.execute(tx),
    sql`update identity.portal_links set status = 'revoked', revoked_at = now(), revoked_by = ${by}::uuid
      where user_id = ${userId}::uuid and status = 'active'`.execute(tx),
    endSessions(tx, { userId, tenantId: null }, { reason: 'erased', by }),
    dropFactors(tx, userId),
    forgetTraces(tx, userId, email),
  ])
  return firms.map(({ tenant_id }) => ({
    action: 'USER_REMOVED',
    target_id: userId,
    tenant_id,
    reason,
    after: { status: 'erased' },
  }))
}

async function lockPerson(tx: Kysely<DB>, userId: string): Promise<string | null> {
  const { rows } = await sql<{ email: string | null }>`
    select email from identity.users where id = ${userId}::uuid and status <> 'erased' and kind <> 'SERVICE' for update`.execute(
    tx,
  )
  const person = rows[0]
  if (!person) throw refuse.notFound('The person')
  return person.email
}

async function firmsOf(tx: Kysely<DB>, userId: string): Promise<{ tenant_id: string; is_admin: boolean }[]> {
  const { rows } = await sql<{ tenant_id: string; is_admin: boolean }>`
    select tenant_id, admin_level is not distinct from 'SYSTEM_ADMIN' and status = 'active' as is_admin
    from identity.memberships where user_id = ${userId}::uuid and deleted_at is null
    union select tenant_id, false from identity.portal_links where user_id = ${userId}::uuid and status = 'active'
    order by tenant_id, is_admin`.execute(tx)
  return rows
}

const forgetPerson = (tx: Kysely<DB>, userId: string) =>
  sql`update identity.users set status = 'erased', name = 'Erased person', phone = null, email_verified_at = null,
      email = case when kind = 'PERSON' then 'erased-' || replace(id::text, '-', '') || '@erased.invalid' end,
      webauthn_user_handle = decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'),
      version = version + 1, updated_at = now()
    where id = ${userId}::uuid`.execute(tx)

/** Secrets, links and requests that still name him. */
const forgetTraces = (tx: Kysely<DB>, userId: string, email: string | null) =>
  Promise.all([
    sql`delete from identity.auth_credentials where user_id = ${userId}::uuid`.execute(tx),
    sql`delete from identity.auth_links where user_id = ${userId}::uuid`.execute(tx),
    sql`delete from identity.auth_seen_addresses where user_id = ${userId}::uuid`.execute(tx),
    sql`delete from identity.webauthn_credentials where user_id = ${userId}::uuid`.execute(tx),
    sql`update identity.auth_families set device_name = null, created_ip = null, last_ip = null where user_id = ${userId}::uuid`.execute(
      tx,
    ),
    sql`update identity.rbac_requests set payload = payload - 'email' - 'phone' || '{"name": "Erased person"}',
        status = case when status = 'PENDING' then 'REJECTED' else status end,
        closed_at = coalesce(closed_at, now()), close_reason = coalesce(close_reason, 'erased')
      where payload ->> 'user_id' = ${userId} or payload ->> 'email' = ${email}`.execute(tx),
  ])
