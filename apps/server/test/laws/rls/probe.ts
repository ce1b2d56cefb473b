import type { LawWorld, Table } from './world.ts'
import { insertOf, literal, valueFor } from './world.ts'
import {
  afterOf,
  type Command,
  type Row,
  type RoleName,
  rowsOf,
  type Standpoint,
  type TableLaw,
  type View,
  viewOf,
} from './model.ts'

/**
 * Runs one case: takes role and context, tries every statement in a subtransaction of its own, looks at the effect as
 * the superuser, and undoes it. Answers keys of rows, or the SQLSTATE.
 */
const PROBE = `
create schema if not exists laws;
create or replace function laws.probe(p_table regclass, p_key text, p_cases jsonb) returns jsonb language plpgsql as $$
declare
  v_case jsonb; v_try jsonb; v_out jsonb; v_all jsonb := '[]'; v_ids tid[]; v_answer jsonb; v_keys text[];
begin
  for v_case in select value from jsonb_array_elements(p_cases) loop
    v_out := '[]';
    if v_case ->> 'prepare' is not null then execute v_case ->> 'prepare'; end if;
    execute format('select array_agg(ctid) from %s', p_table) into v_ids;
    perform set_config('app.tenant_id', v_case ->> 'tenant', true), set_config('app.user_id', v_case ->> 'user', true),
      set_config('app.aud', v_case ->> 'aud', true), set_config('app.sees_deleted', v_case ->> 'deleted', true),
      set_config('laws.support', v_case ->> 'support', true), set_config('role', v_case ->> 'role', true);
    for v_try in select value from jsonb_array_elements(v_case -> 'tries') loop
      v_answer := '"ok"';
      begin
        if v_try ->> 'kind' = 'select' then
          execute v_try ->> 'sql' into v_keys;
          v_answer := to_jsonb(coalesce(v_keys, '{}'));
        else
          execute v_try ->> 'sql';
          if v_try ->> 'kind' <> 'insert' then
            perform set_config('role', 'none', true);
            execute case v_try ->> 'kind'
              when 'update' then format('select array_agg(%s) from %s t where ctid <> all ($1)', p_key, p_table)
              else format('select array_agg(%s) from %s t', p_key, p_table) end into v_keys using v_ids;
            v_answer := to_jsonb(coalesce(v_keys, '{}'));
          end if;
        end if;
        raise exception sqlstate 'LAW00';
      exception
        when sqlstate 'LAW00' then null;
        when unique_violation then v_answer := '"ok"';  -- judged after the policies
        when others then v_answer := to_jsonb(sqlstate || case when sqlstate = '42501' then '' else ' ' || sqlerrm end);
      end;
      v_out := v_out || jsonb_build_array(v_answer);
    end loop;
    perform set_config('role', 'none', true);
    v_all := v_all || jsonb_build_array(v_out);
  end loop;
  return v_all;
end $$;
-- Support sessions come with the identity issue. Until then a switch stands in for them, so that the policies that
-- ask for one are tried both ways.
create or replace function app.support_open() returns boolean language sql stable security definer set search_path = pg_catalog as
  $$ select current_setting('laws.support', true) = 'on' $$;
alter function app.support_open() owner to zen_definer;`

export const installProbe = (world: LawWorld): Promise<unknown> => world.client.query(PROBE)

/** Labels of rows, `ok`, or an error code. */
type Verdict = readonly string[] | string

interface Try {
  readonly kind: Command
  readonly label: string
  readonly sql: string
  readonly expected: Verdict
}
export interface Case {
  readonly role: RoleName
  readonly at: Standpoint
  readonly tries: readonly Try[]
}
export interface Difference {
  readonly table: string
  readonly role: RoleName
  readonly context: string
  readonly command: Command
  readonly what: string
  readonly expected: Verdict
  readonly found: Verdict
}

const keyColumns = (table: Table): readonly string[] =>
  table.key.length > 0 ? table.key : table.columns.map((column) => column.name)
/** In the words of JSON, as the rows of the world are told. */
const keySql = (columns: readonly string[]): string =>
  `concat_ws('/', ${columns.map((name) => `to_jsonb(${name}) #>> '{}'`).join(', ')})`
