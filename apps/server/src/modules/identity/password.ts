import { type RawBuilder, sql } from 'kysely'
import { type PasswordWish, passwordFaults } from '../../platform/auth/password-rules.ts'
import type { Database } from '../../platform/db/database.ts'
import { first, type Tx } from '../../platform/db/rows.ts'
import { Refusal } from '../../platform/errors.ts'
import type { CallContext, OpenContext } from '../../platform/operations.ts'
import { callerOf } from '../../platform/perform.ts'
import { lookStanding, type Place, surfaceOf, tellPerson } from '../access/index.ts'
import { liftLock } from './lockout.ts'
import { endFamilies, familiesOf } from './session.ts'

/** Throws AUTH_PASSWORD_REJECTED with every reason; `path` is the member that carries the password. */
export function assertPassword(wish: PasswordWish, path: 'password' | 'new_password' = 'password'): void {
  const faults = passwordFaults(wish)
  if (faults.length === 0) return
  throw new Refusal('AUTH_PASSWORD_REJECTED', 'Please choose another password.', {
    details: faults.map((reason) => ({ path, reason })),
  })
}

/** Keeps a password's hash, in place of the one before. */
export const keepPassword = (tx: Tx, userId: string, phc: string) =>
  first(tx)`insert into identity.auth_credentials (user_id, password_phc) values (${userId}::uuid, ${phc})
      on conflict (user_id) do update set password_phc = excluded.password_phc, set_at = now()`

interface Credential {
  readonly user_id: string | null
  readonly email: string
  readonly firm: string
  readonly phc: string | null
}

const CREDENTIAL = {
  columns: sql`, u.id as user_id, u.email, t.name as firm, case when m.status <> 'invited' then a.password_phc end as phc`,
  joins: sql`left join identity.auth_credentials a on a.user_id = u.id`,
}

/** The standing of a person with his password's hash; one row whether or not there is such a person. */
export const findCandidate = (database: Database, person: RawBuilder<unknown>, place: Place) =>
  lookStanding<Credential>(database, sql`${person} and u.kind = 'PERSON'`, { ...place, more: CREDENTIAL })

/** The password of who is signed in. */
export async function ownCredential(context: OpenContext): Promise<Credential> {
  const { userId, tenantId, ...actor } = callerOf(context)
  const place = { tenantId, aud: surfaceOf(actor), ip: context.transport.ip }
  const own = await findCandidate(context.database, sql`u.id = ${userId}::uuid`, place)
  return { user_id: userId, email: own?.email ?? '', firm: own?.firm ?? '', phc: own?.phc ?? null }
}

interface NewPassword {
  readonly userId: string
  readonly tenantId: string
  /** Of the name that signs in. */
  readonly hmac: Buffer
  readonly phc: string
  readonly reason: 'password_reset' | 'password_changed'
  /** The session that stays. */
  readonly except?: string | null
}

/** A new password ends the other sessions, forgets the failures of the name and is told to the person. */
export async function setPassword(tx: Tx, wish: NewPassword, context: CallContext) {
  const { userId, tenantId, hmac, phc, reason, except = null } = wish
  await keepPassword(tx, userId, phc)
  const ended = await endFamilies(tx, familiesOf(userId, except), { reason, by: userId })
  const unlocked = await liftLock(tx, hmac)
  await tellPerson(tx, context, { userId, tenantId, kind: 'password_changed' })
  return { revoked: ended.length, unlocked }
}
