import { sql } from 'kysely'
import { codeOf, monthOf } from '../rules/code.ts'
import { type Firm, firmFrom } from '../rules/settings.ts'
import type { Context } from './links.ts'

export interface Drawn {
  readonly firm: Firm
  readonly code: string
}

interface DrawnRow {
  readonly time_zone: string
  readonly operations: unknown
  readonly last: number
}

/**
 * The firm and the next code of its local month, in one statement. The counter's row stays locked until the commit, so
 * that codes have no gap: it is asked for last of what is read, and nothing slow may follow.
 */
export async function drawCode({ tx, actor, now }: Pick<Context, 'tx' | 'actor' | 'now'>): Promise<Drawn> {
  const { rows } = await sql<DrawnRow>`
    with firm as (
      select t.time_zone, t.settings -> 'operations' as operations, to_char(${now.toISOString()}::timestamptz at time zone t.time_zone, 'YYMM') as yymm
      from identity.tenants t where t.id = ${actor.tenantId}::uuid
    ), counter as (
      insert into assignments.assignment_counters (tenant_id, yymm, last) select ${actor.tenantId}::uuid, yymm, 1 from firm
      on conflict (tenant_id, yymm) do update set last = assignment_counters.last + 1 returning last
    )
    select firm.time_zone, firm.operations, counter.last from firm, counter`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('no firm to draw a code in')
  const firm = firmFrom(row)
  return { firm, code: codeOf(firm.settings.code_prefix, monthOf(now, firm.zone), row.last) }
}
