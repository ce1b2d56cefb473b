import type { JsonValue as Json } from '@zenops/contracts/canonical-json'
import { SANITISER_VERSION, sanitise } from '../../../platform/audit/sanitise.ts'
import { type CleanScan, createScan } from './clean-scan.ts'

/** Rules that cleaned files follow; stands in the manifest. */
export const CURRENT_SANITISER = SANITISER_VERSION

/** Shown instead of a personal field that is not revealed. */
export const COVERED = '[personal]'

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

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isEnvelope = (value: Json): boolean => isObject(value) && '$p' in value && isObject(value['$p'] ?? null)

function cover(value: Json): Json {
  if (isEnvelope(value)) return COVERED
  if (Array.isArray(value)) return value.map(cover)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cover(member)]))
}

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

/** A picture of an event, sanitised again; the very same text when nothing changes. */
export function cleanPicture(text: string): string {
  const picture = parseExact(text)
  const clean = cover(sanitise(picture))
  return JSON.stringify(clean) === JSON.stringify(JSON.parse(text)) ? text : spaced(clean)
}

const cleanText = (text: string): string => {
  const safe = sanitise({ text }) as { readonly text: string } // an object with one text stays one
  return safe.text
}

const TEXTS = ['action_type', 'actor_role', 'outcome', 'trace_id', 'target_type', 'target_id'] as const
const NEVER_A_SECRET = /^(?:[A-Z][A-Z0-9_]*|[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/

/** A JSON row, sanitised again: `{…}` possibly behind a sign of the array around it. Unchanged rows keep their bytes. */
export function cleanJsonRow(line: string): string {
  const sign = line.startsWith('{') ? '' : line.slice(0, 1)
  const bare = line.slice(sign.length)
  const row = parseExact(bare) as { readonly [key: string]: Json } // the query makes objects
  let changed = false
  const clean: Record<string, Json> = { ...row }
  for (const name of TEXTS) {
    const value = row[name]
    if (typeof value !== 'string' || NEVER_A_SECRET.test(value)) continue
    clean[name] = cleanText(value)
    changed ||= clean[name] !== value
  }
  for (const name of ['before_json', 'after_json'] as const) {
    const picture = row[name] ?? null
    clean[name] = cover(sanitise(picture))
    changed ||= JSON.stringify(clean[name]) !== JSON.stringify(picture)
  }
  return changed || hasInexact(bare) ? sign + spaced(clean) : line
}

/** A number that JSON readers would round: its row is written anew, with the number as text. */
const hasInexact = (text: string): boolean => {
  let found = false
  JSON.parse(text, (_name, value: unknown) => {
    found ||= typeof value === 'number' && !Number.isSafeInteger(value)
    return value
  })
  return found
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
export function cleanCsvRow(line: string): string {
  const cells = cellsOf(line)
  const clean = cells.map((cell, place) => {
    if (cell === null || FIXED_CELLS.has(place) || (place < PICTURES_FROM && NEVER_A_SECRET.test(cell))) return cell
    return place >= PICTURES_FROM ? cleanPicture(cell) : cleanText(cell)
  })
  return clean.some((cell, place) => cell !== cells[place]) ? clean.map(quoted).join(',') : line
}
