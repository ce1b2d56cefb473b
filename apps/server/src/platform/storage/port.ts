import type { Readable } from 'node:stream'

/**
 * Why a storage call ended without its effect. `unavailable` covers everything a later attempt may mend: network, disk,
 * refused credentials. Messages carry no path, bucket or secret; the original stands in `cause` for the log.
 */
export type StorageFault = 'not_found' | 'too_large' | 'out_of_range' | 'invalid_key' | 'unavailable'

export class StorageError extends Error {
  readonly fault: StorageFault
  constructor(fault: StorageFault, cause?: unknown) {
    super(`storage: ${fault}`, { cause })
    this.name = 'StorageError'
    this.fault = fault
  }
}

/** What a signed upload allows. Whoever holds the URL can store exactly this and nothing else, until it expires. */
export type PutGrant = {
  key: string
  contentType: string
  /** Exact length of the body in bytes. */
  sizeBytes: number
  /** 64 lower-case hex digits; the server of the bytes refuses others where it can (S3: see `s3.ts`). */
  sha256?: string
  /** Seconds, 1–3600. */
  expiresIn: number
  /** Id of the document that the bytes belong to; lets the local route refuse a PUT after confirm. */
  document?: string
  /** Number of the part (from 1) in an upload of parts. */
  part?: number
}

/** `headers` must be sent as given; `Content-Length` follows from the body. `expires_at` is RFC 3339 UTC. */
export type SignedPut = { url: string; method: 'PUT'; headers: Record<string, string>; expires_at: string }

export type Disposition = 'inline' | 'attachment'
export type GetGrant = {
  key: string
  /** Name shown to the person who saves the file; any text. */
  filename: string
  contentType: string
  /** `inline` holds only for images, PDF and plain text; others are saved whatever is asked. */
  disposition: Disposition
  /** Seconds, 1–3600. */
  expiresIn: number
}
export type SignedGet = { url: string; expires_at: string }

/** `etag` is opaque and changes whenever the bytes do. `modified_at` is RFC 3339 UTC. */
export type StoredObject = { key: string; size: number; etag: string; modified_at: string }
/** Both ends inclusive, counted from 0; without `end` up to the last byte. An `end` behind the last byte is cut. */
export type ByteRange = { start: number; end?: number }
export type Written = { size: number; sha256: string }
export type ObjectBody = Readable | Uint8Array

/**
 * Where bytes of record lie. Every driver passes `contract.test.ts`.
 * All calls throw `StorageError` and nothing else.
 */
export interface StoragePort {
  presignPut(grant: PutGrant): Promise<SignedPut>
  presignGet(grant: GetGrant): Promise<SignedGet>
  /** Errors: not_found. */
  head(key: string): Promise<StoredObject>
  /** The caller reads the stream to its end or destroys it. Errors: not_found, out_of_range. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** Replaces the object at once or not at all; the hash is of the bytes as they passed. Errors: too_large. */
  write(key: string, body: ObjectBody, options: { contentType: string; maxBytes?: number }): Promise<Written>
  /** Afterwards `to` no longer depends on `from`. Errors: not_found. */
  copy(from: string, to: string): Promise<void>
  /** Parts in order into one object; every part but the last has at least 5 MiB. Errors: not_found. */
  join(parts: readonly string[], to: string, options: { contentType: string }): Promise<void>
  /** Missing objects are no error. */
  remove(keys: readonly string[]): Promise<void>
  /** Objects whose key begins with `prefix`, by key; `limit` 1–1000 (default 1000), `truncated` tells that more exist. */
  list(prefix: string, options?: { limit?: number }): Promise<{ items: StoredObject[]; truncated: boolean }>
  close(): void
}

export const MAX_SIGNED_SECONDS = 3600
export const MAX_LISTED = 1000
export const MAX_PARTS = 1000
/** What one `write` may hold at most when the caller names no limit: 2 GiB. */
export const MAX_WRITE_BYTES = 2 * 1024 ** 3

const SEGMENT = /^[A-Za-z0-9._-]{1,255}$/

/** Keys are `segment/segment…` of letters, digits, `.`, `_`, `-`, ≤ 16 deep; never `.`, `..`, or a dot at the very start. */
export const isKey = (key: string): boolean =>
  key.length <= 512 &&
  !key.startsWith('.') &&
  key.split('/').length <= 16 &&
  key.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')

export const requireKey = (key: string): void => {
  if (!isKey(key)) throw new StorageError('invalid_key')
}

/** A prefix is the beginning of some key: it may end inside a segment or with `/`. */
export const requirePrefix = (prefix: string): void => {
  if (!isKey(`${prefix}x`)) throw new StorageError('invalid_key')
}

/** The last segment of a key from what a person called the file: allowed characters stay, the rest becomes `_`, ≤ 120. */
export const safeName = (filename: string): string => {
  const ascii = filename.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '_')
  const dot = ascii.lastIndexOf('.')
  const extension = dot > 0 && ascii.length - dot <= 12 ? ascii.slice(dot) : ''
  const stem = ascii.slice(0, ascii.length - extension.length).slice(0, 120 - extension.length)
  const name = `${stem}${extension}`.replace(/^\.+/, '_')
  return name === '' || name === '_' ? 'file' : name
}

/** `expires_at` of a signature made now. */
export const expiryOf = (now: Date, seconds: number): Date => {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SIGNED_SECONDS) {
    throw new RangeError(`a signature lasts 1 to ${MAX_SIGNED_SECONDS} seconds`)
  }
  return new Date(now.getTime() + seconds * 1000)
}
