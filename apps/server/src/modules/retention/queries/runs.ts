import { listRetentionRuns, type RetentionClass, type RETENTION_RUN_STATES } from '@zenops/contracts/retention'
import { sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

interface Row {
  readonly id: string
  readonly run_id: string
  readonly tenant_id: string
  readonly class: RetentionClass
  readonly dry_run: boolean
  readonly status: (typeof RETENTION_RUN_STATES)[number]
  readonly days: number | null
  readonly scanned: number
  readonly deleted: number
  readonly held: number
  readonly oldest_left: string | null
  readonly tables: Record<string, { deleted: number; held: number }>
  readonly requested: boolean
  readonly error: string | null
  readonly trace_id: string
  readonly created_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
}

export const listRetentionRunsOperation = on.query(listRetentionRuns, async ({ actor, read }, { query }) => {
  if (query.tenant_id !== undefined && query.tenant_id !== actor.tenantId && actor.aud !== 'studio')
    throw refuse.notFound('The firm', 'tenant_id')
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const [rows] = await read(
    sql<Row>`select id, turn_id as run_id, tenant_id, class, dry_run, status, days, scanned, deleted, held, oldest_left, tables,
        requested_by is not null as requested, error, trace_id, created_at, started_at, ended_at
      from ops.retention_runs
      where tenant_id = ${query.tenant_id ?? actor.tenantId}::uuid
        and ${query.run_id === undefined ? sql`true` : sql`turn_id = ${query.run_id}::uuid`}
        and ${query.class === undefined ? sql`true` : sql`class = ${query.class}`}
        and ${query.dry_run === undefined ? sql`true` : sql`dry_run = ${query.dry_run}::boolean`}
        and ${key === null ? sql`true` : sql`(created_at, id) < (${key[0]}::timestamptz, ${key[1]}::uuid)`}
      order by created_at desc, id desc limit ${query.limit + 1}`.compile(compileOnly),
  )
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return { items: rows.slice(0, query.limit), next_cursor: last ? encodeCursor([last.created_at, last.id]) : null }
})
