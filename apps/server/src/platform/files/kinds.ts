/** The file kinds that the product takes, and how they may be declared. */
export type Family = 'image' | 'pdf' | 'document' | 'sheet' | 'text' | 'video' | 'drawing'
export type Kind = (typeof KINDS)[number]['kind']
/** Kinds that a firm switches on by `extra_file_types`. */
export type ExtraKind = (typeof EXTRA_KINDS)[number]

type Row = {
  kind: string
  family: Family
  /** The registry's name for it; the first of `types` that a browser would send. */
  type: string
  extensions: readonly string[]
  aliases: readonly string[]
}

/** Browsers know no type for these and send nothing or this. */
const UNKNOWN = 'application/octet-stream'

export const KINDS = [
  {
    kind: 'jpeg',
    family: 'image',
    type: 'image/jpeg',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    aliases: ['image/jpg', 'image/pjpeg'],
  },
  { kind: 'png', family: 'image', type: 'image/png', extensions: ['png'], aliases: ['image/x-png'] },
  { kind: 'webp', family: 'image', type: 'image/webp', extensions: ['webp'], aliases: [] },
  {
    kind: 'heic',
    family: 'image',
    type: 'image/heic',
    extensions: ['heic'],
    aliases: ['image/heic-sequence', UNKNOWN],
  },
  {
    kind: 'heif',
    family: 'image',
    type: 'image/heif',
    extensions: ['heif', 'hif'],
    aliases: ['image/heif-sequence', UNKNOWN],
  },
  { kind: 'tiff', family: 'image', type: 'image/tiff', extensions: ['tif', 'tiff'], aliases: ['image/x-tiff'] },
  { kind: 'pdf', family: 'pdf', type: 'application/pdf', extensions: ['pdf'], aliases: ['application/x-pdf'] },
  {
    kind: 'docx',
    family: 'document',
    type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extensions: ['docx'],
    aliases: [],
  },
  {
    kind: 'xlsx',
    family: 'sheet',
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extensions: ['xlsx'],
    aliases: [],
  },
  { kind: 'doc', family: 'document', type: 'application/msword', extensions: ['doc'], aliases: [] },
  {
    kind: 'xls',
    family: 'sheet',
    type: 'application/vnd.ms-excel',
    extensions: ['xls'],
    aliases: ['application/msexcel'],
  },
  {
    kind: 'csv',
    family: 'text',
    type: 'text/csv',
    extensions: ['csv'],
    aliases: ['application/vnd.ms-excel', 'application/csv', 'text/plain', 'text/comma-separated-values'],
  },
  { kind: 'txt', family: 'text', type: 'text/plain', extensions: ['txt'], aliases: [] },
  { kind: 'mp4', family: 'video', type: 'video/mp4', extensions: ['mp4', 'm4v'], aliases: ['video/x-m4v'] },
  {
    kind: 'dwg',
    family: 'drawing',
    type: 'image/vnd.dwg',
    extensions: ['dwg'],
    aliases: ['application/acad', 'application/dwg', 'application/x-dwg', UNKNOWN],
  },
  {
    kind: 'dxf',
    family: 'drawing',
    type: 'image/vnd.dxf',
    extensions: ['dxf'],
    aliases: ['application/dxf', 'application/x-dxf', 'text/plain', UNKNOWN],
  },
] as const satisfies readonly Row[]

export const EXTRA_KINDS = ['mp4', 'dwg', 'dxf'] as const

export const familyOf = (kind: Kind): Family => rowOf(kind).family
export const typeOf = (kind: Kind): string => rowOf(kind).type

const rowOf = (kind: Kind): Row => {
  const row = KINDS.find((one) => one.kind === kind)
  if (!row) throw new RangeError('not a kind')
  return row
}

/** Lower-case text behind the last dot; empty when there is none. */
export const extensionOf = (filename: string): string =>
  /\.([A-Za-z0-9]{1,10})$/.exec(filename.trim())?.[1]?.toLowerCase() ?? ''

/**
 * What a file is said to be, by extension and content type together; undefined when either is not on the allow-list, or
 * both name different families (415 FILE_TYPE_NOT_ALLOWED).
 */
export const declaredKind = (
  file: { filename: string; contentType: string },
  extra: readonly ExtraKind[] = [],
): Kind | undefined => {
  const extension = extensionOf(file.filename)
  const type = (file.contentType.split(';')[0] ?? '').trim().toLowerCase()
  const row = KINDS.find((one: Row) => one.extensions.includes(extension))
  if (!row || !isSwitchedOn(row.kind, extra)) return undefined
  return isTypeOf(row, type) ? row.kind : undefined
}

const isSwitchedOn = (kind: Kind, extra: readonly ExtraKind[]): boolean => {
  const optional = EXTRA_KINDS.find((one) => one === kind)
  return optional === undefined || extra.includes(optional)
}

const isTypeOf = (row: Row, type: string): boolean =>
  row.aliases.includes(type) || KINDS.some((one) => one.family === row.family && one.type === type)
