import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { Refusal } from '../../platform/errors.ts'
import type { SignInRules } from './rules/sign-in-policy.ts'

export async function lockPolicy(tx: Kysely<DB>, tenantId: string): Promise<SignInRules & { version: number }> {
  const { rows } = await sql<SignInRules & { version: number }>`
    select mfa_policy, passwordless, registration, version from identity.tenants where id = ${tenantId}::uuid for no key update`.execute(
    tx,
  )
  const policy = rows[0]
  if (!policy) throw new Refusal('NOT_FOUND', 'The firm was not found.')
  return policy
}

/** Writes a sign-in policy; periods of grace begin anew when who must have a factor changes. */
export async function writePolicy(
  tx: Kysely<DB>,
  tenantId: string,
  { before, after }: { readonly before: SignInRules; readonly after: SignInRules },
): Promise<AuditEntry> {
  await sql`update identity.tenants set mfa_policy = ${after.mfa_policy}, passwordless = ${after.passwordless}, registration = ${after.registration},
      mfa_policy_since = case when mfa_policy = ${after.mfa_policy} then mfa_policy_since else now() end,
      version = version + 1, updated_at = now()
    where id = ${tenantId}::uuid`.execute(tx)
  return {
    action: 'MFA_POLICY_CHANGED',
    target_id: tenantId,
    tenant_id: tenantId,
    before: rulesOf(before),
    after: rulesOf(after),
  }
}

export const rulesOf = ({ mfa_policy, passwordless, registration }: SignInRules): SignInRules => ({
  mfa_policy,
  passwordless,
  registration,
})
