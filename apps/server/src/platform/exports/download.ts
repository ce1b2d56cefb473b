import { Readable } from 'node:stream'
import { Refusal } from '../errors.ts'
import { isFresh, rangeOf } from '../http/byte-range.ts'
import type { CallContext, RawReply, Transport } from '../operations.ts'
import { attachment } from './attachment.ts'
import { type ExportJob, type ExportStorage, IntegrityError, type Span } from './port.ts'

/** How a finished file leaves. */
export interface ExportFile {
  readonly filename: string
  /** `application/jsonl` … */
  readonly type: string
}

/** What a request asks for, settled by headers alone: nothing is read yet. */
export type DownloadAsk =
  | { readonly status: 304 }
  | { readonly status: 200; readonly span: Span; readonly head: boolean }
  | { readonly status: 206; readonly span: Span; readonly head: false }

const etagOf = (job: ExportJob): string => `"sha256-${job.sha256}"`

/** One range is a part, several are the whole; `If-Range` of another version is the whole. Errors: RANGE_NOT_SATISFIABLE. */
export function downloadAsk(job: ExportJob, { method, headers }: Pick<Transport, 'method' | 'headers'>): DownloadAsk {
  const etag = etagOf(job)
  const size = job.total_bytes
  const whole = { start: 0, end: size - 1 }
  if (isFresh(headers, etag)) return { status: 304 }
  if (method === 'HEAD') return { status: 200, span: whole, head: true }
  const range = rangeOf(headers, { etag, size })
  if (range === undefined) return { status: 200, span: whole, head: false }
  if (range !== 'unsatisfiable') return { status: 206, span: range, head: false }
  throw new Refusal('RANGE_NOT_SATISFIABLE', 'The file has no such bytes.', {
    headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes', etag },
  })
}

/**
 * A file that does not match its checksums, told to the alert of its firm. The export itself stays done: it did not fail,
 * and can be looked into.
 */
export const damaged =
  ({ services: { log, vitals }, traceId }: CallContext, job: ExportJob) =>
  (error: IntegrityError): void => {
    vitals.count(`export_integrity ${job.tenant_id}`)
    log.error({ err: error, trace_id: traceId, job_id: job.id }, 'audit_export_integrity')
  }

/** Bytes leave, from the middle of the file: whoever began the download goes on with it. */
export const isContinuation = (ask: DownloadAsk): boolean => ask.status === 206 && ask.span.start > 0
/** Bytes leave at all. */
export const movesBytes = (ask: DownloadAsk): boolean => ask.status !== 304 && !(ask.status === 200 && ask.head)

/**
 * The answer. The first chunk is read and checked before a header leaves, so a damaged one is an error answer; one further
 * on breaks the connection and never ends the file cleanly. `onDamage` is told of either. Errors: IntegrityError.
 */
export async function downloadReply(
  given: {
    readonly job: ExportJob
    readonly storage: ExportStorage
    readonly file: ExportFile
    readonly ask: DownloadAsk
  },
  onDamage: (error: IntegrityError) => void,
): Promise<RawReply> {
  const { job, storage, file, ask } = given
  const common = {
    etag: etagOf(job),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'repr-digest': `sha-256=:${Buffer.from(job.sha256 ?? '', 'hex').toString('base64')}:`,
    'content-disposition': attachment(file.filename),
  }
  if (ask.status === 304) return { status: 304, headers: common }
  const { span } = ask
  const headers = {
    ...common,
    'content-type': file.type,
    'content-length': String(span.end - span.start + 1),
    ...(ask.status === 206 ? { 'content-range': `bytes ${span.start}-${span.end}/${job.total_bytes}` } : {}),
  }
  if (!movesBytes(ask) || span.end < span.start) return { status: ask.status, headers }
  return { status: ask.status, headers, body: await verifiedBody(storage.readChunks(job, span), onDamage) }
}

async function verifiedBody(
  chunks: AsyncGenerator<Buffer, void, undefined>,
  onDamage: (error: IntegrityError) => void,
): Promise<Readable> {
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof IntegrityError) onDamage(error)
      throw error
    }
  }
  const first = await watched(chunks.next())
  const rest = async function* (): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let next = first; !next.done; next = await watched(chunks.next())) yield next.value
    } finally {
      await chunks.return()
    }
  }
  // One chunk at a time: the reader's pace is the database's.
  return Readable.from(rest(), { objectMode: false, highWaterMark: 1 })
}
