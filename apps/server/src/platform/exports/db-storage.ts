import { hash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { compileOnly, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import {
  type Chunk,
  type ExportJob,
  type ExportStorage,
  type ExportTables,
  type Fence,
  IntegrityError,
  type JobKey,
  LimitBreach,
  type Span,
  type SpoolUse,
  Superseded,
} from './port.ts'

export const MIB = 1024 * 1024

/** Stored bytes of one firm, and of all. */
export interface SpoolLimits {
  readonly tenantBytes: number
  readonly allBytes: number
}

export interface DbStorageOptions {
  readonly database: Database
  readonly tables: ExportTables
  readonly spool: SpoolLimits
}

/** Bytes are written and read by the workers' role within the job's firm, whoever asks: rights are the caller's matter. */
export const exportScope = (tenantId: string, userId: string | null = null): Scope => ({
  role: 'zen_worker',
  tenantId,
  userId,
  aud: 'worker',
})

export const jobIs = (job: JobKey) => sql`tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid`
export const ofJob = (job: JobKey) => sql`tenant_id = ${job.tenant_id}::uuid and job_id = ${job.id}::uuid`
export const isHeld = ({ attempt }: Fence) => sql`status = 'RUNNING' and attempt = ${attempt}::int`
const inTime = sql`now() <= started_at + max_duration_sec * interval '1 second'`

export const sha256Of = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')

/** Why a fenced write found no row of its own. Throws Superseded or the limit that was met. */
export async function refuseWrite(
  options: Pick<DbStorageOptions, 'database' | 'tables'>,
  job: JobKey,
  fence: Fence,
): Promise<never> {
  const [[row]] = await options.database.read(
    exportScope(job.tenant_id),
    sql<{ held: boolean; in_time: boolean }>`
      select (${isHeld(fence)}) as held, (${inTime}) as in_time from ${sql.table(options.tables.jobs)} where ${jobIs(job)}`.compile(
      compileOnly,
    ),
  )
  if (!row?.held) throw new Superseded()
  throw new LimitBreach(row.in_time ? 'spool_full' : 'max_duration_exceeded')
}

/** The statement that stores a chunk for the attempt that holds the job, within its time and the given room. */
export function insertChunk(
  tables: ExportTables,
  job: JobKey,
  given: {
    readonly chunk: Chunk
    readonly fence: Fence
    readonly payload: Buffer | null
    readonly ref: string | null
    /** Whether there is room; true where nothing is counted. */
    readonly room: RawBuilder<unknown>
  },
) {
  const { chunk, fence, payload, ref, room } = given
  const size = chunk.bytes.byteLength
  return sql<{ chunk_no: number }>`
    with room as materialized (select ${room} as admits),
    held as (
      update ${sql.table(tables.jobs)} set total_bytes = total_bytes + ${size}::bigint
      where ${jobIs(job)} and ${isHeld(fence)} and ${inTime} and (select admits from room) returning 1)
    insert into ${sql.table(tables.chunks)} (tenant_id, job_id, chunk_no, part_no, byte_offset, bytes, payload_bytes, payload_hash, external_ref)
    select ${job.tenant_id}::uuid, ${job.id}::uuid, ${chunk.no}::int, ${chunk.part}::int, ${chunk.offset}::bigint, ${size}::int,
      ${payload}::bytea, ${sha256Of(chunk.bytes)}::bytea, ${ref}::text from held
    returning chunk_no`.compile(compileOnly)
}

interface ChunkRow {
  readonly chunk_no: number
  readonly byte_offset: number
  readonly bytes: number
  readonly payload_bytes: Buffer | null
  readonly payload_hash: Buffer
}

/** Chunks as rows of the database: the driver of a fresh install. */
export function dbStorage({ database, tables, spool }: DbStorageOptions): ExportStorage {
  const chunks = sql.table(tables.chunks)
  const jobs = sql.table(tables.jobs)
  const room = (job: JobKey, size: number) =>
    sql`audit.export_spool_admits(${job.tenant_id}::uuid, ${size}::bigint, ${spool.tenantBytes}::bigint, ${spool.allBytes}::bigint)`

  const chunkAt = async (job: JobKey, where: RawBuilder<unknown>): Promise<ChunkRow | undefined> => {
    const [rows] = await database.read(
      exportScope(job.tenant_id),
      sql<ChunkRow>`select chunk_no, byte_offset, bytes, payload_bytes, payload_hash from ${chunks}
        where ${ofJob(job)} and ${where} limit 1`.compile(compileOnly),
    )
    return rows[0]
  }
  return {
    kind: 'db',
    chunkBytes: MIB,
    spansParts: false,
    readsWhileOpen: true,
    storeChunk: async (job, chunk, fence) => {
      const statement = insertChunk(tables, job, {
        chunk,
        fence,
        payload: chunk.bytes,
        ref: null,
        room: room(job, chunk.bytes.byteLength),
      })
      const [rows] = await database.write(exportScope(job.tenant_id), statement)
      if (rows.length === 0) await refuseWrite({ database, tables }, job, fence)
    },
    durableBytes: async (_job, ofWholeParts) => ofWholeParts,
    discardPart: async (job, part, fence) => {
      await database.write(
        exportScope(job.tenant_id),
        sql`with held as (select 1 from ${jobs} where ${jobIs(job)} and ${isHeld(fence)} for update)
          delete from ${chunks} where ${ofJob(job)} and part_no >= ${part}::int and exists (select 1 from held)`.compile(
          compileOnly,
        ),
      )
    },
    complete: async () => {},
    readChunks: (job, range) => readRows(job, range ?? { start: 0, end: job.total_bytes - 1 }, chunkAt),
    expirePayload: async (job) => {
      await database.write(
        exportScope(job.tenant_id),
        sql`delete from ${chunks} where ${ofJob(job)}`.compile(compileOnly),
      )
    },
    usage: async (tenantId) => {
      const [[use]] = await database.read(
        exportScope(tenantId),
        sql<SpoolUse>`select of_tenant as tenant, of_all as "all" from audit.export_spool(${tenantId}::uuid)`.compile(
          compileOnly,
        ),
      )
      return use ?? { tenant: 0, all: 0 }
    },
  }
}

type ChunkAt = (job: JobKey, where: RawBuilder<unknown>) => Promise<ChunkRow | undefined>

async function* readRows(job: ExportJob, range: Span, chunkAt: ChunkAt): AsyncGenerator<Buffer, void, undefined> {
  if (range.end < range.start) return
  const holds = sql`byte_offset <= ${range.start}::bigint and byte_offset + bytes > ${range.start}::bigint`
  let row = await chunkAt(job, holds)
  let at = range.start
  while (at <= range.end) {
    const chunk = checkedChunk(row, at)
    const end = chunk.byte_offset + chunk.bytes
    // The next one is on its way while this one is sent.
    const next = end <= range.end ? chunkAt(job, sql`chunk_no = ${chunk.chunk_no + 1}::int`) : undefined
    next?.catch(() => {})
    yield chunk.payload.subarray(at - chunk.byte_offset, Math.min(end, range.end + 1) - chunk.byte_offset)
    at = end
    row = await next
  }
}

/** The chunk that holds the byte, with the hash it was stored with. Throws IntegrityError. */
function checkedChunk(row: ChunkRow | undefined, at: number): ChunkRow & { readonly payload: Buffer } {
  if (!row?.payload_bytes) throw new IntegrityError(`no chunk at byte ${at}`)
  const payload = row.payload_bytes
  const isWhole = payload.byteLength === row.bytes && row.byte_offset <= at && at < row.byte_offset + row.bytes
  if (!isWhole || !sha256Of(payload).equals(row.payload_hash)) throw new IntegrityError(`chunk ${row.chunk_no}`)
  return { ...row, payload }
}
