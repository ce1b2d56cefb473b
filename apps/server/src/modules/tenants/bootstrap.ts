import { CAPABILITIES, defaultGrants, JOB_TEMPLATES, type JobTemplate } from '@zenops/contracts/capabilities'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Passwords } from '../../platform/auth/passwords.ts'
import type { Database } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'
import { createLink, STUDIO_ADMIN_TOKEN_USER_ID, STUDIO_SERVICE_USER_ID } from '../identity/index.ts'

const INTERNAL_ADMIN_ID = '33333333-3333-3333-3333-333333333333'
const STUDIO_ADMIN_ID = '44444444-4444-4444-4444-444444444444'
/** The service user that jobs act as when nobody asked for them. */
export const WORKER_USER_ID = '55555555-5555-5555-5555-555555555555'

/** The founding part of the configuration. */
export interface BootstrapOptions {
  readonly ZENOPS_INTERNAL_TENANT_ID: string
  readonly ZENOPS_EXTERNAL_TENANT_ID: string
  readonly BOOTSTRAP_INTERNAL_ADMIN_EMAIL: string
  readonly BOOTSTRAP_STUDIO_ADMIN_EMAIL: string
  /** Set outside production only. */
  readonly BOOTSTRAP_ADMIN_PASSWORD?: string | undefined
  /** Approvals that the house firm asks of a change of rights, from its founding on; 2 when left out. */
  readonly BOOTSTRAP_RBAC_APPROVALS?: number
}

/** Job templates, capabilities and default grants as the contracts state them. Runs under the owner's connection. */
export function seedCatalogue(): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const templates = Object.entries(JOB_TEMPLATES).map(
    ([key, { role, aud }]) => `(${quote(key)}, ${quote(role)}, array[${aud.map(quote).join(',')}])`,
  )
  const capabilities = CAPABILITIES.map((key) => `(${quote(key)}, ${quote(key.split('.', 1)[0] ?? key)})`)
  const grants = defaultGrants().map((g) => `(${quote(g.job_template)}, ${quote(g.capability)}, ${quote(g.scope)})`)
  return `
    insert into identity.job_templates (key, role, aud) values ${templates.join(',')}
      on conflict (key) do update set role = excluded.role, aud = excluded.aud;
    insert into identity.capabilities (key, area) values ${capabilities.join(',')} on conflict (key) do nothing;
    insert into identity.job_template_capabilities (job_template, capability, scope) values ${grants.join(',')}
      on conflict (job_template, capability) do update set scope = excluded.scope;`
}

/** A person of a tenant with an active membership; does nothing when the e-mail is known. */
export interface NewMember {
  readonly id?: string
  readonly tenantId: string
  readonly email: string
  readonly name: string
  readonly jobTemplates: readonly JobTemplate[]
  readonly passwordPhc: string | null
  /** He has yet to accept: neither active nor verified. */
  readonly invited?: true
}

export async function addMember(tx: Kysely<DB>, member: NewMember): Promise<string> {
  const role = JOB_TEMPLATES[member.jobTemplates[0] ?? 'valuer'].role
  const level = role !== 'ADMIN' ? null : member.jobTemplates.includes('super_admin') ? 'SYSTEM_ADMIN' : 'MANAGER'
  const { rows } = await sql<{ id: string }>`
    with person as (
      insert into identity.users (id, kind, email, name, email_verified_at)
      values (coalesce(${member.id ?? null}::uuid, uuidv7()), 'PERSON', ${member.email}::citext, ${member.name}, case when not ${member.invited ?? false}::boolean then now() end)
      on conflict (email) where deleted_at is null do update set name = identity.users.name returning id
    ), joined as (
      insert into identity.memberships (tenant_id, user_id, role, admin_level, status)
      select ${member.tenantId}::uuid, id, ${role}, ${level}, ${member.invited ? 'invited' : 'active'} from person on conflict do nothing
    ), secret as (
      insert into identity.auth_credentials (user_id, password_phc)
      select id, ${member.passwordPhc} from person where ${member.passwordPhc}::text is not null on conflict do nothing
    )
    select id from person`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) throw new Error('the member was not added')
  await sql`
    insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
    select ${member.tenantId}::uuid, ${id}::uuid, t.key, t.role from identity.job_templates t
    where t.key = any (${[...member.jobTemplates]}::text[]) on conflict do nothing`.execute(tx)
  return id
}

export class BootstrapError extends Error {}

/** A first administrator's invitation, shown once to whoever starts the product. */
export interface FirstInvitation {
  readonly email: string
  readonly surface: 'web' | 'studio'
  readonly token: string
  readonly expires_at: string
}

const tenantOf = (options: BootstrapOptions): string => options.ZENOPS_INTERNAL_TENANT_ID

/** The two first people, each at his surface. */
const firstPeople = (options: BootstrapOptions) =>
  [
    {
      id: INTERNAL_ADMIN_ID,
      email: options.BOOTSTRAP_INTERNAL_ADMIN_EMAIL,
      name: 'Owner',
      template: 'super_admin',
      surface: 'web',
    },
    {
      id: STUDIO_ADMIN_ID,
      email: options.BOOTSTRAP_STUDIO_ADMIN_EMAIL,
      name: 'Platform operator',
      template: 'platform_ops',
      surface: 'studio',
    },
  ] as const

