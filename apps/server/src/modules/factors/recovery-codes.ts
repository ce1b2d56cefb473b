import { createHmac, randomBytes } from 'node:crypto'
import { RECOVERY_CODES } from '@zenops/contracts/identity-factors'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { IdentityParts } from '../identity/index.ts'

/** 32 signs, none that reads like another: no 0 O 1 I. */
const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 10

const drawCode = (): string => Array.from(randomBytes(LENGTH), (byte) => SIGNS[byte % SIGNS.length]).join('')

const hmacOf = (userId: string, code: string, { config }: IdentityParts): Buffer =>
  createHmac('sha256', config.AUTH_PEPPER).update(`recovery:${userId}:${code}`).digest()

/** Ten new codes; the old ones are void. Only their HMACs are kept. */
export async function replaceRecoveryCodes(
  tx: QueryExecutorProvider,
  userId: string,
  parts: IdentityParts,
): Promise<string[]> {
  const codes = new Set<string>()
  while (codes.size < RECOVERY_CODES) codes.add(drawCode())
  const hmacs = [...codes].map((code) => hmacOf(userId, code, parts))
  await voidRecoveryCodes(tx, userId)
  await sql`insert into identity.auth_recovery_codes (user_id, code_hmac)
    select ${userId}::uuid, h from unnest(${hmacs}::bytea[]) h`.execute(tx)
  return [...codes]
}

export const voidRecoveryCodes = (tx: QueryExecutorProvider, userId: string): Promise<unknown> =>
  sql`delete from identity.auth_recovery_codes where user_id = ${userId}::uuid`.execute(tx)

export async function recoveryCodesLeft(tx: QueryExecutorProvider, userId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from identity.auth_recovery_codes
    where user_id = ${userId}::uuid and used_at is null and expires_at > now()`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Uses a code up, by one conditional update; false when it is unknown, expired or spent. */
export async function useRecoveryCode(
  tx: QueryExecutorProvider,
  { userId, code }: { readonly userId: string; readonly code: string },
  parts: IdentityParts,
): Promise<boolean> {
  const { rows } = await sql`
    update identity.auth_recovery_codes set used_at = now() where user_id = ${userId}::uuid
      and code_hmac = ${hmacOf(userId, code, parts)}::bytea and used_at is null and expires_at > now() returning 1`.execute(
    tx,
  )
  return rows.length === 1
}
