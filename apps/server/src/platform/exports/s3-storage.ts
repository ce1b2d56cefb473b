import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  type ServerSideEncryption,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { sql } from 'kysely'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { compileOnly, type Database } from '../db/database.ts'
import { StorageError } from '../storage/port.ts'
import { attachment } from './attachment.ts'
import { exportScope, insertChunk, isHeld, jobIs, MIB, ofJob, refuseWrite, sha256Of } from './db-storage.ts'
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
  Superseded,
} from './port.ts'

export interface S3ExportOptions {
  readonly database: Database
  readonly tables: ExportTables
  /** First segment of the keys: `exports`. */
  readonly prefix: string
  readonly endpoint?: string
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly pathStyle: boolean
  /** Server-side encryption; null where the bucket's own default rules. */
  readonly encryption: ServerSideEncryption | null
}

const CHUNK_BYTES = 8 * MIB
const CONNECT_MS = 5_000
const IDLE_MS = 30_000
const CALL_MS = 60_000
const ATTEMPTS = 3
/** An upload that no row knows may just have begun. */
const STRAY_MS = 60 * 60_000

interface PieceRow {
  readonly chunk_no: number
  readonly byte_offset: number
  readonly bytes: number
  readonly payload_hash: Buffer
  readonly external_ref: string
}

/** `upload id` and `etag` of a piece, as its row keeps them. */
const refOf = (upload: string, etag: string): string => JSON.stringify([upload, etag])
const readRef = (row: PieceRow): readonly [string, string] => JSON.parse(row.external_ref) as [string, string] // written by refOf

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && '$metadata' in error
    ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode
    : undefined // the SDK puts it on each of its errors

const inTime = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) })

const INSUFFICIENT_STORAGE = 507

/** Faults of the store are `unavailable`: a later attempt may mend them. A store without room is the limit itself. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (statusOf(error) === undefined && !(error instanceof Error)) throw error
    if (statusOf(error) === INSUFFICIENT_STORAGE) throw new LimitBreach('spool_full')
    throw statusOf(error) === 404 ? new StorageError('not_found', error) : new StorageError('unavailable', error)
  }
}

const unlessGone = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await asked(work)
  } catch (error) {
    if (!(error instanceof StorageError && error.fault === 'not_found')) throw error
  }
}

const clientOf = (options: S3ExportOptions): S3Client =>
  new S3Client({
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    forcePathStyle: options.pathStyle,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    // Checksums in trailers are refused by many S3-compatible servers; the product hashes for itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
  })

/** The bucket and the rows that stand for what lies in it. */
interface Desk {
  readonly client: S3Client
  readonly rows: ReturnType<typeof rowsOf>
  readonly options: S3ExportOptions
}

const at = ({ options }: Desk, job: JobKey) => ({
  Bucket: options.bucket,
  Key: `${options.prefix}/${job.tenant_id}/${job.id}`,
})

async function begin(desk: Desk, job: JobKey): Promise<string> {
  const { encryption } = desk.options
  const sse = encryption === null ? {} : { ServerSideEncryption: encryption }
  const command = new CreateMultipartUploadCommand({ ...at(desk, job), ...sse })
  const { UploadId } = await asked(() => desk.client.send(command, inTime()))
  if (UploadId === undefined) throw new StorageError('unavailable')
  return UploadId
}

const abort = (desk: Desk, job: JobKey, upload: string): Promise<void> =>
  unlessGone(() => desk.client.send(new AbortMultipartUploadCommand({ ...at(desk, job), UploadId: upload }), inTime()))

/** Pieces that both the rows and the store know by the same hash, from the first one on. */
async function standing(desk: Desk, job: JobKey): Promise<readonly PieceRow[]> {
  const known = await desk.rows.all(job)
  const [first] = known
  if (!first) return []
  const etags = await listParts(desk.client, { ...at(desk, job), UploadId: readRef(first)[0] })
  const gap = known.findIndex((row, place) => row.chunk_no !== place || etags.get(place + 1) !== readRef(row)[1])
  return gap === -1 ? known : known.slice(0, gap)
}

async function readPiece(desk: Desk, job: JobKey, row: PieceRow): Promise<Buffer> {
  const range = `bytes=${row.byte_offset}-${row.byte_offset + row.bytes - 1}`
  const bytes = await asked(async () => {
    const { Body } = await desk.client.send(new GetObjectCommand({ ...at(desk, job), Range: range }), inTime())
    return Body instanceof Readable ? buffer(Body) : Buffer.alloc(0)
  })
  if (bytes.byteLength !== row.bytes || !sha256Of(bytes).equals(row.payload_hash))
    throw new IntegrityError(`chunk ${row.chunk_no}`)
  return bytes
}

