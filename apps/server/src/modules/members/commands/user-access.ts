import { resetFactors, revokeUserSessions, sendPasswordReset, unlockUser } from '@zenops/contracts/identity-people'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { removeFactors, tellReset } from '../factor-reset.ts'
import {
  assertMayRule,
  assertReach,
  createRequest,
  endSessions,
  isOperator,
  lockMember,
  type Member,
  surfaceOf,
  tenantOfChange,
  withTenant,
} from '../../rights/index.ts'
import { createLink, type IdentityParts, liftLock, loginHmac } from '../../identity/index.ts'
import { readUser } from '../queries/get-user.ts'

const on = operationsOf<'identity'>()

export const unlockUserOperation = (parts: IdentityParts) =>
  on.command(unlockUser, {
    asIdentity: true,
    run: async ({ tx, actor, services }, { params, query, body }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      await assertMayRule(tx, actor, member)
      const wasLocked = await liftLock(tx, loginHmac(member.email ?? '', parts))
      if (wasLocked) services.metrics.events.inc({ key: 'auth_account_unlocked' })
      const audit = { action: 'AUTH_ACCOUNT_UNLOCKED', target_id: params.id, tenant_id: tenantId } as const
      return {
        body: await readUser(tx, { tenantId, userId: params.id, aud: actor.aud }, parts),
        audit: wasLocked ? { ...audit, reason: body.reason } : NOTHING_CHANGED,
      }
    },
  })

/** Another person within one's reach, or oneself: one's own sessions and password are one's own affair. */
async function assertMayHelp(
  tx: Kysely<DB>,
  actor: Parameters<typeof assertMayRule>[1],
  member: Member,
): Promise<void> {
  if (member.user_id !== actor.userId) await assertMayRule(tx, actor, member)
}

export const revokeUserSessionsOperation = on.command(revokeUserSessions, {
  asIdentity: true,
  run: async ({ tx, actor }, { params, query, body }) => {
    const tenantId = tenantOfChange(actor, query.tenant_id)
    const member = await lockMember(tx, tenantId, params.id)
    await assertMayHelp(tx, actor, member)
    const whose = { userId: params.id, tenantId, sessionId: body.session_id }
    const revoked = await endSessions(tx, whose, { reason: 'admin', by: actor.userId })
    const audit = {
      action: 'AUTH_SESSION_REVOKED',
      target_id: body.session_id ?? params.id,
      tenant_id: tenantId,
      after: { sessions_ended: revoked },
      refs: [params.id],
    } as const
    return { body: { revoked }, audit: revoked > 0 ? audit : NOTHING_CHANGED }
  },
})

export const sendPasswordResetOperation = on.command(sendPasswordReset, {
  asIdentity: true,
  run: async ({ tx, actor, services, traceId }, { params, query }) => {
    const tenantId = tenantOfChange(actor, query.tenant_id)
    const member = await lockMember(tx, tenantId, params.id)
    await assertMayHelp(tx, actor, member)
    const { email } = member
    if (member.status === 'invited' || email === null) {
      throw refuse.conflict('not_accepted', 'The invitation is not accepted yet: send it again instead.')
    }
    const link = {
      purpose: 'RESET',
      user_id: params.id,
      tenant_id: null,
      payload: {},
      createdBy: actor.userId,
    } as const
    const { token, expires_at } = await createLink(tx, link)
    await withTenant(tx, { tenantId, actor }, () =>
      services.mail.queue(tx, {
        tenantId,
        userId: params.id,
        to: email,
        template: 'auth_reset_link',
        variables: { expires_at },
        link: { surface: surfaceOf(member.job_templates), path: '/reset', token },
        expiresAt: new Date(expires_at),
        traceId,
      }),
    )
    return {
      body: { result: 'mail_sent' as const },
      audit: { action: 'AUTH_PASSWORD_RESET_REQUESTED', target_id: params.id, tenant_id: tenantId },
    }
  },
})

/** ADMIN or OPS in any firm: factors belong to the person, so the strictest of his memberships decides. */
async function isPrivileged(tx: Kysely<DB>, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from identity.memberships where user_id = ${userId}::uuid and role in ('ADMIN', 'OPS')
      and status in ('active', 'disabled') and deleted_at is null limit 1`.execute(tx)
  return rows.length > 0
}

export const resetFactorsOperation = (parts: IdentityParts) =>
  on.command(resetFactors, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { params, query, body }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      if (member.user_id === actor.userId) throw refuse.forbidden('self_change')
      if (await isPrivileged(tx, params.id)) {
        const { pending, audit } = await createRequest(
          tx,
          {
            kind: 'mfa_reset_admin',
            tenantId,
            subject: `user:${params.id}`,
            payload: { user_id: params.id, name: member.name },
            before: null,
            after: null,
            reason: body.reason,
            peopleAffected: 1,
          },
          { parts, services, actor, traceId },
        )
        return { body: pending, audit, reply: { status: 202 } }
      }
      if (!isOperator(actor)) await assertReach(tx, actor, { tenantId, templates: member.job_templates })
      const revoked = await removeFactors(tx, params.id, { reason: 'mfa_reset', by: actor.userId })
      await tellReset(tx, member, { parts, services, actor, traceId })
      const after = { sessions_ended: revoked }
      return {
        body: { result: 'reset' as const, revoked },
        audit: { action: 'MFA_RESET', target_id: params.id, tenant_id: tenantId, after, reason: body.reason },
      }
    },
  })
