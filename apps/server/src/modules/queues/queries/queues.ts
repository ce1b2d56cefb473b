import { listQueues } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'

const on = operationsOf<'ops'>()
const Key = z.tuple([z.string().max(80)])

interface Figures {
  readonly queue: string
  readonly waiting: number
  readonly due: number
  readonly running: number
  readonly failed: number
  readonly dead: number
  readonly oldest_due_at: string | null
  readonly done_last_hour: number
}
interface Pause {
  readonly queue: string
  readonly tenant_id: string | null
  readonly paused_at: string
  readonly reason: string
}

const IDLE = { waiting: 0, due: 0, running: 0, failed: 0, dead: 0, oldest_due_at: null, done_last_hour: 0 }

export const listQueuesOperation = on.query(listQueues, async (context, { query }) => {
  const [figures, pauses] = await context.read(
    sql<Figures>`select queue, waiting, due, running, failed, dead, oldest_due_at::timestamptz(3), done_last_hour from ops.queue_figures() order by queue`.compile(
      compileOnly,
    ),
    // In the studio the pauses of single firms are those firms' own.
    sql<Pause>`select queue, tenant_id, paused_at, reason from ops.queue_pauses
      where tenant_id is null or tenant_id = ${context.actor.tenantId}::uuid order by tenant_id nulls first`.compile(
      compileOnly,
    ),
  )
  const rows = new Map<string, Figures>(figures.map((row) => [row.queue, row]))
  for (const { queue } of pauses) if (!rows.has(queue)) rows.set(queue, { queue, ...IDLE })
  const after = query.cursor === undefined ? '' : decodeCursor(Key, query.cursor)[0]
  const wanted = [...rows.values()]
    .filter(({ queue }) => queue > after && queue.includes(query.q ?? ''))
    .sort((a, b) => (a.queue < b.queue ? -1 : 1))
  const shown = wanted.slice(0, query.limit)
  const last = wanted.length > query.limit ? shown.at(-1) : undefined
  return {
    next_cursor: last ? encodeCursor([last.queue]) : null,
    items: shown.map(({ failed, ...row }) => {
      const pause = pauses.find((one) => one.queue === row.queue)
      return {
        ...row,
        retrying: failed,
        paused: pause ? { everywhere: pause.tenant_id === null, since: pause.paused_at, reason: pause.reason } : null,
      }
    }),
  }
})
