import { sql } from 'kysely'
import type { Tx } from './context.ts'

/** Draws the next number of a counter and keeps its row locked until the transaction ends: no gap, no twin. */
export async function drawNumber(
  tx: Tx,
  tenantId: string,
  counter: { readonly kind: 'report_no' | 'reference_no'; readonly period: string },
): Promise<number> {
  const { rows } = await sql<{ drawn: number }>`
    insert into reports.report_counters as c (tenant_id, kind, period, next)
    values (${tenantId}::uuid, ${counter.kind}, ${counter.period}, 2)
    on conflict (tenant_id, kind, period) do update set next = c.next + 1
    returning next - 1 as drawn`.execute(tx)
  const drawn = rows[0]?.drawn
  if (drawn === undefined) throw new Error('the counter gave no number')
  return drawn
}
