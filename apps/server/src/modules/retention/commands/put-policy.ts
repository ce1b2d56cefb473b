import { putRetentionPolicy, RETENTION_CLASSES, type RetentionClass } from '@zenops/contracts/retention'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { assertConfirmed, consumeConfirmation } from '../../../platform/confirmations.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type ActorContext, operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { policyOf, policyOwner, type PolicyRow, policyRows } from '../queries/policies.ts'

const on = operationsOf<Visible>()

/** Operators set the platform's defaults, a firm its own. */
function assertMaySet(context: ActorContext): void {
  const capability = context.actor.aud === 'studio' ? 'ops.jobs.manage' : 'ops.settings.write'
  if (context.can(capability) === null) throw refuse.forbidden('missing_capability', { capability, scope: 'none' })
}

function assertAboveFloor(name: RetentionClass, days: number): void {
  const { floor } = RETENTION_CLASSES[name]
  if (days >= floor) return
  throw new Refusal('RETENTION_BELOW_FLOOR', `These records are kept for at least ${floor} days.`, {
    details: [{ path: 'days', reason: 'below_floor', floor_days: floor }],
  })
}

/** More may be removed afterwards than before. */
const removesMore = (before: { days: number; enabled: boolean }, after: { days: number; enabled: boolean }): boolean =>
  after.enabled && (!before.enabled || after.days < before.days)

export const putRetentionPolicyOperation = on.command(putRetentionPolicy, {
  prepare: async (context, { params, body }) => {
    assertMaySet(context)
    assertAboveFloor(params.class, body.days)
    const owner = policyOwner(context.actor)
    const [rows] = await context.read(policyRows(owner, params.class).compile(compileOnly))
    const before = policyOf(params.class, rows, { owner, now: context.now })
    const asks = removesMore(before, body)
    const scope = scopeOf(context.actor)
    if (asks)
      await assertConfirmed(context, {
        action: 'retention_shorten',
        target: params.class,
        given: body.confirmation,
        scope,
      })
    return { asks }
  },
  run: async ({ tx, actor, now }, { params, body }, { asks }) => {
    const owner = policyOwner(actor)
    const read = async (): Promise<readonly PolicyRow[]> => (await policyRows(owner, params.class).execute(tx)).rows
    const before = policyOf(params.class, await read(), { owner, now })
    if (before.version !== body.expected_version) throw refuse.stale(before.version)
    // Somebody lengthened it since the phrase was asked about.
    if (removesMore(before, body) && !asks) throw refuse.stale(before.version)
    if (before.days === body.days && before.enabled === body.enabled) return { body: before, audit: NOTHING_CHANGED }
    if (asks && body.confirmation) await consumeConfirmation(tx, body.confirmation)
    const { rows } = await sql`
      insert into ops.retention_policies as p (tenant_id, class, days, enabled, updated_by)
      values (${owner}::uuid, ${params.class}, ${body.days}::int, ${body.enabled}::boolean, ${actor.userId}::uuid)
      on conflict (tenant_id, class) do update set days = excluded.days, enabled = excluded.enabled, version = p.version + 1,
        updated_at = now(), updated_by = excluded.updated_by
        where p.version = ${body.expected_version}::int
      returning 1`.execute(tx)
    if (rows.length === 0) throw refuse.stale(body.expected_version + 1)
    const after = policyOf(params.class, await read(), { owner, now })
    return {
      body: after,
      audit: {
        action: 'RETENTION_POLICY_UPDATED',
        target_id: params.class,
        before: { days: before.days, enabled: before.enabled },
        after: { days: after.days, enabled: after.enabled },
      } as const,
    }
  },
})
