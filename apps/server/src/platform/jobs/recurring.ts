import { type ParsedCronItem, parseCronItems, type TaskList } from 'graphile-worker'
import { sql } from 'kysely'
import { randomBytes } from 'node:crypto'
import { enqueue, type JobKind } from './port.ts'
import type { WorkerOptions } from './worker.ts'

/** Work that comes round by itself. */
export interface Recurring {
  readonly job: JobKind
  /** When, as five crontab fields in UTC. */
  readonly cron: string
  readonly payload: unknown
  /** Work on tables that belong to no firm: one job a turn, kept with the house firm, instead of one in each. */
  readonly platform?: true
}

const taskName = (recurring: Recurring): string => `recurring:${recurring.job.kind}`

/** The crontab of the queue; one instance of all fires each slot. */
export const recurringCronItems = (recurring: readonly Recurring[]): ParsedCronItem[] =>
  parseCronItems(
    recurring.map((one) => ({ task: taskName(one), match: one.cron, options: { backfillPeriod: 0, maxAttempts: 3 } })),
  )

/**
 * A turn is a fan-out: it lists the active tenants and asks for one job in each, which then runs in that tenant's own
 * transactions. No worker ever reads across tenants; work declared `platform` runs once and touches no tenant's rows.
 */
export function recurringTaskList(options: WorkerOptions): TaskList {
  const tasks: TaskList = {}
  for (const one of options.recurring) {
    tasks[taskName(one)] = async () => {
      const { database } = options.services
      const scope = { role: 'zen_worker', tenantId: null, userId: options.workerUserId, aud: 'worker' } as const
      const tenants = await tenantsOf(one, options)
      const traceId = randomBytes(16).toString('hex')
      for (const tenant_id of tenants) {
        await database.transact({ ...scope, tenantId: tenant_id }, (tx) =>
          enqueue(tx, one.job, { payload: one.payload, traceId }),
        )
      }
    }
  }
  return tasks
}

async function tenantsOf({ platform }: Recurring, { services, workerUserId }: WorkerOptions): Promise<string[]> {
  if (platform) return [services.config.ZENOPS_INTERNAL_TENANT_ID]
  const scope = { role: 'zen_worker', tenantId: null, userId: workerUserId, aud: 'worker' } as const
  const rows = await services.database.readTransaction(scope, async (tx) => {
    const answer = await sql<{ tenant_id: string }>`select tenant_id from app.tenants_for_sweep()`.execute(tx)
    return answer.rows
  })
  // The launch gate: with one firm only that firm's work comes round.
  const { ZENOPS_MULTI_TENANT_ENABLED, ZENOPS_INTERNAL_TENANT_ID } = services.config
  return rows
    .map((row) => row.tenant_id)
    .filter((id) => ZENOPS_MULTI_TENANT_ENABLED || id === ZENOPS_INTERNAL_TENANT_ID)
}
