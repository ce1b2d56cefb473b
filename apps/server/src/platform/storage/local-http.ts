import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { isFresh, rangeOf } from '../http/byte-range.ts'
import { contentDisposition, servedType } from './disposition.ts'
import { type Disk, SourceInterrupted, streamOf } from './local-disk.ts'
import { StorageError } from './port.ts'
import type { GetClaims, PutClaims } from './signing.ts'

/**
 * PUT, GET and HEAD of `/v1/storage/local/:token`, for any transport. The caller verifies the token, and before a PUT
 * that the document is still pending; it maps outcomes to errors by `PUT_REFUSALS`.
 */
export type PutOutcome =
  | { result: 'stored'; size: number; sha256: string; etag: string }
  | { result: 'too_large' | 'type_mismatch' | 'size_mismatch' | 'checksum_mismatch' | 'interrupted' }

export const PUT_REFUSALS = {
  too_large: { status: 413, error_code: 'PAYLOAD_TOO_LARGE' },
  type_mismatch: { status: 415, error_code: 'UNSUPPORTED_MEDIA_TYPE' },
  size_mismatch: { status: 422, error_code: 'FILE_SIZE_MISMATCH' },
  checksum_mismatch: { status: 422, error_code: 'FILE_CHECKSUM_MISMATCH' },
  interrupted: { status: 400, error_code: 'BAD_REQUEST' },
} as const

/**
 * Stores the body under the key of the token, all of it or nothing. A refusal may leave the rest of the body unread:
 * the caller answers and lets the connection go. Throws `StorageError` `unavailable` when the disk fails.
 */
export const receivePut = async (
  disk: Disk,
  claims: PutClaims,
  request: { headers: IncomingHttpHeaders; body: Readable },
): Promise<PutOutcome> => {
  const declared = request.headers['content-length']
  if (declared !== undefined && Number(declared) > claims.size) return { result: 'too_large' }
  if (!isSameType(request.headers['content-type'], claims.type)) return { result: 'type_mismatch' }
  try {
    const staged = await disk.stage(request.body, claims.size)
    const wrong = mismatch(claims, staged)
    if (wrong) {
      await staged.discard()
      return { result: wrong }
    }
    const { etag } = await staged.commit(claims.key)
    return { result: 'stored', size: staged.size, sha256: staged.sha256, etag: `"${etag}"` }
  } catch (error) {
    if (error instanceof SourceInterrupted) return { result: 'interrupted' }
    if (error instanceof StorageError && error.fault === 'too_large') return { result: 'too_large' }
    throw error
  }
}

const mismatch = (claims: PutClaims, got: { size: number; sha256: string }) => {
  if (got.size !== claims.size) return 'size_mismatch'
  return claims.sha256 !== undefined && claims.sha256 !== got.sha256 ? 'checksum_mismatch' : undefined
}

const isSameType = (sent: string | undefined, signed: string): boolean => {
  const bare = (type: string) => (type.split(';')[0] ?? '').trim().toLowerCase()
  return sent !== undefined && bare(sent) === bare(signed)
}

export type LocalReply = { status: 200 | 206 | 304 | 416; headers: Record<string, string>; body?: Readable }

const SAFETY = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-cache',
  'content-security-policy': "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Errors: not_found, unavailable. The body of a reply must be read to its end or destroyed. */
export const serveGet = async (
  disk: Disk,
  claims: GetClaims,
  request: { method: 'GET' | 'HEAD'; headers: IncomingHttpHeaders },
): Promise<LocalReply> => {
  const object = await disk.open(claims.key)
  const etag = `"${object.etag}"`
  const base = {
    ...SAFETY,
    etag,
    'content-disposition': contentDisposition({ ...claims, contentType: claims.type }),
  }
  const answer = async (status: LocalReply['status'], headers: Record<string, string>): Promise<LocalReply> => {
    await object.handle.close()
    return { status, headers: { ...base, ...headers } }
  }
  if (isFresh(request.headers, etag)) return answer(304, {})
  const typed = { 'content-type': servedType(claims.type) }
  const part = request.method === 'GET' ? rangeOf(request.headers, { etag, size: object.size }) : undefined
  if (part === 'unsatisfiable') return answer(416, { 'content-range': `bytes */${object.size}` })
  const { start, end } = part ?? { start: 0, end: object.size - 1 }
  const headers = { ...typed, 'content-length': String(end - start + 1) }
  if (request.method === 'HEAD') return answer(200, headers)
  const body = streamOf(object, { start, end })
  if (!part) return { status: 200, headers: { ...base, ...headers }, body }
  return {
    status: 206,
    headers: { ...base, ...headers, 'content-range': `bytes ${start}-${end}/${object.size}` },
    body,
  }
}
