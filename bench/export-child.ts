import { inlined } from '../apps/server/src/platform/db/copy-out.ts'
import { Database } from '../apps/server/src/platform/db/database.ts'
import { systemActor } from '../apps/server/src/platform/auth/actor.ts'
import { dbStorage, exportScope } from '../apps/server/src/platform/exports/db-storage.ts'
import { runExport } from '../apps/server/src/platform/exports/engine.ts'
import type { ExportFamily } from '../apps/server/src/platform/exports/family.ts'
import type { ExportStorage } from '../apps/server/src/platform/exports/port.ts'
import { createLog } from '../apps/server/src/platform/telemetry/log.ts'
import type { AuditExport } from '../apps/server/src/modules/exports/context.ts'
import { jsonRows } from '../apps/server/src/modules/exports/log-query.ts'
import { logSource } from '../apps/server/src/modules/exports/log-source.ts'
import { CompiledQuery } from 'kysely'
import pg from 'pg'

/** One worker with one job: `{url, tenant, job, stretch, bare?, planted?}` in, `{ms, peak_mb, end}` out. */
interface Wish {
  readonly url: string
  readonly tenant: string
  readonly job: string
  readonly stretch: number
  /** So many rows by one plain COPY of the same statement instead, read and thrown away. */
  readonly bare?: number
  readonly planted?: boolean
}
const wish = JSON.parse(process.env['EXPORT_WISH'] ?? '{}') as Wish // written by the goal
const TABLES = { jobs: 'audit.export_jobs', parts: 'audit.export_parts', chunks: 'audit.export_chunks' }

const database = new Database({
  url: wish.url,
  poolSize: 4,
  prepared: true,
  applicationName: 'bench-export',
  transactionTimeoutMs: 3_600_000,
})
const GIB = 1024 ** 3
const own = dbStorage({ database, tables: TABLES, spool: { tenantBytes: 64 * GIB, allBytes: 64 * GIB } })
// The planted defect: what an interrupted attempt had written stays.
const storage: ExportStorage = wish.planted ? { ...own, discardPart: async () => {} } : own
const family: ExportFamily<AuditExport> = {
  tables: TABLES,
  ttlHours: 24,
  stores: { of: () => storage, configured: [storage] },
  record: async () => {},
}

const USER = '00000000-0000-4000-8000-00000000000f'

async function bare(rows: number): Promise<string> {
  const client = new pg.Client({ connectionString: wish.url })
  await client.connect()
  await client.query('begin read only')
  await client.query(
    "select set_config('role','zen_worker',true), set_config('app.tenant_id',$1,true), set_config('app.aud','worker',true)",
    [wish.tenant],
  )
  const choice = { tenant_id: wish.tenant, from_utc: '2026-10-01', to_utc: '2027-06-01', filters: {} }
  const query = jsonRows(choice, { epoch: 1, seq: 1, last: rows, rows, old: false }, 'none')
  const done = Promise.withResolvers<void>()
  client.query(nothing(`copy (${inlined(query)}) to stdout`, done))
  await done.promise
  await client.query('commit')
  await client.end()
  return 'bare'
}

/** A reader that looks at nothing. */
function nothing(text: string, done: PromiseWithResolvers<void>): pg.Submittable {
  const reader = {
    submit: (connection: { query(text: string): void }) => connection.query(text),
    handleRowDescription: () => {},
    handleDataRow: () => {},
    handleCommandComplete: () => {},
    handleCopyData: () => {},
    handleReadyForQuery: () => done.resolve(),
    handleError: (error: Error) => done.reject(error),
  }
  return reader as unknown as pg.Submittable // the part of pg's contract that a COPY touches
}

const log = createLog({ level: 'error' })
// The connection stands before the clock runs.
await database.read(exportScope(wish.tenant), CompiledQuery.raw('select 1'))
process.stdout.write('{"ready":true}\n')
const started = performance.now()
const end =
  wish.bare === undefined
    ? (
        await runExport(
          {
            family,
            source: logSource(database, { length: wish.stretch }),
            database,
            log,
            actor: systemActor(wish.tenant, USER, new Map()),
            traceId: 'a'.repeat(32),
            signal: new AbortController().signal,
          },
          { tenant_id: wish.tenant, id: wish.job },
        )
      ).end
    : await bare(wish.bare)
const ms = performance.now() - started
process.stdout.write(`${JSON.stringify({ ms, peak_mb: process.resourceUsage().maxRSS / 1024, end })}\n`)
await database.close()
