import { onboard } from '@zenops/contracts/identity-platform'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { inFirm } from '../firm-context.ts'
import { createLink } from '../links.ts'
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
  const { rows: taken } = await sql<{ slug: string }>`
    with turn as materialized (select pg_advisory_xact_lock(hashtextextended('tenant_slug', 11)))
    select t.slug from turn, identity.tenants t where t.deleted_at is null and starts_with(t.slug, ${slug.slice(0, 40)})`.execute(
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
async function inviteOwner(tx: QueryExecutorProvider, firm: Firm, body: Body): Promise<{ id: string; locale: string }> {
  const { rows } = await sql<{ id: string; locale: string }>`
    with owner as (
      insert into identity.users (kind, email, name, phone)
      values ('PERSON', ${body.owner_email}::citext, ${body.display_name ?? body.owner_email}, ${body.owner_phone ?? null})
      on conflict (email) where deleted_at is null do update set name = identity.users.name returning id, locale
    ), joined as (
      insert into identity.memberships (tenant_id, user_id, role, admin_level, status)
      select ${firm.id}::uuid, id, 'ADMIN', 'SYSTEM_ADMIN', 'invited' from owner
    )
    select id, locale from owner`.execute(tx)
  const owner = rows[0]
  if (!owner) throw new Error('the owner was not made')
  await sql`
    insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
    values (${firm.id}::uuid, ${owner.id}::uuid, 'super_admin', 'ADMIN')`.execute(tx)
  return owner
}

async function mailInvitation(
  { tx, actor, services, traceId }: CommandContext<'identity'>,
  firm: Firm,
  { owner, body }: { owner: { id: string; locale: string }; body: Body },
): Promise<string> {
  const { token, expires_at } = await createLink(tx, {
    purpose: 'INVITE',
    user_id: owner.id,
    tenant_id: firm.id,
    payload: { firm_id: firm.id, aud: 'web' },
    createdBy: actor.userId,
  })
  const { rows } = await sql<{
    name: string
  }>`select name from identity.users where id = ${actor.userId}::uuid`.execute(tx)
  await inFirm(tx, { firmId: firm.id, ownId: actor.tenantId }, () =>
    services.mail.queue(tx, {
      tenantId: firm.id,
      userId: owner.id,
      to: body.owner_email,
      template: 'auth_invitation',
      variables: { firm: body.tenant_name, inviter: rows[0]?.name ?? '', expires_at },
      link: { surface: 'web', path: '/invite', token },
      locale: owner.locale,
      timeZone: firm.time_zone,
      expiresAt: new Date(expires_at),
      traceId,
    }),
  )
  return expires_at
}

/** A firm and its owner's invitation in one transaction. Billing's part joins here. */
export const onboardOperation = on.command(onboard, {
  asIdentity: true,
  run: async (context, { body }) => {
    const { tx } = context
    const firm = await makeFirm(tx, body)
    const owner = await inviteOwner(tx, firm, body)
    const invitation_expires_at = await mailInvitation(context, firm, { owner, body })
    const made = { slug: firm.slug, name: body.tenant_name, time_zone: firm.time_zone }
    return {
      body: { tenant_id: firm.id, tenant_slug: firm.slug, owner_user_id: owner.id, invitation_expires_at },
      audit: [
        { action: 'TENANT_CREATED', target_id: firm.id, tenant_id: firm.id, after: made },
        { action: 'USER_INVITED', target_id: owner.id, tenant_id: firm.id, after: { job_templates: ['super_admin'] } },
      ] as const,
    }
  },
})
