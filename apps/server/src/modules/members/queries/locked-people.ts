import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { type IdentityParts, loginHmac } from '../../identity/index.ts'

/** Locks now in force, by HMAC in hex; they are few. */
export async function locksInForce(tx: Kysely<DB>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ login_hmac: Buffer; locked_until: string }>`
    select login_hmac, locked_until from identity.auth_login_counters where locked_until > now()`.execute(tx)
  return new Map(rows.map((row) => [row.login_hmac.toString('hex'), row.locked_until]))
}

/** Until when a sign-in name is locked, or null. */
export const lockOf = (
  locks: ReadonlyMap<string, string>,
  email: string | null,
  parts: IdentityParts,
): string | null =>
  email === null || locks.size === 0 ? null : (locks.get(loginHmac(email, parts).toString('hex')) ?? null)

/**
 * Who of these people is locked. Locks are kept by HMAC of the name, which the database cannot compute: the names are
 * read only while some lock is in force.
 */
export async function lockedAmong(
  tx: Kysely<DB>,
  people: RawBuilder<{ id: string; email: string | null }>,
  { locks, parts }: { readonly locks: ReadonlyMap<string, string>; readonly parts: IdentityParts },
): Promise<string[]> {
  if (locks.size === 0) return []
  const { rows } = await people.execute(tx)
  return rows.filter((row) => lockOf(locks, row.email, parts) !== null).map((row) => row.id)
}
