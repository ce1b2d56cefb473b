import { Readable } from 'node:stream'
import { type Disk, SourceInterrupted, openDisk, streamOf } from './local-disk.ts'
import {
  type ByteRange,
  type GetGrant,
  MAX_LISTED,
  MAX_PARTS,
  MAX_WRITE_BYTES,
  type ObjectBody,
  type PutGrant,
  StorageError,
  type StoragePort,
  expiryOf,
  requireKey,
  requirePrefix,
} from './port.ts'
import { type Claims, type KeyRing, MAX_TOKEN_LENGTH, signToken } from './signing.ts'

export type LocalOptions = {
  /** STORAGE_LOCAL_DIR; made if missing. Holds the files of one server. */
  directory: string
  keys: KeyRing
  /** What stands before `/v1/storage/local/…` in signed URLs: the public origin, or nothing for relative ones. */
  origin: string
  now?: () => Date
}

/** The port on a local disk, and the disk itself for the routes of `local-http.ts`. */
export type LocalStorage = StoragePort & { disk: Disk }

export const LOCAL_ROUTE = '/v1/storage/local'

export const openLocalStorage = async (options: LocalOptions): Promise<LocalStorage> => {
  const disk = await openDisk(options.directory)
  return { disk, ...signatures(options), ...objects(disk), close: () => {} }
}

const signatures = (options: LocalOptions): Pick<StoragePort, 'presignPut' | 'presignGet'> => {
  const urlFor = (claims: Claims): string => {
    const token = signToken(options.keys, claims)
    if (token.length > MAX_TOKEN_LENGTH) throw new RangeError('the claims do not fit a token')
    return `${options.origin}${LOCAL_ROUTE}/${token}`
  }
  const now = options.now ?? (() => new Date())
  return {
    async presignPut(grant: PutGrant) {
      requireKey(grant.key)
      const expires = expiryOf(now(), grant.expiresIn)
      const { key, contentType: type, sizeBytes: size, sha256, document, part } = grant
      const url = urlFor({ op: 'put', key, document, part, type, size, sha256, expires: expires.getTime() })
      return { url, method: 'PUT', headers: { 'content-type': type }, expires_at: expires.toISOString() }
    },
    async presignGet(grant: GetGrant) {
      requireKey(grant.key)
      const expires = expiryOf(now(), grant.expiresIn)
      const { key, contentType: type, disposition } = grant
      const filename = [...grant.filename.toWellFormed()].slice(0, 200).join('')
      const url = urlFor({ op: 'get', key, type, filename, disposition, expires: expires.getTime() })
      return { url, expires_at: expires.toISOString() }
    },
  }
}

const objects = (disk: Disk): Omit<StoragePort, 'presignPut' | 'presignGet' | 'close'> => ({
  async head(key) {
    const { handle, ...object } = await disk.open(key)
    await handle.close()
    return object
  },
  read: (key, range) => read(disk, key, range),
  async write(key, body, { maxBytes }) {
    requireKey(key)
    return put(disk, key, { body, maxBytes: maxBytes ?? MAX_WRITE_BYTES })
  },
  copy: (from, to) => disk.copy(from, to),
  async join(parts, to) {
    requireKey(to)
    if (parts.length > MAX_PARTS) throw new RangeError(`at most ${MAX_PARTS} parts`)
    await put(disk, to, { body: Readable.from(inOrder(disk, parts)), maxBytes: MAX_WRITE_BYTES })
  },
  async remove(keys) {
    for (const key of keys) await disk.remove(key)
  },
  async list(prefix, options) {
    requirePrefix(prefix)
    return disk.list(prefix, options?.limit ?? MAX_LISTED)
  },
})

const put = async (disk: Disk, key: string, input: { body: ObjectBody; maxBytes: number }) => {
  try {
    const staged = await disk.stage(input.body, input.maxBytes)
    await staged.commit(key)
    return { size: staged.size, sha256: staged.sha256 }
  } catch (error) {
    if (!(error instanceof SourceInterrupted)) throw error
    throw error.cause instanceof StorageError ? error.cause : new StorageError('unavailable', error)
  }
}

async function* inOrder(disk: Disk, parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* await read(disk, part)
}

const read = async (disk: Disk, key: string, range?: ByteRange): Promise<Readable> => {
  const object = await disk.open(key)
  const start = range?.start ?? 0
  const end = Math.min(range?.end ?? object.size - 1, object.size - 1)
  if (range && (start >= object.size || end < start)) {
    await object.handle.close()
    throw new StorageError('out_of_range')
  }
  return streamOf(object, { start, end })
}
