import { verifyRegistration } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { enqueue } from '../../../platform/jobs/port.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import {
  addressBlock,
  assertAddressFree,
  assertPassword,
  consumeLink,
  deviceOf,
  entrySession,
  findLink,
  type IdentityParts,
  keepPassword,
  linkInvalid,
  linkLimit,
  openSession,
  underLimits,
} from '../../identity/index.ts'
import { mergeGuest } from '../jobs/merge-guest.ts'
import { findFirmById } from '../queries/firm.ts'

const on = operationsOf<'identity'>()

/** What a registration link carries. */
export const Registration = z.object({
  email: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  firm_id: z.guid(),
  /** Whose conversations the new account takes over. */
  guest_user_id: z.guid().nullable(),
})
export type Registration = z.infer<typeof Registration>

/** The account with its portal membership and its own line to the firm; undefined when somebody has the address by now. */
async function addPortalUser(
  tx: Kysely<DB>,
  wish: Registration,
  lane: string,
): Promise<{ id: string; guest: boolean } | undefined> {
  const { rows } = await sql<{ id: string; guest: boolean }>`
    with person as (
      insert into identity.users (kind, email, name, phone, email_verified_at)
      values ('PERSON', ${wish.email}::citext, ${wish.name}, ${wish.phone}, now())
      on conflict (email) where deleted_at is null do nothing returning id
    ), joined as (
      insert into identity.memberships (tenant_id, user_id, role, status)
      select ${lane}::uuid, id, 'CUSTOMER', 'active' from person returning user_id
    ), linked as (
      insert into identity.portal_links (tenant_id, user_id, party_kind) select ${wish.firm_id}::uuid, user_id, 'self' from joined
    )
    select p.id, exists (select 1 from identity.users g where g.id = ${wish.guest_user_id}::uuid and g.kind = 'GUEST'
      and g.merged_into_user_id is null and g.guest_expires_at > now()) as guest
    from person p`.execute(tx)
  const person = rows[0]
  if (!person) return undefined
  await sql`insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
    values (${lane}::uuid, ${person.id}::uuid, 'portal_user', 'CUSTOMER')`.execute(tx)
  return person
}

async function wishOf(context: OpenContext, token: string): Promise<Registration & { readonly firm: string }> {
  const link = await context.database.readTransaction(authScope(), (tx) => findLink(tx, token, 'REGISTER'))
  const wish = Registration.parse(link.payload)
  const firm = await findFirmById(wish.firm_id, context.database)
  if (!firm) throw tenantNotEnabled()
  if (firm.registration !== 'open') throw refuse.forbidden('registration_closed')
  return { ...wish, firm: firm.name }
}

/** The password is chosen here, by whoever owns the mailbox: nobody can plant one. */
export const verifyRegistrationOperation = (parts: IdentityParts) =>
  on.open(verifyRegistration, (context, { body }) =>
    underLimits(context, linkLimit(context, 'verify'), async () => {
      const wish = await wishOf(context, body.token)
      const { ip } = context.transport
      const lane = parts.gate.externalTenantId
      const blocks = await context.database.read(authScope(), addressBlock(ip, lane), addressBlock(ip, wish.firm_id))
      for (const block of blocks) assertAddressFree(block)
      assertPassword({ password: body.password, email: wish.email, firm: wish.firm })
      const phc = await parts.passwords.hash(body.password)
      const session = await context.record(authScope(wish.firm_id), async (tx) => {
        await consumeLink(tx, body.token, 'REGISTER')
        const person = await addPortalUser(tx, wish, lane)
        if (!person) throw linkInvalid()
        await keepPassword(tx, person.id, phc)
        if (person.guest && wish.guest_user_id !== null) {
          const payload = { guest_user_id: wish.guest_user_id, user_id: person.id }
          await enqueue(tx, mergeGuest, { payload, traceId: context.traceId })
        }
        const opened = await openSession(tx, {
          userId: person.id,
          tenantId: lane,
          aud: 'portal',
          clientType: 'web',
          deviceName: deviceOf(context.transport),
          ip,
          amr: ['pwd', 'link'],
        })
        const entry = { action: 'AUTH_REGISTERED', target_id: person.id, tenant_id: wish.firm_id } as const
        return { value: opened, audit: { ...entry, after: { session_id: opened.principal.session_id } } }
      })
      return entrySession(session, parts)
    }),
  )
