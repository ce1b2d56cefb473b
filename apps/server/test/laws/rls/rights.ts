import type pg from 'pg'
import { type Command, COMMANDS, type RoleName, ROLES, type TableLaw } from './model.ts'
import { viewGrants } from './views.ts'
import { FOREIGN_SCHEMAS } from './world.ts'

const columnsOf = (law: TableLaw, role: RoleName, command: Command): readonly string[] => {
  const right = law.rights[role]?.[command]
  return right === undefined ? [] : (right.columns ?? ['*'])
}

/** Declared grants as lines `table role command column`, `*` for the whole table. The owner has its rights by itself. */
export function declaredGrants(laws: Iterable<TableLaw>): Set<string> {
  const roles = ROLES.filter((role) => role !== 'zen_owner')
  return new Set(
    [...laws].flatMap((law) =>
      roles.flatMap((role) =>
        COMMANDS.flatMap((command) =>
          columnsOf(law, role, command).map((column) => `${law.table} ${role} ${command} ${column}`),
        ),
      ),
    ),
  )
}

/** Grants as the catalogue has them: to every role but the owner, PUBLIC included, views too. */
export async function actualGrants(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ line: string }>(`
    with relations as (
      select c.oid, c.relacl, c.relowner, n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ${FOREIGN_SCHEMAS} and n.nspname not like 'pg\\_%'
    )
    select format('%s %s %s *', r.name, coalesce(g.rolname, 'public'), lower(x.privilege_type)) as line
    from relations r, aclexplode(r.relacl) x left join pg_roles g on g.oid = x.grantee where x.grantee <> r.relowner
    union all
    select format('%s %s %s %s', r.name, coalesce(g.rolname, 'public'), lower(x.privilege_type), a.attname)
    from relations r join pg_attribute a on a.attrelid = r.oid, aclexplode(a.attacl) x left join pg_roles g on g.oid = x.grantee
    where x.grantee <> r.relowner`)
  const lines = new Set(rows.map((row) => row.line))
  // A grant of the whole table swallows those of its columns.
  return new Set([...lines].filter((line) => line.endsWith(' *') || !lines.has(line.replace(/ \S+$/, ' *'))))
}

export interface GrantDifferences {
  readonly granted: readonly string[]
  readonly withheld: readonly string[]
}
/** What is granted beyond the declaration, and what is declared but not granted. */
export async function grantDifferences(client: pg.Client, laws: Iterable<TableLaw>): Promise<GrantDifferences> {
  const declared = new Set([...declaredGrants(laws), ...viewGrants])
  const actual = await actualGrants(client)
  return {
    // What lives of a table is as readable as the table.
    granted: [...actual].filter(
      (line) => !declared.has(line) && !declared.has(line.replace(/_live (\S+ select \*)$/, ' $1')),
    ),
    withheld: [...declared].filter((line) => !actual.has(line)),
  }
}
