import type { JsonValue as Json } from '@zenops/contracts/canonical-json'
import { COVERED } from '../../platform/audit/personal.ts'
import { SANITISER_VERSION, sanitise } from '../../platform/audit/sanitise.ts'
import { type CleanScan, createScan } from './clean-scan.ts'

/** Rules that cleaned files follow; stands in the manifest. */
export const CURRENT_SANITISER = SANITISER_VERSION

/** One scan a process: what it has learnt of a name or a text holds for all rows. */
const scan: CleanScan = createScan({
  isTouchyName: (name) => {
    const probe = { [name]: 'x' }
    return name === '$p' || name === '__proto__' || JSON.stringify(sanitise(probe)) !== JSON.stringify(probe)
  },
  isUnchanged: (text) => cleanText(text) === text,
})

/** Places of the cells that hold pictures: behind the eleven base columns; and of those that hold no free text. */
const PICTURES_FROM = 11
const FIXED_CELLS: ReadonlySet<number> = new Set([0, 2, 4, 7, 10])

let scratch = Buffer.allocUnsafeSlow(256 * 1024)

/** The bytes of a cell without the doubling of its quotes, in memory of this file's own. */
function unquoted(bytes: Buffer, from: number, to: number): number {
  if (to - from > scratch.length) scratch = Buffer.allocUnsafeSlow(to - from)
  let length = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    scratch[length++] = byte
    if (byte === QUOTE) at += 1
  }
  return length
}

const QUOTE = 34
const COMMA = 44

/** Where the quoted cell that opens at `open` closes; -1 when it does not. */
function closeOf(bytes: Buffer, open: number, to: number): number {
  for (let at = open + 1; at < to; at++) {
    if (bytes[at] !== QUOTE) continue
    if (bytes[at + 1] !== QUOTE || at + 1 >= to) return at
    at += 1
  }
  return -1
}

function isCleanCell(bytes: Buffer, place: number, span: { readonly from: number; readonly to: number }): boolean {
  if (FIXED_CELLS.has(place)) return true
  if (place >= PICTURES_FROM) return scan.json(scratch, 0, unquoted(bytes, span.from, span.to))
  return scan.text(bytes, span.from, span.to)
}

function isCleanCells(bytes: Buffer, from: number, to: number): boolean {
  let place = 0
  for (let at = from; at < to; at++) {
    if (bytes[at] === COMMA) place += 1
    if (bytes[at] !== QUOTE) continue
    const close = closeOf(bytes, at, to)
    if (close === -1 || !isCleanCell(bytes, place, { from: at + 1, to: close })) return false
    at = close
  }
  return true
}

/** Whether the row must go through the sanitiser; false is proof that it would change nothing. */
export const isSuspect = (bytes: Buffer, row: { readonly from: number; readonly to: number }, csv: boolean): boolean =>
  !(csv ? isCleanCells(bytes, row.from, row.to) : scan.json(bytes, row.from, row.to))

/** Key ids that envelopes in a text name. */
export const keysIn = (text: string): string[] =>
  [...text.matchAll(/"+\$p"+: \{[^{}]*?"+k"+: "+([\w-]{8,64})"/g)].map((found) => found[1] ?? '')

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const hides = (value: Json): boolean => isObject(value) && isObject(value['$p'] ?? null)
const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Where a personal envelope stands, for whoever may open it. */
export interface Hidden {
  readonly envelope: Json
  readonly eventId: string
  /** JSON Pointer within the event. */
  readonly pointer: string
}
/** What stands in the file instead of an envelope. */
export type Show = (hidden: Hidden) => Json
const covered: Show = () => COVERED

function uncover(value: Json, at: Omit<Hidden, 'envelope'>, show: Show): Json {
  if (hides(value)) return show({ envelope: value, ...at })
  const below = (name: string): Omit<Hidden, 'envelope'> => ({ ...at, pointer: `${at.pointer}/${escape(name)}` })
  if (Array.isArray(value)) return value.map((item: Json, place) => uncover(item, below(String(place)), show))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, uncover(member ?? null, below(name), show)]),
  )
}

/** A picture of an event by the rules of today; envelopes stay through them and are shown last. */
const safe = (picture: Json, at: Omit<Hidden, 'envelope'>, show: Show): Json =>
  uncover(sanitise(picture, { again: true }), at, show)

/** JSON as the database writes it: a blank behind colons and commas. */
export function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

/** Numbers beyond what is exact stay as they were written. */
const parseExact = (text: string): Json =>
  JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) ? (context?.source ?? String(value)) : value,
  ) as Json // JSON text

function cleanPicture(text: string, at: Omit<Hidden, 'envelope'>, show: Show): string {
  const clean = safe(parseExact(text), at, show)
  return JSON.stringify(clean) === JSON.stringify(JSON.parse(text)) ? text : spaced(clean)
}

const cleanText = (text: string): string => {
  const safe = sanitise({ text }) as { readonly text: string } // an object with one text stays one
  return safe.text
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))

const TEXTS = ['action_type', 'actor_role', 'outcome', 'trace_id', 'target_type', 'target_id'] as const
const NEVER_A_SECRET = /^(?:[A-Z][A-Z0-9_]*|[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/

function cleanedRow(row: { readonly [key: string]: Json }, show: Show): Json {
  const clean: Record<string, Json> = { ...row }
  for (const name of TEXTS) {
    const value = row[name]
    if (typeof value === 'string' && !NEVER_A_SECRET.test(value)) clean[name] = cleanText(value)
  }
  for (const name of ['before_json', 'after_json'] as const) {
    const at = { eventId: textOf(row['audit_id']), pointer: name === 'before_json' ? '/before' : '/after' }
    clean[name] = safe(row[name] ?? null, at, show)
  }
  return clean
}

/** A JSON row, sanitised again: `{…}` possibly behind a sign of the array around it. Unchanged rows keep their bytes. */
export function cleanJsonRow(line: string, show: Show = covered): string {
  const sign = line.startsWith('{') ? '' : line.slice(0, 1)
  const bare = line.slice(sign.length)
  const clean = cleanedRow(parseExact(bare) as { readonly [key: string]: Json }, show) // the query makes objects
  return JSON.stringify(clean) === JSON.stringify(JSON.parse(bare)) ? line : sign + spaced(clean)
}

/** Cells of a CSV row as the database writes it: every value quoted, null bare. */
export function cellsOf(line: string): (string | null)[] {
  const cells: (string | null)[] = []
  let at = 0
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(',', at)
      cells.push(null)
      at = (end === -1 ? line.length : end) + 1
      continue
    }
    let end = line.indexOf('"', at + 1)
    while (line[end + 1] === '"') end = line.indexOf('"', end + 2)
    cells.push(line.slice(at + 1, end).replaceAll('""', '"'))
    at = end + 2
  }
  return cells
}

const quoted = (cell: string | null): string => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)

/** A CSV row, sanitised again; unchanged rows keep their bytes. */
export function cleanCsvRow(line: string, show: Show = covered): string {
  const cells = cellsOf(line)
  const eventId = cells[0] ?? ''
  const clean = cells.map((cell, place) => {
    if (cell === null || FIXED_CELLS.has(place) || (place < PICTURES_FROM && NEVER_A_SECRET.test(cell))) return cell
    if (place < PICTURES_FROM) return cleanText(cell)
    return cleanPicture(cell, { eventId, pointer: place === PICTURES_FROM ? '/before' : '/after' }, show)
  })
  return clean.some((cell, place) => cell !== cells[place]) ? clean.map(quoted).join(',') : line
}
