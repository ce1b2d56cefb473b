import { disableUser, enableUser } from '@zenops/contracts/identity-people'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import {
  assertAnotherAdmin,
  assertMayRule,
  endSessions,
  isActiveAdmin,
  isOperator,
  lockFirm,
  lockMember,
  type Member,
  type Sending,
  tenantOfChange,
  withTenant,
} from '../../rights/index.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { readUser } from '../queries/get-user.ts'

const on = operationsOf<'identity' | 'assignments'>()

const illegal = (from: string): Refusal =>
  new Refusal('ILLEGAL_TRANSITION', 'This is not possible in the present state.', {
    details: [{ path: 'status', reason: 'illegal_transition', from }],
  })

interface OpenWork {
  readonly count: number
  readonly codes: string[]
}

/** Open jobs that name the person, as the caller sees them. */
const openWorkOf = (tenantId: string, userId: string): CompiledQuery<OpenWork> =>
  sql<OpenWork>`
    select count(*)::int as count, coalesce((array_agg(a.code order by a.code))[1:10], '{}') as codes
    from assignments.assignment_assignees s join assignments.assignments a on a.tenant_id = s.tenant_id and a.id = s.assignment_id
    where s.tenant_id = ${tenantId}::uuid and s.user_id = ${userId}::uuid and s.deleted_at is null and a.is_open and a.deleted_at is null`.compile(
    compileOnly,
  )

/** The firm's administrators hear what the person leaves behind. */
async function tellOpenWork(
  tx: Kysely<DB>,
  about: { member: Member; work: OpenWork },
  sending: Sending,
): Promise<void> {
  const { member, work } = about
  if (work.count === 0) return
  const { rows } = await sql<{ user_id: string; email: string; locale: string }>`
    select m.user_id, u.email, u.locale from identity.memberships m join identity.users u on u.id = m.user_id
    where m.tenant_id = ${member.tenant_id}::uuid and m.role = 'ADMIN' and m.status = 'active' and m.deleted_at is null
      and m.user_id <> ${member.user_id}::uuid and u.status = 'active' and u.email is not null order by m.user_id limit 50`.execute(
    tx,
  )
  const listed = `${work.codes.join(', ')}${work.count > work.codes.length ? ' …' : ''}`
  await withTenant(tx, { tenantId: member.tenant_id, actor: sending.actor }, async () => {
    for (const { user_id, email, locale } of rows) {
      await sending.services.mail.queue(tx, {
        tenantId: member.tenant_id,
        userId: user_id,
        to: email,
        template: 'member_disabled_open_work',
        variables: { firm: member.tenant_name, person: member.name, open_tasks: `${work.count} (${listed})` },
        link: { surface: 'web', path: '/assignments' },
        locale,
        traceId: sending.traceId,
      })
    }
  })
}

const setStatus = (tx: Kysely<DB>, member: Member, status: 'active' | 'disabled') =>
  sql`update identity.memberships set status = ${status}, permission_version = permission_version + 1, version = version + 1, updated_at = now()
    where tenant_id = ${member.tenant_id}::uuid and user_id = ${member.user_id}::uuid`.execute(tx)

interface Firm {
  readonly tenant_id: string
  readonly is_admin: boolean
}

/** A person under lock and the firms whose logs tell of him. */
async function lockEverywhere(tx: Kysely<DB>, userId: string): Promise<{ status: string; firms: Firm[] }> {
  const { rows: firms } = await sql<Firm>`
    select tenant_id, admin_level is not distinct from 'SYSTEM_ADMIN' and status = 'active' as is_admin
    from identity.memberships where user_id = ${userId}::uuid and deleted_at is null order by tenant_id`.execute(tx)
  for (const { tenant_id } of firms) await lockFirm(tx, tenant_id)
  const { rows } = await sql<{ status: string }>`
    select status from identity.users where id = ${userId}::uuid and kind = 'PERSON' for no key update`.execute(tx)
  const person = rows[0]
  if (!person || firms.length === 0) throw refuse.notFound('The person')
  return { status: person.status, firms }
}