/** A piece that is there with the same bytes is not sent again; one with others is replaced, with all behind it. */
async function storePiece(
  desk: Desk,
  job: ExportJob,
  { chunk, fence }: { readonly chunk: Chunk; readonly fence: Fence },
): Promise<void> {
  const { client, rows } = desk
  const known = await rows.at(job, chunk.no)
  if (known?.payload_hash.equals(sha256Of(chunk.bytes))) return
  await rows.assertHeld(job, fence)
  if (known) await rows.dropFrom(job, chunk.no, fence)
  const first = await rows.at(job, 0)
  const upload = first ? readRef(first)[0] : await begin(desk, job)
  const put = { ...at(desk, job), UploadId: upload, PartNumber: chunk.no + 1, Body: chunk.bytes }
  const { ETag } = await asked(() => client.send(new UploadPartCommand(put), inTime()))
  await rows.add(job, { chunk, fence, ref: refOf(upload, ETag ?? '') })
}

async function completeUpload(desk: Desk, job: JobKey, fence: Fence): Promise<void> {
  await desk.rows.assertHeld(job, fence)
  const known = await desk.rows.all(job)
  const [first] = known
  if (!first) return
  const Parts = known.map((row) => ({ PartNumber: row.chunk_no + 1, ETag: readRef(row)[1] }))
  const upload = { ...at(desk, job), UploadId: readRef(first)[0], MultipartUpload: { Parts } }
  const slow = { abortSignal: AbortSignal.timeout(5 * CALL_MS) }
  await asked(() => desk.client.send(new CompleteMultipartUploadCommand(upload), slow))
}

/** The object goes before the rows that tell of it. */
async function dropObject(desk: Desk, job: JobKey): Promise<void> {
  const first = await desk.rows.at(job, 0)
  if (first) await abort(desk, job, readRef(first)[0])
  await unlessGone(() => desk.client.send(new DeleteObjectCommand(at(desk, job)), inTime()))
  await desk.rows.clear(job)
}

/**
 * One multipart upload a job, in pieces of 8 MiB that run on over the ends of parts. Each piece has a row with its hash,
 * so a new attempt goes on behind the last one. The bucket's lifecycle rule (4 days) is the backstop.
 */
export function s3ExportStorage(options: S3ExportOptions): ExportStorage & { close(): void } {
  const client = clientOf(options)
  const desk = { client, options, rows: rowsOf(options) }
  return {
    kind: 's3',
    chunkBytes: CHUNK_BYTES,
    spansParts: true,
    readsWhileOpen: false,
    storeChunk: (job, chunk, fence) => storePiece(desk, job, { chunk, fence }),
    durableBytes: async (job) => (await standing(desk, job)).reduce((sum, row) => sum + row.bytes, 0),
    discardPart: async (job, _part, fence) => desk.rows.dropFrom(job, (await standing(desk, job)).length, fence),
    complete: (job, fence) => completeUpload(desk, job, fence),
    readChunks: (job, range) => readPieces(desk, job, range ?? { start: 0, end: job.total_bytes - 1 }),
    expirePayload: (job) => dropObject(desk, job),
    usage: (tenantId) => desk.rows.usage(tenantId),
    signedUrl: (job, { filename, type, seconds }) => {
      const shown = { ResponseContentDisposition: attachment(filename), ResponseContentType: type }
      return getSignedUrl(client, new GetObjectCommand({ ...at(desk, job), ...shown }), { expiresIn: seconds })
    },
    abortStale: (tenantId) => abortStrays(desk, tenantId),
    close: () => client.destroy(),
  }
}

async function abortStrays(desk: Desk, tenantId: string): Promise<number> {
  const { bucket, prefix } = desk.options
  const folder = `${prefix}/${tenantId}/`
  const list = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: folder })
  const { Uploads = [] } = await asked(() => desk.client.send(list, inTime()))
  let aborted = 0
  for (const { Key = '', UploadId = '', Initiated } of Uploads) {
    const job = { tenant_id: tenantId, id: Key.slice(folder.length) }
    const begun = Initiated?.getTime() ?? 0
    if (await desk.rows.isContinued(job, UploadId, Date.now() - begun < STRAY_MS)) continue
    await abort(desk, job, UploadId)
    aborted += 1
  }
  return aborted
}

