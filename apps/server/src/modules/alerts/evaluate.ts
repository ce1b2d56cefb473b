import type { AlertRuleKey, Severity } from '@zenops/contracts/alert-rules'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { PROCESS_SCOPE } from '../../platform/db/scope.ts'
import { recordOps } from '../../platform/ops-events.ts'
import { deliverDue } from './deliver-due.ts'
import { type Evaluator, runbookOf } from './evaluator.ts'
import { gather, type Gathered, type OpenAlert } from './gather.ts'
import { type Finding, judge } from './rules/judge.ts'
import { nextLevel } from './rules/notices.ts'
import { inForce } from './rules/thresholds.ts'
import { settleDeliveries } from './settle-deliveries.ts'

/** What was not found for so long is over: one turn that missed it does not end and begin it again. */
const RESOLVE_AFTER_SECONDS = 30
/** One turn: what is wrong now becomes alerts, what is over ends, and whoever must know is told. Answers how many changed. */
export async function evaluate(evaluator: Evaluator): Promise<number> {
  const { keeper, actor, expectsBackups, spool } = evaluator
  const gathered = await gather(keeper, { house: actor.tenantId, expectsBackups, spool })
  const findings = lasting(evaluator.pending, gathered, findingsOf(gathered))
  const tenants = new Set([...findings, ...gathered.open].map((one) => one.tenant_id))
  let changed = 0
  for (const tenantId of tenants) {
    const mine = {
      findings: findings.filter((one) => one.tenant_id === tenantId),
      open: gathered.open.filter((one) => one.tenant_id === tenantId),
    }
    changed += await writeAlerts(evaluator, tenantId, mine)
  }
  for (const tenantId of new Set([...tenants, actor.tenantId])) await deliverDue(evaluator, tenantId)
  await settleDeliveries(evaluator, gathered.settling)
  await showFigures(evaluator)
  return changed
}

function findingsOf({ facts, overrides }: Gathered): Finding[] {
  const of = (key: AlertRuleKey, tenantId: string) =>
    overrides.find((one) => one.rule_key === key && one.tenant_id === tenantId)
  return judge(facts, (key, tenantId) =>
    inForce(key, of(key, facts.house), tenantId === facts.house ? undefined : of(key, tenantId)),
  )
}

/** Rules with `for_seconds` speak only when the state has lasted that long; what is critical speaks at once. */
function lasting(
  pending: Map<string, number>,
  { facts, overrides }: Gathered,
  findings: readonly Finding[],
): Finding[] {
  const now = Date.parse(facts.now)
  const seen = new Set<string>()
  const kept = findings.filter((finding) => {
    const own = overrides.find((one) => one.rule_key === finding.rule_key && one.tenant_id === finding.tenant_id)
    const wait = inForce(finding.rule_key, own).thresholds['for_seconds']
    if (wait === undefined || finding.severity === 'critical') return true
    const key = `${finding.tenant_id} ${finding.fingerprint}`
    seen.add(key)
    const since = pending.get(key) ?? now
    pending.set(key, since)
    return now - since >= wait * 1_000
  })
  for (const key of pending.keys()) if (!seen.has(key)) pending.delete(key)
  return kept
}

interface Mine {
  readonly findings: readonly Finding[]
  readonly open: readonly OpenAlert[]
}
interface Written {
  readonly fresh: boolean
  readonly severity: Severity
  readonly rule_key: string
}

/** The alerts of one firm in one transaction. */
async function writeAlerts(evaluator: Evaluator, tenantId: string, { findings, open }: Mine): Promise<number> {
  const { database, actor, traceId } = evaluator
  const here = { ...actor, tenantId }
  return database.transact({ ...PROCESS_SCOPE, tenantId, userId: actor.userId }, async (tx, unit) => {
    const written: Written[] = []
    for (const finding of findings) written.push(...(await keep(tx, finding, traceId)))
    const found = new Set(findings.map((one) => one.fingerprint))
    const gone = open.filter((one) => !found.has(one.fingerprint)).map((one) => one.id)
    const { rows: resolved } = await sql`
      update ops.alerts set state = 'RESOLVED', resolved_at = now()
      where tenant_id = ${tenantId}::uuid and id = any (${gone}::uuid[]) and state <> 'RESOLVED'
        and last_at < now() - make_interval(secs => ${RESOLVE_AFTER_SECONDS}) returning 1`.execute(tx)
    await raiseLevels(tx, tenantId)
    const fired = written.filter((one) => one.fresh)
    recordOps(
      { actor: here, traceId, unit },
      fired.map(({ rule_key, severity }) => ({ metric_key: 'alert_fired', dimensions: { rule: rule_key, severity } })),
    )
    return fired.length + resolved.length
  })
}

/** One open alert of a fingerprint: a first finding opens it, later ones are counted into it. */
async function keep(tx: Kysely<DB>, finding: Finding, traceId: string): Promise<readonly Written[]> {
  const { rows } = await sql<Written>`
    insert into ops.alerts as a (tenant_id, fingerprint, rule_key, severity, detail, trace_id, runbook)
    values (${finding.tenant_id}::uuid, ${finding.fingerprint}, ${finding.rule_key}, ${finding.severity}, ${JSON.stringify(finding.detail)}::jsonb,
      ${traceId}, ${runbookOf(finding.rule_key)})
    on conflict (tenant_id, fingerprint) where state <> 'RESOLVED' do update set last_at = now(), count = a.count + 1, detail = excluded.detail,
      raised_at = case when a.severity = 'warning' and excluded.severity = 'critical' then now() else a.raised_at end,
      level_at = case when a.severity = 'warning' and excluded.severity = 'critical' then now() else a.level_at end,
      severity = case when a.severity = 'critical' then a.severity else excluded.severity end
    returning xmax = 0 as fresh, severity, rule_key`.execute(tx)
  return rows
}

/** What is critical and nobody acknowledged goes one level up. */
async function raiseLevels(tx: Kysely<DB>, tenantId: string): Promise<void> {
  const { rows } = await sql<{
    id: string
    severity: Severity
    state: 'OPEN' | 'ACKED'
    level: number
    level_seconds: number
  }>`
    select id, severity, state, level, extract(epoch from now() - level_at)::bigint as level_seconds from ops.alerts
    where tenant_id = ${tenantId}::uuid and state <> 'RESOLVED' for update`.execute(tx)
  for (const row of rows) {
    const level = nextLevel(row)
    if (level === row.level) continue
    await sql`update ops.alerts set level = ${level}, level_at = now() where tenant_id = ${tenantId}::uuid and id = ${row.id}::uuid`.execute(
      tx,
    )
  }
}

async function showFigures({ database, metrics, actor }: Evaluator): Promise<void> {
  const scope = { ...PROCESS_SCOPE, tenantId: actor.tenantId, userId: actor.userId }
  const rows = await database.readTransaction(scope, async (tx) => {
    const found = await sql<{ severity: Severity; n: number }>`
      select severity, count(*) as n from ops.alerts where state <> 'RESOLVED' group by 1`.execute(tx)
    return found.rows
  })
  for (const severity of ['warning', 'critical'] as const)
    metrics.alertsOpen.set({ severity }, rows.find((row) => row.severity === severity)?.n ?? 0)
}
