import { getSignInPolicy, setSignInPolicy } from '@zenops/contracts/identity-rights'
import { type CompiledQuery, sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { lockPolicy, rulesOf, writePolicy } from '../sign-in-rules.ts'
import { changedFields } from '../../../platform/changed-fields.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { createRequest } from '../requests.ts'
import { isWeaker, type SignInRules } from '../rules/sign-in-policy.ts'
import { tenantOfChange } from '../seen-tenants.ts'

const on = operationsOf<'identity'>()
type Policy = SignInRules & { version: number }

const policyOf = (tenantId: string): CompiledQuery<Policy> =>
  sql<Policy>`select mfa_policy, passwordless, registration, version from identity.tenants where id = ${tenantId}::uuid`.compile(
    compileOnly,
  )

export const getSignInPolicyOperation = on.query(getSignInPolicy, async ({ services, actor }, { query }) => {
  const tenantId = tenantOfChange(actor, query.tenant_id ?? (actor.aud === 'studio' ? actor.tenantId : undefined))
  const [rows] = await services.database.read(authScope(actor.tenantId, actor.userId), policyOf(tenantId))
  if (!rows[0]) throw refuse.notFound('The firm', 'tenant_id')
  return rows[0]
})

/** A stronger policy holds at once; one that is weaker in any respect waits for approval as a whole. */
export const setSignInPolicyOperation = (parts: IdentityParts) =>
  on.command(setSignInPolicy, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { query, body }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const now = await lockPolicy(tx, tenantId)
      if (body.expected_version !== undefined && body.expected_version !== now.version) throw refuse.stale(now.version)
      const [before, after] = [rulesOf(now), rulesOf(body)]
      if (!changedFields(before, after)) return { body: { result: 'applied' as const, ...now }, audit: NOTHING_CHANGED }
      if (!isWeaker(before, after)) {
        const audit = { ...(await writePolicy(tx, tenantId, { before, after })), reason: body.reason ?? null }
        return { body: { result: 'applied' as const, ...after, version: now.version + 1 }, audit }
      }
      const { rows } = await sql<{ people: number }>`
        select count(*)::int as people from identity.memberships
        where tenant_id = ${tenantId}::uuid and status = 'active' and deleted_at is null`.execute(tx)
      const { pending, audit } = await createRequest(
        tx,
        {
          kind: 'policy_relax',
          tenantId,
          subject: 'policy',
          payload: after,
          before,
          after,
          reason: body.reason ?? 'A weaker sign-in policy',
          peopleAffected: rows[0]?.people ?? 0,
        },
        { parts, services, actor, traceId },
      )
      return { body: pending, audit, reply: { status: 202 } }
    },
  })
