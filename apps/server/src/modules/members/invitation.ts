import type { JobTemplate, Role } from '@zenops/contracts/capabilities'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { together } from '../../platform/db/together.ts'
import { refuse } from '../../platform/errors.ts'
import { createLink } from '../identity/index.ts'
import { addTemplates, adminLevelOf, type Sending, surfaceOf, withTenant } from '../rights/index.ts'

/** The page that takes an invitation. */
const INVITE_PAGE = '/invite'

export interface Contact {
  readonly email: string
  readonly name: string
  readonly phone: string | null
}

export interface Person {
  readonly id: string
  readonly name: string
  readonly locale: string
  /** Never signed in and never proved the address: an invitation in the wrong hands opens nobody's account. */
  readonly isNew: boolean
}

/** The person behind an address, made when there is none. */
export async function personBehind(tx: Kysely<DB>, contact: Contact): Promise<Person> {
  const [, { rows }] = await Promise.all([
    sql`insert into identity.users (kind, email, name, phone) values ('PERSON', ${contact.email}, ${contact.name}, ${contact.phone})
      on conflict (email) where deleted_at is null do nothing`.execute(tx),
    sql<Person>`
      select u.id, u.name, u.locale, u.email_verified_at is null
        and not exists (select 1 from identity.auth_credentials c where c.user_id = u.id)
        and not exists (select 1 from identity.webauthn_credentials w where w.user_id = u.id) as "isNew"
      from identity.users u where u.email = ${contact.email}::citext and u.deleted_at is null for no key update`.execute(
      tx,
    ),
  ])
  const person = rows[0]
  if (!person) throw new Error('the person was not made')
  return person
}

export interface Wanted {
  readonly tenantId: string
  readonly userId: string
  readonly role: Role
  readonly templates: readonly JobTemplate[]
}

/** A membership that waits to be accepted; an ended one is revived with a fresh permission version. False: a member. */
export async function addInvited(tx: Kysely<DB>, wanted: Wanted): Promise<boolean> {
  const { tenantId, userId, role, templates } = wanted
  const level = adminLevelOf(role, templates)
  const [, { rows }] = await Promise.all([
    sql`delete from identity.membership_job_templates t using identity.memberships m
      where t.tenant_id = ${tenantId}::uuid and t.user_id = ${userId}::uuid
        and m.tenant_id = t.tenant_id and m.user_id = t.user_id and m.status = 'ended'`.execute(tx),
    sql`insert into identity.memberships as m (tenant_id, user_id, role, admin_level, status)
      values (${tenantId}::uuid, ${userId}::uuid, ${role}, ${level}, 'invited')
      on conflict (tenant_id, user_id) do update set role = excluded.role, admin_level = excluded.admin_level, status = 'invited',
        permission_version = m.permission_version + 1, version = m.version + 1, updated_at = now(),
        deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null
      where m.status = 'ended' returning user_id`.execute(tx),
  ])
  if (rows.length === 0) return false
  await addTemplates(tx, { tenant_id: tenantId, user_id: userId }, { role, templates })
  return true
}

export interface Invitation {
  /** The firm that invites; the memberships of portal people wait in the portal's lane. */
  readonly firmId: string
  readonly person: Pick<Person, 'id' | 'locale' | 'isNew'>
  readonly email: string
  readonly templates: readonly JobTemplate[]
  readonly delivery: 'email' | 'manual'
  /** Who invites, where it is not the caller: a request that others approved. */
  readonly inviterId?: string
}

/** A fresh invitation link: mailed, or handed out once. The one before it is void. */
export async function sendInvitation(
  tx: Kysely<DB>,
  invitation: Invitation,
  { parts, services, actor, traceId }: Sending,
): Promise<{ expires_at: string; invite_url?: string }> {
  const { firmId, person, email, templates, delivery } = invitation
  if (delivery === 'manual' && !person.isNew) {
    throw refuse.invalid('delivery', 'manual_for_new_person_only', 'Who has an account is invited by mail.')
  }
  const inviterId = invitation.inviterId ?? actor.userId
  const surface = surfaceOf(templates)
  // The link belongs to the firm that invites; `aud` tells its portal people from its staff.
  const payload = { aud: surface }
  const [{ token, expires_at }, { rows }] = await together([
    createLink(tx, { purpose: 'INVITE', user_id: person.id, tenant_id: firmId, payload, createdBy: inviterId }),
    sql<{ firm: string; time_zone: string; inviter: string }>`
      select t.name as firm, t.time_zone, u.name as inviter from identity.tenants t, identity.users u
      where t.id = ${firmId}::uuid and u.id = ${inviterId}::uuid`.execute(tx),
  ])
  if (delivery === 'manual') {
    const page = new URL(INVITE_PAGE, parts.origins[surface].values().next().value)
    page.hash = `token=${encodeURIComponent(token)}`
    return { expires_at, invite_url: page.href }
  }
  const { firm = '', time_zone, inviter = '' } = rows[0] ?? {}
  await withTenant(tx, { tenantId: firmId, actor }, () =>
    services.mail.queue(tx, {
      tenantId: firmId,
      userId: person.id,
      to: email,
      template: 'auth_invitation',
      variables: { firm, inviter, expires_at },
      link: { surface, path: INVITE_PAGE, token },
      locale: person.locale,
      expiresAt: new Date(expires_at),
      traceId,
      ...(time_zone === undefined ? {} : { timeZone: time_zone }),
    }),
  )
  return { expires_at }
}
