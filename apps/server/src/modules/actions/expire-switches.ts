import { sql } from 'kysely'
import { appendAudit } from '../../platform/audit/record.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import { PROCESS_SCOPE } from '../../platform/db/scope.ts'
import { recordOps } from '../../platform/ops-events.ts'
import type { Loop } from '../../platform/jobs/recurring.ts'
import { loopOf } from '../../platform/scheduler/timetable.ts'

const MOST = 100
interface Due {
  readonly id: string
  readonly key: string
  readonly scope_tenant_id: string | null
}

const due = sql<Due>`
  select id, key, scope_tenant_id from ops.kill_switches
  where state = 'ENABLED' and effective_until <= now() order by effective_until limit ${sql.lit(MOST)}`.compile(
  compileOnly,
)

export interface ExpiryTurn {
  readonly database: Database
  /** The worker in the house firm. */
  readonly actor: Actor
  readonly traceId: string
}

/** Writes the end of switches whose time is over, each with its event in the log of its firm. Answers how many. */
export async function expireSwitches({ database, actor, traceId }: ExpiryTurn): Promise<number> {
  const [rows] = await database.read({ ...PROCESS_SCOPE, userId: actor.userId }, due)
  let ended = 0
  for (const row of rows) {
    const tenantId = row.scope_tenant_id ?? actor.tenantId
    const here: Actor = { ...actor, tenantId }
    await database.transact({ ...PROCESS_SCOPE, tenantId, userId: actor.userId }, async (tx, unit) => {
      const done = await sql<{ effective_until: string }>`
        update ops.kill_switches set state = 'DISABLED', effective_until = null, changed_by = null, changed_at = now(), version = version + 1
        where id = ${row.id}::uuid and state = 'ENABLED' and effective_until <= now() returning 1`.execute(tx)
      if (done.rows.length === 0) return
      ended += 1
      const entry = {
        action: 'OPS_KILL_SWITCH_EXPIRED',
        target_id: row.scope_tenant_id === null ? row.key : `${row.key}/${row.scope_tenant_id}`,
        before: { state: 'ENABLED' },
        after: { state: 'DISABLED' },
      } as const
      unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId, actor: here, ipHash: null }))
      recordOps({ actor: here, traceId, unit }, [
        { metric_key: 'kill_switch_changed', dimensions: { key: row.key, action: 'expire' } },
      ])
    })
  }
  return ended
}

/** Ends what is over, every five seconds. */
export const switchLoop = (database: Database): Loop =>
  loopOf('kill_switch_expiry', {
    turn: ({ actor, traceId }) => expireSwitches({ database, actor, traceId }),
  })
