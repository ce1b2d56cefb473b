import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type Journal, noteOfLine, type Published } from '../notary.ts'

export interface LockedBucketOptions {
  readonly endpoint?: string
  readonly region: string
  readonly bucket: string
  /** Other credentials than the application's: it could not take back what it published. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly pathStyle: boolean
  /** Years that nobody can remove a note. */
  readonly years: number
  readonly now: () => Date
}

const NOTES = 'notes/'
const NEWEST = 'newest/'
const CONNECT_MS = 5_000
const IDLE_MS = 15_000
const ATTEMPTS = 2

/** Objects whose names ascend with time, so that a listing goes on from any of them. */
const nameOf = (at: Date, lines: string): string =>
  `${at.toISOString().replaceAll(':', '')}-${createHash('sha256').update(lines).digest('hex').slice(0, 16)}.jsonl`

class LockedBucket {
  readonly #client: S3Client
  readonly #options: LockedBucketOptions
  constructor(options: LockedBucketOptions) {
    this.#options = options
    this.#client = new S3Client({
      region: options.region,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      forcePathStyle: options.pathStyle,
      credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: ATTEMPTS,
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
    })
  }

  /** Answers whether the store says that it keeps the object locked. */
  async put(key: string, text: string): Promise<boolean> {
    const { bucket, years, now } = this.#options
    const until = new Date(now())
    until.setUTCFullYear(until.getUTCFullYear() + years)
    const body = Buffer.from(text)
    await this.#client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: 'application/jsonl',
        // Locked objects are taken with a sum alone.
        ContentMD5: createHash('md5').update(body).digest('base64'),
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
      }),
    )
    const kept = await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    const lockedUntil = kept.ObjectLockRetainUntilDate?.getTime() ?? 0
    return kept.ObjectLockMode === 'COMPLIANCE' && lockedUntil >= until.getTime() - 86_400_000
  }

  async read(key: string): Promise<string> {
    const found = await this.#client.send(new GetObjectCommand({ Bucket: this.#options.bucket, Key: key }))
    return (await found.Body?.transformToString('utf8')) ?? ''
  }

  /** Keys below a prefix behind one of them, in order. */
  async *keys(prefix: string, after?: string): AsyncGenerator<string> {
    let token: string | undefined
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#options.bucket,
          Prefix: prefix,
          ...(after === undefined ? {} : { StartAfter: after }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      )
      for (const one of page.Contents ?? []) if (one.Key !== undefined) yield one.Key
      token = page.NextContinuationToken
    } while (token !== undefined)
  }
}

/**
 * Notes as locked objects of a bucket. Once a day the newest note of every origin is put down beside them, so that a
 * start reads that and what came later, and not years of notes.
 */
export function lockedBucketSink(options: LockedBucketOptions): Journal {
  const bucket = new LockedBucket(options)
  const newest = new Map<string, Published>()
  let summedUp = ''
  const take = (text: string): void => {
    for (const line of text.split('\n')) {
      const published = noteOfLine(line)
      if (published && published.size >= (newest.get(published.origin)?.size ?? 0))
        newest.set(published.origin, published)
    }
  }
  const linesOf = (notes: readonly string[], at: Date): string =>
    notes.map((note) => `${JSON.stringify({ at: at.toISOString(), note })}\n`).join('')
  return {
    name: 's3',
    publish: async (notes) => {
      const at = options.now()
      const lines = linesOf(notes, at)
      const key = NOTES + nameOf(at, lines)
      const locked = await bucket.put(key, lines)
      take(lines)
      const today = at.toISOString().slice(0, 10)
      if (summedUp !== today) {
        const sum = linesOf(
          [...newest.values()].map((one) => one.note),
          at,
        )
        await bucket.put(NEWEST + nameOf(at, sum), sum)
        summedUp = today
      }
      return { bucket: options.bucket, key, locked, at: at.toISOString() }
    },
    latest: async () => {
      let last: string | undefined
      for await (const key of bucket.keys(NEWEST)) last = key
      if (last !== undefined) take(await bucket.read(last))
      // The sum holds what was published up to its own time; notes of the same instant are read again.
      const after = last === undefined ? undefined : NOTES + last.slice(NEWEST.length, NEWEST.length + 17)
      for await (const key of bucket.keys(NOTES, after)) take(await bucket.read(key))
      return new Map(newest)
    },
  }
}
