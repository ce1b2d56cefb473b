import type { Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { StorageError, type Written } from './port.ts'

export type Bucket = { client: S3Client; name: string }

const PART_BYTES = 8 * 1024 * 1024
/** Longest time for one part, its retries included. */
const PART_MS = 300_000
const partTime = () => ({ abortSignal: AbortSignal.timeout(PART_MS) })

/** Keys hold no character that would need escaping. */
export const copySource = (bucket: Bucket, key: string): string => `${bucket.name}/${key}`

type Source = { source: Readable; contentType: string; maxBytes: number; hash: Hash }

/** A body of unknown length: one PUT when it fits a part, else parts of 8 MiB; memory stays at two parts. */
export const writeInParts = async (bucket: Bucket, key: string, input: Source): Promise<Written> => {
  const tally = { size: 0 }
  const blocks = blocksOf(input, tally)
  try {
    const first = (await blocks.next()).value ?? Buffer.alloc(0)
    const second = first.byteLength < PART_BYTES ? undefined : (await blocks.next()).value
    if (!second) {
      const put = { Bucket: bucket.name, Key: key, Body: first, ContentType: input.contentType }
      await bucket.client.send(new PutObjectCommand(put), partTime())
    } else {
      await asUpload(bucket, { to: key, contentType: input.contentType }, async (upload) => {
        await upload.add(first)
        await upload.add(second)
        for await (const block of blocks) await upload.add(block)
      })
    }
    return { size: tally.size, sha256: input.hash.digest('hex') }
  } finally {
    await blocks.return(undefined)
  }
}

async function* blocksOf(input: Source, tally: { size: number }): AsyncGenerator<Buffer, undefined> {
  let held: Buffer[] = []
  let length = 0
  for await (const piece of input.source) {
    const chunk = Buffer.from(piece)
    tally.size += chunk.byteLength
    if (tally.size > input.maxBytes) throw new StorageError('too_large')
    input.hash.update(chunk)
    held.push(chunk)
    length += chunk.byteLength
    while (length >= PART_BYTES) {
      const whole = Buffer.concat(held)
      yield whole.subarray(0, PART_BYTES)
      held = [whole.subarray(PART_BYTES)]
      length -= PART_BYTES
    }
  }
  if (length > 0) yield Buffer.concat(held)
  return undefined
}

type Target = { to: string; contentType: string }
type Upload = { add(bytes: Buffer): Promise<void>; addCopyOf(key: string): Promise<void> }

/** Completes the upload when `fill` returns; otherwise gives its parts back to the server. */
const asUpload = async (bucket: Bucket, target: Target, fill: (upload: Upload) => Promise<void>): Promise<void> => {
  const at = { Bucket: bucket.name, Key: target.to }
  const created = await bucket.client.send(
    new CreateMultipartUploadCommand({ ...at, ContentType: target.contentType }),
    partTime(),
  )
  const upload = { ...at, UploadId: created.UploadId }
  const Parts: { PartNumber: number; ETag: string | undefined }[] = []
  const next = () => ({ ...upload, PartNumber: Parts.length + 1 })
  try {
    await fill({
      async add(bytes) {
        const part = next()
        const { ETag } = await bucket.client.send(new UploadPartCommand({ ...part, Body: bytes }), partTime())
        Parts.push({ PartNumber: part.PartNumber, ETag })
      },
      async addCopyOf(key) {
        const part = next()
        const command = new UploadPartCopyCommand({ ...part, CopySource: copySource(bucket, key) })
        const { CopyPartResult } = await bucket.client.send(command, partTime())
        Parts.push({ PartNumber: part.PartNumber, ETag: CopyPartResult?.ETag })
      },
    })
    await bucket.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), partTime())
  } catch (error) {
    // The first failure is the one to report; parts that stay behind end with the bucket's lifecycle rule.
    await bucket.client.send(new AbortMultipartUploadCommand(upload), partTime()).catch(() => {})
    throw error
  }
}

/** Copies on the server's side; the bytes never pass through here. */
export const joinParts = async (bucket: Bucket, parts: readonly string[], target: Target): Promise<void> => {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) {
    const at = { Bucket: bucket.name, Key: target.to, CopySource: copySource(bucket, only) }
    const typed = { MetadataDirective: 'REPLACE' as const, ContentType: target.contentType }
    await bucket.client.send(new CopyObjectCommand({ ...at, ...typed }), partTime())
    return
  }
  await asUpload(bucket, target, async (upload) => {
    for (const key of parts) await upload.addCopyOf(key)
  })
}
