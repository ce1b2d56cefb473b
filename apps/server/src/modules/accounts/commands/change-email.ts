import { changeEmail } from '@zenops/contracts/identity-people'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { limited } from '../../../platform/limits/port.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { createLink, hmacTarget, type IdentityParts, loginHmac } from '../../identity/index.ts'
import type { EmailChange } from './confirm-email.ts'

const on = operationsOf<'identity'>()

/** Links a person may ask for in an hour. */
const PER_HOUR = 5

interface Row {
  readonly email: string | null
  readonly locale: string
  readonly firm: string
  readonly time_zone: string
  readonly is_taken: boolean
}

/**
 * The link goes to the new address; the old one stays in force until it is used. Whether the address has an account
 * already is told to that address alone.
 */
export const changeEmailOperation = (parts: IdentityParts) =>
  on.command(changeEmail, {
    asIdentity: true,
    prepare: async ({ services, actor }) => {
      const count = await services.limits.hit({
        key: `rl:auth:email_change:${actor.userId}`,
        limit: PER_HOUR,
        windowSeconds: 3_600,
      })
      if (!count.allowed) throw limited(count, 'AUTH_RATE_LIMITED')
    },
    run: async ({ tx, actor, services, traceId }, { body }) => {
      const to = body.new_email
      const { rows } = await sql<Row>`
        select u.email, u.locale, t.name as firm, t.time_zone,
          exists (select 1 from identity.users o where o.email = ${to}::citext and o.deleted_at is null) as is_taken
        from identity.users u, identity.tenants t
        where u.id = ${actor.userId}::uuid and t.id = ${actor.tenantId}::uuid`.execute(tx)
      const me = rows[0]
      if (!me || me.email === null) throw refuse.forbidden('person_required')
      if (me.email.toLowerCase() === to) throw refuse.invalid('new_email', 'unchanged', 'This is your address already.')
      const mail = { tenantId: actor.tenantId, to, locale: me.locale, timeZone: me.time_zone, traceId }
      // Cast: the portal, Workspace and studio are the audiences of this operation.
      const surface = actor.aud as 'web' | 'studio' | 'portal'
      if (me.is_taken) {
        await services.mail.queue(tx, {
          ...mail,
          userId: null,
          template: 'auth_account_exists',
          variables: { firm: me.firm },
          link: { surface, path: '/sign-in' },
        })
      } else {
        const link = {
          purpose: 'EMAIL_CHANGE',
          user_id: actor.userId,
          tenant_id: null,
          payload: { new_email: to, session_id: actor.sessionId } satisfies EmailChange,
        } as const
        const { token, expires_at } = await createLink(tx, { ...link, createdBy: actor.userId })
        await services.mail.queue(tx, {
          ...mail,
          userId: actor.userId,
          template: 'auth_email_change_link',
          variables: { expires_at },
          link: { surface, path: '/confirm-email', token },
          expiresAt: new Date(expires_at),
        })
      }
      const after = { email_change: 'link_sent', email_hmac: hmacTarget(loginHmac(to, parts)) }
      return {
        body: { result: 'mail_sent' as const },
        audit: { action: 'USER_UPDATED', target_id: actor.userId, after },
      }
    },
  })
