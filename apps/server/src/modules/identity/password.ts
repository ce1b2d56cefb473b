import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { type PasswordWish, passwordFaults } from '../../platform/auth/password-rules.ts'
import { Refusal } from '../../platform/errors.ts'

/** Throws AUTH_PASSWORD_REJECTED with every reason; `path` is the member that carries the password. */
export function assertPassword(wish: PasswordWish, path: 'password' | 'new_password' = 'password'): void {
  const faults = passwordFaults(wish)
  if (faults.length === 0) return
  throw new Refusal('AUTH_PASSWORD_REJECTED', 'Please choose another password.', {
    details: faults.map((reason) => ({ path, reason })),
  })
}

/** Keeps a password's hash, in place of the one before. */
export async function keepPassword(tx: Kysely<DB>, userId: string, phc: string): Promise<void> {
  await sql`insert into identity.auth_credentials (user_id, password_phc) values (${userId}::uuid, ${phc})
    on conflict (user_id) do update set password_phc = excluded.password_phc, set_at = now()`.execute(tx)
}