const keyOf = (columns: readonly string[], row: Row): string =>
  columns
    .map((name) => row[name])
    .filter((value) => value !== null && value !== undefined)
    .map(String)
    .join('/')
const DENIED = '42501'

const QUIET = ['version', 'updated_at', 'created_at', 'viewed_at', 'stale', 'attempts']
function quietColumn(law: TableLaw, table: Table, granted: readonly string[] | undefined): string {
  const open = granted ?? table.columns.map((column) => column.name)
  const column = [law.touch, ...QUIET].find(
    (name) => name !== undefined && open.includes(name) && table.columns.some((c) => c.name === name),
  )
  return column ?? open[0] ?? ''
}

/** A column whose default breaks no check keeps the row; one that has none gets a value its own checks accept. */
const touchSql = (table: Table, column: string): string => {
  const found = table.columns.find((one) => one.name === column)
  return `update ${table.name} set ${column} = ${found?.demanded ? literal(valueFor(found)) : 'default'}`
}

interface Bench {
  readonly world: LawWorld
  readonly law: TableLaw
  readonly table: Table
  readonly role: RoleName
  readonly view: View
}

/** Is the whole command refused for want of a right? The owner has every right on its own tables. */
const barred = (bench: Bench, command: Command): boolean =>
  bench.role !== 'zen_owner' && bench.law.rights[bench.role]?.[command] === undefined

const rowsFor = (bench: Bench, command: Command): Row[] => {
  const rule = rowsOf(bench.law, bench.role, command)
  return rule === undefined ? [] : (bench.world.rows.get(bench.table.name) ?? []).filter((row) => rule(row, bench.view))
}
const keysFor = (bench: Bench, rows: readonly Row[]): string[] =>
  rows.map((row) => keyOf(keyColumns(bench.table), row)).sort()

/** Rows are told by their key, or by all that the role may read of them. */
function selectTry(bench: Bench): Try {
  const granted = bench.law.rights[bench.role]?.select?.columns
  const key = keyColumns(bench.table)
  const isPlain = (name: string): boolean =>
    !bench.table.columns.find((column) => column.name === name)?.type.startsWith('json')
  const columns = granted === undefined || key.every((name) => granted.includes(name)) ? key : granted.filter(isPlain)
  const seen = rowsFor(bench, 'select')
    .map((row) => keyOf(columns, row))
    .sort()
  const sql = `select array_agg(${keySql(columns)}) from ${bench.table.name}`
  return { kind: 'select', label: 'rows seen', sql, expected: barred(bench, 'select') ? DENIED : seen }
}

function deleteTry(bench: Bench): Try {
  const gone = new Set(rowsFor(bench, 'delete'))
  const left = (bench.world.rows.get(bench.table.name) ?? []).filter((row) => !gone.has(row))
  const expected = barred(bench, 'delete') ? DENIED : keysFor(bench, left)
  return { kind: 'delete', label: 'rows left', sql: `delete from ${bench.table.name}`, expected }
}

function updateTries(bench: Bench): Try[] {
  const { law, table, role, view } = bench
  const right = law.rights[role]?.update
  const touched = rowsFor(bench, 'update')
  const column = quietColumn(law, table, right?.columns)
  const plain: Try = {
    kind: 'update',
    label: 'rows changed',
    sql: touchSql(table, column),
    expected: barred(bench, 'update') ? DENIED : (settle(touched, afterOf(law, role), view) ?? keysFor(bench, touched)),
  }
  if (barred(bench, 'update')) return [plain]
  const moves = Object.entries(law.moves?.(bench.world.names) ?? {}).map(([name, value]): Try => {
    const granted = role === 'zen_owner' || right?.columns === undefined || right.columns.includes(name)
    const moved = touched.map((row) => ({ ...row, [name]: value }))
    const verdict = granted ? (settle(moved, afterOf(law, role), view) ?? 'ok') : DENIED
    return {
      kind: 'update',
      label: `set ${name}`,
      sql: `update ${table.name} set ${name} = ${literal(value)}`,
      expected: verdict,
    }
  })
  return [plain, ...moves]
}
/** Refused when one changed row is no longer the role's to write. */
const settle = (rows: readonly Row[], after: ReturnType<typeof afterOf>, view: View): string | undefined =>
  rows.every((row) => after?.(row, view)) ? undefined : DENIED

