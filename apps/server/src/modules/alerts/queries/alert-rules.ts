import { ALERT_RULE_KEYS, type AlertRuleKey, ruleOf } from '@zenops/contracts/alert-rules'
import { getAlertRule, listAlertRules } from '@zenops/contracts/ops-alerts'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/auth/actor.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { ReadyConfig } from '../../../config.ts'
import { runbookOf } from '../evaluator.ts'
import { inForce, type Override } from '../rules/thresholds.ts'

const on = operationsOf<'ops' | 'identity'>()

export interface RuleRow extends Override {
  readonly rule_key: AlertRuleKey
  readonly updated_by: { readonly id: string; readonly name: string } | null
  readonly updated_at: string
  readonly version: number
}

/** What a firm changed in its rules. */
export const ownRules = (tenantId: string, key?: AlertRuleKey) => sql<RuleRow>`
  select r.rule_key, r.enabled, r.thresholds, case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as updated_by,
    r.updated_at, r.version
  from ops.alert_rules r left join identity.users u on u.id = r.updated_by
  where r.tenant_id = ${tenantId}::uuid and (${key ?? null}::text is null or r.rule_key = ${key ?? null})`

/** As shipped it is 1. */
export const versionOf = (row: RuleRow | undefined): number => (row?.version ?? 0) + 1

export function ruleView(key: AlertRuleKey, row: RuleRow | undefined) {
  const { of, severity, thresholds } = ruleOf(key)
  const counts = inForce(key, row)
  return {
    key,
    of,
    severity,
    enabled: counts.enabled,
    thresholds: Object.entries(thresholds).map(([name, bounds]) => ({
      name,
      value: counts.thresholds[name] ?? bounds.default,
      ...bounds,
    })),
    runbook: runbookOf(key),
    updated_by: row?.updated_by ?? null,
    updated_at: row?.updated_at ?? null,
    version: versionOf(row),
  }
}

/** Rules of the platform are kept in the house firm: by the operators, and by its owner in the Workspace. */
export function assertOwnRule(key: AlertRuleKey, actor: Actor, config: ReadyConfig): void {
  if (ruleOf(key).of === 'platform' && actor.tenantId !== config.ZENOPS_INTERNAL_TENANT_ID)
    throw refuse.notFound('The rule', 'key')
}
const isOwn = (key: AlertRuleKey, actor: Actor, config: ReadyConfig): boolean =>
  ruleOf(key).of === 'firm' || actor.tenantId === config.ZENOPS_INTERNAL_TENANT_ID

export const listAlertRulesOperation = on.query(listAlertRules, async ({ read, build, actor, services }) => {
  const [rows] = await read(ownRules(actor.tenantId).compile(build))
  const keys = ALERT_RULE_KEYS.filter((key) => isOwn(key, actor, services.config))
  return {
    items: keys.map((key) =>
      ruleView(
        key,
        rows.find((row) => row.rule_key === key),
      ),
    ),
    next_cursor: null,
  }
})

export const getAlertRuleOperation = on.query(getAlertRule, async ({ read, build, actor, services }, { params }) => {
  assertOwnRule(params.key, actor, services.config)
  const [rows] = await read(ownRules(actor.tenantId, params.key).compile(build))
  return ruleView(params.key, rows[0])
})
