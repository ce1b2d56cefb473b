import { register } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import {
  askLimit,
  createLink,
  hmacTarget,
  type IdentityParts,
  keptOrUndone,
  LINK_LIFE,
  loginHmac,
  mayMail,
  underLimits,
} from '../../identity/index.ts'
import { findFirm } from '../queries/firm.ts'
import type { Registration } from './verify-registration.ts'

const on = operationsOf<'identity'>()

/**
 * Asks for a portal account. The mailbox gets a link, or the notice that there is an account already; the work is the
 * same for both, and for an address that has had its mails of this hour.
 */
export const registerOperation = (parts: IdentityParts) =>
  on.open(register, (context, { body }) =>
    underLimits(context, askLimit(context, 'register'), async () => {
      const firm = await findFirm(body.firm, context.database, parts)
      if (firm?.registration !== 'open') throw refuse.forbidden('registration_closed')
      const hmac = loginHmac(body.email, parts)
      const allowed = await mayMail(context, 'register', hmac)
      const { actor } = context
      const payload: Registration = {
        email: body.email,
        name: body.name,
        phone: body.phone ?? null,
        firm_id: firm.id,
        guest_user_id: actor?.jobTemplates.includes('guest') ? actor.userId : null,
      }
      const mail = async (tx: Kysely<DB>): Promise<void> => {
        const { rows } = await sql<{ id: string; locale: string }>`
          select id, locale from identity.users where email = ${body.email}::citext and deleted_at is null`.execute(tx)
        const known = rows[0]
        const link = { purpose: 'REGISTER', user_id: null, tenant_id: firm.id, payload, createdBy: null } as const
        const { token, expires_at } = await keptOrUndone(tx, known === undefined, () => createLink(tx, link))
        const to = { tenantId: firm.id, userId: known?.id ?? null, to: body.email, traceId: context.traceId }
        const how = { locale: known?.locale ?? 'en', timeZone: firm.time_zone }
        const expiresAt = new Date(context.now.getTime() + LINK_LIFE.REGISTER * 1_000)
        await (known
          ? context.services.mail.queue(tx, {
              ...to,
              ...how,
              expiresAt,
              template: 'auth_account_exists',
              variables: { firm: firm.name },
              link: { surface: 'portal', path: '/sign-in' },
            })
          : context.services.mail.queue(tx, {
              ...to,
              ...how,
              expiresAt,
              template: 'auth_register_link',
              variables: { firm: firm.name, expires_at },
              link: { surface: 'portal', path: '/register', token },
            }))
      }
      await context.record(authScope(firm.id), async (tx) => {
        await keptOrUndone(tx, allowed, () => mail(tx))
        const entry = { action: 'AUTH_REGISTER_REQUESTED', target_id: hmacTarget(hmac) } as const
        return { value: null, audit: { ...entry, tenant_id: firm.id } }
      })
      return { body: { result: 'mail_sent' as const } }
    }),
  )
