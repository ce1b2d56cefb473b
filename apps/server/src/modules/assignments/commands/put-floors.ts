import { isLocked } from '@zenops/contracts/assignment-states'
import { putFloors } from '@zenops/contracts/assignments'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { JobKey } from '../neighbours.ts'
import { floorsOf } from '../queries/detail.ts'
import { together } from '../../../platform/db/together.ts'
import { planAfter } from './floor-plan.ts'
import { lockAssignment } from './job-lock.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()

interface NewFloor {
  readonly id: string
  readonly name: string
  readonly sort_order: number
  /** Exact decimal text. */
  readonly area: string
  readonly unit: 'sqm' | 'sqft'
}

const versionFrom = (header: string | undefined): number | undefined => {
  const digits = header === undefined ? undefined : /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** Removes what is not named, writes the rest; floors that stay keep their ids. */
async function replace(
  tx: QueryExecutorProvider,
  job: JobKey,
  change: { floors: readonly NewFloor[]; by: string },
): Promise<void> {
  const { floors } = change
  const ids = floors.map((floor) => floor.id)
  const of = (name: 'name' | 'area' | 'unit'): string[] => floors.map((floor) => floor[name])
  await together([
    // A row that has just been deleted must still pass the policy of its own table.
    sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx),
    sql`update assignments.assignment_floors set deleted_at = now(), deleted_by = ${change.by}::uuid, purge_after = now() + interval '30 days'
      where tenant_id = ${job.tenantId}::uuid and assignment_id = ${job.id}::uuid and deleted_at is null and id <> all (${ids}::uuid[])`.execute(
      tx,
    ),
    sql`select set_config('app.sees_deleted', '', true)`.execute(tx),
    sql`insert into assignments.assignment_floors (tenant_id, id, assignment_id, name, sort_order, area, unit)
      select ${job.tenantId}::uuid, f.id, ${job.id}::uuid, f.name, f.sort_order, f.area, f.unit
      from unnest(${ids}::uuid[], ${of('name')}::text[], ${floors.map((floor) => floor.sort_order)}::int[], ${of('area')}::numeric[], ${of('unit')}::text[])
        as f (id, name, sort_order, area, unit)
      on conflict (tenant_id, id) do update
        set name = excluded.name, sort_order = excluded.sort_order, area = excluded.area, unit = excluded.unit, updated_at = now()`.execute(
      tx,
    ),
  ])
}

export const putFloorsOperation = on.command(putFloors, {
  run: async (context, { params, body }) => {
    const { tx, actor } = context
    const expected = body.expected_version ?? versionFrom(context.transport.headers['if-match'])
    if (expected === undefined) throw refuse.invalid('expected_version', 'required')
    const job: JobKey = { tenantId: actor.tenantId, id: params.id }
    const locked = await lockAssignment(tx, job)
    if (locked.version !== expected) throw refuse.stale(locked.version)
    if (isLocked(locked.status))
      throw new Refusal('ASSIGNMENT_LOCKED', 'Delivered jobs keep their floors.', { details: [{ reason: 'locked' }] })
    const before = (await floorsOf(job).execute(tx)).rows
    for (const [place, floor] of body.items.entries()) {
      if (floor.id !== undefined && !before.some((known) => known.id === floor.id))
        throw refuse.notFound('The floor', `items.${place}.id`)
    }
    const floors = body.items.map((floor) => ({ ...floor, id: floor.id ?? uuidv7() }))
    await replace(tx, job, { floors, by: actor.userId })
    const { plan, built_up_area } = await planAfter(context, job, { before, version: locked.version })
    const change = { before: { floors: before }, after: { floors: plan.items, built_up_area } }
    return {
      body: plan,
      audit: { action: 'ASSIGNMENT_UPDATED', target_id: job.id, ...change },
    }
  },
})
