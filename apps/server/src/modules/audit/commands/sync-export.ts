import { exportAuditLogs, SYNC_EXPORT_DAYS } from '@zenops/contracts/audit-chain'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { sanitise, sanitiseText } from '../../../platform/audit/sanitise.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { tenantOf, type Visible } from '../context.ts'
import { keepPace } from '../pace.ts'
import { covered } from '../reveal.ts'
import { previousHash, previousLink } from '../queries/previous-link.ts'
import type { Json } from '../rules/changes.ts'
import { csvCell } from '../rules/csv.ts'

const on = operationsOf<Visible>()
type Query = ParsedOf<typeof exportAuditLogs>['query']
const DAY_MS = 86_400_000
/** Since when it is deprecated, and when it ends: export jobs are there. */
const DEPRECATION = {
  deprecation: '@1795132800',
  sunset: 'Thu, 30 Sep 2027 00:00:00 GMT',
  link: '</v1/admin/audit-logs/export-jobs>; rel="successor-version"',
}

const exceeded = (reason: string): Refusal =>
  new Refusal('AUDIT_EXPORT_RANGE_EXCEEDED', `An export at once takes no more than ${SYNC_EXPORT_DAYS} days.`, {
    details: [{ path: 'from_utc', reason }],
  })

/** Both ends or none; none is the last day. */
function rangeOf({ from_utc, to_utc }: Query, now: Date): { from: string; to: string } {
  if (from_utc === undefined && to_utc === undefined)
    return { from: new Date(now.getTime() - DAY_MS).toISOString(), to: now.toISOString() }
  if (from_utc === undefined || to_utc === undefined || from_utc > to_utc) throw exceeded('invalid_time_range')
  if (Date.parse(to_utc) - Date.parse(from_utc) > SYNC_EXPORT_DAYS * DAY_MS) throw exceeded('range_exceeded')
  return { from: from_utc, to: to_utc }
}

interface Found {
  readonly id: string
  readonly epoch: number
  readonly seq: number
  readonly action: string
  readonly outcome: string
  readonly actor_user_id: string | null
  readonly actor_role: string | null
  readonly trace_id: string | null
  readonly at: string
  readonly target_type: string | null
  readonly target_id: string | null
  readonly body: { readonly before?: Json; readonly after?: Json }
  readonly link: Buffer
  readonly before_link: Buffer | null
}
/** The newest sealed events of a time, oldest first. */
const rowsQuery = (tenantId: string, { from, to }: { from: string; to: string }, limit: number) =>
  sql<Found>`
    select * from (
      select e.id, e.epoch, e.seq, e.action, e.outcome, e.actor_user_id, e.actor_role, e.trace_id, e.at, e.target_type, e.target_id, e.body, e.link,
        ${previousLink} as before_link
      from audit.events e where e.tenant_id = ${tenantId}::uuid and e.at between ${from}::timestamptz and ${to}::timestamptz
      order by e.at desc, e.id desc limit ${limit}) newest order by epoch, seq`.compile(compileOnly)

/** Longest text of a column. */
const MAX_TEXT = 200
/** Names, trace ids and ids hold no secret and keep their digits. */
const PLAIN = /^(?:[A-Z][A-Z0-9_]*|[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/
/** Whatever came past the sanitiser leaves by its rules. */
const safeText = <T extends string | null>(text: T): T | string =>
  text === null || PLAIN.test(text) ? text : sanitiseText(text, MAX_TEXT)

function shown(tenantId: string, row: Found) {
  const { before, after } = covered({ before: row.body.before ?? {}, after: row.body.after ?? {} })
  return {
    audit_id: row.id,
    action_type: safeText(row.action),
    actor_user_id: row.actor_user_id,
    actor_role: safeText(row.actor_role),
    outcome: row.outcome,
    trace_id: safeText(row.trace_id),
    created_at: row.at,
    target_type: safeText(row.target_type),
    target_id: safeText(row.target_id),
    chain_seq: row.seq,
    hash_prev: previousHash(tenantId, row),
    hash_curr: row.link.toString('base64'),
    // Rows of an older sanitiser leave by the rules of today.
    before_json: sanitise(before, { again: true }),
    after_json: sanitise(after, { again: true }),
  }
}
type Shown = ReturnType<typeof shown>

const COLUMNS = [
  'audit_id',
  'action_type',
  'actor_user_id',
  'trace_id',
  'created_at',
  'target_type',
  'target_id',
  'chain_seq',
  'actor_role',
  'outcome',
  'hash_curr',
] as const satisfies readonly (keyof Shown)[]

const csvOf = (rows: readonly Shown[]): string =>
  [COLUMNS.map((name) => csvCell(name)), ...rows.map((row) => COLUMNS.map((name) => csvCell(row[name])))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('')

export const exportAuditLogsOperation = on.raw(exportAuditLogs, async (context, { query }) => {
  const { actor, now } = context
  if (!actor) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
  const tenantId = tenantOf(actor, query.tenant_id)
  const range = rangeOf(query, now)
  await context.services.switches.assertOn('exports', tenantId)
  await keepPace(context, { key: `audit:sync-export:${actor.userId}`, limit: 10, windowSeconds: 3_600 })
  const rows = await context.record(scopeOf(actor), async (tx, unit) => {
    const { rows: found } = await tx.executeQuery(rowsQuery(tenantId, range, query.limit))
    const after = { format: query.format, rows: found.length, from_utc: range.from, to_utc: range.to }
    recordOps({ actor, traceId: context.traceId, unit }, [
      { metric_key: 'audit_export_downloaded', dimensions: { kind: 'sync' }, tenant_id: tenantId },
    ])
    return {
      value: found.map((row) => shown(tenantId, row)),
      audit: { action: 'AUDIT_SYNC_EXPORT_DOWNLOADED', target_id: tenantId, tenant_id: tenantId, after } as const,
    }
  })
  const isCsv = query.format === 'csv'
  return {
    status: 200,
    headers: {
      ...DEPRECATION,
      'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="audit_export_${range.to.slice(0, 10)}.${query.format}"`,
    },
    body: isCsv ? csvOf(rows) : JSON.stringify({ items: rows }),
  }
})
