import { createHmac, randomBytes } from 'node:crypto'
import { RECOVERY_CODES } from '@zenops/contracts/identity-factors'
import { first, type Tx } from '../../platform/db/rows.ts'
import type { IdentityParts } from '../access/index.ts'
import type { FactorCall } from './holder.ts'

/** 32 signs, none that reads like another: no 0 O 1 I. */
const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 10

const drawCode = (): string => Array.from(randomBytes(LENGTH), (byte) => SIGNS[byte % SIGNS.length]).join('')

const hmacOf = (userId: string, code: string, { config }: IdentityParts): Buffer =>
  createHmac('sha256', config.AUTH_PEPPER).update(`recovery:${userId}:${code}`).digest()

/** Ten new codes; the old ones are void. Only their HMACs are kept. */
export async function replaceRecoveryCodes(tx: Tx, userId: string, parts: IdentityParts): Promise<string[]> {
  const codes = new Set<string>()
  while (codes.size < RECOVERY_CODES) codes.add(drawCode())
  const hmacs = [...codes].map((code) => hmacOf(userId, code, parts))
  await voidRecoveryCodes(tx, userId)
  await first(tx)`
    insert into identity.auth_recovery_codes (user_id, code_hmac)
    select ${userId}::uuid, h from unnest(${hmacs}::bytea[]) h`
  return [...codes]
}

export const voidRecoveryCodes = (tx: Tx, userId: string): Promise<unknown> =>
  first(tx)`delete from identity.auth_recovery_codes where user_id = ${userId}::uuid`

/** Uses a code up, by one conditional update; false when it is unknown, expired or spent. */
export async function useRecoveryCode({ tx, person, parts }: FactorCall, code: string): Promise<boolean> {
  const used = await first(tx)`
    update identity.auth_recovery_codes set used_at = now() where user_id = ${person.id}::uuid
      and code_hmac = ${hmacOf(person.id, code, parts)}::bytea and used_at is null and expires_at > now() returning 1`
  return used !== undefined
}
