import { resetPassword } from '@zenops/contracts/identity-entry'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { linkLimit, underLimits } from '../limits.ts'
import { consumeLink, findLink, linkInvalid } from '../links.ts'
import { liftLock, loginHmac } from '../lockout.ts'
import { originOf, tellPerson } from '../notices.ts'
import { assertPassword, keepPassword } from '../password.ts'
import type { IdentityParts } from '../parts.ts'
import { endFamilies } from '../session.ts'

const on = operationsOf<'identity'>()

interface Forgetful {
  readonly email: string
  readonly password_phc: string | null
  readonly tenant_id: string
  readonly firm: string
}

/** The person of a reset link and the firm he was in last. */
async function personOf(context: OpenContext, token: string): Promise<Forgetful & { readonly user_id: string }> {
  const link = await context.database.readTransaction(authScope(), (tx) => findLink(tx, token, 'RESET'))
  const query = sql<Forgetful>`
    select u.email, a.password_phc, m.tenant_id, t.name as firm from identity.users u
    join identity.memberships m on m.user_id = u.id and m.status = 'active' and m.deleted_at is null
    join identity.tenants t on t.id = m.tenant_id
    left join identity.auth_credentials a on a.user_id = u.id
    where u.id = ${link.user_id}::uuid and u.status = 'active' and u.deleted_at is null
    order by m.last_used_at desc nulls last, m.tenant_id limit 1`
  const [[person]] = await context.database.read(authScope(), query.compile(compileOnly))
  if (!person || link.user_id === null) throw linkInvalid()
  return { ...person, user_id: link.user_id }
}

/** A password that is refused leaves the link unused. */
export const resetPasswordOperation = (parts: IdentityParts) =>
  on.open(resetPassword, (context, { body }) =>
    underLimits(context, linkLimit(context, 'reset'), async () => {
      const { user_id: userId, tenant_id: tenantId, email, firm, password_phc } = await personOf(context, body.token)
      assertPassword({ password: body.password, email, firm })
      const isCurrent = await parts.passwords.verify(password_phc, body.password)
      assertPassword({ password: body.password, email, firm, isCurrent })
      const phc = await parts.passwords.hash(body.password)
      await context.record(authScope(tenantId, userId), async (tx) => {
        await consumeLink(tx, body.token, 'RESET')
        await keepPassword(tx, userId, phc)
        const revoked = await endFamilies(tx, { userId, reason: 'password_reset', by: userId })
        const unlocked = await liftLock(tx, loginHmac(email, parts))
        await tellPerson(tx, originOf(context), { userId, tenantId, kind: 'password_changed' })
        const entry = { target_id: userId, tenant_id: tenantId } as const
        const events: [AuditEntry, ...AuditEntry[]] = [
          { ...entry, action: 'AUTH_PASSWORD_RESET', after: { revoked: revoked.length } },
        ]
        if (unlocked) events.push({ ...entry, action: 'AUTH_ACCOUNT_UNLOCKED' })
        if (unlocked) context.services.metrics.events.inc({ key: 'auth_account_unlocked' })
        return { value: null, audit: events }
      })
      return { body: { result: 'password_set' as const } }
    }),
  )
