import { resetPassword } from '@zenops/contracts/identity-entry'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { first, type Tx } from '../../../platform/db/rows.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, underLimits } from '../../access/index.ts'
import { consumeLink, findLink, linkInvalid } from '../links.ts'
import { loginHmac } from '../lockout.ts'
import { assertPassword, setPassword } from '../password.ts'

const on = operationsOf<'identity'>()

interface Forgetful {
  readonly userId: string
  readonly tenantId: string
  readonly email: string
  readonly phc: string | null
  readonly firm: string
}

/** The person of a reset link and the firm he was in last. */
async function personOf(tx: Tx, token: string): Promise<Forgetful> {
  const link = await findLink(tx, token, 'RESET')
  const person = await first(tx)<Forgetful>`
    select u.id as "userId", u.email, a.password_phc as phc, m.tenant_id as "tenantId", t.name as firm from identity.users u
    join identity.memberships m on m.user_id = u.id and m.status = 'active' and m.deleted_at is null
    join identity.tenants t on t.id = m.tenant_id
    left join identity.auth_credentials a on a.user_id = u.id
    where u.id = ${link.user_id}::uuid and u.status = 'active' and u.deleted_at is null
    order by m.last_used_at desc nulls last, m.tenant_id limit 1`
  if (!person) throw linkInvalid()
  return person
}

/** A password that is refused leaves the link unused. */
export const resetPasswordOperation = (parts: IdentityParts) =>
  on.open(resetPassword, (context, { body: { token, password } }) =>
    underLimits(context, 'reset', async () => {
      const person = await context.database.readTransaction(authScope(), (tx) => personOf(tx, token))
      const { userId, tenantId, email, firm } = person
      assertPassword({ password, email, firm })
      assertPassword({ password, email, firm, isCurrent: await parts.passwords.verify(person.phc, password) })
      const phc = await parts.passwords.hash(password)
      return context.record(authScope(tenantId, userId), async (tx) => {
        await consumeLink(tx, token, 'RESET')
        const wish = { userId, tenantId, hmac: loginHmac(email, parts), phc, reason: 'password_reset' } as const
        const { revoked, unlocked } = await setPassword(tx, wish, context)
        const entry = { target_id: userId, tenant_id: tenantId } as const
        const audit: [AuditEntry, ...AuditEntry[]] = [{ ...entry, action: 'AUTH_PASSWORD_RESET', after: { revoked } }]
        if (unlocked) {
          audit.push({ ...entry, action: 'AUTH_ACCOUNT_UNLOCKED' })
          context.services.metrics.events.inc({ key: 'auth_account_unlocked' })
        }
        return { value: { body: { result: 'password_set' as const } }, audit }
      })
    }),
  )