function insertTries(bench: Bench): Try[] {
  const { law, table, role, world, view } = bench
  const right = law.rights[role]?.insert
  const rule = rowsOf(law, role, 'insert')
  const written = world.seeded.get(table.name) ?? []
  const kept = barred(bench, 'insert') ? written.slice(0, 1) : written
  return kept.map((row, index): Try => {
    const columns = right?.columns
    const given = columns ? Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name))) : row
    const whole =
      (world.rows.get(table.name) ?? []).find(
        (one) => keyOf(keyColumns(table), one) === keyOf(keyColumns(table), row),
      ) ?? row
    return {
      kind: 'insert',
      label: `row ${index + 1}`,
      sql: insertOf(table.name, given),
      expected: rule?.(whole, view) ? 'ok' : DENIED,
    }
  })
}

const TRIES: Readonly<Record<Command, (bench: Bench) => Try[]>> = {
  select: (bench) => [selectTry(bench)],
  insert: insertTries,
  update: updateTries,
  delete: (bench) => [deleteTry(bench)],
}

export function caseOf(
  world: LawWorld,
  law: TableLaw,
  who: { role: RoleName; at: Standpoint; commands: readonly Command[] },
): Case {
  const table = world.tables.get(law.table)
  if (!table) throw new Error(`${law.table} is declared but does not exist`)
  const bench: Bench = { world, law, table, role: who.role, view: viewOf(world, who.role, who.at) }
  return { role: who.role, at: who.at, tries: who.commands.flatMap((command) => TRIES[command](bench)) }
}

const ORDER = ['none', 'own', 'assigned', 'all'] as const
/** Writes the scopes of a standpoint into the acting person's overrides. */
function scopesSql(at: Standpoint): string {
  const named = ORDER.map((level) => {
    const capabilities = Object.entries(at.scopes ?? {}).flatMap(([capability, given]) =>
      given === level ? [literal(capability)] : [],
    )
    return capabilities.length > 0 ? ` when capability in (${capabilities.join(', ')}) then '${level}'` : ''
  }).join('')
  const value = named === '' ? "'none'" : `case${named} else 'none' end`
  return `update identity.rbac_overrides set scope = ${value} where job_template = 'law' and capability <> 'law.read' and scope is distinct from ${value}`
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Runs the cases of one table in one round trip and names what is not as declared. */
export async function differences(world: LawWorld, law: TableLaw, cases: readonly Case[]): Promise<Difference[]> {
  const table = world.tables.get(law.table)
  if (!table) throw new Error(`${law.table} does not exist`)
  const wire = cases.map(({ role, at, tries }) => ({
    role,
    prepare: scopesSql(at),
    tenant: at.tenant ?? '',
    user: at.user ?? '',
    aud: at.aud ?? '',
    deleted: at.seesDeleted === true ? 'on' : '',
    support: at.support === true ? 'on' : '',
    tries: tries.map(({ kind, sql }) => ({ kind, sql })),
  }))
  const { rows } = await world.client.query<{ found: unknown[][] }>(
    'select laws.probe($1::regclass, $2, $3::jsonb) as found',
    [law.table, keySql(keyColumns(table)), JSON.stringify(wire)],
  )
  const found = rows[0]?.found ?? []
  return cases.flatMap(({ role, at, tries }, i) =>
    tries.flatMap((one, j): Difference[] => {
      const raw = found[i]?.[j]
      // 'ok' is expected where only the permission counts, not which rows changed.
      const seen = Array.isArray(raw) ? (one.expected === 'ok' ? 'ok' : [...raw].sort()) : String(raw)
      if (same(seen, one.expected)) return []
      return [
        {
          table: law.table,
          role,
          context: at.label,
          command: one.kind,
          what: one.label,
          expected: one.expected,
          found: seen as Verdict,
        },
      ]
    }),
  )
}
