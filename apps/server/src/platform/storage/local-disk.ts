import { createHash, randomUUID } from 'node:crypto'
import { constants, type BigIntStats } from 'node:fs'
import {
  type FileHandle,
  copyFile,
  lstat,
  mkdir,
  open,
  opendir,
  realpath,
  rename,
  rmdir,
  unlink,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type ByteRange, MAX_LISTED, StorageError, type StoredObject, type Written, requireKey } from './port.ts'

/** Bytes that lie on the disk complete and synced, but under no key yet. Exactly one of the two ends it. */
export type Staged = Written & { commit(key: string): Promise<StoredObject>; discard(): Promise<void> }
export type OpenObject = StoredObject & { handle: FileHandle }

/** The source broke off; nothing is wrong with the disk. */
export class SourceInterrupted extends Error {}

const STAGING = '.staging'

/** Objects as files below one directory. No call follows a symbolic link. */
export type Disk = {
  stage(source: Readable | Uint8Array, maxBytes: number): Promise<Staged>
  copy(from: string, to: string): Promise<void>
  open(key: string): Promise<OpenObject>
  remove(key: string): Promise<void>
  list(prefix: string, limit: number): Promise<{ items: StoredObject[]; truncated: boolean }>
  /** Removes what a crash left half-written; `olderThanMs` keeps uploads that are under way. Returns how many. */
  sweepStaging(olderThanMs: number): Promise<number>
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])
/** Every failure of the file system leaves here as a fault without a path in its message. */
const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StorageError || error instanceof SourceInterrupted) throw error
    throw new StorageError(MISSING.has(codeOf(error) ?? '') ? 'not_found' : 'unavailable', error)
  }
}

const describe = (key: string, stats: BigIntStats): StoredObject => ({
  key,
  size: Number(stats.size),
  // A file is never changed in place, so inode, time and size together name its bytes.
  etag: createHash('sha256').update(`${stats.ino}:${stats.mtimeNs}:${stats.size}`).digest('base64url').slice(0, 27),
  modified_at: new Date(Number(stats.mtimeMs)).toISOString(),
})

export const openDisk = async (directory: string): Promise<Disk> => {
  const root = await guarded(async () => {
    await mkdir(join(directory, STAGING), { recursive: true, mode: 0o700 })
    return realpath(directory)
  })
  const temporary = () => join(root, STAGING, randomUUID())
  return {
    stage: (source, maxBytes) => guarded(() => stage(root, temporary(), { source, maxBytes })),
    copy: (from, to) => guarded(() => copyObject({ root, temporary: temporary() }, from, to)),
    open: (key) => guarded(() => openObject(root, key)),
    remove: (key) => guarded(() => removeObject(root, key)),
    list: (prefix, limit) => guarded(() => listObjects(root, prefix, Math.min(limit, MAX_LISTED))),
    sweepStaging: (olderThanMs) => guarded(() => sweep(join(root, STAGING), Date.now() - olderThanMs)),
  }
}

/** Walks to the folder of a key, refusing links on the way. */
const folderOf = async (root: string, key: string, make: boolean): Promise<{ folder: string; path: string }> => {
  requireKey(key)
  const segments = key.split('/')
  const name = segments.pop() ?? ''
  let folder = root
  for (const segment of segments) {
    folder = join(folder, segment)
    if (make) await mkdir(folder, { mode: 0o700 }).catch(ignore('EEXIST'))
    if (!(await lstat(folder)).isDirectory()) throw new StorageError('not_found')
  }
  return { folder, path: join(folder, name) }
}

const ignore =
  (...codes: string[]) =>
  (error: unknown): undefined => {
    if (!codes.includes(codeOf(error) ?? '')) throw error
  }

const syncFolder = async (folder: string): Promise<void> => {
  // A folder that is gone holds nothing to keep.
  await using handle = await open(folder, constants.O_RDONLY).catch(ignore('ENOENT'))
  await handle?.sync()
}

const staged = (place: { root: string; temporary: string }, written: Written): Staged => ({
  ...written,
  discard: () => guarded(async () => void (await unlink(place.temporary).catch(ignore('ENOENT')))),
  commit: (key) => guarded(() => commit(place, key)),
})

const COMMIT_ATTEMPTS = 20

const commit = async (place: { root: string; temporary: string }, key: string): Promise<StoredObject> => {
  // Renaming keeps inode, time and size; afterwards the key may already hold the bytes of the next writer.
  const stats = await lstat(place.temporary, { bigint: true })
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { folder, path } = await folderOf(place.root, key, true)
      await rename(place.temporary, path)
      await syncFolder(folder)
      return describe(key, stats)
    } catch (error) {
      // Who removes the last neighbour takes the folder along, perhaps between the walk and the rename: walk again.
      if (codeOf(error) === 'ENOENT' && attempt < COMMIT_ATTEMPTS) continue
      await unlink(place.temporary).catch(ignore('ENOENT'))
      throw error
    }
  }
}

type Input = { source: Readable | Uint8Array; maxBytes: number }

