import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import { firstLink, logIdOf } from '@zenops/audit/hashes'
import { compileOnly } from '../../platform/db/database.ts'
import type { AuditExport } from './context.ts'

/** What decides which events are meant. */
export type Choice = Pick<AuditExport, 'tenant_id' | 'from_utc' | 'to_utc' | 'filters'>

/** A place in the log; parts and ends are counted by it. */
export interface Place {
  readonly epoch: number
  readonly seq: number
}

/** Rows of one part lie in one such stretch of sequence numbers, whatever the filters. */
export const STRETCH = 250_000

const likeOf = (q: string): string => `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`

/** Sealed events that the request means. */
export function chosen({ tenant_id, from_utc, to_utc, filters }: Choice): RawBuilder<unknown> {
  const parts = [
    sql`e.tenant_id = ${tenant_id}::uuid`,
    sql`e.at between ${from_utc}::timestamptz and ${to_utc}::timestamptz`,
  ]
  const texts = ['action_type', 'outcome', 'target_type', 'target_id', 'trace_id'] as const
  for (const name of texts) {
    const value = filters[name]
    if (value !== undefined) parts.push(sql`e.${sql.ref(name === 'action_type' ? 'action' : name)} = ${value}::text`)
  }
  if (filters.actor_user_id !== undefined) parts.push(sql`e.actor_user_id = ${filters.actor_user_id}::uuid`)
  if (filters.q !== undefined) {
    const like = likeOf(filters.q)
    parts.push(
      sql`(e.action ilike ${like}::text or e.target_id ilike ${like}::text or e.body ->> 'reason' ilike ${like}::text)`,
    )
  }
  return sql.join(parts, sql` and `)
}

const upTo = (end: Place): RawBuilder<unknown> => sql`(e.epoch, e.seq) <= (${end.epoch}::int, ${end.seq}::bigint)`
const behind = (start: Place): RawBuilder<unknown> =>
  sql`(e.epoch, e.seq) > (${start.epoch}::int, ${start.seq}::bigint)`

/** How many events there are, counted no further than one above `most`. */
export const countUpTo = (choice: Choice, most: number): CompiledQuery<{ n: number }> =>
  sql<{
    n: number
  }>`select count(*)::bigint as n from (select 1 from audit.events e where ${chosen(choice)} limit ${most + 1}) few`.compile(
    compileOnly,
  )

/** What the planner thinks; for telling, never for deciding. */
export const plannersGuess = (choice: Choice): CompiledQuery =>
  sql`explain (format json) select 1 from audit.events e where ${chosen(choice)}`.compile(compileOnly)

/** The figure in it. */
export const guessedRows = (row: unknown): number => {
  const plans = (row as { 'QUERY PLAN'?: unknown } | undefined)?.['QUERY PLAN'] // the one column of EXPLAIN
  const [plan] = Array.isArray(plans) ? (plans as { Plan?: { 'Plan Rows'?: number } }[]) : []
  return Math.round(plan?.Plan?.['Plan Rows'] ?? 0)
}

/** The newest sealed event of a firm. */
export const newestEnd = (tenantId: string): CompiledQuery<Place> =>
  sql<Place>`select epoch, size as seq from audit.heads where tenant_id = ${tenantId}::uuid order by epoch desc limit 1`.compile(
    compileOnly,
  )

/** The event right before the newest `rows` ones; none when there are not more. */
export const placeBefore = (choice: Choice, end: Place, rows: number): CompiledQuery<Place> =>
  sql<Place>`select epoch, seq from (
      select e.epoch, e.seq, row_number() over (order by e.epoch desc, e.seq desc) as place from audit.events e
      where ${chosen(choice)} and ${upTo(end)} order by e.epoch desc, e.seq desc limit ${rows + 1}) newest
    where place = ${rows + 1}::bigint`.compile(compileOnly)

export interface Stretch extends Place {
  /** `seq` is the first event in it. */
  readonly last: number
  readonly rows: number
  /** Some were written under older rules of the sanitiser. */
  readonly old: boolean
}

/** The stretches that hold events, in their order, behind `start`. */
export const stretches = (
  choice: Choice,
  range: { readonly start: Place; readonly end: Place; readonly sanitiser: number; readonly length: number },
): CompiledQuery<Stretch> =>
  sql<Stretch>`
    select e.epoch, min(e.seq) as seq, max(e.seq) as last, count(*)::bigint as rows, bool_or(e.sanitiser_version < ${range.sanitiser}::int) as old
    from audit.events e where ${chosen(choice)} and ${upTo(range.end)} and ${behind(range.start)}
    group by e.epoch, (e.seq - 1) / ${range.length}::bigint order by 1, 2`.compile(compileOnly)

const text = (column: string): RawBuilder<unknown> => sql`coalesce(to_json(e.${sql.ref(column)})::text, 'null')`

