import { isLocked } from '@zenops/contracts/assignment-states'
import { putFloors } from '@zenops/contracts/assignments'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { JobKey } from '../neighbours.ts'
import { floorsOf } from '../queries/detail.ts'
import { together } from '../../../platform/db/together.ts'
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

/** The exact sum becomes the built-up area: square feet by 10.7639, rounded half-up once. Without floors it stays. */
export const summed = (job: JobKey) => sql<{
  version: number
  built_up_area: string | null
  built_up_area_unit: 'sqm' | 'sqft' | null
}>`
  update assignments.assignments a set
    built_up_area = case when f.n = 0 then a.built_up_area else f.total end,
    built_up_area_unit = case when f.n = 0 then a.built_up_area_unit else 'sqm' end,
    version = a.version + 1, updated_at = now(), last_event_at = now()
  from (select count(*) as n, round(coalesce(sum(case unit when 'sqm' then area else 0 end), 0)
      + coalesce(sum(case unit when 'sqft' then area else 0 end), 0) / 10.7639, 2) as total
    from assignments.assignment_floors where tenant_id = ${job.tenantId}::uuid and assignment_id = ${job.id}::uuid and deleted_at is null) f
  where a.tenant_id = ${job.tenantId}::uuid and a.id = ${job.id}::uuid
  returning a.version, a.built_up_area, a.built_up_area_unit`

type Sum = Awaited<ReturnType<ReturnType<typeof summed>['execute']>>['rows'][number]

/** The plan as answers show it. */
export const planOf = (items: Awaited<ReturnType<ReturnType<typeof floorsOf>['execute']>>['rows'], sum: Sum) => ({
  items,
  built_up_area:
    sum.built_up_area === null || sum.built_up_area_unit === null
      ? null
      : { value: Number(sum.built_up_area), unit: sum.built_up_area_unit },
  version: sum.version,
})

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
    const [sum, items] = await together([summed(job).execute(tx), floorsOf(job).execute(tx)])
    const plan = planOf(
      items.rows,
      sum.rows[0] ?? { version: locked.version + 1, built_up_area: null, built_up_area_unit: null },
    )
    const built_up_area = sum.rows[0]?.built_up_area ?? null
    const change = { before: { floors: before }, after: { floors: items.rows, built_up_area } }
    recordEvents(context, [
      {
        kind: 'field_updated',
        entity_type: 'ASSIGNMENT',
        entity_id: job.id,
        assignment_id: job.id,
        before: { field: 'floors', value: before },
        after: { field: 'floors', value: items.rows },
      },
    ])
    return {
      body: plan,
      audit: { action: 'ASSIGNMENT_UPDATED', target_id: job.id, ...change },
    }
  },
})
