import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { SpokenText } from '../rules/spoken-text.ts'

/** What a person is known by in free text. */
export interface Known {
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
}

const BATCH = 1_000
/** Shorter words would hit half of all sentences. */
const MIN_NAME = 4
/** Names of files and lists join words by anything or nothing; the underscore counts as a letter in `\m` and `\M`. */
const BETWEEN = '(?:[^[:alnum:]]|%20){0,3}'
const alone = (pattern: string): string => `(?<![[:alnum:]])${pattern}(?![[:alnum:]])`
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** As `app.norm` has it. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[.']/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

/** The last digits of a number, with blanks and dashes between them as people write it. */
const numberPattern = (phone: string): string =>
  `(?<![0-9])(?:\\+?[0-9]{1,3}[ -]?)?${phone.replace(/\D/g, '').slice(-10).split('').join('[ -]?')}(?![0-9])`

const namePattern = (name: string): string =>
  alone(
    name
      .split(/[^\p{L}\p{M}\p{N}.']+/u)
      .map((word) => [...word.replace(/[.']+/g, '')].map(escaped).join("[.']?"))
      .filter((word) => word !== '')
      .join(BETWEEN),
  )

/** One pattern for all of it, in the words of PostgreSQL's regular expressions; null when there is nothing to look for. */
export function patternOf({ name, email, phone }: Known): string | null {
  const ways = [
    ...(email === null ? [] : [alone(escaped(email)), alone(escaped(folded(email)))]),
    ...(phone === null ? [] : [numberPattern(phone)]),
    ...(name.length < MIN_NAME ? [] : [namePattern(name)]),
  ]
  return ways.length === 0 ? null : ways.join('|')
}

interface Column {
  readonly name: string
  readonly type: string
  /** As many characters as a check of the column or of its type allows. */
  readonly room: number | null
}

async function columnsOf(tx: QueryExecutorProvider, table: string, names: readonly string[]): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select a.attname as name, format_type(coalesce(nullif(y.typbasetype, 0), y.oid), null) as type, (
        select min((regexp_match(pg_get_constraintdef(k.oid), 'char_length\\([^)]*\\) <= ([0-9]+)'))[1]::int) from pg_constraint k
        where k.contype = 'c' and (k.conrelid = a.attrelid and k.conkey = array[a.attnum] or k.contypid = a.atttypid)) as room
    from pg_attribute a join pg_type y on y.oid = a.atttypid where a.attrelid = ${table}::regclass and a.attname = any (${names}::text[])`.execute(
    tx,
  )
  return rows
}

interface Search {
  readonly table: string
  readonly text: SpokenText
  readonly tenantId: string
  readonly pattern: string
  readonly pseudonym: string
}

/** The column without the person. */
function withoutHim({ name, type, room }: Column, { pattern, pseudonym }: Search): RawBuilder<unknown> {
  const column = sql.ref(name)
  if (type === 'jsonb') return sql`privacy.masked(${column}, ${pattern}, ${pseudonym})`
  const text = sql`regexp_replace(${column}, ${pattern}, ${pseudonym}, 'gi')`
  return room === null ? text : sql`left(${text}, ${room})`
}

/**
 * Takes a person out of the free text of a table in one firm, a batch at a time: words are replaced, rows that are one
 * word go. Answers the rows that were touched.
 */
export async function maskBatch(tx: QueryExecutorProvider, search: Search): Promise<number> {
  const { table, text, tenantId, pattern } = search
  const columns = await columnsOf(tx, table, [...(text.masked ?? []), ...(text.folded ?? []), ...(text.goes ?? [])])
  // A key of JSON may look like a hit and stays.
  const hits = columns.map((column) => {
    const found = sql`${sql.ref(column.name)}::text ~* ${pattern}`
    return column.type === 'jsonb'
      ? sql`(${found} and ${withoutHim(column, search)} is distinct from ${sql.ref(column.name)})`
      : found
  })
  // Identity has rows of the platform too.
  const firm =
    text.by === 'identity'
      ? sql`(tenant_id = ${tenantId}::uuid or tenant_id is null)`
      : sql`tenant_id = ${tenantId}::uuid`
  const batch = sql`ctid = any (array(
    select ctid from ${sql.table(table)} where ${firm} and (${sql.join(hits, sql` or `)}) limit ${BATCH}))`
  if (text.goes) {
    const gone = await sql`delete from ${sql.table(table)} where ${batch}`.execute(tx)
    return Number(gone.numAffectedRows ?? 0)
  }
  const sets = columns.map((column) => sql`${sql.ref(column.name)} = ${withoutHim(column, search)}`)
  const { numAffectedRows } = await sql`update ${sql.table(table)} set ${sql.join(sets)} where ${batch}`.execute(tx)
  return Number(numAffectedRows ?? 0)
}
