import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { contentDisposition, servedType } from './disposition.ts'
import {
  type ByteRange,
  type GetGrant,
  MAX_LISTED,
  MAX_PARTS,
  MAX_WRITE_BYTES,
  type PutGrant,
  StorageError,
  type StoragePort,
  type StoredObject,
  expiryOf,
  requireKey,
  requirePrefix,
} from './port.ts'
import { type Bucket, copySource, joinParts, writeInParts } from './s3-multipart.ts'

export type S3Options = {
  /** S3_ENDPOINT; without it AWS of the region. */
  endpoint?: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** S3_PATH_STYLE: the bucket in the path instead of the host name. */
  pathStyle: boolean
  now?: () => Date
}

const CONNECT_MS = 5_000
/** Longest silence on a connection. */
const IDLE_MS = 30_000
/** Longest time of a call that moves no body, its retries included. */
const CALL_MS = 60_000
const ATTEMPTS = 3

export const openS3Storage = (options: S3Options): StoragePort => {
  const client = new S3Client({
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
  const place: Bucket = { client, name: options.bucket }
  const now = options.now ?? (() => new Date())
  return {
    presignPut: (grant) => guarded(() => presignPut(place, grant, now())),
    presignGet: (grant) => guarded(() => presignGet(place, grant, now())),
    head: (key) => guarded(() => head(place, key)),
    read: (key, range) => guarded(() => read(place, key, range)),
    write: (key, body, written) =>
      guarded(async () => {
        requireKey(key)
        const source = body instanceof Uint8Array ? Readable.from([body]) : body
        return writeInParts(place, key, {
          source,
          contentType: written.contentType,
          maxBytes: written.maxBytes ?? MAX_WRITE_BYTES,
          hash: createHash('sha256'),
        })
      }),
    copy: (from, to) => guarded(() => copy(place, from, to)),
    join: (parts, to, { contentType }) =>
      guarded(async () => {
        for (const key of [...parts, to]) requireKey(key)
        if (parts.length === 0 || parts.length > MAX_PARTS) throw new RangeError(`1 to ${MAX_PARTS} parts`)
        await joinParts(place, parts, { to, contentType })
      }),
    remove: (keys) => guarded(() => remove(place, keys)),
    list: (prefix, listed) => guarded(() => list(place, prefix, Math.min(listed?.limit ?? MAX_LISTED, MAX_LISTED))),
    close: () => client.destroy(),
  }
}

const withinTime = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) })

/** Everything that S3 answers becomes a fault; refused credentials too are `unavailable`: the caller did nothing wrong. */
const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StorageError || error instanceof RangeError) throw error
    const status = statusOf(error)
    if (status === 404) throw new StorageError('not_found', error)
    if (status === 416) throw new StorageError('out_of_range', error)
    throw new StorageError('unavailable', error)
  }
}

const statusOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  // The SDK puts `$metadata` on each of its errors.
  return (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode
}

/**
 * Type, length and (if given) `x-amz-checksum-sha256` are signed headers, so the upload must carry exactly these.
 * AWS, MinIO and Ceph also compare the checksum with the body and refuse a difference. OpenStack Swift only demands
 * the header: presigned bodies are unsigned payloads there. Therefore confirm hashes the copy itself on every server.
 */
const presignPut = async (place: Bucket, grant: PutGrant, now: Date) => {
  requireKey(grant.key)
  const expires = expiryOf(now, grant.expiresIn)
  const checksum = grant.sha256 === undefined ? undefined : Buffer.from(grant.sha256, 'hex').toString('base64')
  const command = new PutObjectCommand({
    Bucket: place.name,
    Key: grant.key,
    ContentType: grant.contentType,
    ContentLength: grant.sizeBytes,
    ...(checksum === undefined ? {} : { ChecksumSHA256: checksum }),
  })
  const url = await getSignedUrl(place.client, command, {
    expiresIn: grant.expiresIn,
    signingDate: now,
    signableHeaders: new Set(['host', 'content-type', 'content-length', 'x-amz-checksum-sha256']),
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  })
  const headers = {
    'content-type': grant.contentType,
    ...(checksum === undefined ? {} : { 'x-amz-checksum-sha256': checksum }),
  }
  return { url, method: 'PUT' as const, headers, expires_at: expires.toISOString() }
}

const presignGet = async (place: Bucket, grant: GetGrant, now: Date) => {
  requireKey(grant.key)
  const expires = expiryOf(now, grant.expiresIn)
  const command = new GetObjectCommand({
    Bucket: place.name,
    Key: grant.key,
    ResponseContentDisposition: contentDisposition(grant),
    ResponseContentType: servedType(grant.contentType),
  })
  const url = await getSignedUrl(place.client, command, { expiresIn: grant.expiresIn, signingDate: now })
  return { url, expires_at: expires.toISOString() }
}

const bareEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '')

const head = async (place: Bucket, key: string): Promise<StoredObject> => {
  requireKey(key)
  const found = await place.client.send(new HeadObjectCommand({ Bucket: place.name, Key: key }), withinTime())
  const modified_at = (found.LastModified ?? new Date(0)).toISOString()
  return { key, size: found.ContentLength ?? 0, etag: bareEtag(found.ETag), modified_at }
}

const read = async (place: Bucket, key: string, range?: ByteRange): Promise<Readable> => {
  requireKey(key)
  const command = new GetObjectCommand({
    Bucket: place.name,
    Key: key,
    ...(range ? { Range: `bytes=${range.start}-${range.end ?? ''}` } : {}),
  })
  const { Body } = await place.client.send(command)
  if (Body instanceof Readable) return Body
  throw new StorageError('unavailable')
}

const copy = async (place: Bucket, from: string, to: string): Promise<void> => {
  requireKey(from)
  requireKey(to)
  const command = new CopyObjectCommand({ Bucket: place.name, Key: to, CopySource: copySource(place, from) })
  await place.client.send(command, { abortSignal: AbortSignal.timeout(5 * CALL_MS) })
}

/** One request each: DeleteObjects needs a Content-MD5 on older servers, which the SDK no longer sends. */
const remove = async (place: Bucket, keys: readonly string[]): Promise<void> => {
  for (const key of keys) requireKey(key)
  const waiting = [...keys]
  const worker = async () => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      await removeOne(place, key)
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}

const removeOne = async (place: Bucket, key: string): Promise<void> => {
  try {
    await place.client.send(new DeleteObjectCommand({ Bucket: place.name, Key: key }), withinTime())
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}

const list = async (place: Bucket, prefix: string, limit: number) => {
  requirePrefix(prefix)
  const command = new ListObjectsV2Command({ Bucket: place.name, Prefix: prefix, MaxKeys: limit })
  const page = await place.client.send(command, withinTime())
  const items = (page.Contents ?? []).map((entry) => ({
    key: entry.Key ?? '',
    size: entry.Size ?? 0,
    etag: bareEtag(entry.ETag),
    modified_at: (entry.LastModified ?? new Date(0)).toISOString(),
  }))
  return { items, truncated: page.IsTruncated === true }
}
