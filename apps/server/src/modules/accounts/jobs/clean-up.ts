import { sql } from 'kysely'
import { z } from 'zod'
import { authScope } from '../../../platform/db/scope.ts'
import { handleJob, type JobContext, jobKind } from '../../../platform/jobs/port.ts'

/**
 * What identity keeps for a day at most (`identity.md` 14), and guests whose time is over; hourly, over the whole
 * installation. Sessions, addresses and blocks go by the nightly turn of retention.
 */
export const cleanUpJob = jobKind({ kind: 'identity.clean_up', payload: z.strictObject({}) })

const BATCH = 1_000
/** A table and its rows whose time is over. */
const ENDED: readonly (readonly [table: string, over: string])[] = [
  ['auth_mfa_tickets', "expires_at < now() - interval '24 hours'"],
  ['webauthn_challenges', "expires_at < now() - interval '24 hours'"],
  ['auth_links', "expires_at < now() - interval '24 hours'"],
  [
    'auth_login_counters',
    "coalesce(last_failed_at, '-infinity') < now() - interval '24 hours' and coalesce(locked_until, '-infinity') < now()",
  ],
  ['auth_failed_addresses', "failed_at < now() - interval '24 hours'"],
]

async function clear(context: JobContext, table: string, over: string): Promise<void> {
  for (;;) {
    const gone = await context.database.transact(authScope(), (tx) =>
      sql`delete from ${sql.raw(`identity.${table}`)} where ctid = any (array(
        select ctid from ${sql.raw(`identity.${table}`)} where ${sql.raw(over)} limit ${BATCH}))`.execute(tx),
    )
    if (Number(gone.numAffectedRows ?? 0) < BATCH) return
  }
}

/** A guest, or a firm that he wrote to, is under a legal hold. */
const HELD = `exists (select 1 from privacy.legal_holds h where h.lifted_at is null and (h.until is null or h.until > now())
  and (h.subject_id = users.id or h.scope = 'tenant' and exists (
    select 1 from identity.portal_links l where l.user_id = users.id and l.tenant_id = h.tenant_id)))`

/** Guests whose week has been over for thirty days: what they wrote goes with its own module, here they lose their line to the firms. */
async function retireGuests(context: JobContext): Promise<void> {
  for (;;) {
    const gone = await context.database.transact(authScope(), async (tx) => {
      const { rows } = await sql<{ id: string }>`
        update identity.users set status = 'erased', name = 'Guest', phone = null, deleted_at = now(), delete_reason = 'expired',
          version = version + 1, updated_at = now()
        where id in (select id from identity.users where kind = 'GUEST' and deleted_at is null
          and guest_expires_at < now() - interval '30 days' and not (${sql.raw(HELD)}) limit ${BATCH} for update skip locked)
        returning id`.execute(tx)
      const ids = rows.map((row) => row.id)
      await sql`update identity.portal_links set status = 'revoked', revoked_at = now()
        where user_id = any (${ids}::uuid[]) and status = 'active'`.execute(tx)
      await sql`update identity.memberships set status = 'ended', deleted_at = now(), version = version + 1, updated_at = now()
        where user_id = any (${ids}::uuid[]) and deleted_at is null`.execute(tx)
      return ids.length
    })
    if (gone < BATCH) return
  }
}

export const cleanUp = handleJob(cleanUpJob, {
  run: async (context) => {
    for (const [table, over] of ENDED) await clear(context, table, over)
    await retireGuests(context)
  },
})
