import type { JsonValue as Json } from '@zenops/contracts/canonical-json'
import { COVERED } from '../../../platform/audit/personal.ts'
import { SANITISER_VERSION, sanitise } from '../../../platform/audit/sanitise.ts'

/** Rules that cleaned files follow; stands in the manifest. */
export const CURRENT_SANITISER = SANITISER_VERSION

/** A word of another script as it stands in bytes read as Latin-1. */
const inBytes = (word: string): string => Buffer.from(word, 'utf8').toString('latin1')
/** Letters with what the sanitiser ignores between them. The sign of kelvin is a k in lower case. */
const spread = (word: string): string =>
  word.replaceAll(/./g, (letter) => `${letter === 'k' ? `(?:k|${inBytes('\u212a')})` : letter}[_\\-\\s]*`)
const WORDS = [
  'pass',
  'token',
  'secret',
  'apikey',
  'authorization',
  'otp',
  'recoverycode',
  'refreshjti',
  'cookie',
  'privatekey',
  'credential',
  'ticket',
]

/**
 * Anything the sanitiser might change, in the bytes of a row read as Latin-1. It may stop at too much, never at too little:
 * signs of secrets by name and form, of personal values that the masker knows, of numbers that are no safe integers, of
 * escapes and foreign letters in names, and of envelopes.
 */
const SUSPECT = new RegExp(
  [
    ...WORDS.map(spread),
    '\\\\', // an escape may hide any of the rest
    '@',
    'eyJ',
    '-----',
    'bearer',
    'cv[vc]',
    'one[- ]time',
    '(?:sk|pk|rk|zst|ghp|xox[abp])[_-]',
    '[\\w-]{8,}\\.[\\w-]{8,}\\.',
    '\\d(?:[ -]?\\d){6}',
    '\\d\\.\\d',
    '\\d[eE]',
    '[A-Z]{5}\\d{4}[A-Z]',
    '\\b(?:Mr|Mrs|Ms|Dr|Smt|Shri|Sri)\\b',
    'address',
    'resid',
    'passport',
    // A long s is an s in lower case.
    ...['श्री', 'पता', 'खाता', '주소', '계좌', '\u017f'].map(inBytes),
    '"[^"]*[\\u0080-\\u00ff][^"]*"+\\s*:',
    '"\\$p"',
  ].join('|'),
  'i',
)

/** Strings that the sanitiser leaves alone whatever is around them: ids, hashes, instants, and the place in the chain. */
const PLAIN =
  /"+(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[A-Za-z0-9+/]{43}=|\d{4}-\d\d-\d\dT[\d:.]{8,12}Z|\d{1,15})"+|"chain_seq": \d+/g

const COMMAS = 100
const OPENERS = 8
const LONG = 1_900
const COMMA = 44
const BRACKET = 91
const BRACE = 123

/** More members or levels than the sanitiser keeps, by a count that takes text for structure. */
function isLarge(row: string): boolean {
  let commas = 0
  let openers = 0
  for (let at = 0; at < row.length; at++) {
    const code = row.charCodeAt(at)
    if (code === COMMA) commas += 1
    else if (code === BRACKET || code === BRACE) openers += 1
  }
  return commas >= COMMAS || openers > OPENERS
}

/** Whether the row must go through the sanitiser; false is proof that it would change nothing. `row` is Latin-1 of its bytes. */
export const isSuspect = (row: string): boolean =>
  row.length > LONG || isLarge(row) || SUSPECT.test(row.replaceAll(PLAIN, '""'))

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Looser than an envelope: what only resembles one stays covered too. */
const looksSealed = (value: Json): boolean => isObject(value) && '$p' in value && isObject(value['$p'] ?? null)

function cover(value: Json): Json {
  if (looksSealed(value)) return COVERED
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

/** Places of the cells that hold pictures: behind the eleven base columns. */
const PICTURES_FROM = 11
const FIXED_CELLS: ReadonlySet<number> = new Set([0, 2, 4, 7, 10])

/** A CSV row, sanitised again; unchanged rows keep their bytes. */
export function cleanCsvRow(line: string): string {
  const cells = cellsOf(line)
  const clean = cells.map((cell, place) => {
    if (cell === null || FIXED_CELLS.has(place) || (place < PICTURES_FROM && NEVER_A_SECRET.test(cell))) return cell
    return place >= PICTURES_FROM ? cleanPicture(cell) : cleanText(cell)
  })
  return clean.some((cell, place) => cell !== cells[place]) ? clean.map(quoted).join(',') : line
}
