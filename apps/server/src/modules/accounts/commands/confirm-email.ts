import { confirmEmail } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import {
  consumeLink,
  endFamilies,
  hmacTarget,
  type IdentityParts,
  linkInvalid,
  linkLimit,
  loginHmac,
  originOf,
  tellPerson,
  underLimits,
} from '../../identity/index.ts'

const on = operationsOf<'identity'>()

/** What the link to a new address carries; the session that asked for it lives on. */
export const EmailChange = z.object({ new_email: z.string(), session_id: z.guid().nullable() })
export type EmailChange = z.infer<typeof EmailChange>

interface Changed {
  readonly before: string
  readonly tenant_id: string
}

/** The new address, unless somebody has it by now; a race for it ends at the unique index with the same refusal. */
async function changeEmail(tx: Kysely<DB>, userId: string, email: string): Promise<Changed> {
  const { rows } = await sql<Changed & { taken: boolean }>`
    with changed as (
      update identity.users u set email = ${email}::citext, email_verified_at = now(), version = version + 1, updated_at = now()
      where u.id = ${userId}::uuid and u.status = 'active' and u.deleted_at is null
        and not exists (select 1 from identity.users o where o.email = ${email}::citext and o.deleted_at is null and o.id <> u.id)
      returning old.email as before)
    select u.email as before, not exists (select 1 from changed) as taken, (select m.tenant_id from identity.memberships m
      where m.user_id = u.id and m.deleted_at is null order by m.last_used_at desc nulls last, m.tenant_id limit 1) as tenant_id
    from identity.users u where u.id = ${userId}::uuid and u.status = 'active' and u.deleted_at is null`.execute(tx)
  const changed = rows[0]
  if (!changed) throw linkInvalid()
  if (changed.taken) throw emailTaken()
  return changed
}

export const emailTaken = () => refuse.conflict('email_taken', 'Somebody else has this address.')

export const confirmEmailOperation = (parts: IdentityParts) =>
  on.open(confirmEmail, (context, { body }) =>
    underLimits(context, linkLimit(context, 'email'), async () => {
      const email = await context.record(authScope(), async (tx) => {
        const link = await consumeLink(tx, body.token, 'EMAIL_CHANGE')
        const { new_email, session_id } = EmailChange.parse(link.payload)
        const userId = link.user_id ?? ''
        const { before, tenant_id } = await changeEmail(tx, userId, new_email)
        const revoked = await endFamilies(tx, {
          userId,
          reason: 'email_changed',
          by: userId,
          except: session_id,
        })
        const told = { userId, tenantId: tenant_id, kind: 'email_changed', to: before } as const
        await tellPerson(tx, originOf(context), told)
        const hmacOf = (address: string): string => hmacTarget(loginHmac(address, parts))
        const audit = {
          action: 'AUTH_EMAIL_CHANGED',
          target_id: userId,
          tenant_id,
          before: { login_hmac: hmacOf(before) },
          after: { login_hmac: hmacOf(new_email), revoked: revoked.length },
        } as const
        return { value: new_email, audit }
      })
      return { body: { result: 'email_changed' as const, email } }
    }),
  )
