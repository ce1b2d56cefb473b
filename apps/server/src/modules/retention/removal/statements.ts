import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import {
  clockOf,
  dueOf,
  type Ground,
  heldRowsOf,
  type Reference,
  removalsOf,
  type Step,
  takenAlong,
} from '../rules/due.ts'

/** The instants of a turn: one `now` for all its statements, and what lies before the period. */
export interface Instants {
  readonly now: string
  readonly over: string
}

export interface Place {
  readonly ground: Ground
  readonly step: Step
  readonly instants: Instants
  /** Null for rows of no firm. */
  readonly tenantId: string | null
}

export const BATCH = 1_000

/** Text of the register with its instants as parameters. The text is the product's own, never a caller's. */
function filled(text: string, { now, over }: Instants): RawBuilder<unknown> {
  const parts = text.split(/(?<!:)(:now|:over)\b/)
  const pieces = parts.map((part) => {
    if (part === ':now') return sql`${now}::timestamptz`
    return part === ':over' ? sql`${over}::timestamptz` : sql.raw(part)
  })
  return sql.join(pieces, sql.raw(''))
}

function ofFirm({ ground, step, tenantId }: Place): RawBuilder<unknown> {
  if (tenantId === null) return sql`true`
  const entry = ground.register[step.table]
  if (entry === undefined || !('within' in entry) || entry.within === undefined)
    return sql`t.tenant_id = ${tenantId}::uuid`
  const [before = '', after = ''] = entry.within.replaceAll('{t}', 't').split(':firm')
  return sql`${sql.raw(before)}${tenantId}::uuid${sql.raw(after)}`
}
const dueAt = (place: Place): RawBuilder<unknown> =>
  sql`${ofFirm(place)} and (${filled(dueOf(place.ground, place.step, { alias: 't', depth: 0 }), place.instants)})`

/** How many rows go now, how many stay for a hold, and the oldest of those that stay. */
export async function countOf(
  tx: QueryExecutorProvider,
  place: Place,
): Promise<{ due: number; held: number; oldest: string | null }> {
  const { ground, step, instants } = place
  const due = sql`(${dueAt(place)})`
  const { rows } = await sql<{ due: number; held: number; oldest: string | null }>`
    select count(*) filter (where ${due}) as due,
      count(*) filter (where ${filled(heldRowsOf(ground, step, 't'), instants)}) as held,
      (min(${sql.raw(clockOf(ground, step, 't'))}) filter (where ${due} is not true))::timestamptz(3) as oldest
    from ${sql.raw(step.table)} t where ${ofFirm(place)}`.execute(tx)
  return { due: Number(rows[0]?.due ?? 0), held: Number(rows[0]?.held ?? 0), oldest: rows[0]?.oldest ?? null }
}

/** Rows that go next, as they are: for what lies outside of the database. */
export async function nextRows(tx: QueryExecutorProvider, place: Place): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ row: Record<string, unknown> }>`
    select to_jsonb(t) as row from ${sql.raw(place.step.table)} t where ${dueAt(place)} limit ${BATCH}`.execute(tx)
  return rows.map((one) => one.row)
}

async function deleteAlong(
  tx: QueryExecutorProvider,
  { reference, place }: { readonly reference: Reference; readonly place: Place },
  places: readonly string[],
): Promise<number> {
  const { ground, step } = place
  const later = removalsOf(ground, { ...step, table: reference.child }).find((one) => one.laterFirst !== undefined)
  const order = later?.laterFirst === undefined ? sql`` : sql`order by ${sql.ref(`c.${later.laterFirst}`)} desc`
  const on = reference.columns.map(([own, named]) => `c.${own} = p.${named}`).join(' and ')
  let gone = 0
  for (;;) {
    const { numAffectedRows } = await sql`delete from ${sql.raw(reference.child)} where ctid = any (array(
      select c.ctid from ${sql.raw(reference.child)} c join ${sql.raw(reference.parent)} p on ${sql.raw(on)}
      where p.ctid = any (${places}::tid[]) ${order} limit ${BATCH}))`.execute(tx)
    gone += Number(numAffectedRows ?? 0)
    if (Number(numAffectedRows ?? 0) < BATCH) return gone
  }
}

/** Removes one batch with what goes along. Answers the rows of each table. */
export async function removeBatch(
  tx: QueryExecutorProvider,
  place: Place,
  { lock, limit }: { readonly lock: boolean; readonly limit: number },
): Promise<{ readonly rows: number; readonly tables: Readonly<Record<string, number>> }> {
  const along = takenAlong(place.ground, place.step)
  const table = sql.raw(place.step.table)
  const { rows } = await sql<{ place: string }>`
    select t.ctid::text as place from ${table} t where ${dueAt(place)} limit ${limit} ${sql.raw(lock ? 'for update skip locked' : '')}`.execute(
    tx,
  )
  if (rows.length === 0) return { rows: 0, tables: {} }
  const places = rows.map((row) => row.place)
  const tables: Record<string, number> = {}
  for (const reference of along) tables[reference.child] = await deleteAlong(tx, { reference, place }, places)
  const gone = await sql`delete from ${table} where ctid = any (${places}::tid[])`.execute(tx)
  tables[place.step.table] = Number(gone.numAffectedRows ?? 0)
  return { rows: tables[place.step.table] ?? 0, tables }
}

/** The foreign keys between tables of the register. */
export async function readReferences(tx: QueryExecutorProvider): Promise<Reference[]> {
  const { rows } = await sql<{ child: string; parent: string; columns: [string, string][]; cascades: boolean }>`
    select cn.nspname || '.' || c.relname as child, pn.nspname || '.' || p.relname as parent, k.confdeltype = 'c' as cascades,
      (select json_agg(json_build_array(ca.attname, pa.attname) order by n) from unnest(k.conkey, k.confkey) with ordinality as pair(own, named, n)
        join pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = pair.own
        join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = pair.named) as columns
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    where k.contype = 'f' and k.conparentid = 0 order by 1, 2`.execute(tx)
  return rows
}
