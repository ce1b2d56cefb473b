import { compareRollback, getRollback, listRollbacks, listRollbackTargets } from '@zenops/contracts/ops-actions'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { currentOf, type RollbackTarget } from '../../../platform/rollbacks.ts'
import { changesBetween } from '../../audit/index.ts'
import { invalidTarget, targetOf } from '../targets.ts'
import { rollbackColumns, type RollbackRow } from '../rollback-rows.ts'

const on = operationsOf<'ops' | 'identity'>()
const Cursor = z.tuple([z.guid()])

export const listRollbacksOperation = on.query(listRollbacks, async ({ read, build, actor }, { query }) => {
  const where: RawBuilder<unknown>[] = [actor.aud === 'studio' ? sql`true` : sql`r.tenant_id = ${actor.tenantId}::uuid`]
  if (query.target_type) where.push(sql`r.target_type = any (${query.target_type}::text[])`)
  if (query.status) where.push(sql`r.status = any (${query.status}::text[])`)
  if (query.cursor !== undefined) where.push(sql`r.id < ${decodeCursor(Cursor, query.cursor)[0]}::uuid`)
  const [rows] = await read(
    sql<RollbackRow>`select ${rollbackColumns} from ops.rollbacks r left join identity.users u on u.id = r.requested_by
      where ${sql.join(where, sql` and `)} order by r.id desc limit ${query.limit + 1}`.compile(build),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.rollback_id]) : null }
})

export const getRollbackOperation = on.query(getRollback, async ({ read, build, actor }, { params }) => {
  const mine = actor.aud === 'studio' ? sql`true` : sql`r.tenant_id = ${actor.tenantId}::uuid`
  const [rows] = await read(
    sql<RollbackRow>`select ${rollbackColumns} from ops.rollbacks r left join identity.users u on u.id = r.requested_by
      where ${mine} and r.id = ${params.id}::uuid`.compile(build),
  )
  if (!rows[0]) throw refuse.notFound('The rollback')
  return rows[0]
})

export const listRollbackTargetsOperation = (targets: readonly RollbackTarget[]) =>
  on.query(listRollbackTargets, async ({ snapshot, actor }) => {
    const { tenantId } = actor
    const items = await snapshot(async (tx) => {
      const shown = []
      for (const target of targets) {
        for (const { targetId, label } of await target.list(tx, tenantId)) {
          const versions = await target.versions(tx, { tenantId, targetId })
          shown.push({
            target_type: target.type,
            target_id: targetId,
            label,
            current_version: currentOf(versions)?.version ?? '',
            versions: [...versions],
          })
        }
      }
      return shown
    })
    return { items, next_cursor: null }
  })

export const compareRollbackOperation = (targets: readonly RollbackTarget[]) =>
  on.query(compareRollback, async ({ snapshot, actor }, { params, query }) => {
    const target = targetOf(targets, params.target_type)
    const place = { tenantId: actor.tenantId, targetId: params.target_id }
    return snapshot(async (tx) => {
      const versions = await target.versions(tx, place)
      const current = currentOf(versions)
      const wanted = versions.find((one) => one.version === query.to_version && one.approved_at !== null)
      if (!current || !wanted) throw invalidTarget(current ? 'not_an_older_version' : 'no_such_target')
      const [before, after] = [
        await target.content(tx, place, current.version),
        await target.content(tx, place, wanted.version),
      ]
      const changes = changesBetween(z.json().parse(before), z.json().parse(after))
      return { from_version: current.version, to_version: wanted.version, changes: changes as never } // plain JSON, read from the database
    })
  })
