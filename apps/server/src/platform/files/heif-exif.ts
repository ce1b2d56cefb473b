import { numbersIn } from './byte-source.ts'

/**
 * The TIFF block of EXIF inside a HEIF file, or undefined: the item table (`iinf`) names it and the location table
 * (`iloc`) tells where it lies. The EXIF library reads only part of these tables and complains on the console.
 */
export const exifInHeif = (head: Uint8Array): Uint8Array | undefined => {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const item = exifItem(bytes)
  const place = item === undefined ? undefined : placeOf(bytes, item)
  if (!place || place.start + place.length > bytes.byteLength) return undefined
  const content = bytes.subarray(place.start, place.start + place.length)
  const skipped = numbersIn(content).u32(0)
  return skipped === undefined ? undefined : content.subarray(4 + skipped)
}

export const isHeif = (head: Uint8Array): boolean => numbersIn(head).ascii(4, 4) === 'ftyp'

const exifItem = (bytes: Buffer): number | undefined => {
  const { u8, u16, u32, ascii } = numbersIn(bytes)
  for (let at = bytes.indexOf('infe'); at !== -1; at = bytes.indexOf('infe', at + 4)) {
    const wide = u8(at + 4) === 3
    if (ascii(at + (wide ? 14 : 12), 4) === 'Exif') return wide ? u32(at + 8) : u16(at + 8)
  }
  return undefined
}

const MAX_ITEMS = 4096

/** Numbers of 0, 4 or 8 bytes one after the other, as the location table writes them; NaN once the bytes run out. */
const cursorAt = (bytes: Buffer, start: number) => {
  const { u16, u32, u64 } = numbersIn(bytes)
  const readers: Readonly<Record<number, (at: number) => number | undefined>> = { 0: () => 0, 2: u16, 4: u32, 8: u64 }
  let at = start
  return (size: number): number => {
    const value = readers[size]?.(at) ?? Number.NaN
    at += size
    return value
  }
}

type Place = { start: number; length: number }

const placeOf = (bytes: Buffer, wanted: number): Place | undefined => {
  const box = bytes.indexOf('iloc')
  if (box === -1) return undefined
  const { u8, u16 } = numbersIn(bytes)
  const table = { version: u8(box + 4) ?? 0, sizes: u16(box + 8) ?? 0 }
  const next = cursorAt(bytes, box + 10)
  const count = Math.min(next(table.version < 2 ? 2 : 4), MAX_ITEMS)
  for (let n = 0; n < count; n += 1) {
    const { id, place } = nextItem(next, table)
    if (id === wanted) return place
  }
  return undefined
}

/** Only an item in one piece, counted from the start of the file, has a place here: so every camera writes EXIF. */
const nextItem = (next: (size: number) => number, table: { version: number; sizes: number }) => {
  const { version, sizes } = table
  const id = next(version < 2 ? 2 : 4)
  const method = version === 0 ? 0 : next(2) & 15
  next(2)
  const base = next((sizes >> 4) & 15)
  const extents = next(2)
  let place: Place = { start: 0, length: 0 }
  for (let extent = 0; extent < Math.min(extents, MAX_ITEMS); extent += 1) {
    if (version > 0) next(sizes & 15)
    place = { start: base + next(sizes >> 12), length: next((sizes >> 8) & 15) }
  }
  const usable = method === 0 && extents === 1 && place.length > 0
  return { id, place: usable ? place : undefined }
}
