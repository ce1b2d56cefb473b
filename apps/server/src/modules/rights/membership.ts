import type { JobTemplate, Role } from '@zenops/contracts/capabilities'
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { adminLevelOf } from './rules/reach.ts'
import { assertReach } from './rights.ts'

/** A membership under lock, with its person. */
export interface Member {
  readonly tenant_id: string
  readonly tenant_name: string
  readonly user_id: string
  readonly role: Role
  readonly admin_level: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly status: 'invited' | 'active' | 'disabled' | 'ended'
  readonly user_status: 'active' | 'disabled' | 'erased'
  readonly email: string | null
  readonly name: string
  readonly phone: string | null
  readonly professional: Record<string, string | null> | null
  /** Counts changes of the membership and of the person together. */
  readonly version: number
  readonly job_templates: JobTemplate[]
}

/**
 * Takes the lock under which people of a firm are changed. Everything that changes several memberships, or counts
 * administrators, takes it first, so that no two of them wait for each other.
 */
export const lockFirm = async (tx: QueryExecutorProvider, tenantId: string): Promise<void> => {
  await sql`select 1 from identity.tenants where id = ${tenantId}::uuid for no key update`.execute(tx)
}

/** The live membership under lock; NOT_FOUND when the firm has no such person. */
export async function lockMember(tx: Kysely<DB>, tenantId: string, userId: string): Promise<Member> {
  // Three statements, one flush: what is read last sees what the locks waited for.
  const [, , { rows }] = await Promise.all([
    lockFirm(tx, tenantId),
    sql`select 1 from identity.memberships where tenant_id = ${tenantId}::uuid and user_id = ${userId}::uuid for no key update`.execute(
      tx,
    ),
    sql<Member>`
      select m.tenant_id, t.name as tenant_name, m.user_id, m.role, m.admin_level, m.status, u.status as user_status, u.email, u.name, u.phone,
        m.professional, m.version + u.version - 1 as version,
        array(select j.job_template from identity.membership_job_templates j
          where j.tenant_id = m.tenant_id and j.user_id = m.user_id order by 1) as job_templates
      from identity.memberships m join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
      where m.tenant_id = ${tenantId}::uuid and m.user_id = ${userId}::uuid and m.deleted_at is null and u.kind = 'PERSON'`.execute(
      tx,
    ),
  ])
  const member = rows[0]
  if (!member) throw refuse.notFound('The person')
  return member
}

/** An operator of the platform in the studio: he rules over people of every firm, but grants nothing he lacks. */
export const isOperator = (actor: Actor): boolean => actor.aud === 'studio' && actor.role === 'OPS'

/** Not oneself, and nobody whose rights go beyond one's own. */
export async function assertMayRule(tx: Kysely<DB>, actor: Actor, member: Member): Promise<void> {
  if (member.user_id === actor.userId) throw refuse.forbidden('self_change')
  if (isOperator(actor)) return
  await assertReach(tx, actor, { tenantId: member.tenant_id, templates: member.job_templates })
}

export function assertVersion(member: Member, expected: number | undefined): void {
  if (expected !== undefined && expected !== member.version) throw refuse.stale(member.version)
}

/** LAST_ADMIN when nobody else would be left who can administer the firm: a blocked one cannot. Call it under its lock. */
export async function assertAnotherAdmin(tx: QueryExecutorProvider, tenantId: string, userId: string): Promise<void> {
  const { rows } = await sql`
    select 1 from identity.memberships m join identity.users u on u.id = m.user_id
    where m.tenant_id = ${tenantId}::uuid and m.user_id <> ${userId}::uuid and m.admin_level = 'SYSTEM_ADMIN'
      and m.status = 'active' and m.deleted_at is null and u.status = 'active' and not exists (
        select from identity.auth_blocks b where b.user_id = m.user_id and b.lifted_at is null and b.expires_at > now()
          and (b.tenant_id is null or b.tenant_id = m.tenant_id)) limit 1`.execute(tx)
  if (rows.length === 0) throw new Refusal('LAST_ADMIN', 'A firm keeps at least one active administrator.')
}

