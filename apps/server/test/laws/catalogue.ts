import type pg from 'pg'
import { FOREIGN_SCHEMAS, lawsOf, queryOf, tablesOf } from './rls/world.ts'

/** A law over PostgreSQL's own catalogue: answers what breaks it, one line each. `plant` breaks it, for proof. */
export interface CatalogueLaw {
  readonly title: string
  readonly plant: string
  broken(client: pg.Client): Promise<string[]>
}

const lines = async (client: pg.Client, text: string): Promise<string[]> =>
  (await client.query<{ line: string }>(text)).rows.map((row) => row.line)
const law = (title: string, text: string, plant: string): CatalogueLaw => ({
  title,
  plant,
  broken: (client) => lines(client, text),
})

const ours = (alias = 'n'): string =>
  `${alias}.nspname not in ${FOREIGN_SCHEMAS} and ${alias}.nspname not like 'pg\\_%'`
const own = ours()
const TABLES = `pg_class c join pg_namespace n on n.oid = c.relnamespace`
const name = `n.nspname || '.' || c.relname`
const POLICIES = `pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace`
const texts = `concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))`
const roleNames = `(select array_agg(r.rolname::text) from pg_roles r where r.oid = any (p.polroles))`
const ACTING = "('zen_web','zen_studio','zen_portal','zen_worker')"
/** Roles whose policies may be open: their functions name the tenant themselves. */
const HOUSE = "array['zen_auth','zen_definer','zen_billing','zen_sealer','zen_keeper']::text[]"

const listed = (values: Iterable<string>): string =>
  `(${["''", ...[...values].map((value) => `'${value}'`)].join(',')})`

/** A law that looks at tables of declared classes. */
const classLaw = (
  title: string,
  plant: string,
  text: (ofClass: (holds: (law: { class: unknown; noTenant?: true }) => boolean) => string) => string,
): CatalogueLaw => ({
  title,
  plant,
  broken: async (client) => {
    const laws = [...lawsOf(await tablesOf(queryOf(client))).values()]
    return lines(
      client,
      text((holds) => listed(laws.filter(holds).map((one) => one.table))),
    )
  },
})

const PLANTED = 'create table identity.planted (tenant_id uuid, id uuid, primary key (tenant_id, id))'

const fences: readonly CatalogueLaw[] = [
  law(
    'row security is enabled and forced on every table',
    `select ${name} as line from ${TABLES} where c.relkind in ('r','p') and ${ours()} and not (c.relrowsecurity and c.relforcerowsecurity)`,
    'alter table identity.memberships no force row level security',
  ),
  law(
    'no policy is for PUBLIC',
    `select p.polname as line from ${POLICIES} where 0 = any (p.polroles)`,
    'create policy planted on identity.memberships for delete using (false)',
  ),
  law(
    'one permissive policy for a table, role and command',
    `select format('%s %s %s', t.name, t.role, t.command) as line from (
       select ${name} as name, r.rolname as role, cmd.command from ${POLICIES}
       join pg_roles r on r.oid = any (p.polroles)
       join unnest(array['r','a','w','d']) as cmd(command) on p.polcmd = cmd.command::"char" or p.polcmd = '*'
       where p.polpermissive) t group by 1, t.name, t.role, t.command having count(*) > 1`,
    "create policy planted on identity.memberships for select to zen_web using ((select app.current_aud()) = 'web')",
  ),
  classLaw(
    'an open policy stands only on class 1 and for the roles of the house',
    'create policy planted on identity.memberships for delete to zen_web using (true)',
    (ofClass) => `select ${name} || ' ' || p.polname as line from ${POLICIES}
      where ${ours()} and (pg_get_expr(p.polqual, p.polrelid) = 'true' or pg_get_expr(p.polwithcheck, p.polrelid) = 'true')
        and not (${roleNames} <@ ${HOUSE})
        and ${name} not in ${ofClass((one) => one.class === 1 || one.class === 'journal')}`,
  ),
  law(
    'no id stands in a policy',
    `select p.polname as line from ${POLICIES} where ${texts} ~* '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'`,
    "create policy planted on identity.memberships for delete to zen_web using (tenant_id = '11111111-1111-1111-1111-111111111111')",
  ),
  law(
    'a view runs with the rights of whoever asks, or nobody may ask it',
    `select ${name} as line from ${TABLES} where c.relkind in ('v','m') and ${ours()}
       and coalesce(c.reloptions @> array['security_invoker=true'], false) is false
       and exists (select 1 from aclexplode(c.relacl) x where x.grantee <> c.relowner)`,
    'create view identity.planted as select * from identity.memberships; grant select on identity.planted to zen_web',
  ),
]

