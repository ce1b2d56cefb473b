import { type ByteSource, numbersIn } from './byte-source.ts'
import type { Kind } from './kinds.ts'
import { type ZipEntry, readZipDirectory, unpack, weighZip } from './zip.ts'

export type OfficeFault = 'macro' | 'too_large' | 'broken' | 'foreign'
export type OfficeFinding = { kind: Extract<Kind, 'docx' | 'xlsx' | 'doc' | 'xls'> } | { fault: OfficeFault }

/** All entries of an Office zip together, unpacked. */
export const MAX_UNPACKED_BYTES = 200 * 1024 * 1024
const MAX_LISTING_BYTES = 4 * 1024 * 1024

/** `foreign` is a zip that is no Word or Excel document. */
export const inspectOfficeZip = async (source: ByteSource): Promise<OfficeFinding> => {
  const directory = await readZipDirectory(source)
  if ('fault' in directory) return directory
  const kind = kindOfZip(directory.ok)
  if (!kind) return { fault: 'foreign' }
  if (directory.ok.some((entry) => /(?:^|\/)(?:vbaProject|vbaData)[^/]*$/i.test(entry.name))) return { fault: 'macro' }
  const macro = await namesMacros(source, directory.ok)
  if (macro !== false) return { fault: macro === true ? 'macro' : 'broken' }
  const weight = await weighZip(source, directory.ok, MAX_UNPACKED_BYTES)
  return 'fault' in weight ? weight : { kind }
}

const kindOfZip = (entries: readonly ZipEntry[]): 'docx' | 'xlsx' | undefined => {
  const has = (name: string) => entries.some((entry) => entry.name.toLowerCase() === name)
  if (!has('[content_types].xml')) return undefined
  // Some writers number the main part.
  if (entries.some((entry) => /^word\/document\d*\.xml$/i.test(entry.name))) return 'docx'
  return has('xl/workbook.xml') ? 'xlsx' : undefined
}

/** The list of content types names macro parts whatever they are called. Undefined: the list cannot be read. */
const namesMacros = async (source: ByteSource, entries: readonly ZipEntry[]): Promise<boolean | undefined> => {
  const listing = entries.find((entry) => entry.name.toLowerCase() === '[content_types].xml')
  if (!listing) return undefined
  const unpacked = await unpack(source, listing, { limit: MAX_LISTING_BYTES, keep: true })
  if ('fault' in unpacked) return undefined
  const text = unpacked.ok.bytes.toString('latin1').replaceAll('\0', '')
  return /macroEnabled|vbaProject|vbaData|ms-office\.activeX|&#/i.test(text)
}

const END_OF_CHAIN = 0xfffffffe
const MAX_DIRECTORY_SECTORS = 256

/** Word and Excel before 2007: a small file system whose root names its streams. Macros live in a storage of their own. */
export const inspectOle = async (source: ByteSource): Promise<OfficeFinding> => {
  const names = await streamNames(source)
  if (!names) return { fault: 'broken' }
  const has = (...wanted: string[]) => wanted.some((name) => names.has(name.toLowerCase()))
  if (has('_VBA_PROJECT_CUR', '_VBA_PROJECT', 'Macros', 'VBA')) return { fault: 'macro' }
  if (has('WordDocument')) return { kind: 'doc' }
  return has('Workbook', 'Book') ? { kind: 'xls' } : { fault: 'foreign' }
}

const streamNames = async (source: ByteSource): Promise<Set<string> | undefined> => {
  const head = await source.read(0, 512)
  const { u16, u32 } = numbersIn(head, true)
  const shift = u16(30)
  if (shift !== 9 && shift !== 12) return undefined
  const size = 2 ** shift
  const sectorAt = (sector: number) => source.read((sector + 1) * size, size)
  const names = new Set<string>()
  let sector = u32(48) ?? END_OF_CHAIN
  for (let read = 0; sector < END_OF_CHAIN; read += 1) {
    const bytes = await sectorAt(sector)
    if (read >= MAX_DIRECTORY_SECTORS || bytes.byteLength === 0) return undefined
    for (const name of namesIn(bytes)) names.add(name.toLowerCase())
    const table = u32(76 + 4 * Math.floor(sector / (size / 4)))
    // A table beyond the first 109 belongs to files over 6 MB with a directory far behind; their chain ends as broken.
    if (sector >= 109 * (size / 4) || table === undefined || table >= END_OF_CHAIN) return undefined
    sector = numbersIn(await sectorAt(table), true).u32((sector % (size / 4)) * 4) ?? END_OF_CHAIN
  }
  return names
}

const ENTRY = 128

const namesIn = (sector: Uint8Array): string[] => {
  const names: string[] = []
  for (let at = 0; at + ENTRY <= sector.byteLength; at += ENTRY) {
    const length = Math.min(numbersIn(sector, true).u16(at + 64) ?? 0, 64)
    if (length >= 2) names.push(Buffer.from(sector.subarray(at, at + length - 2)).toString('utf16le'))
  }
  return names
}
