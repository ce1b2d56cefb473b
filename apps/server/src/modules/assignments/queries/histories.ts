import { listActivities, listStatusHistory } from '@zenops/contracts/assignments'
import type { AssignmentStatus } from '@zenops/contracts/assignment-states'
import { type RawBuilder, sql } from 'kysely'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'
import { activityOf, actorOf, type EventRow, eventsOf, pageOf } from './events.ts'
import { unseen } from './visible.ts'

type Schemas = 'assignments' | 'identity'
const on = operationsOf<Schemas>()

/** Events of a job that the caller may read, in one round trip with the look at the job itself. */
async function readEvents(
  context: QueryContext<Schemas>,
  id: string,
  events: RawBuilder<EventRow>,
): Promise<EventRow[]> {
  const { read, build, actor, snapshot } = context
  const seen = sql`select 1 from assignments.assignments a where a.tenant_id = ${actor.tenantId}::uuid and a.id = ${id}::uuid`
  const [jobs, rows] = await read(seen.compile(build), events.compile(build))
  if (jobs.length === 0) throw await snapshot((tx) => unseen(tx, id))
  return rows
}

export const listActivitiesOperation = on.query(listActivities, async (context, { params, query }) => {
  const rows = await readEvents(
    context,
    params.id,
    eventsOf({ tenantId: context.actor.tenantId, id: params.id }, query),
  )
  return pageOf(rows, query.limit, activityOf)
})

export const listStatusHistoryOperation = on.query(listStatusHistory, async (context, { params, query }) => {
  const job = { tenantId: context.actor.tenantId, id: params.id }
  const rows = await readEvents(context, params.id, eventsOf(job, { ...query, kind: 'status_changed' }))
  return pageOf(rows, query.limit, (row) => {
    // Casts: written by the moves of this module alone.
    const before = row.before as { status: AssignmentStatus } | null
    const after = row.after as { status: AssignmentStatus }
    return {
      id: row.id,
      from_status: before?.status ?? null,
      to_status: after.status,
      note: row.reason,
      actor: actorOf(row),
      at: row.at,
    }
  })
})
