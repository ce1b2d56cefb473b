import type { Role } from '@zenops/contracts/capabilities'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import { factorDuty, type IdentityParts, type MfaPolicy } from '../identity/index.ts'
import { voidRecoveryCodes } from './recovery-codes.ts'

interface Demand {
  readonly policy: MfaPolicy
  readonly role: Role
  readonly on_web: boolean
  readonly has_totp: boolean
  readonly passkeys: number
}

/**
 * Called once a factor is gone, before the commit: AUTH_MFA_LAST_FACTOR when a firm of the person demands what he no
 * longer has. Without any factor the recovery codes are void too.
 */
export async function settleRemoval(tx: QueryExecutorProvider, userId: string, parts: IdentityParts): Promise<void> {
  const { rows } = await sql<Demand>`
    select t.mfa_policy as policy, m.role,
      exists (select 1 from identity.membership_job_templates mt
        join identity.job_templates j on j.key = mt.job_template and 'web' = any (j.aud)
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id) as on_web,
      exists (select 1 from identity.auth_totp x where x.user_id = m.user_id and x.enabled_at is not null) as has_totp,
      (select count(*)::int from identity.webauthn_credentials w
        where w.user_id = m.user_id and w.revoked_at is null and w.suspended_at is null) as passkeys
    from identity.memberships m join identity.tenants t on t.id = m.tenant_id
    where m.user_id = ${userId}::uuid and m.status = 'active' and m.deleted_at is null and t.deleted_at is null`.execute(
    tx,
  )
  const { NODE_ENV, MFA_ENFORCE_ADMINS } = parts.config
  const now = parts.now().getTime()
  for (const { policy, role, on_web, has_totp, passkeys } of rows) {
    const duty = factorDuty({
      policy,
      role,
      aud: on_web ? 'web' : 'portal',
      enforceAdmins: MFA_ENFORCE_ADMINS ?? NODE_ENV === 'production',
      hasTotp: has_totp,
      passkeys,
      since: now,
      now,
    })
    if (duty.holds) continue
    throw new Refusal('AUTH_MFA_LAST_FACTOR', 'You must have this second factor. Set up another one first.', {
      details: [{ reason: 'factor_demanded', policy }],
    })
  }
  if (rows.every((row) => !row.has_totp && row.passkeys === 0)) await voidRecoveryCodes(tx, userId)
}
