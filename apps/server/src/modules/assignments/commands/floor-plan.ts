import { sql } from 'kysely'
import { together } from '../../../platform/db/together.ts'
import { recordEvents } from '../../../platform/events.ts'
import type { JobKey } from '../neighbours.ts'
import { floorsOf } from '../queries/detail.ts'
import type { Context } from './links.ts'

/** The exact sum becomes the built-up area: square feet by 10.7639, rounded half-up once. Without floors it stays. */
const summed = (job: JobKey) => sql<{
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

type Floors = Awaited<ReturnType<ReturnType<typeof floorsOf>['execute']>>['rows']
type Sum = Awaited<ReturnType<ReturnType<typeof summed>['execute']>>['rows'][number]

/** The plan as answers show it. */
const planOf = (items: Floors, sum: Sum) => ({
  items,
  built_up_area:
    sum.built_up_area === null || sum.built_up_area_unit === null
      ? null
      : { value: Number(sum.built_up_area), unit: sum.built_up_area_unit },
  version: sum.version,
})

/** Sums the floors of a locked job anew after they changed and tells so in its history. Answers the plan, and the exact sum. */
export async function planAfter(
  context: Context,
  job: JobKey,
  { before, version }: { readonly before: Floors; readonly version: number },
) {
  const [sum, items] = await together([summed(job).execute(context.tx), floorsOf(job).execute(context.tx)])
  const total = sum.rows[0] ?? { version: version + 1, built_up_area: null, built_up_area_unit: null }
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
  return { plan: planOf(items.rows, total), built_up_area: total.built_up_area }
}
