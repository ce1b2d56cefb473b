import type pg from 'pg'

const SCHEMAS =
  "('app','identity','audit','ops','directory','commissions','assignments','documents','reports','billing','notifications','people','desk','assistant','knowledge','privacy','analytics')"

/** Title and query of each part; every query answers one column `line`. */
const SECTIONS = [
  [
    'Columns',
    `
      select format('%I.%I.%I %s%s%s%s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end,
        case a.attgenerated when 's' then ' generated ' || pg_get_expr(d.adbin, d.adrelid)
          else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end,
        case when a.attidentity <> '' then ' identity' else '' end) as line
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where n.nspname in ${SCHEMAS} and c.relkind in ('r','p','v') and a.attnum > 0 and not a.attisdropped
      order by n.nspname, c.relname, a.attnum`,
  ],
  [
    'Domains',
    `
      select format('%I.%I %s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), coalesce(' ' || pg_get_constraintdef(k.oid), '')) as line
      from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_constraint k on k.contypid = t.oid
      where n.nspname in ${SCHEMAS} and t.typtype = 'd' order by 1`,
  ],
  [
    'Constraints',
    `
      select format('%I.%I %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) as line
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ${SCHEMAS} and k.contype <> 'n' order by 1`,
  ],
  [
    'Indexes',
    `
      select pg_get_indexdef(i.indexrelid) as line from pg_index i join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname in ${SCHEMAS} order by 1`,
  ],
  [
    'Row security',
    `
      select format('%I.%I enabled=%s forced=%s', n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity) as line
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ${SCHEMAS} and c.relkind in ('r','p') order by 1`,
  ],
  [
    'Policies',
    `
      select format('%I.%I %I for %s to %s%s%s', schemaname, tablename, policyname, lower(cmd), array_to_string(roles, ', '),
        coalesce(' using ' || regexp_replace(qual, '\\s+', ' ', 'g'), ''),
        coalesce(' check ' || regexp_replace(with_check, '\\s+', ' ', 'g'), '')) as line
      from pg_policies where schemaname in ${SCHEMAS} order by 1`,
  ],
  [
    'Table rights',
    `
      select format('%I.%I %s: %s', n.nspname, c.relname, r.rolname, string_agg(distinct lower(x.privilege_type), ', ')) as line
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee
      where n.nspname in ${SCHEMAS} and r.rolname <> 'zen_owner' group by n.nspname, c.relname, r.rolname order by 1`,
  ],
  [
    'Column rights',
    `
      select format('%I.%I (%s) %s: %s', n.nspname, c.relname, string_agg(a.attname, ', ' order by a.attnum), r.rolname, lower(x.privilege_type)) as line
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace,
        aclexplode(a.attacl) x join pg_roles r on r.oid = x.grantee
      where n.nspname in ${SCHEMAS} group by n.nspname, c.relname, r.rolname, x.privilege_type order by 1`,
  ],
  [
    'Triggers',
    `
      select pg_get_triggerdef(t.oid) as line from pg_trigger t join pg_class c on c.oid = t.tgrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname in ${SCHEMAS} and not t.tgisinternal order by 1`,
  ],
  [
    'Functions',
    `
      select pg_get_functiondef(p.oid) || '-- owner ' || pg_get_userbyid(p.proowner) || e'\\n' as line
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${SCHEMAS} order by p.proname, p.oid::regprocedure::text`,
  ],
] as const

/**
 * The schema as PostgreSQL describes it, in a stable order: tables with columns, constraints, indexes, triggers, row
 * policies and grants, then functions. Reads the catalogue only; equal schemas give equal text.
 */
export async function dumpSchema(client: pg.Client): Promise<string> {
  const parts = ['-- Generated from a freshly migrated database; compared by the tests. Do not edit.']
  for (const [title, text] of SECTIONS) {
    const { rows } = await client.query<{ line: string }>(text)
    parts.push(`-- ${title}`, rows.map((row) => row.line).join('\n'))
  }
  return `${parts.join('\n\n')}\n`
}
