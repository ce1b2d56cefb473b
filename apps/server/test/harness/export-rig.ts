import { hash } from 'node:crypto'
import pg from 'pg'
import { systemActor } from '../../src/platform/auth/actor.ts'
import { Database } from '../../src/platform/db/database.ts'
import { dbStorage, type SpoolLimits } from '../../src/platform/exports/db-storage.ts'
import type { ExportPlan, ExportSource, RunEnd, RunOptions } from '../../src/platform/exports/engine.ts'
import { runExport } from '../../src/platform/exports/engine.ts'
import type { ExportFamily } from '../../src/platform/exports/family.ts'
import type { ExportJob, ExportStorage, StoredPart } from '../../src/platform/exports/port.ts'
import { createLog } from '../../src/platform/telemetry/log.ts'
import { openTestDatabase } from './cluster.ts'

export const RIG_TABLES = { jobs: 'audit.export_jobs', parts: 'audit.export_parts', chunks: 'audit.export_chunks' }
const TRACE = 'a'.repeat(32)
const USER = '00000000-0000-4000-8000-00000000000f'
const GIB = 1024 ** 3
export const ROOMY: SpoolLimits = { tenantBytes: GIB, allBytes: GIB }

/** Text of a part, in blocks: the same for the same numbers. */
export interface RigPart {
  readonly seed: number
  readonly blocks: number
  readonly blockBytes: number
}
export function blockOf(part: RigPart, no: number): Buffer {
  const line = hash('sha512', `${part.seed}/${no}`)
  return Buffer.alloc(part.blockBytes, `${line}\n`)
}

export interface JobWish {
  readonly max_bytes?: number
  readonly max_duration_sec?: number
  readonly row_limit?: number | null
  readonly compress?: 'none' | 'gzip'
  readonly storage_kind?: 'db' | 's3'
}

/** What happens while blocks are taken: throws, waits, looks. */
export type Disturb = (at: { readonly part: number; readonly block: number }) => Promise<void> | void

/** A source that tells numbers, part by part. */
const sourceOf = (parts: readonly RigPart[], disturb: Disturb): ExportSource<ExportJob> => ({
  plan: async (_attempt, stored: readonly StoredPart[]): Promise<ExportPlan> => ({
    truncated: false,
    parts: parts.slice(stored.length).map((part, place) => ({
      epoch: 1,
      first_seq: stored.length + place + 1,
      last_seq: stored.length + place + 1,
      copy: async (take) => {
        for (let block = 0; block < part.blocks; block++) {
          await disturb({ part: stored.length + place + 1, block })
          await take(blockOf(part, block), 1)
        }
      },
    })),
  }),
})

const bytesOf = async (
  storage: ExportStorage,
  job: ExportJob,
  range?: { start: number; end: number },
): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of storage.readChunks(job, range)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

type Sql = <T extends object>(text: string, values?: unknown[]) => Promise<T[]>

/** Inserts a job as a request would leave it. */
const jobMaker =
  (sql: Sql, tenantId: string) =>
  async (wish: JobWish = {}): Promise<string> => {
    const [job] = await sql<{ id: string }>(
      `insert into audit.export_jobs (tenant_id, profile, export_format, compress, columns, from_utc, to_utc, row_limit, max_bytes,
           max_duration_sec, storage_kind, expires_at, trace_id)
         values ($1, 'bulk', 'jsonl', $2, 'base', '2026-01-01', '2026-02-01', $3, $4, $5, $6, now() + interval '1 day', $7) returning id`,
      [
        tenantId,
        wish.compress ?? 'none',
        wish.row_limit ?? null,
        wish.max_bytes ?? GIB,
        wish.max_duration_sec ?? 60,
        wish.storage_kind ?? 'db',
        TRACE,
      ],
    )
    return job?.id ?? ''
  }

/** The engine on a database of its own, with a firm, jobs as they are wished for, and a source that tells numbers. */
export async function openExportRig() {
  const database = await openTestDatabase()
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 4 })
  owner.on('error', () => {})
  const worker = new Database({ url: database.workerUrl, poolSize: 6, prepared: true, applicationName: 'rig' })
  const sql = async <T extends object = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    (await owner.query<T>(text, values)).rows
  const [tenant] = await sql<{ id: string }>(
    `insert into identity.tenants (slug, name, lane) values ('rig', 'Rig', 'tenant') returning id`,
  )
  const tenantId = tenant?.id ?? ''
  const moves: string[] = []
  const own = dbStorage({ database: worker, tables: RIG_TABLES, spool: ROOMY })
  const familyOver = (storage: ExportStorage): ExportFamily<ExportJob> => ({
    tables: RIG_TABLES,
    ttlHours: 24,
    stores: { of: () => storage, configured: [storage] },
    record: async ({ move }) => void moves.push(move),
  })
  const jobOf = async (id: string): Promise<ExportJob> => {
    const [job] = await sql<ExportJob>('select * from audit.export_jobs where id = $1', [id])
    if (!job) throw new Error('no such job')
    return {
      ...job,
      total_bytes: Number(job.total_bytes),
      raw_bytes: Number(job.raw_bytes),
      row_count: Number(job.row_count),
    }
  }
  return {
    worker,
    sql,
    tenantId,
    moves,
    own,
    jobOf,
    familyOver,
    addJob: jobMaker(sql, tenantId),
    run: (
      id: string,
      parts: readonly RigPart[],
      how: { readonly storage?: ExportStorage; readonly disturb?: Disturb } = {},
    ): Promise<RunEnd> => {
      const options: RunOptions<ExportJob> = {
        family: familyOver(how.storage ?? own),
        source: sourceOf(parts, how.disturb ?? (() => {})),
        database: worker,
        log: createLog({ level: 'silent' }),
        actor: systemActor(tenantId, USER, new Map()),
        traceId: TRACE,
        signal: new AbortController().signal,
      }
      return runExport(options, { tenant_id: tenantId, id })
    },
    /** Time passes: the lease of whoever holds the job is over. */
    endLease: (id: string) => sql(`update audit.export_jobs set lease_until = now() where id = $1`, [id]),
    bytesOf,
    close: async () => {
      await worker.close()
      await owner.end()
      await database.drop()
    },
  }
}
export type ExportRig = Awaited<ReturnType<typeof openExportRig>>
