import type { ExportState } from './states.ts'

/** Tables of one family of exports, `schema.table`; `README.md` lists the columns that they share. */
export interface ExportTables {
  readonly jobs: string
  readonly parts: string
  readonly chunks: string
}

export type StorageKind = 'db' | 's3'

/** The columns of a job that engine, storage and download know; a family adds its own. */
export interface ExportJob {
  readonly tenant_id: string
  readonly id: string
  readonly requested_by: string | null
  readonly status: ExportState
  readonly compress: 'none' | 'gzip'
  readonly row_limit: number | null
  /** Bytes before compression. */
  readonly max_bytes: number
  readonly max_duration_sec: number
  readonly row_count: number
  /** Bytes as stored. */
  readonly total_bytes: number
  readonly raw_bytes: number
  /** 64 hex digits over all stored bytes; set when done. */
  readonly sha256: string | null
  readonly truncated: boolean
  readonly storage_kind: StorageKind
  readonly attempt: number
  readonly lease_until: string | null
  readonly error_code: string | null
  readonly error_message: string | null
  readonly expires_at: string
  readonly created_at: string
  readonly started_at: string | null
  readonly completed_at: string | null
  readonly trace_id: string
}
export type JobKey = Pick<ExportJob, 'tenant_id' | 'id'>

/** The attempt that writes: storage takes nothing from any other. */
export interface Fence {
  readonly attempt: number
}

export interface Chunk {
  /** From 0, without gap. */
  readonly no: number
  /** The part that its last byte belongs to, from 1. */
  readonly part: number
  /** Of its first byte within the whole file. */
  readonly offset: number
  readonly bytes: Buffer
}

/** A whole part: its bytes stand in the file from the sum of the parts before. */
export interface StoredPart {
  readonly part_no: number
  readonly epoch: number | null
  readonly first_seq: number | null
  readonly last_seq: number | null
  readonly rows: number
  readonly bytes: number
  readonly raw_bytes: number
  readonly sha256: string
}

/** First and last byte, both counted from 0 and both included. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface SpoolUse {
  readonly tenant: number
  readonly all: number
}

/**
 * Where the bytes of exports lie. Drivers pass one contract suite. A job keeps the driver it began with. Whatever writes
 * carries the attempt; a driver whose job has moved on throws `Superseded` and has written nothing.
 */
export interface ExportStorage {
  readonly kind: StorageKind
  readonly chunkBytes: number
  /** Chunks run on over the ends of parts; otherwise each part begins with a chunk of its own. */
  readonly spansParts: boolean
  /** What is stored can be read before `complete`. */
  readonly readsWhileOpen: boolean
  /** Errors: Superseded, LimitBreach (time, spool), whatever the medium throws. A chunk stored twice is stored once. */
  storeChunk(job: ExportJob, chunk: Chunk, fence: Fence): Promise<void>
  /** Bytes from the file's start that a new attempt finds again, given those of whole parts. */
  durableBytes(job: JobKey, ofWholeParts: number): Promise<number>
  /** Drops the chunks of this part and those behind it. */
  discardPart(job: JobKey, part: number, fence: Fence): Promise<void>
  /** The last chunk is stored. */
  complete(job: ExportJob, fence: Fence): Promise<void>
  /** Verified bytes in order, a chunk at a time. Errors: IntegrityError before a wrong byte is handed out. */
  readChunks(job: ExportJob, range?: Span): AsyncGenerator<Buffer, void, undefined>
  /** Bytes are gone afterwards; may be repeated. */
  expirePayload(job: JobKey): Promise<void>
  usage(tenantId: string): Promise<SpoolUse>
  /** An address that needs no session; absent where the product serves the bytes itself. */
  signedUrl?(
    job: ExportJob,
    link: { readonly filename: string; readonly type: string; readonly seconds: number },
  ): Promise<string>
  /** Gives up uploads of a tenant's jobs that nobody continues; answers how many. */
  abortStale?(tenantId: string): Promise<number>
}

export type BreachReason =
  | 'max_bytes_exceeded'
  | 'max_duration_exceeded'
  | 'row_limit_exceeded'
  | 'spool_full'
  | 'nothing_signed'
  | 'cancelled'
  | 'processing_failed'

/** What a failed job says, by reason. */
export const FAILURES: Readonly<Record<BreachReason, { readonly code: string; readonly message: string }>> = {
  max_bytes_exceeded: {
    code: 'AUDIT_EXPORT_RANGE_EXCEEDED',
    message: 'max_bytes_exceeded: the file would be larger than max_bytes.',
  },
  row_limit_exceeded: {
    code: 'AUDIT_EXPORT_RANGE_EXCEEDED',
    message: 'row_limit_exceeded: there are more rows than row_limit.',
  },
  max_duration_exceeded: {
    code: 'AUDIT_EXPORT_TIMEOUT',
    message: 'max_duration_exceeded: it took longer than max_duration_sec.',
  },
  spool_full: { code: 'AUDIT_EXPORT_PROCESSING_FAILED', message: 'spool_full: the room for exports is used up.' },
  nothing_signed: {
    code: 'AUDIT_EXPORT_PROCESSING_FAILED',
    message: 'nothing_signed: no event of that time is signed yet.',
  },
  cancelled: { code: 'AUDIT_EXPORT_CANCELLED', message: 'cancelled: stopped on request.' },
  processing_failed: {
    code: 'AUDIT_EXPORT_PROCESSING_FAILED',
    message: 'processing_failed: it could not be finished.',
  },
}

/** A limit would be passed: the job fails, no retry mends it. */
export class LimitBreach extends Error {
  readonly reason: BreachReason
  constructor(reason: BreachReason) {
    super(reason)
    this.name = 'LimitBreach'
    this.reason = reason
  }
}

/** Another attempt owns the job, or it is over: this one writes nothing any more. */
export class Superseded extends Error {
  constructor() {
    super('another attempt owns this export')
    this.name = 'Superseded'
  }
}

/** Stored bytes are not those that were written. */
export class IntegrityError extends Error {
  constructor(what: string) {
    super(`a stored export does not match its checksum: ${what}`)
    this.name = 'IntegrityError'
  }
}
