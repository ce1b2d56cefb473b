import type { ByteSource } from './byte-source.ts'
import { MAX_READ, numbersIn } from './byte-source.ts'
import type { Kind } from './kinds.ts'

/** Pixels as stored, before any rotation. */
export type Dimensions = { width: number; height: number }
export type PictureKind = Extract<Kind, 'jpeg' | 'png' | 'webp' | 'tiff' | 'heic' | 'heif'>

/** More segments, pages or boxes than any camera or scanner writes. */
const STEPS = 1000

/** Reads only headers; undefined when they are broken, or when the file stops before its own end. */
export const measurePicture = async (source: ByteSource, kind: PictureKind): Promise<Dimensions | undefined> => {
  const measured = await MEASURES[kind](source)
  return measured && measured.width > 0 && measured.height > 0 ? measured : undefined
}

const measureJpeg = async (source: ByteSource): Promise<Dimensions | undefined> => {
  let found: Dimensions | undefined
  let at = 2
  for (let step = 0; step < STEPS; step += 1) {
    const segment = segmentIn(await source.read(at, 10))
    if (!segment) return undefined
    found ??= segment.frame
    at += segment.length
    // Coded pixels follow: they end with the end marker, unless the file was cut. Phones append trailers behind it.
    if (segment.marker === 0xda) return found && (await hasEndMarker(source, at)) ? found : undefined
  }
  return undefined
}

/** A fill byte counts as a segment of its own. */
const segmentIn = (head: Uint8Array): { marker: number; length: number; frame?: Dimensions } | undefined => {
  const { u8, u16 } = numbersIn(head)
  const [lead, marker, length] = [u8(0), u8(1), u16(2)]
  if (lead !== 0xff || marker === undefined) return undefined
  if (marker === 0xff) return { marker, length: 1 }
  if (length === undefined || length < 2) return undefined
  const frame = { height: u16(5) ?? 0, width: u16(7) ?? 0 }
  return { marker, length: 2 + length, ...(isFrame(marker) ? { frame } : {}) }
}

/** SOF0–SOF15 without DHT, JPG and DAC, which share the range. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

const hasEndMarker = async (source: ByteSource, from: number): Promise<boolean> => {
  let last = -1
  for await (const piece of await source.stream(from)) {
    const chunk = Buffer.from(piece)
    if (last === 0xff && chunk[0] === 0xd9) return true
    if (chunk.includes(Buffer.from([0xff, 0xd9]))) return true
    last = chunk.at(-1) ?? last
  }
  return false
}

const measurePng = async (source: ByteSource): Promise<Dimensions | undefined> => {
  const { ascii, u32 } = numbersIn(await source.read(0, 24))
  if (ascii(12, 4) !== 'IHDR') return undefined
  const tail = Buffer.from(await source.read(Math.max(0, source.size - 65_536), 65_536))
  return tail.includes('IEND') ? { width: u32(16) ?? 0, height: u32(20) ?? 0 } : undefined
}

const measureWebp = async (source: ByteSource): Promise<Dimensions | undefined> => {
  const { ascii, u8, u16, u32 } = numbersIn(await source.read(0, 30), true)
  const length = u32(4)
  const u24 = (at: number) => (u16(at) ?? 0) + (u8(at + 2) ?? 0) * 65_536
  if (length === undefined || length + 8 > source.size + 1) return undefined
  const chunk = ascii(12, 4)
  if (chunk === 'VP8X') return { width: u24(24) + 1, height: u24(27) + 1 }
  if (chunk === 'VP8 ') return { width: (u16(26) ?? 0) & 0x3fff, height: (u16(28) ?? 0) & 0x3fff }
  const bits = u32(21)
  if (chunk !== 'VP8L' || bits === undefined) return undefined
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** The largest page counts; a chain of pages that leaves the file, or never ends, is broken. */
const measureTiff = async (source: ByteSource): Promise<Dimensions | undefined> => {
  const head = await source.read(0, 8)
  const little = head[0] === 0x49
  let at = numbersIn(head, little).u32(4) ?? 0
  let largest: Dimensions | undefined
  for (let page = 0; at !== 0; page += 1) {
    if (page >= STEPS || at + 6 > source.size) return undefined
    const count = numbersIn(await source.read(at, 2), little).u16(0) ?? 0
    const directory = await source.read(at + 2, count * 12 + 4)
    if (directory.byteLength < count * 12 + 4) return undefined
    largest = larger(largest, pageOf(directory, count, little))
    at = numbersIn(directory, little).u32(count * 12) ?? 0
  }
  return largest
}

const pageOf = (directory: Uint8Array, count: number, little: boolean): Dimensions => {
  const { u16, u32 } = numbersIn(directory, little)
  const page = { width: 0, height: 0 }
  for (let at = 0; at < count * 12; at += 12) {
    const tag = u16(at)
    // Type 3 is a short, everything else that is legal here a long.
    const value = (u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8)) ?? 0
    if (tag === 256) page.width = value
    if (tag === 257) page.height = value
  }
  return page
}

const larger = (a: Dimensions | undefined, b: Dimensions): Dimensions =>
  a && a.width * a.height >= b.width * b.height ? a : b

/**
 * Walks the top boxes to the end: a box that leaves the file tells of a cut. In `meta` the `ispe` properties give the sizes
 * of the picture, its tiles and its thumbnails; the largest counts.
 */
const measureHeif = async (source: ByteSource): Promise<Dimensions | undefined> => {
  let found: Dimensions | undefined
  let at = 0
  for (let step = 0; step < STEPS && at < source.size; step += 1) {
    const box = boxAt(await source.read(at, 16), source.size - at)
    if (!box || at + box.size > source.size) return undefined
    if (box.type === 'meta') found ??= largestIspe(await source.read(at, Math.min(box.size, MAX_READ)))
    at += box.size
  }
  return found
}

const boxAt = (head: Uint8Array, left: number): { type: string; size: number } | undefined => {
  const { ascii, u32, u64 } = numbersIn(head)
  const short = u32(0)
  const size = short === 1 ? u64(8) : short === 0 ? left : short
  return size === undefined || size < 8 ? undefined : { type: ascii(4, 4), size }
}

const largestIspe = (meta: Uint8Array): Dimensions | undefined => {
  const bytes = Buffer.from(meta)
  const { u32 } = numbersIn(meta)
  let largest: Dimensions | undefined
  for (let at = bytes.indexOf('ispe'); at !== -1; at = bytes.indexOf('ispe', at + 4)) {
    if (u32(at - 4) === 20) largest = larger(largest, { width: u32(at + 8) ?? 0, height: u32(at + 12) ?? 0 })
  }
  return largest
}

const MEASURES: Readonly<Record<PictureKind, (source: ByteSource) => Promise<Dimensions | undefined>>> = {
  jpeg: measureJpeg,
  png: measurePng,
  webp: measureWebp,
  tiff: measureTiff,
  heic: measureHeif,
  heif: measureHeif,
}