/** Switches a person on or off in every firm at once. */
async function switchEverywhere(
  tx: Kysely<DB>,
  whose: { readonly userId: string; readonly by: string; readonly reason: string },
  status: 'active' | 'disabled',
): Promise<[AuditEntry, ...AuditEntry[]]> {
  const { userId, by, reason } = whose
  if (userId === by) throw refuse.forbidden('self_change')
  const { status: now, firms } = await lockEverywhere(tx, userId)
  if (now !== (status === 'active' ? 'disabled' : 'active')) throw illegal(now)
  if (status === 'disabled') {
    for (const firm of firms) if (firm.is_admin) await assertAnotherAdmin(tx, firm.tenant_id, userId)
    await endSessions(tx, { userId, tenantId: null }, { reason: 'account', by })
  }
  await Promise.all([
    sql`update identity.users set status = ${status}, version = version + 1, updated_at = now() where id = ${userId}::uuid`.execute(
      tx,
    ),
    sql`update identity.memberships set permission_version = permission_version + 1 where user_id = ${userId}::uuid`.execute(
      tx,
    ),
  ])
  const [first, ...rest] = firms.map(
    ({ tenant_id }): AuditEntry => ({
      action: status === 'disabled' ? 'USER_DISABLED' : 'USER_ENABLED',
      target_id: userId,
      tenant_id,
      before: { user_status: now },
      after: { user_status: status },
      reason,
    }),
  )
  if (!first) throw refuse.notFound('The person')
  return [first, ...rest]
}

export const disableUserOperation = (parts: IdentityParts) =>
  on.command(disableUser, {
    asIdentity: true,
    prepare: async ({ services, actor }, { params }): Promise<OpenWork> => {
      if (actor.aud !== 'web') return { count: 0, codes: [] }
      const [[work]] = await services.database.read(scopeOf(actor), openWorkOf(actor.tenantId, params.id))
      return work ?? { count: 0, codes: [] }
    },
    run: async ({ tx, actor, services, traceId }, { params, query, body }, work) => {
      if (isOperator(actor) && query.tenant_id === undefined) {
        const audit = await switchEverywhere(
          tx,
          { userId: params.id, by: actor.userId, reason: body.reason },
          'disabled',
        )
        return { body: await readUser(tx, { tenantId: null, userId: params.id, aud: actor.aud }, parts), audit }
      }
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      await assertMayRule(tx, actor, member)
      if (member.status !== 'active') throw illegal(member.status)
      if (isActiveAdmin(member)) await assertAnotherAdmin(tx, tenantId, params.id)
      await setStatus(tx, member, 'disabled')
      const ended = await endSessions(tx, { userId: params.id, tenantId }, { reason: 'account', by: actor.userId })
      await tellOpenWork(tx, { member, work }, { parts, services, actor, traceId })
      return {
        body: await readUser(tx, { tenantId, userId: params.id, aud: actor.aud }, parts),
        audit: {
          action: 'USER_DISABLED',
          target_id: params.id,
          tenant_id: tenantId,
          before: { status: 'active' },
          after: { status: 'disabled', sessions_ended: ended, open_work: work.count },
          reason: body.reason,
        },
      }
    },
  })

export const enableUserOperation = (parts: IdentityParts) =>
  on.command(enableUser, {
    asIdentity: true,
    run: async ({ tx, actor }, { params, query, body }) => {
      if (isOperator(actor) && query.tenant_id === undefined) {
        const audit = await switchEverywhere(tx, { userId: params.id, by: actor.userId, reason: body.reason }, 'active')
        return { body: await readUser(tx, { tenantId: null, userId: params.id, aud: actor.aud }, parts), audit }
      }
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      await assertMayRule(tx, actor, member)
      if (member.status !== 'disabled') throw illegal(member.status)
      await setStatus(tx, member, 'active')
      return {
        body: await readUser(tx, { tenantId, userId: params.id, aud: actor.aud }, parts),
        audit: {
          action: 'USER_ENABLED',
          target_id: params.id,
          tenant_id: tenantId,
          before: { status: 'disabled' },
          after: { status: 'active' },
          reason: body.reason,
        },
      }
    },
  })