/** The link of the event before: of the row before, of the event before the stretch, of the seal, or the log's first. */
function linkBefore(choice: Choice, { epoch, seq }: Place): RawBuilder<unknown> {
  const first = firstLink(logIdOf(choice.tenant_id, epoch)).toString('hex')
  return sql`coalesce(
    (select p.link from audit.events p where p.tenant_id = ${choice.tenant_id}::uuid and p.epoch = ${epoch}::int and p.seq = ${seq - 1}::bigint),
    (select s.link from audit.retention_seals s where s.tenant_id = ${choice.tenant_id}::uuid and s.epoch = ${epoch}::int and s.upto_seq = ${seq - 1}::bigint limit 1),
    decode(${seq === 1 ? first : ''}::text, 'hex'))`
}

/** Null and absent are an empty picture, as the sanitiser has it. */
const picture = (name: 'before' | 'after'): RawBuilder<unknown> =>
  sql`coalesce(nullif(e.body -> ${sql.lit(name)}, 'null'), '{}')`

/** One JSON object a row. `opens` stands before the first row, a comma before the others, where an array is made. */
export function jsonRows(choice: Choice, stretch: Stretch, array: 'none' | 'opens' | 'goes_on'): CompiledQuery {
  const before = {
    none: sql`''`,
    opens: sql`case when e.seq = ${stretch.seq}::bigint then '[' else ',' end`,
    goes_on: sql`','`,
  }[array]
  return sql`
    select ${before} || '{"audit_id": "' || e.id || '", "action_type": ' || to_json(e.action) || ', "actor_user_id": ' || ${text('actor_user_id')}
      || ', "actor_role": ' || ${text('actor_role')} || ', "outcome": ' || to_json(e.outcome) || ', "trace_id": ' || ${text('trace_id')}
      || ', "created_at": ' || coalesce(e.body -> 'at', 'null') || ', "target_type": ' || ${text('target_type')}
      || ', "target_id": ' || ${text('target_id')} || ', "chain_seq": ' || e.seq || ', "hash_prev": "' || encode(e.prev, 'base64')
      || '", "hash_curr": "' || encode(e.link, 'base64') || '", "before_json": ' || ${picture('before')}
      || ', "after_json": ' || ${picture('after')} || '}'
    from (${rowsWithLinks(choice, stretch)}) e where ${chosen(choice)} order by e.seq`.compile(compileOnly)
}

const inStretch = (choice: Choice, { epoch, seq, last }: Stretch): RawBuilder<unknown> =>
  sql`e.tenant_id = ${choice.tenant_id}::uuid and e.epoch = ${epoch}::int and e.seq between ${seq}::bigint and ${last}::bigint`

/** All rows of the stretch with the link before each, so that a filter leaves the chain whole. */
const rowsWithLinks = (choice: Choice, stretch: Stretch): RawBuilder<unknown> => sql`
  select e.*, coalesce(lag(e.link) over (order by e.seq), ${linkBefore(choice, stretch)}) as prev
  from audit.events e where ${inStretch(choice, stretch)}`

const BASE = [
  'audit_id',
  'action_type',
  'actor_user_id',
  'trace_id',
  'created_at',
  'target_type',
  'target_id',
  'chain_seq',
  'actor_role',
  'outcome',
  'hash_curr',
] as const
export const csvColumns = (columns: AuditExport['columns']): readonly string[] =>
  columns === 'full' ? [...BASE, 'before_json', 'after_json'] : BASE

/** Cells of a spreadsheet, each guarded against being taken for a formula. */
export function csvRows(choice: Choice, stretch: Stretch | null, columns: AuditExport['columns']): CompiledQuery {
  const guard = (value: RawBuilder<unknown>): RawBuilder<unknown> => sql`audit.csv_guard(${value})`
  const cells = [
    sql`e.id as audit_id`,
    sql`${guard(sql`e.action`)} as action_type`,
    sql`e.actor_user_id`,
    sql`${guard(sql`e.trace_id`)} as trace_id`,
    sql`${guard(sql`e.body ->> 'at'`)} as created_at`,
    sql`${guard(sql`e.target_type`)} as target_type`,
    sql`${guard(sql`e.target_id`)} as target_id`,
    sql`e.seq as chain_seq`,
    sql`${guard(sql`e.actor_role`)} as actor_role`,
    sql`${guard(sql`e.outcome`)} as outcome`,
    sql`${guard(sql`encode(e.link, 'base64')`)} as hash_curr`,
  ]
  if (columns === 'full') {
    cells.push(
      sql`${guard(sql`${picture('before')}::text`)} as before_json`,
      sql`${guard(sql`${picture('after')}::text`)} as after_json`,
    )
  }
  const where = stretch === null ? sql`false` : sql`${inStretch(choice, stretch)} and ${chosen(choice)}`
  return sql`select ${sql.join(cells)} from audit.events e where ${where} order by e.seq`.compile(compileOnly)
}