/** ETags of the parts that the store holds; none when the upload is gone. */
async function listParts(
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string },
): Promise<ReadonlyMap<number, string>> {
  const etags = new Map<number, string>()
  let marker: string | undefined
  try {
    do {
      const page = await asked(() =>
        client.send(
          new ListPartsCommand({ ...upload, ...(marker === undefined ? {} : { PartNumberMarker: marker }) }),
          {
            abortSignal: AbortSignal.timeout(CALL_MS),
          },
        ),
      )
      for (const part of page.Parts ?? []) etags.set(part.PartNumber ?? 0, part.ETag ?? '')
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined
    } while (marker !== undefined)
  } catch (error) {
    if (!(error instanceof StorageError && error.fault === 'not_found')) throw error
    return new Map()
  }
  return etags
}

/** The rows that stand for pieces. */
function rowsOf({ database, tables }: Pick<S3ExportOptions, 'database' | 'tables'>) {
  const chunks = sql.table(tables.chunks)
  const jobs = sql.table(tables.jobs)
  const columns = sql`chunk_no, byte_offset, bytes, payload_hash, external_ref`
  const some = async (job: JobKey, where = sql`true`): Promise<PieceRow[]> => {
    const [rows] = await database.read(
      exportScope(job.tenant_id),
      sql<PieceRow>`select ${columns} from ${chunks} where ${ofJob(job)} and ${where} order by chunk_no`.compile(
        compileOnly,
      ),
    )
    return rows
  }
  return {
    all: (job: JobKey) => some(job),
    at: async (job: JobKey, no: number) => (await some(job, sql`chunk_no = ${no}::int`))[0],
    between: (job: JobKey, { start, end }: Span) =>
      some(job, sql`byte_offset + bytes > ${start}::bigint and byte_offset <= ${end}::bigint`),
    add: async (job: ExportJob, { chunk, fence, ref }: { chunk: Chunk; fence: Fence; ref: string }) => {
      const statement = insertChunk(tables, job, { chunk, fence, payload: null, ref, room: sql`true` })
      const [rows] = await database.write(exportScope(job.tenant_id), statement)
      if (rows.length === 0) await refuseWrite({ database, tables }, job, fence)
    },
    assertHeld: async (job: JobKey, fence: Fence) => {
      const [rows] = await database.read(
        exportScope(job.tenant_id),
        sql`select 1 as held from ${jobs} where ${jobIs(job)} and ${isHeld(fence)}`.compile(compileOnly),
      )
      if (rows.length === 0) throw new Superseded()
    },
    dropFrom: async (job: JobKey, no: number, fence: Fence) => {
      await database.write(
        exportScope(job.tenant_id),
        sql`with held as (select 1 from ${jobs} where ${jobIs(job)} and ${isHeld(fence)} for update)
          delete from ${chunks} where ${ofJob(job)} and chunk_no >= ${no}::int and exists (select 1 from held)`.compile(
          compileOnly,
        ),
      )
    },
    clear: async (job: JobKey) => {
      await database.write(
        exportScope(job.tenant_id),
        sql`delete from ${chunks} where ${ofJob(job)}`.compile(compileOnly),
      )
    },
    usage: async (tenantId: string) => {
      const [[use]] = await database.read(
        exportScope(tenantId),
        sql<{ bytes: number }>`select coalesce(sum(total_bytes), 0)::bigint as bytes from ${jobs}
          where tenant_id = ${tenantId}::uuid and storage_kind = 's3' and status in ('RUNNING', 'DONE')`.compile(
          compileOnly,
        ),
      )
      return { tenant: use?.bytes ?? 0, all: use?.bytes ?? 0 }
    },
    /** The job runs and this is its upload, or it has none yet and the upload is young. */
    isContinued: async (job: JobKey, upload: string, young: boolean) => {
      const [found] = await database.read(
        exportScope(job.tenant_id),
        sql<{ ref: string | null }>`
          select (select c.external_ref from ${chunks} c where c.tenant_id = j.tenant_id and c.job_id = j.id and c.chunk_no = 0) as ref
          from ${jobs} j where j.tenant_id = ${job.tenant_id}::uuid and j.id::text = ${job.id} and j.status = 'RUNNING'`.compile(
          compileOnly,
        ),
      )
      const [running] = found
      if (!running) return false
      return running.ref === null ? young : (JSON.parse(running.ref) as [string, string])[0] === upload // written by refOf
    },
  }
}

async function* readPieces(desk: Desk, job: ExportJob, range: Span): AsyncGenerator<Buffer, void, undefined> {
  if (range.end < range.start) return
  let next = range.start
  for (const row of await desk.rows.between(job, range)) {
    if (row.byte_offset > next) throw new IntegrityError(`no chunk at byte ${next}`)
    const bytes = await readPiece(desk, job, row)
    const end = row.byte_offset + row.bytes
    yield bytes.subarray(next - row.byte_offset, Math.min(end, range.end + 1) - row.byte_offset)
    next = end
  }
  if (next <= range.end) throw new IntegrityError(`no chunk at byte ${next}`)
}
