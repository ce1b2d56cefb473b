import { unzipSync, type Zippable, zipSync } from 'fflate'
import { TemplateError } from './template-error.ts'

export interface ZipLimits {
  /** Size of the packed file, bytes. */
  packed: number
  entries: number
  /** Sum of the unpacked sizes, bytes. */
  unpacked: number
  /** Unpacked bytes of an entry for each packed byte; entries below 1 MiB are exempt. */
  ratio: number
}

export const TEMPLATE_LIMITS: ZipLimits = { packed: 10 << 20, entries: 500, unpacked: 80 << 20, ratio: 200 }
/** Packs carry hundreds of photos. */
export const PACK_LIMITS: ZipLimits = { packed: 200 << 20, entries: 5_000, unpacked: 400 << 20, ratio: 400 }

const SMALL_ENTRY = 1 << 20
const CONTENT_TYPES = '[Content_Types].xml'
/** Formats that are packed already: storing them costs nothing and saves the time. */
const STORED = /\.(jpe?g|png|webp|gif)$/i

/**
 * Unpacks a zip file under limits, before a byte is inflated.
 * @throws TemplateError NOT_A_DOCX, TOO_LARGE, ZIP_BOMB
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = TEMPLATE_LIMITS): Map<string, Uint8Array> {
  if (bytes.length > limits.packed)
    throw new TemplateError('TOO_LARGE', `The file is larger than ${limits.packed} bytes`)
  const seen = new Set<string>()
  let total = 0
  const judge = (file: { name: string; size: number; originalSize: number }): boolean => {
    if (seen.has(file.name) || seen.size >= limits.entries) {
      throw new TemplateError('ZIP_BOMB', 'The file has too many or doubled entries', { location: file.name })
    }
    seen.add(file.name)
    total += file.originalSize
    const swollen = file.originalSize > SMALL_ENTRY && file.originalSize > Math.max(1, file.size) * limits.ratio
    if (swollen || total > limits.unpacked) {
      throw new TemplateError('ZIP_BOMB', 'The file unpacks to far more than its size', { location: file.name })
    }
    if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|[\0\\]/.test(file.name)) {
      throw new TemplateError('NOT_A_DOCX', 'An entry points outside the file', { location: file.name.slice(0, 100) })
    }
    return !file.name.endsWith('/')
  }
  try {
    return new Map(Object.entries(unzipSync(bytes, { filter: judge })))
  } catch (error) {
    if (error instanceof TemplateError) throw error
    throw new TemplateError('NOT_A_DOCX', 'The file is not a readable zip archive')
  }
}

/** Packs entries so that equal content gives equal bytes: sorted names, one fixed date, fixed compression. */
export function writeZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...entries.keys()].sort(byContentTypesFirst)
  // Zip stores local clock fields; a date built from local fields is the same in each time zone.
  const mtime = new Date(1980, 0, 1, 12)
  const packed: Zippable = {}
  for (const name of names) {
    const bytes = entries.get(name)
    if (bytes) packed[name] = [bytes, { level: STORED.test(name) ? 0 : 6, mtime }]
  }
  return zipSync(packed)
}

function byContentTypesFirst(a: string, b: string): number {
  if (a === CONTENT_TYPES) return -1
  if (b === CONTENT_TYPES) return 1
  return a < b ? -1 : a > b ? 1 : 0
}
