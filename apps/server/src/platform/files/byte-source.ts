import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { StoragePort } from '../storage/port.ts'

/** A file that is looked at in pieces and never held whole. */
export type ByteSource = {
  /** Bytes. */
  size: number
  /** At most `length` bytes from `start`; fewer, or none, at the end. `length` ≤ MAX_READ. */
  read(start: number, length: number): Promise<Uint8Array>
  /** From `start` to `end` (inclusive; default the last byte). Empty when there is nothing. */
  stream(start?: number, end?: number): Promise<Readable>
}

/** The most that one `read` gives back: 4 MiB. */
export const MAX_READ = 4 * 1024 * 1024

/** Headers are read in small steps; the last 64 KiB that were fetched answer most of them. */
export const WINDOW_BYTES = 64 * 1024

const boundedLength = (size: number, start: number, length: number): number =>
  Math.max(0, Math.min(length, MAX_READ, size - start))

/** An object of the storage. Errors: those of the port. */
export const storedBytes = async (storage: Pick<StoragePort, 'head' | 'read'>, key: string): Promise<ByteSource> => {
  const { size } = await storage.head(key)
  const stream = async (start = 0, end = size - 1): Promise<Readable> =>
    start >= size || end < start ? Readable.from([]) : storage.read(key, { start, end })
  let window = { start: 0, bytes: new Uint8Array() }
  return {
    size,
    stream,
    async read(start, length) {
      const wanted = boundedLength(size, start, length)
      if (wanted === 0) return new Uint8Array()
      const inWindow = start >= window.start && start + wanted <= window.start + window.bytes.byteLength
      if (!inWindow) {
        const end = start + Math.max(wanted, WINDOW_BYTES) - 1
        window = { start, bytes: await buffer(await stream(start, end)) }
      }
      return window.bytes.subarray(start - window.start, start - window.start + wanted)
    },
  }
}

/** Bytes that are in memory already. */
export const bytesInMemory = (bytes: Uint8Array): ByteSource => ({
  size: bytes.byteLength,
  async read(start, length) {
    return bytes.subarray(start, start + boundedLength(bytes.byteLength, start, length))
  },
  async stream(start = 0, end = bytes.byteLength - 1) {
    const piece = Buffer.from(bytes.subarray(start, end + 1))
    return Readable.from(piece.byteLength === 0 ? [] : [piece])
  },
})

/** Big- and little-endian numbers at an offset, undefined behind the end: broken files end anywhere. */
export const numbersIn = (bytes: Uint8Array, littleEndian = false) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fits = (at: number, length: number) => at >= 0 && at + length <= bytes.byteLength
  return {
    u8: (at: number) => (fits(at, 1) ? view.getUint8(at) : undefined),
    u16: (at: number) => (fits(at, 2) ? view.getUint16(at, littleEndian) : undefined),
    u32: (at: number) => (fits(at, 4) ? view.getUint32(at, littleEndian) : undefined),
    u64: (at: number) => (fits(at, 8) ? Number(view.getBigUint64(at, littleEndian)) : undefined),
    ascii: (at: number, length: number) => Buffer.from(bytes.subarray(at, at + length)).toString('latin1'),
  }
}
