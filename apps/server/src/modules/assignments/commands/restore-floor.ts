import { isLocked } from '@zenops/contracts/assignment-states'
import { restoreFloor } from '@zenops/contracts/assignments'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { JobKey } from '../neighbours.ts'
import { floorsOf } from '../queries/detail.ts'
import { planAfter } from './floor-plan.ts'
import { lockAssignment } from './job-lock.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()

/** Makes the floor live again. Throws where it is over, was never there, or another one took its name. */
async function bringBack(tx: QueryExecutorProvider, job: JobKey, floorId: string): Promise<void> {
  await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
  const { rows } = await sql<{ deleted: boolean; taken: boolean }>`
    select f.deleted_at is not null as deleted, exists (select 1 from assignments.assignment_floors o where o.tenant_id = f.tenant_id
        and o.assignment_id = f.assignment_id and o.deleted_at is null and lower(o.name) = lower(f.name)) as taken
    from assignments.assignment_floors f where f.tenant_id = ${job.tenantId}::uuid and f.assignment_id = ${job.id}::uuid
      and f.id = ${floorId}::uuid and (f.deleted_at is null or f.purge_after > now()) for update of f`.execute(tx)
  const [floor] = rows
  if (!floor) throw refuse.notFound('The floor')
  if (!floor.deleted)
    throw new Refusal('ILLEGAL_TRANSITION', 'This floor was not removed.', { details: [{ reason: 'not_deleted' }] })
  if (floor.taken) throw refuse.conflict('name_taken', 'There is a floor of that name now.')
  await sql`update assignments.assignment_floors set deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null, updated_at = now()
    where tenant_id = ${job.tenantId}::uuid and id = ${floorId}::uuid`.execute(tx)
  await sql`select set_config('app.sees_deleted', '', true)`.execute(tx)
}

export const restoreFloorOperation = on.command(restoreFloor, {
  run: async (context, { params }) => {
    const { tx, actor } = context
    const job: JobKey = { tenantId: actor.tenantId, id: params.id }
    const locked = await lockAssignment(tx, job)
    if (isLocked(locked.status))
      throw new Refusal('ASSIGNMENT_LOCKED', 'Delivered jobs keep their floors.', { details: [{ reason: 'locked' }] })
    const before = (await floorsOf(job).execute(tx)).rows
    await bringBack(tx, job, params.floor_id)
    const { plan } = await planAfter(context, job, { before, version: locked.version })
    return {
      body: plan,
      audit: {
        action: 'RECORD_RESTORED',
        target_id: params.floor_id,
        before: { status: 'deleted' },
        after: { kind: 'assignments.assignment_floors', status: 'live' },
      } as const,
    }
  },
})
