import { numbersIn } from './byte-source.ts'
import { type Kind, typeOf } from './kinds.ts'

/** What the first bytes tell. Containers (`zip`, `ole`) are looked into by `office.ts`, words by `text.ts`. */
export type Detected = { kind: Kind } | { container: 'zip' | 'ole' } | { refused: string } | undefined

/** How many of the first bytes `detectType` wants to see. */
export const HEAD_BYTES = 4096

const startsWith = (head: Uint8Array, hex: string, at = 0): boolean => {
  const wanted = Buffer.from(hex, 'hex')
  return wanted.equals(head.subarray(at, at + wanted.length))
}

const MAGIC: readonly (readonly [hex: string, kind: Kind])[] = [
  ['ffd8ff', 'jpeg'],
  ['89504e470d0a1a0a', 'png'],
  ['49492a00', 'tiff'],
  ['4d4d002a', 'tiff'],
  ['255044462d', 'pdf'],
  ['41433130', 'dwg'],
  ['4175746f434144204269', 'dxf'],
]

/** Never taken; named so that the registry tells what arrived. */
const FOREIGN: readonly (readonly [hex: string, type: string])[] = [
  ['4d5a', 'application/x-msdownload'],
  ['7f454c46', 'application/x-elf'],
  ['cafebabe', 'application/x-mach-binary'],
  ['cffaedfe', 'application/x-mach-binary'],
  ['52617221', 'application/vnd.rar'],
  ['377abcaf271c', 'application/x-7z-compressed'],
  ['1f8b', 'application/gzip'],
  ['425a68', 'application/x-bzip2'],
  ['fd377a585a00', 'application/x-xz'],
  ['47494638', 'image/gif'],
  ['7b5c727466', 'application/rtf'],
  ['2321', 'text/x-script'],
  ['4c00000001140200', 'application/x-ms-shortcut'],
  ['0061736d', 'application/wasm'],
]

/** Pure; `head` holds the first HEAD_BYTES of the file, or all of a shorter one. Undefined: no known signature. */
export const detectType = (head: Uint8Array): Detected => {
  const magic = MAGIC.find(([hex]) => startsWith(head, hex))
  if (magic) return { kind: magic[1] }
  if (startsWith(head, '504b0304') || startsWith(head, '504b0506')) return { container: 'zip' }
  if (startsWith(head, 'd0cf11e0a1b11ae1')) return { container: 'ole' }
  if (startsWith(head, '52494646') && startsWith(head, '57454250', 8)) return { kind: 'webp' }
  const foreign = FOREIGN.find(([hex]) => startsWith(head, hex))
  if (foreign) return { refused: foreign[1] }
  if (startsWith(head, '66747970', 4)) return detectBrand(head)
  return detectMarkup(head)
}

const BRANDS: Readonly<Record<string, Kind>> = {
  heic: 'heic',
  heix: 'heic',
  heim: 'heic',
  heis: 'heic',
  hevc: 'heic',
  hevx: 'heic',
  mif1: 'heif',
  msf1: 'heif',
  isom: 'mp4',
  iso2: 'mp4',
  iso4: 'mp4',
  iso5: 'mp4',
  iso6: 'mp4',
  mp41: 'mp4',
  mp42: 'mp4',
  avc1: 'mp4',
  'M4V ': 'mp4',
  mmp4: 'mp4',
}

/** ISO media files name their brands in the first box: the major one, a version, then the compatible ones. */
const detectBrand = (head: Uint8Array): Detected => {
  const { ascii, u32 } = numbersIn(head)
  const major = ascii(8, 4)
  const end = Math.min(u32(0) ?? 0, head.byteLength, 256)
  const compatible: string[] = []
  for (let at = 16; at + 4 <= end; at += 4) compatible.push(ascii(at, 4))
  if (major === 'avif' || major === 'avis') return { refused: 'image/avif' }
  // `mif1` says only "some HEIF": AVIF files lead with it too and tell the truth among the compatible brands.
  if (major === 'mif1' && compatible.includes('avif')) return { refused: 'image/avif' }
  if (major === 'mif1' && compatible.some((brand) => BRANDS[brand] === 'heic')) return { kind: 'heic' }
  const kind = BRANDS[major]
  return kind ? { kind } : { refused: 'video/quicktime' }
}

const MARKUP: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|div|table|p|h1|a|img|br|style|!--)\b/i, 'text/html'],
  [/^<!--/, 'text/html'],
  [
    /^(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^]{0,500}?-->\s*)?(?:<!doctype\s+svg[^>]{0,300}>\s*)?<svg\b/i,
    'image/svg+xml',
  ],
  [/^<\?xml\b/i, 'application/xml'],
  [/^<\?(?:php|=)/i, 'application/x-httpd-php'],
  [/^<%/, 'text/x-script'],
  [/^@echo\s+off\b/i, 'application/x-bat'],
]

const detectMarkup = (head: Uint8Array): Detected => {
  const text = Buffer.from(head.subarray(0, 1024))
    .toString('latin1')
    .replace(/^(?:ï»¿)?\s*/, '')
  const markup = MARKUP.find(([pattern]) => pattern.test(text))
  if (markup) return { refused: markup[1] }
  return /^0\r?\n\s*SECTION\b/.test(text) ? { kind: 'dxf' } : undefined
}

/** The name that goes into `detected_type`. */
export const detectedName = (detected: Detected): string | null => {
  if (!detected) return null
  if ('refused' in detected) return detected.refused
  if ('kind' in detected) return typeOf(detected.kind)
  return detected.container === 'zip' ? 'application/zip' : 'application/x-ole-storage'
}
