import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { ReadyConfig } from '../../config.ts'
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

const CONNECT_MS = 5_000
const IDLE_MS = 15_000
const ATTEMPTS = 2

/** Objects whose names ascend with time, so that a listing goes on from any of them. */
export const nameOf = (at: Date, lines: string): string =>
  `${at.toISOString().replaceAll(':', '')}-${createHash('sha256').update(lines).digest('hex').slice(0, 16)}.jsonl`

/** Objects that nobody can remove or change for years, whoever holds the credentials. */
export class LockedBucket {
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

/** The notary's bucket, as the configuration names it. Throws when it is not named whole. */
export function lockedBucketOf(config: ReadyConfig, now: () => Date): LockedBucketOptions {
  const { AUDIT_NOTARY_S3_ENDPOINT: endpoint, AUDIT_NOTARY_S3_BUCKET: bucket } = config
  const { AUDIT_NOTARY_S3_ACCESS_KEY_ID: accessKeyId, AUDIT_NOTARY_S3_SECRET_ACCESS_KEY: secretAccessKey } = config
  // What the configuration demands where the sink is named, so its absence is a fault of the program.
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('AUDIT_NOTARY_S3_BUCKET and its credentials are missing')
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    region: config.AUDIT_NOTARY_S3_REGION,
    bucket,
    accessKeyId,
    secretAccessKey,
    pathStyle: config.S3_PATH_STYLE,
    years: config.AUDIT_NOTARY_S3_YEARS,
    now,
  }
}
