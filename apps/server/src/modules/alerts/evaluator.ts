import { ALERT_TITLES, type AlertRuleKey, ruleOf, runbookPath, type Severity } from '@zenops/contracts/alert-rules'
import { sql } from 'kysely'
import type { Actor } from '../../platform/auth/actor.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Metrics } from '../../platform/telemetry/metrics.ts'

export interface Evaluator {
  /** Connection as zen_keeper: reads over all firms. */
  readonly keeper: Database
  /** Connection as zen_worker: writes, firm by firm. */
  readonly database: Database
  readonly metrics: Metrics
  /** The worker in the house firm. */
  readonly actor: Actor
  readonly traceId: string
  readonly expectsBackups: boolean
  /** Stored bytes that exports may take, of one firm and in all. */
  readonly spool: { readonly tenantBytes: number; readonly allBytes: number }
  /** First origin of the Workspace and of Studio, for links. */
  readonly origins: { readonly web: string; readonly studio: string }
  /** Keeps between turns since when a rule with a waiting time is broken. */
  readonly pending: Map<string, number>
}

/** Resolved ones are still told about for this long. */
const TELL_RESOLVED = "interval '1 hour'"

export const runbookOf = (key: AlertRuleKey): string => runbookPath(ruleOf(key).runbook)

/** Alerts of a firm that somebody may still have to be told about. */
export const tellable = (tenantId: string) => sql<{
  readonly id: string
  readonly tenant_id: string
  readonly rule_key: AlertRuleKey
  readonly severity: Severity
  readonly state: 'OPEN' | 'ACKED' | 'RESOLVED'
  readonly age_seconds: number
  readonly level: number
  readonly raised_at: string | null
  readonly first_at: string
  readonly count: number
  readonly detail: Record<string, string | number | boolean | null>
  readonly runbook: string
  readonly trace_id: string
}>`
  select id, tenant_id, rule_key, severity, state, extract(epoch from now() - first_at)::bigint as age_seconds, level, raised_at,
    first_at, count, detail, runbook, trace_id
  from ops.alerts where tenant_id = ${tenantId}::uuid
    and (state <> 'RESOLVED' or resolved_at > now() - ${sql.raw(TELL_RESOLVED)})
    and rule_key = any (${Object.keys(ALERT_TITLES)}::text[])
  order by id limit 500`