/** Writes the ids of the two fixed tenants on the first run and compares them on every later one. */
async function foundTenants(tx: Kysely<DB>, options: BootstrapOptions): Promise<void> {
  if (options.ZENOPS_INTERNAL_TENANT_ID === options.ZENOPS_EXTERNAL_TENANT_ID) {
    throw new BootstrapError('ZENOPS_INTERNAL_TENANT_ID and ZENOPS_EXTERNAL_TENANT_ID must differ')
  }
  const { rows } = await sql<{ internal_tenant_id: string; external_tenant_id: string }>`
    with made as (
      insert into identity.platform_settings (internal_tenant_id, external_tenant_id)
      values (${options.ZENOPS_INTERNAL_TENANT_ID}::uuid, ${options.ZENOPS_EXTERNAL_TENANT_ID}::uuid) on conflict do nothing
      returning internal_tenant_id, external_tenant_id)
    select internal_tenant_id, external_tenant_id from made
    union all select internal_tenant_id, external_tenant_id from identity.platform_settings limit 1`.execute(tx)
  const founded = rows[0]
  if (
    founded?.internal_tenant_id !== options.ZENOPS_INTERNAL_TENANT_ID ||
    founded.external_tenant_id !== options.ZENOPS_EXTERNAL_TENANT_ID
  ) {
    throw new BootstrapError(
      'ZENOPS_INTERNAL_TENANT_ID or ZENOPS_EXTERNAL_TENANT_ID differ from those this database was founded with',
    )
  }
  await sql`
    insert into identity.tenants (id, slug, name, lane, rbac_approvals) values
      (${options.ZENOPS_INTERNAL_TENANT_ID}::uuid, 'factory', 'House firm', 'internal', ${options.BOOTSTRAP_RBAC_APPROVALS ?? 2}::int),
      (${options.ZENOPS_EXTERNAL_TENANT_ID}::uuid, 'external-lane', 'ZenOps', 'external', 2)
    on conflict (id) do nothing`.execute(tx)
}

/** The users that programs act as; the operators' fallback token is of the house firm's OPS. */
async function foundPrograms(tx: Kysely<DB>, tenantId: string): Promise<void> {
  await sql`
    insert into identity.users (id, kind, name) values (${WORKER_USER_ID}::uuid, 'SERVICE', 'ZenOps'),
      (${STUDIO_ADMIN_TOKEN_USER_ID}::uuid, 'SERVICE', 'studio-admin-token'),
      (${STUDIO_SERVICE_USER_ID}::uuid, 'SERVICE', 'service:studio') on conflict (id) do nothing`.execute(tx)
  await sql`
    insert into identity.memberships (tenant_id, user_id, role, status)
    values (${tenantId}::uuid, ${STUDIO_ADMIN_TOKEN_USER_ID}::uuid, 'OPS', 'active') on conflict do nothing`.execute(tx)
}

type FirstPerson = ReturnType<typeof firstPeople>[number]

/** Adds a first person who is not there yet: with his password at once, else as invited. */
async function addFirst(
  tx: Kysely<DB>,
  person: FirstPerson,
  { tenantId, phc }: { tenantId: string; phc: string | null },
) {
  const { rows } = await sql`
    select 1 from identity.users where id = ${person.id}::uuid or email = ${person.email}::citext and deleted_at is null`.execute(
    tx,
  )
  if (rows.length > 0) return
  const { id, email, name, template } = person
  await addMember(tx, {
    id,
    tenantId,
    email,
    name,
    jobTemplates: [template],
    passwordPhc: phc,
    ...(phc === null ? { invited: true } : {}),
  })
}

/** A link for who was invited and has neither accepted nor holds a live one: an expired link locks nobody out. */
async function inviteFirst(tx: Kysely<DB>, person: FirstPerson, tenantId: string): Promise<FirstInvitation | null> {
  const { rows } = await sql<{ id: string }>`
    select u.id from identity.memberships m join identity.users u on u.id = m.user_id
    where m.tenant_id = ${tenantId}::uuid and u.email = ${person.email}::citext and u.deleted_at is null and m.status = 'invited'
      and m.deleted_at is null and not exists (
        select from identity.auth_links l where l.user_id = u.id and l.tenant_id = m.tenant_id and l.purpose = 'INVITE'
          and l.consumed_at is null and l.expires_at > now())`.execute(tx)
  const waiting = rows[0]
  if (!waiting) return null
  const { token, expires_at } = await createLink(tx, {
    purpose: 'INVITE',
    user_id: waiting.id,
    tenant_id: tenantId,
    payload: { firm_id: tenantId, aud: person.surface },
    createdBy: null,
  })
  return { email: person.email, surface: person.surface, token, expires_at }
}

/**
 * Makes the two fixed tenants and the two first administrators; a second run changes nothing. Answers the invitations
 * that somebody must hand over: none where a password is configured. Throws BootstrapError when the configured tenant
 * ids differ from those the database was founded with.
 */
export async function bootstrap(
  database: Database,
  options: BootstrapOptions,
  passwords: Passwords,
): Promise<FirstInvitation[]> {
  const phc =
    options.BOOTSTRAP_ADMIN_PASSWORD === undefined ? null : await passwords.hash(options.BOOTSTRAP_ADMIN_PASSWORD)
  const tenantId = tenantOf(options)
  return database.transact(authScope(), async (tx) => {
    await foundTenants(tx, options)
    await foundPrograms(tx, tenantId)
    const invitations: FirstInvitation[] = []
    for (const person of firstPeople(options)) {
      await addFirst(tx, person, { tenantId, phc })
      const invitation = await inviteFirst(tx, person, tenantId)
      if (invitation) invitations.push(invitation)
    }
    return invitations
  })
}
