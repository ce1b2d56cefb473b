import { randomBytes, randomUUID } from 'node:crypto'
import { CAPABILITIES } from '@zenops/contracts/capabilities'
import pg from 'pg'
import { uuidv7 } from '../../../src/platform/ids.ts'
import { openTestDatabase } from '../../harness/cluster.ts'
import { declaredLaws } from './declared/index.ts'
import type { Names, Row, TableLaw, World } from './model.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly demanded: boolean
  readonly generated: boolean
  readonly checks: readonly string[]
}
export interface Table {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: readonly Column[]
}

/** Schemas of the product and of its queue library: all that is not PostgreSQL's own. */
export const FOREIGN_SCHEMAS = "('pg_catalog','information_schema','pg_toast','laws')"

type Query = (text: string) => Promise<readonly object[]>
export const queryOf =
  (client: pg.Client): Query =>
  async (text) =>
    (await client.query<object>(text)).rows

/** Every table with its columns, key and the checks of single columns, a domain's as if they were the column's. */
export async function tablesOf(query: Query): Promise<ReadonlyMap<string, Table>> {
  const rows = await query(`
    select n.nspname || '.' || c.relname as name,
      coalesce((select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum))
        from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        where i.indrelid = c.oid and i.indisprimary), '{}') as key,
      (select json_agg(json_build_object(
          'name', a.attname, 'type', format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null),
          'demanded', a.attnotnull and not a.atthasdef and a.attidentity = '',
          'generated', a.attgenerated <> '' or a.attidentity <> '',
          'checks', coalesce((select json_agg(pg_get_constraintdef(k.oid)) from pg_constraint k
            where k.contype = 'c' and (k.conrelid = c.oid and k.conkey = array[a.attnum] or k.contypid = t.oid)), '[]')) order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ${FOREIGN_SCHEMAS} and n.nspname not like 'pg\\_%' order by 1`)
  // Cast: the columns of the statement are the members of Table.
  return new Map((rows as readonly Table[]).map((table) => [table.name, table]))
}

const BY_TYPE: readonly (readonly [RegExp, (column: Column) => unknown])[] = [
  [/^(text|citext)$/, () => `law${randomBytes(6).toString('hex')}`],
  [/^uuid$/, () => randomUUID()],
  [/^bytea$/, () => `\\x${randomBytes(16).toString('hex')}`],
  [/^timestamp/, () => '2026-01-01T00:00:00.000Z'],
  [/^date$/, () => '2026-01-01'],
  [/(\[\]|^jsonb?)$/, () => '{}'],
  [/^boolean$/, () => false],
  [
    /^(smallint|integer|bigint|numeric)$/,
    (column) => (column.name === 'id' ? 1_000_000 + randomBytes(2).readUInt16BE() : 1),
  ],
]

/** A value that a column's own checks accept. */
export function valueFor(column: Column): unknown {
  const check = column.checks.join(' ')
  const listed = /ANY \(ARRAY\['([^']*)'/.exec(check)?.[1]
  if (listed !== undefined) return listed
  if (check.includes('[0-9a-f]{64}') || check.includes('octet_length(VALUE) = 64'))
    return randomBytes(32).toString('hex')
  if (check.includes('^[0-9]{4}$')) return String(1000 + (randomBytes(2).readUInt16BE() % 9000))
  return BY_TYPE.find(([type]) => type.test(column.type))?.[1](column) ?? null
}

/** A whole row of a table: what the declaration says, and values for every further column that must have one. */
export function fill(table: Table, given: Row): Row {
  const row: Record<string, unknown> = { ...given }
  for (const column of table.columns) {
    const needed = column.demanded || (table.key.includes(column.name) && !column.generated)
    if (needed && !(column.name in row)) row[column.name] = valueFor(column)
  }
  return row
}

export const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value))
}
export const insertOf = (table: string, row: Row): string =>
  `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).map(literal).join(', ')})`

/** A database whose every table has rows of every standing; a superuser's connection past the triggers. */
export interface LawWorld extends World {
  readonly client: pg.Client
  readonly tables: ReadonlyMap<string, Table>
  /** Seeded rows by table, as they were written. */
  readonly seeded: ReadonlyMap<string, readonly Row[]>
  readonly workerUrl: string
  close(): Promise<void>
}

function namesOfWorld(): Names {
  const known = new Map<string, string>()
  const id = (word: string): string => {
    const found = known.get(word) ?? uuidv7()
    known.set(word, found)
    return found
  }
  return {
    id,
    firm: id('firm'),
    otherFirm: id('other firm'),
    secondFirm: id('second firm'),
    internal: id('internal'),
    external: id('external'),
    me: id('me'),
    colleague: id('colleague'),
    portal: id('portal'),
    otherPortal: id('other portal'),
    party: id('party'),
    otherParty: id('other party'),
  }
}

/** The declared laws of the schemas that are there. */
export function lawsOf(tables: ReadonlyMap<string, Table>): ReadonlyMap<string, TableLaw> {
  const schemas = new Set([...tables.keys()].map((name) => name.split('.', 1)[0]))
  const laws = declaredLaws.filter((law) => schemas.has(law.table.split('.', 1)[0]))
  return new Map(laws.map((law) => [law.table, law] as const))
}

/** Rows of `rbac_overrides` that carry the acting person's scopes: every capability, changed from case to case. */
const scopeRows = (names: Names): Row[] =>
  [names.firm, names.internal, names.external].flatMap((tenant_id) =>
    CAPABILITIES.map((capability) => ({ tenant_id, job_template: 'law', capability, scope: 'none' })),
  )

export async function openLawWorld(): Promise<LawWorld> {
  const database = await openTestDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  const close = async (): Promise<void> => {
    await client.end()
    await database.drop()
  }
  try {
    // Triggers and foreign keys stand aside: rows are seeded one by one, and policies are what is looked at.
    await client.query("set session_replication_role = replica; set timezone = 'UTC'")
    const names = namesOfWorld()
    const tables = await tablesOf(queryOf(client))
    const laws = lawsOf(tables)
    const seeded = new Map<string, Row[]>()
    for (const table of tables.values()) {
      const law = laws.get(table.name)
      const rows = Object.values(law?.rows(names) ?? {}).map((row) => fill(table, row))
      seeded.set(table.name, rows)
      const further = table.name === 'identity.rbac_overrides' ? scopeRows(names) : []
      for (const row of [...rows, ...further]) {
        await client.query(insertOf(table.name, row)).catch((error: unknown) => {
          throw new Error(
            `${table.name}: ${error instanceof Error ? error.message : String(error)} in ${JSON.stringify(row)}`,
          )
        })
      }
    }
    const rows = new Map<string, Row[]>()
    for (const name of tables.keys()) {
      const found = await client.query<{ row: Row }>(`select to_jsonb(t) as row from ${name} t`)
      rows.set(
        name,
        found.rows.map((one) => one.row),
      )
    }
    // Written rows with what the database added, in the order of writing: the model judges these.
    return { client, tables, seeded, rows, laws, names, workerUrl: database.workerUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}