const stage = async (root: string, temporary: string, input: Input): Promise<Staged> => {
  // A source may break while the file is being opened; `pour` meets the error when it reads.
  if (input.source instanceof Readable) input.source.on('error', () => {})
  const handle = await open(temporary, 'wx', 0o600)
  try {
    const written = await pour(handle, input)
    await handle.sync()
    await handle.close()
    return staged({ root, temporary }, written)
  } catch (error) {
    await handle.close()
    await unlink(temporary).catch(ignore('ENOENT'))
    throw error
  }
}

const pour = async (handle: FileHandle, { source, maxBytes }: Input): Promise<Written> => {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of chunksOf(source)) {
    size += chunk.byteLength
    if (size > maxBytes) throw new StorageError('too_large')
    hash.update(chunk)
    for (let done = 0; done < chunk.byteLength; ) done += (await handle.write(chunk, done)).bytesWritten
  }
  return { size, sha256: hash.digest('hex') }
}

/** Leaves the source open when reading stops early, so that a refusal can still be answered on its connection. */
async function* chunksOf(source: Readable | Uint8Array): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source
    return
  }
  const chunks = source.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw new SourceInterrupted('the body broke off', { cause: error })
      })
      if (next.done) return
      yield typeof next.value === 'string' ? Buffer.from(next.value) : next.value
    }
  } finally {
    await chunks.return?.()
  }
}

const copyObject = async (place: { root: string; temporary: string }, from: string, to: string): Promise<void> => {
  requireKey(to)
  const source = await openObject(place.root, from)
  await source.handle.close()
  try {
    await copyFile(join(place.root, from), place.temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    await using handle = await open(place.temporary, 'r+')
    await handle.sync()
  } catch (error) {
    await unlink(place.temporary).catch(ignore('ENOENT'))
    throw error
  }
  await commit(place, to)
}

const openObject = async (root: string, key: string): Promise<OpenObject> => {
  const { path } = await folderOf(root, key, false)
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  const stats = await handle.stat({ bigint: true })
  if (stats.isFile()) return { ...describe(key, stats), handle }
  await handle.close()
  throw new StorageError('not_found')
}

/** The bytes of an open object; the stream closes the handle. An empty object yields an empty stream. */
export const streamOf = (object: OpenObject, range: Required<ByteRange>): Readable => {
  if (range.end >= range.start) return object.handle.createReadStream({ start: range.start, end: range.end })
  return Readable.from(
    (async function* () {
      await object.handle.close()
      yield* [] as Uint8Array[]
    })(),
  )
}

const removeObject = async (root: string, key: string): Promise<void> => {
  try {
    const { folder, path } = await folderOf(root, key, false)
    await unlink(path)
    if (folder !== root) await rmdir(folder).catch(ignore('ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY'))
  } catch (error) {
    if (error instanceof StorageError && error.fault === 'not_found') return
    ignore('ENOENT', 'ENOTDIR')(error)
  }
}

const listObjects = async (root: string, prefix: string, limit: number) => {
  const items: StoredObject[] = []
  const base = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : ''
  if (!(await isReachable(root, base))) return { items, truncated: false }
  for await (const key of keysBelow(root, base, prefix)) {
    if (items.length === limit) return { items, truncated: true }
    const stats = await lstat(join(root, key), { bigint: true }).catch(ignore('ENOENT'))
    if (stats) items.push(describe(key, stats))
  }
  return { items, truncated: false }
}

const isReachable = async (root: string, folder: string): Promise<boolean> => {
  try {
    return folder === '' || Boolean(await folderOf(root, `${folder}/x`, false))
  } catch (error) {
    if (error instanceof StorageError && error.fault === 'not_found') return false
    return ignore('ENOENT', 'ENOTDIR')(error) ?? false
  }
}

async function* keysBelow(root: string, folder: string, prefix: string): AsyncGenerator<string> {
  const entries = (await namesIn(join(root, folder))) ?? []
  for (const { name, isFolder } of entries) {
    if (folder === '' && name.startsWith('.')) continue
    const key = folder === '' ? name : `${folder}/${name}`
    if (!isFolder && key.startsWith(prefix)) yield key
    const onTheWay = `${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)
    if (isFolder && onTheWay) yield* keysBelow(root, key, prefix)
  }
}

/** Files and folders in the order of the keys that they lead to; undefined when there is no such folder. */
const namesIn = async (folder: string): Promise<{ name: string; isFolder: boolean }[] | undefined> => {
  const names: { name: string; isFolder: boolean }[] = []
  const directory = await opendir(folder).catch(ignore('ENOENT', 'ENOTDIR'))
  if (!directory) return undefined
  for await (const entry of directory) {
    if (entry.isDirectory() || entry.isFile()) names.push({ name: entry.name, isFolder: entry.isDirectory() })
  }
  const sortKey = (entry: { name: string; isFolder: boolean }) => (entry.isFolder ? `${entry.name}/` : entry.name)
  return names.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

const sweep = async (folder: string, before: number): Promise<number> => {
  let removed = 0
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name)
    const stats = await lstat(path).catch(ignore('ENOENT'))
    if (!stats || stats.mtimeMs >= before) continue
    await unlink(path).catch(ignore('ENOENT'))
    removed += 1
  }
  return removed
}
