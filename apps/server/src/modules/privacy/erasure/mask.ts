import { type QueryExecutorProvider, sql } from 'kysely'

/** What a person is known by in free text. */
export interface Known {
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
}

const BATCH = 1_000
/** Shorter words would hit half of all sentences. */
const MIN_NAME = 4
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The last digits of a number, with blanks and dashes between them as people write it. */
const numberPattern = (phone: string): string =>
  `(?:\\+?\\d{1,3}[ -]?)?${phone.replace(/\D/g, '').slice(-10).split('').join('[ -]?')}`

/** One pattern for all of it, in the words of PostgreSQL's regular expressions; null when there is nothing to look for. */
export function patternOf({ name, email, phone }: Known): string | null {
  const ways = [
    ...(email === null ? [] : [escaped(email)]),
    ...(phone === null ? [] : [numberPattern(phone)]),
    ...(name.length < MIN_NAME ? [] : [`\\m${escaped(name).replaceAll(' ', '\\s+')}\\M`]),
  ]
  return ways.length === 0 ? null : ways.join('|')
}

/** Replaces a person in the text columns of a table of one firm, batch by batch. Answers the rows that were changed. */
export async function maskBatch(
  tx: QueryExecutorProvider,
  of: {
    readonly table: string
    readonly columns: readonly string[]
    readonly tenantId: string
    readonly pattern: string
    readonly pseudonym: string
  },
): Promise<number> {
  const { pattern, pseudonym } = of
  const hits = of.columns.map((column) => sql`${sql.ref(column)}::text ~* ${pattern}`)
  const { rows: types } = await sql<{ name: string; type: string }>`
    select a.attname as name, format_type(a.atttypid, null) as type from pg_attribute a where a.attrelid = ${of.table}::regclass and a.attname = any (${of.columns}::text[])`.execute(
    tx,
  )
  const typeOf = new Map(types.map((row) => [row.name, row.type]))
  const sets = of.columns.map(
    (column) =>
      sql`${sql.ref(column)} = regexp_replace(${sql.ref(column)}::text, ${pattern}, ${pseudonym}, 'gi')::${sql.raw(typeOf.get(column) ?? 'text')}`,
  )
  const { numAffectedRows } = await sql`update ${sql.table(of.table)} set ${sql.join(sets)} where ctid = any (array(
    select ctid from ${sql.table(of.table)} where tenant_id = ${of.tenantId}::uuid and (${sql.join(hits, sql` or `)}) limit ${BATCH}))`.execute(
    tx,
  )
  return Number(numAffectedRows ?? 0)
}
