import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { endSessions, type Member, type Sending, withTenant } from '../rights/index.ts'
import { tellPerson } from '../identity/index.ts'

/**
 * Takes every second factor from a person and ends all his sessions: the next sign-in sets a factor up where one is
 * due. Answers how many sessions ended.
 */
export async function removeFactors(
  tx: Kysely<DB>,
  userId: string,
  why: { readonly reason: string; readonly by: string },
): Promise<number> {
  const [revoked] = await Promise.all([endSessions(tx, { userId, tenantId: null }, why), dropFactors(tx, userId)])
  return revoked
}

/** The person hears that his factors are gone. */
export const tellReset = (
  tx: Kysely<DB>,
  member: Member,
  { parts, services, actor, traceId }: Sending,
): Promise<void> =>
  withTenant(tx, { tenantId: member.tenant_id, actor }, () =>
    tellPerson(
      tx,
      { mail: services.mail, traceId, happenedAt: parts.now().toISOString(), device: 'an administrator' },
      { userId: member.user_id, tenantId: member.tenant_id, kind: 'factor_changed' },
    ),
  )

/** Authenticator, recovery codes, passkeys and what was begun with them. Revoked passkeys keep their credential id taken. */
export async function dropFactors(tx: Kysely<DB>, userId: string): Promise<void> {
  await Promise.all([
    sql`delete from identity.auth_totp where user_id = ${userId}::uuid`.execute(tx),
    sql`delete from identity.auth_recovery_codes where user_id = ${userId}::uuid`.execute(tx),
    sql`delete from identity.auth_factor_counters where user_id = ${userId}::uuid`.execute(tx),
    sql`update identity.webauthn_credentials set revoked_at = now() where user_id = ${userId}::uuid and revoked_at is null`.execute(
      tx,
    ),
    sql`update identity.webauthn_challenges set consumed_at = now() where user_id = ${userId}::uuid and consumed_at is null`.execute(
      tx,
    ),
  ])
}
