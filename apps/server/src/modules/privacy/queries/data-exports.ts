import { getDataExport, listDataExports } from '@zenops/contracts/privacy'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'
import type { PersonFile } from '../exporting/family.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

const files = (where: RawBuilder<unknown>, limit: number) =>
  sql<PersonFile>`select * from privacy.data_exports d where ${where} order by d.created_at desc, d.id desc limit ${limit}`.compile(
    compileOnly,
  )

/** Nobody knows beforehand how much it will be: one half while it is made. */
const percentOf = ({ status }: PersonFile): number =>
  ({ PENDING: 0, RUNNING: 50, DONE: 100, FAILED: 100, EXPIRED: 100 })[status]

const shown = (file: PersonFile) => ({
  ...file,
  export_id: file.id,
  progress_percent: percentOf(file),
  total_bytes: file.status === 'DONE' ? file.total_bytes : null,
})

export const listDataExportsOperation = on.query(listDataExports, async ({ actor, read }, { query }) => {
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const [rows] = await read(
    files(
      sql`d.tenant_id = ${actor.tenantId}::uuid and d.subject_id = ${actor.userId}::uuid
        and ${key === null ? sql`true` : sql`(d.created_at, d.id) < (${key[0]}::timestamptz, ${key[1]}::uuid)`}`,
      query.limit + 1,
    ),
  )
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map(shown),
    next_cursor: last ? encodeCursor([last.created_at, last.id]) : null,
  }
})

/** A file that the person, or the officer who asked for it, may have. */
export const ownFile = (actor: { tenantId: string; userId: string }, id: string) =>
  files(
    sql`d.tenant_id = ${actor.tenantId}::uuid and d.id = ${id}::uuid
      and (d.subject_id = ${actor.userId}::uuid or d.requested_by = ${actor.userId}::uuid)`,
    1,
  )

export const getDataExportOperation = on.query(getDataExport, async ({ actor, read }, { params }) => {
  const [rows] = await read(ownFile(actor, params.id))
  if (!rows[0]) throw refuse.notFound('The export')
  return shown(rows[0])
})
