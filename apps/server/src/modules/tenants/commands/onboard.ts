import { onboard } from '@zenops/contracts/identity-platform'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'
import { takeTurn } from '../../../platform/db/rows.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { addInvited, personBehind, sendInvitation } from '../../members/index.ts'
import type { IdentityParts } from '../../access/index.ts'
import { freeSlug, slugOf } from '../rules/tenant-moves.ts'

const on = operationsOf<'identity'>()
type Body = ParsedOf<typeof onboard>['body']

interface Firm {
  readonly id: string
  readonly slug: string
  readonly time_zone: string
}

async function makeFirm(tx: QueryExecutorProvider, body: Body): Promise<Firm> {
  const slug = slugOf(body.tenant_name)
  // Two firms of one name at once: the second waits here and then sees the first.
  await takeTurn(tx, 'tenant_slug')
  const { rows: taken } = await sql<{ slug: string }>`
    select t.slug from identity.tenants t where t.deleted_at is null and starts_with(t.slug, ${slug.slice(0, 40)})`.execute(
    tx,
  )
  const free = freeSlug(slug, new Set(taken.map((row) => row.slug)))
  const { rows } = await sql<Firm>`
    insert into identity.tenants (slug, name, lane, time_zone)
    values (${free}, ${body.tenant_name}, 'tenant', ${body.time_zone ?? 'Asia/Kolkata'}) returning id, slug, time_zone`.execute(
    tx,
  )
  const firm = rows[0]
  if (!firm) throw new Error('the firm was not made')
  return firm
}

/** The owner, known or new (a known one is linked, never changed), as super_admin who has yet to accept. */
async function inviteOwner(context: CommandContext<'identity'>, parts: IdentityParts, of: { firm: Firm; body: Body }) {
  const { tx } = context
  const { firm, body } = of
  const contact = {
    email: body.owner_email,
    name: body.display_name ?? body.owner_email,
    phone: body.owner_phone ?? null,
  }
  const templates = ['super_admin'] as const
  const person = await personBehind(tx, contact)
  await addInvited(tx, { tenantId: firm.id, userId: person.id, role: 'ADMIN', templates })
  const invitation = { firmId: firm.id, person, email: contact.email, templates, delivery: 'email' } as const
  const { expires_at } = await sendInvitation(tx, invitation, { parts, ...context })
  return { id: person.id, expires_at }
}

/** A firm and its owner's invitation in one transaction. Billing's part joins here. */
export const onboardOperation = (parts: IdentityParts) =>
  on.command(onboard, {
    asIdentity: true,
    run: async (context, { body }) => {
      const { tx } = context
      const firm = await makeFirm(tx, body)
      const owner = await inviteOwner(context, parts, { firm, body })
      const made = { slug: firm.slug, name: body.tenant_name, time_zone: firm.time_zone }
      return {
        body: {
          tenant_id: firm.id,
          tenant_slug: firm.slug,
          owner_user_id: owner.id,
          invitation_expires_at: owner.expires_at,
        },
        audit: [
          { action: 'TENANT_CREATED', target_id: firm.id, tenant_id: firm.id, after: made },
          {
            action: 'USER_INVITED',
            target_id: owner.id,
            tenant_id: firm.id,
            after: { job_templates: ['super_admin'] },
          },
        ] as const,
      }
    },
  })