const shapes: readonly CatalogueLaw[] = [
  classLaw(
    'tenant_id leads a key of every tenant table',
    'create table identity.planted (id uuid primary key, tenant_id uuid)',
    (ofClass) => `
    select ${name} as line from ${TABLES} where c.relkind in ('r','p') and ${own} and ${name} not in ${ofClass((one) => one.noTenant === true)}
      and not exists (select 1 from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisunique and i.indpred is null and a.attname = 'tenant_id')`,
  ),
  law(
    'a foreign key between tenant tables carries the tenant',
    `select k.conname as line from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     where k.contype = 'f' and ${own}
       and exists (select 1 from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'tenant_id')
       and exists (select 1 from pg_index i join pg_attribute a on a.attrelid = k.confrelid and a.attnum = i.indkey[0] and a.attname = 'tenant_id'
         where i.indrelid = k.confrelid and i.indisprimary)
       and not exists (select 1 from pg_attribute a, pg_attribute b
         where a.attrelid = k.conrelid and a.attname = 'tenant_id' and b.attrelid = k.confrelid and b.attname = 'tenant_id'
           and array_position(k.conkey, a.attnum) = array_position(k.confkey, b.attnum))`,
    `create table identity.planted (tenant_id uuid, id uuid, other uuid unique, primary key (tenant_id, id));
     create table identity.planted_child (tenant_id uuid, id uuid, other uuid references identity.planted (other), primary key (tenant_id, id))`,
  ),
  law(
    'instants are timestamptz(3)',
    `select ${name} || '.' || a.attname as line from ${TABLES} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r','p') and ${own} and format_type(a.atttypid, a.atttypmod) ~ '^time' and format_type(a.atttypid, a.atttypmod) <> 'timestamp(3) with time zone'`,
    `${PLANTED}; alter table identity.planted add at timestamptz`,
  ),
]

const APPEND_ONLY_TRIGGERS = `exists (select 1 from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'O'
  and t.tgfoid = 'app.refuse_change'::regproc and t.tgtype & 2 = 2`
