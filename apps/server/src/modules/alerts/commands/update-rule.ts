import type { ParsedOf } from '@zenops/contracts/kit'
import { updateAlertRule } from '@zenops/contracts/ops-alerts'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { changedFields } from '../../../platform/changed-fields.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertOwnRule, ownRules, type RuleRow, ruleView, versionOf } from '../queries/alert-rules.ts'
import { thresholdFaults } from '../rules/thresholds.ts'

const on = operationsOf<'ops' | 'identity'>()

/** What stays of the changes: a threshold at null goes back to its default. */
const merged = (before: Readonly<Record<string, number>>, wanted: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(Object.entries({ ...before, ...wanted }).filter(([, value]) => value !== null))

/** What the rule then says. */
function wantedOf(before: RuleRow | undefined, body: ParsedOf<typeof updateAlertRule>['body']) {
  return {
    enabled: body.enabled ?? before?.enabled ?? true,
    thresholds: merged(before?.thresholds ?? {}, body.thresholds ?? {}),
  }
}
const AS_SHIPPED = { enabled: true, thresholds: {} }

export const updateAlertRuleOperation = on.command(updateAlertRule, {
  run: async ({ tx, actor, services }, { params, body }) => {
    const { key } = params
    assertOwnRule(key, actor, services.config)
    const faults = thresholdFaults(key, body.thresholds ?? {})
    if (faults.length > 0) throw new Refusal('VALIDATION_FAILED', 'The request is not valid.', { details: faults })
    const turn = sql`select pg_advisory_xact_lock(hashtextextended(${`alert rule ${actor.tenantId} ${key}`}, 16))`
    const [, found] = await Promise.all([turn.execute(tx), ownRules(actor.tenantId, key).execute(tx)])
    const before = found.rows[0]
    if (body.expected_version !== undefined && body.expected_version !== versionOf(before))
      throw refuse.stale(versionOf(before))
    const { enabled, thresholds } = wantedOf(before, body)
    const was = before ?? AS_SHIPPED
    await sql`
      insert into ops.alert_rules as r (tenant_id, rule_key, enabled, thresholds, updated_by)
      values (${actor.tenantId}::uuid, ${key}, ${enabled}, ${JSON.stringify(thresholds)}::jsonb, ${actor.userId}::uuid)
      on conflict (tenant_id, rule_key) do update set enabled = excluded.enabled, thresholds = excluded.thresholds,
        updated_by = excluded.updated_by, updated_at = now(), version = r.version + 1`.execute(tx)
    const after = await ownRules(actor.tenantId, key).execute(tx)
    return {
      body: ruleView(key, after.rows[0]),
      audit: {
        action: 'ALERT_RULE_UPDATED',
        target_id: key,
        ...changedFields({ enabled: was.enabled, thresholds: was.thresholds }, { enabled, thresholds }),
      },
    }
  },
})
