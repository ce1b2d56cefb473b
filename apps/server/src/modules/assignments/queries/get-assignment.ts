import { getAssignment, getFloors } from '@zenops/contracts/assignments'
import type { Bound } from '../../../platform/operations.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Neighbours } from '../neighbours.ts'
import { rowById } from './assignment-row.ts'
import { detailOf, floorsOf, readDetail } from './detail.ts'
import { unseen } from './visible.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()

export const getAssignmentOperation = (neighbours: Neighbours): Bound =>
  on.query(getAssignment, async (context, { params, query }) => {
    const job = { tenantId: context.actor.tenantId, id: params.id }
    const rows = await readDetail((...queries) => context.read(...queries), {
      job,
      neighbours,
      parts: query.include ?? [],
    })
    if (!rows) throw await context.snapshot((tx) => unseen(tx, params.id))
    return detailOf(rows, context)
  })

export const getFloorsOperation = on.query(getFloors, async ({ read, build, actor, snapshot }, { params }) => {
  const job = { tenantId: actor.tenantId, id: params.id }
  const [rows, floors] = await read(rowById(job.tenantId, job.id).compile(build), floorsOf(job).compile(build))
  const row = rows[0]
  if (!row) throw await snapshot((tx) => unseen(tx, params.id))
  const { built_up_area, built_up_area_unit } = row
  return {
    items: floors,
    built_up_area:
      built_up_area === null || built_up_area_unit === null
        ? null
        : { value: Number(built_up_area), unit: built_up_area_unit },
    version: row.version,
  }
})