export const isActiveAdmin = (member: Member): boolean =>
  member.admin_level === 'SYSTEM_ADMIN' && member.status === 'active' && member.user_status === 'active'

/** Replaces the templates of a membership; its tokens are stale from the commit on. */
export async function replaceTemplates(
  tx: Kysely<DB>,
  member: Pick<Member, 'tenant_id' | 'user_id'>,
  wanted: { readonly role: Role; readonly templates: readonly JobTemplate[] },
): Promise<void> {
  const { tenant_id, user_id } = member
  await Promise.all([
    sql`delete from identity.membership_job_templates where tenant_id = ${tenant_id}::uuid and user_id = ${user_id}::uuid`.execute(
      tx,
    ),
    sql`update identity.memberships set role = ${wanted.role}, admin_level = ${adminLevelOf(wanted.role, wanted.templates)},
        permission_version = permission_version + 1, version = version + 1, updated_at = now()
      where tenant_id = ${tenant_id}::uuid and user_id = ${user_id}::uuid`.execute(tx),
    addTemplates(tx, member, wanted),
  ])
}

export const addTemplates = (
  tx: Kysely<DB>,
  member: Pick<Member, 'tenant_id' | 'user_id'>,
  wanted: { readonly role: Role; readonly templates: readonly JobTemplate[] },
) =>
  sql`insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
    select ${member.tenant_id}::uuid, ${member.user_id}::uuid, key, ${wanted.role}
    from unnest(${[...new Set(wanted.templates)]}::text[]) as key`.execute(tx)

/** Ends live sessions and half-done sign-ins of a person: in one firm, or everywhere (null). Answers how many sessions. */
export async function endSessions(
  tx: Kysely<DB>,
  whose: { readonly userId: string; readonly tenantId: string | null; readonly sessionId?: string | undefined },
  why: { readonly reason: string; readonly by: string },
): Promise<number> {
  const { userId, tenantId, sessionId } = whose
  const here = tenantId === null ? sql`true` : sql`tenant_id = ${tenantId}::uuid`
  const [ended] = await Promise.all([
    sql<{ id: string }>`
      update identity.auth_families set revoked_at = now(), revoked_reason = ${why.reason}, revoked_by = ${why.by}::uuid
      where user_id = ${userId}::uuid and ${here} and revoked_at is null and absolute_expires_at > now()
        and ${sessionId === undefined ? sql`true` : sql`id = ${sessionId}::uuid`}
      returning id`.execute(tx),
    ...(sessionId === undefined
      ? [
          sql`update identity.auth_mfa_tickets set consumed_at = now()
            where user_id = ${userId}::uuid and ${here} and consumed_at is null`.execute(tx),
        ]
      : []),
  ])
  return ended.rows.length
}

/** The unused invitation of a firm is void: that of its staff, or that of its portal people. */
export const voidInvitation = (
  tx: Kysely<DB>,
  { tenantId, userId, portal }: { readonly tenantId: string; readonly userId: string; readonly portal: boolean },
) =>
  sql`update identity.auth_links set consumed_at = now()
    where purpose = 'INVITE' and user_id = ${userId}::uuid and tenant_id = ${tenantId}::uuid and consumed_at is null
      and (coalesce(payload ->> 'aud', '') = 'portal') = ${portal}::boolean`.execute(tx)

/** Ends a membership: soft-deleted, sessions gone, an open invitation void. */
export async function endMembership(
  tx: Kysely<DB>,
  member: Pick<Member, 'tenant_id' | 'user_id'>,
  why: { readonly by: string; readonly reason: string },
): Promise<void> {
  const { tenant_id, user_id } = member
  await Promise.all([
    sql`update identity.memberships set status = 'ended', permission_version = permission_version + 1, version = version + 1,
        updated_at = now(), deleted_at = now(), deleted_by = ${why.by}::uuid, delete_reason = ${why.reason}
      where tenant_id = ${tenant_id}::uuid and user_id = ${user_id}::uuid`.execute(tx),
    voidInvitation(tx, { tenantId: tenant_id, userId: user_id, portal: false }),
    endSessions(tx, { userId: user_id, tenantId: tenant_id }, { reason: 'membership_ended', by: why.by }),
  ])
}
