import { CAPABILITIES, defaultGrants, JOB_TEMPLATES, type JobTemplate } from '@zenops/contracts/capabilities'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Passwords } from '../../platform/auth/passwords.ts'
import type { Database } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'

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
}

export async function addMember(tx: Kysely<DB>, member: NewMember): Promise<string> {
  const role = JOB_TEMPLATES[member.jobTemplates[0] ?? 'valuer'].role
  const level = role !== 'ADMIN' ? null : member.jobTemplates.includes('super_admin') ? 'SYSTEM_ADMIN' : 'MANAGER'
  const { rows } = await sql<{ id: string }>`
    with person as (
      insert into identity.users (id, kind, email, name, email_verified_at)
      values (coalesce(${member.id ?? null}::uuid, uuidv7()), 'PERSON', ${member.email}::citext, ${member.name}, now())
      on conflict (email) where deleted_at is null do update set name = identity.users.name returning id
    ), joined as (
      insert into identity.memberships (tenant_id, user_id, role, admin_level, status)
      select ${member.tenantId}::uuid, id, ${role}, ${level}, 'active' from person on conflict do nothing
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

/**
 * Makes the two fixed tenants and the two first administrators; a second run changes nothing. Throws BootstrapError
 * when the configured tenant ids differ from those the database was founded with.
 */
export async function bootstrap(database: Database, options: BootstrapOptions, passwords: Passwords): Promise<void> {
  const phc =
    options.BOOTSTRAP_ADMIN_PASSWORD === undefined ? null : await passwords.hash(options.BOOTSTRAP_ADMIN_PASSWORD)
  await database.transact(authScope(), async (tx) => {
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
      insert into identity.tenants (id, slug, name, lane) values
        (${options.ZENOPS_INTERNAL_TENANT_ID}::uuid, 'factory', 'House firm', 'internal'),
        (${options.ZENOPS_EXTERNAL_TENANT_ID}::uuid, 'external-lane', 'ZenOps', 'external')
      on conflict (id) do nothing`.execute(tx)
    const tenantId = options.ZENOPS_INTERNAL_TENANT_ID
    await addMember(tx, {
      id: INTERNAL_ADMIN_ID,
      tenantId,
      email: options.BOOTSTRAP_INTERNAL_ADMIN_EMAIL,
      name: 'Owner',
      jobTemplates: ['super_admin'],
      passwordPhc: phc,
    })
    await addMember(tx, {
      id: STUDIO_ADMIN_ID,
      tenantId,
      email: options.BOOTSTRAP_STUDIO_ADMIN_EMAIL,
      name: 'Platform operator',
      jobTemplates: ['platform_ops'],
      passwordPhc: phc,
    })
    await sql`
      insert into identity.users (id, kind, name) values (${WORKER_USER_ID}::uuid, 'SERVICE', 'ZenOps') on conflict (id) do nothing`.execute(
      tx,
    )
  })
}
