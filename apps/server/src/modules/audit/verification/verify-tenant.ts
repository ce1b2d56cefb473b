import type { ChainVerdict } from '@zenops/contracts/audit'
import { type CompiledQuery, sql } from 'kysely'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import type { Scope } from '../../../platform/db/scope.ts'
import type { ReadRows } from '../sealing/ground.ts'
import { Findings } from './findings.ts'
import { type LogState, logStates, oldestWaiting } from './log-reader.ts'
import { stateFaults } from './state-faults.ts'
import type { Trust } from './trust.ts'
import { verifyLog } from './verify-log.ts'
import { verifySeal } from './verify-seal.ts'
import { verifyPrunedTiles } from './verify-tiles.ts'

export interface TenantWish {
  readonly tenantId: string
  readonly trust: Trust
  readonly traceId: string
  readonly at: string
  /** Rows of the newest epoch; absent = the whole log in all epochs. */
  readonly range?: { readonly from?: number | undefined; readonly to?: number | undefined }
  /** No more than this many rows, the newest. */
  readonly limit?: number
  onProgress?(done: number, total: number): Promise<void>
}

/** A reader with the rights of a scope. */
export const readerOf =
  (database: Database, scope: Scope): ReadRows =>
  async <R>(query: CompiledQuery<R>) => {
    const [rows] = await database.read(scope, query)
    return rows as R[] // rows of the statement's own type
  }

/** Seqs of the newest epoch that fall into a time. */
export const seqsBetween = (tenantId: string, times: { from?: string | undefined; to?: string | undefined }) =>
  sql<{ first: number | null; last: number | null }>`
    select min(e.seq) as first, max(e.seq) as last from audit.events e
    where e.tenant_id = ${tenantId}::uuid and e.epoch = (select max(h.epoch) from audit.heads h where h.tenant_id = e.tenant_id)
      and e.at >= coalesce(${times.from ?? null}::timestamptz, '-infinity') and e.at <= coalesce(${times.to ?? null}::timestamptz, 'infinity')`.compile(
    compileOnly,
  )

const LAG_FAULT_SECONDS = 60

const firstKept = (state: LogState): number => (state.seal_seq ?? 0) + 1

interface Span {
  readonly state: LogState
  readonly from: number
  readonly to: number
}

/** The rows to look at, by epoch. */
function spansOf(states: readonly LogState[], { range, limit }: TenantWish): { spans: Span[]; truncated: boolean } {
  const whole = states.map((state) => ({
    state,
    from: firstKept(state),
    to: Math.min(state.size, state.last_seq ?? 0),
  }))
  if (!range) return { spans: whole, truncated: false }
  const newest = whole.at(-1)
  if (!newest) return { spans: [], truncated: false }
  const to = Math.min(range.to ?? newest.to, newest.to)
  const wanted = Math.max(range.from ?? newest.from, newest.from)
  const from = limit === undefined ? wanted : Math.max(wanted, to - limit + 1)
  return { spans: [{ ...newest, from, to }], truncated: from > wanted }
}

/** What an epoch begins with after a pruning, and all that is left of what was pruned when the whole log is looked at. */
async function verifyBeginning(
  read: ReadRows,
  { wish, state }: { readonly wish: TenantWish; readonly state: LogState },
  findings: Findings,
): Promise<void> {
  if (state.seal_seq === null) return
  const log = { tenantId: wish.tenantId, epoch: state.epoch }
  const root = await verifySeal(read, { log, trust: wish.trust }, findings)
  if (!wish.range) await verifyPrunedTiles(read, { log, state, root }, findings)
}

/** Verifies a tenant's log, or the part that is asked for. Reads with the rights of the given reader. */
export async function verifyTenant(read: ReadRows, wish: TenantWish): Promise<ChainVerdict> {
  const findings = new Findings()
  const { tenantId, trust } = wish
  const [states, waiting] = await Promise.all([read(logStates(tenantId)), read(oldestWaiting(tenantId))])
  const { spans, truncated } = spansOf(states, wish)
  stateFaults({ tenantId, trust, states }, findings)
  for (const { state } of spans) await verifyBeginning(read, { wish, state }, findings)
  if ((waiting[0]?.seconds ?? 0) > LAG_FAULT_SECONDS) findings.add('seal_lag', { actual: `${waiting[0]?.seconds} s` })
  const total = spans.reduce((sum, span) => sum + Math.max(span.to - span.from + 1, 0), 0)
  let checked = 0
  for (const span of spans) {
    if (span.to < span.from) continue
    const before = checked
    checked += await verifyLog(
      read,
      {
        ...span,
        log: { tenantId, epoch: span.state.epoch },
        trust,
        onProgress: async (rows) => wish.onProgress?.(before + rows, total),
      },
      findings,
    )
  }
  const last = spans.at(-1)
  const isEmpty = !last || last.to < last.from
  return findings.verdict({
    tenant_id: tenantId,
    checked_rows: checked,
    truncated,
    from_seq: isEmpty ? null : last.from,
    to_seq: isEmpty ? null : last.to,
    verified_at: wish.at,
    trace_id: wish.traceId,
  })
}