const rights: readonly CatalogueLaw[] = [
  classLaw(
    'nobody may update or delete class 6',
    'grant update on audit.inbox to zen_web',
    (ofClass) => `
    select ${name} || ' ' || x.privilege_type as line from ${TABLES}, aclexplode(c.relacl) x
    where ${name} in ${ofClass((one) => one.class === 6)} and x.privilege_type in ('UPDATE','DELETE','TRUNCATE') and x.grantee <> c.relowner
      -- What is sealed leaves the inbox; the keeper takes what a trigger finds old enough, or behind a retention seal.
      and (${name}, x.grantee::regrole::text, x.privilege_type) <> ('audit.inbox', 'zen_sealer', 'DELETE')
      and not (x.grantee::regrole::text = 'zen_keeper' and x.privilege_type = 'DELETE' and exists (
        select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgenabled = 'O' and t.tgtype & 8 = 8 and t.tgtype & 2 = 2
          and t.tgfoid::regproc::text in ('app.refuse_early_removal', 'app.refuse_early_path_removal', 'audit.refuse_unsealed_pruning')))
    union all select ${name} || '.' || a.attname from ${TABLES} join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) x
    where ${name} in ${ofClass((one) => one.class === 6)} and x.privilege_type = 'UPDATE'`,
  ),
  classLaw(
    'a trigger of class 6 refuses the owner too',
    'drop trigger inbox__no_truncate on audit.inbox',
    (ofClass) => `
    select ${name} as line from ${TABLES} where ${name} in ${ofClass((one) => one.class === 6)} and not (
      ${APPEND_ONLY_TRIGGERS} and t.tgtype & 1 = 1 and t.tgtype & 16 = 16 and t.tgtype & 8 = 8)
      and ${APPEND_ONLY_TRIGGERS} and t.tgtype & 32 = 32))`,
  ),
  classLaw(
    'the acting roles have no right on class 12',
    'grant select (user_id) on identity.auth_credentials to zen_web',
    (ofClass) => `
    select ${name} || ' ' || r.rolname as line from ${TABLES} cross join pg_roles r
    where ${name} in ${ofClass((one) => one.class === 12)} and r.rolname in ${ACTING}
      and has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references')`,
  ),
  law(
    'zen_api has no right on anything',
    `select ${name} as line from ${TABLES} where ${ours()} and c.relkind in ('r','p','v') and has_any_column_privilege('zen_api', c.oid, 'select, insert, update, references')
     union all select n.nspname from pg_namespace n where ${own} and n.nspname <> 'public' and has_schema_privilege('zen_api', n.oid, 'usage, create')
     union all select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(p.proacl) x
       where ${ours()} and x.grantee = 'zen_api'::regrole`,
    'grant usage on schema identity to zen_api',
  ),
  law(
    'no role is superuser, passes row security, inherits, or makes databases and roles',
    `select rolname as line from pg_roles where rolname like 'zen\\_%'
       and (rolsuper or rolbypassrls or rolinherit or rolcreatedb or rolcreaterole or rolreplication)`,
    'alter role zen_keeper inherit',
  ),
  law(
    'only the login roles log in',
    `select rolname as line from pg_roles where rolname like 'zen\\_%' and rolcanlogin <> (rolname in ('zen_api','zen_worker','zen_sealer','zen_keeper'))`,
    'alter role zen_web login',
  ),
  law(
    'who may become whom is as declared',
    `select format('%s may become %s%s', m.member::regrole, m.roleid::regrole, case when m.inherit_option then ' and inherits' else '' end) as line
     from pg_auth_members m where m.member::regrole::text like 'zen\\_%'
     except select * from (values
       ('zen_api may become zen_web'), ('zen_api may become zen_studio'), ('zen_api may become zen_portal'), ('zen_api may become zen_worker'),
       ('zen_api may become zen_auth'), ('zen_worker may become zen_auth'),
       -- Nobody logs in as the owner; migrations hand functions over to zen_definer and go on granting.
       ('zen_owner may become zen_definer and inherits')) as declared(line)`,
    'grant zen_web to zen_keeper with inherit true',
  ),
  law(
    // A month of ops events is made by the owner of their table, whom alone the database lets make it.
    'a definer function pins its search path and belongs to zen_definer or zen_billing',
    `select p.oid::regprocedure::text as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${own} and p.prosecdef and (p.proowner::regrole::text not in ('zen_definer','zen_billing')
         and not (p.proowner::regrole::text = 'zen_owner' and p.oid::regprocedure::text in ('ops.prepare_event_months(integer)', 'ops.drop_event_month(text)'))
       or not exists (select 1 from unnest(p.proconfig) setting where setting like 'search_path=%pg_catalog%'))`,
    'create function app.planted() returns int language sql security definer as $$ select 1 $$',
  ),
  law(
    'PUBLIC has no right on tables, schemas or columns',
    `select ${name} as line from ${TABLES}, aclexplode(c.relacl) x where ${ours()} and x.grantee = 0
     union all select n.nspname from pg_namespace n, aclexplode(n.nspacl) x where ${own} and n.nspname <> 'public' and x.grantee = 0
     union all select ${name} || '.' || a.attname from ${TABLES} join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) x where ${ours()} and x.grantee = 0`,
    'grant usage on schema identity to public',
  ),
]

export const catalogueLaws: readonly CatalogueLaw[] = [...fences, ...shapes, ...rights]
