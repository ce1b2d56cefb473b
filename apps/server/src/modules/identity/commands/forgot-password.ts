import { forgotPassword } from '@zenops/contracts/identity-entry'
import type { Database } from '../../../platform/db/database.ts'
import { look, takeTurn } from '../../../platform/db/rows.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, laneOf, mayMail, underLimits } from '../../access/index.ts'
import { keptOrUndone } from '../decoy.ts'
import { createLink } from '../links.ts'
import { hmacTarget, loginHmac } from '../lockout.ts'

const on = operationsOf<'identity'>()

interface Known {
  readonly user_id: string | null
  readonly tenant_id: string
  readonly locale: string
  readonly time_zone: string
}
/** Whom an address belongs to, and the firm he was in last; one row for everybody, known or not. */
const findKnown = (database: Database, email: string, lane: string): Promise<Known | undefined> =>
  look(database)<Known>`
    select u.user_id, t.id as tenant_id, coalesce(u.locale, 'en') as locale, t.time_zone
    from (select 1) as one
    left join lateral (
      select u.id as user_id, u.locale, m.tenant_id from identity.users u
      join identity.memberships m on m.user_id = u.id and m.status = 'active' and m.deleted_at is null
      where u.email = ${email}::citext and u.kind = 'PERSON' and u.status = 'active' and u.deleted_at is null
      order by m.last_used_at desc nulls last, m.tenant_id limit 1
    ) u on true
    join identity.tenants t on t.id = coalesce(u.tenant_id, ${lane}::uuid)`

/** The same work for known and unknown addresses; what it leaves behind differs, the answer and its time do not. */
export const forgotPasswordOperation = (parts: IdentityParts) =>
  on.open(forgotPassword, (context, { body: { email, aud } }) =>
    underLimits(context, 'forgot', async () => {
      const hmac = loginHmac(email, parts)
      const allowed = await mayMail(context, 'forgot', hmac)
      const known = await findKnown(context.database, email, laneOf(aud, parts.gate))
      if (!known) throw new Error('the lane is missing')
      const { tenant_id: tenantId, user_id: userId } = known
      return context.record(authScope(tenantId), async (tx) => {
        // Whoever asks twice at once waits for himself, whether or not there is a link to replace.
        await takeTurn(tx, `forgot/${hmacTarget(hmac)}`)
        await keptOrUndone(tx, allowed && userId !== null, async () => {
          const link = { purpose: 'RESET', user_id: userId, tenant_id: null, payload: {}, createdBy: null } as const
          const { token, expires_at } = await createLink(tx, link)
          return context.services.mail.queue(tx, {
            tenantId,
            userId,
            to: email,
            template: 'auth_reset_link',
            variables: { expires_at },
            link: { surface: aud, path: '/reset', token },
            locale: known.locale,
            timeZone: known.time_zone,
            expiresAt: new Date(expires_at),
            traceId: context.traceId,
          })
        })
        const entry = { action: 'AUTH_PASSWORD_RESET_REQUESTED', target_id: hmacTarget(hmac) } as const
        const audit = { ...entry, tenant_id: tenantId, after: { aud } }
        return { value: { body: { result: 'mail_sent' as const } }, audit }
      })
    }),
  )
