import { pipeline } from 'node:stream/promises'
import { Readable, Writable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { type ByteSource, MAX_READ, WINDOW_BYTES, numbersIn } from './byte-source.ts'

export type ZipEntry = {
  name: string
  method: number
  encrypted: boolean
  packed: number
  unpacked: number
  at: number
}
/** `broken` also stands for encrypted entries and methods other than stored and deflated. */
export type ZipFault = 'broken' | 'too_large'
type Outcome<T> = { ok: T } | { fault: ZipFault }

const MAX_ENTRIES = 4_000
const END_RECORD = 22
const MAX_COMMENT = 65_535

/** The central directory, as far as it is sane. */
export const readZipDirectory = async (source: ByteSource): Promise<Outcome<ZipEntry[]>> => {
  const from = Math.max(0, source.size - END_RECORD - MAX_COMMENT)
  const tail = await source.read(from, END_RECORD + MAX_COMMENT)
  const end = Buffer.from(tail).lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) return { fault: 'broken' }
  const { u16, u32 } = numbersIn(tail, true)
  const [count, length, at] = [u16(end + 10), u32(end + 12), u32(end + 16)]
  if (count === undefined || length === undefined || at === undefined) return { fault: 'broken' }
  if (count > MAX_ENTRIES || length > MAX_READ || at + length > source.size) return { fault: 'broken' }
  return entriesIn(await source.read(at, length), count)
}

const entriesIn = (directory: Uint8Array, count: number): Outcome<ZipEntry[]> => {
  const { u16, u32, ascii } = numbersIn(directory, true)
  const entries: ZipEntry[] = []
  for (let at = 0; entries.length < count; ) {
    const [nameLength, extraLength, commentLength] = [u16(at + 28), u16(at + 30), u16(at + 32)]
    const position = u32(at + 42)
    if (u32(at) !== 0x02014b50 || nameLength === undefined || position === undefined) return { fault: 'broken' }
    const name = ascii(at + 46, nameLength)
    const sizes = { packed: u32(at + 20) ?? 0, unpacked: u32(at + 24) ?? 0, at: position }
    // Sizes beyond 4 GiB are written this way; no document of ours has them.
    if (Object.values(sizes).includes(0xffffffff)) return { fault: 'too_large' }
    const encrypted = ((u16(at + 8) ?? 0) & 1) === 1
    entries.push({ name, method: u16(at + 10) ?? 0, encrypted, ...sizes })
    at += 46 + nameLength + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return { ok: entries }
}

/**
 * Unpacks everything into nothing and counts, because the sizes in a directory are only claims. Stops at `limit` bytes
 * in all; memory stays at one block.
 */
export const weighZip = async (
  source: ByteSource,
  entries: readonly ZipEntry[],
  limit: number,
): Promise<Outcome<number>> => {
  if (overlaps(entries) || entries.some((entry) => entry.encrypted)) return { fault: 'broken' }
  let total = 0
  for (const entry of entries) {
    if (total + entry.unpacked > limit) return { fault: 'too_large' }
    const unpacked = await unpack(source, entry, { limit: limit - total })
    if ('fault' in unpacked) return unpacked
    total += unpacked.ok.size
  }
  return { ok: total }
}

/** Entries that share bytes let a small file unpack to anything. */
const overlaps = (entries: readonly ZipEntry[]): boolean => {
  const sorted = [...entries].sort((a, b) => a.at - b.at)
  return sorted.some((entry, n) => entry.at + entry.packed > (sorted[n + 1]?.at ?? Number.POSITIVE_INFINITY))
}

class OverLimit extends Error {}

/** `keep` holds the bytes too, for the few small entries that are read. */
export const unpack = async (
  source: ByteSource,
  entry: ZipEntry,
  { limit, keep = false }: { limit: number; keep?: boolean },
): Promise<Outcome<{ size: number; bytes: Buffer }>> => {
  const { u16, u32 } = numbersIn(await source.read(entry.at, 30), true)
  const start = entry.at + 30 + (u16(26) ?? 0) + (u16(28) ?? 0)
  if (u32(0) !== 0x04034b50 || start + entry.packed > source.size) return { fault: 'broken' }
  let size = 0
  const held: Buffer[] = []
  const count = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength
      if (keep) held.push(chunk)
      done(size > limit ? new OverLimit() : null)
    },
  })
  try {
    const packed = await packedBytes(source, start, entry.packed)
    if (entry.method === 8) await pipeline(packed, createInflateRaw(), count)
    else if (entry.method === 0) await pipeline(packed, count)
    else return { fault: 'broken' }
  } catch (error) {
    if (error instanceof OverLimit) return { fault: 'too_large' }
    if (isZlib(error)) return { fault: 'broken' }
    throw error
  }
  return size === entry.unpacked ? { ok: { size, bytes: Buffer.concat(held) } } : { fault: 'broken' }
}

/** Small entries come out of the window that is read anyway; a request each would make a long document slow. */
const packedBytes = async (source: ByteSource, start: number, length: number): Promise<Readable> =>
  length > WINDOW_BYTES ? source.stream(start, start + length - 1) : Readable.from([await source.read(start, length)])

const isZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
