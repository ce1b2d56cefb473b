import { parseExpression, printExpression } from './expression.ts'
import type { RoleName, TableLaw } from './model.ts'
import type { Table } from './world.ts'

/** A row policy as the catalogue has it. */
export interface Policy {
  readonly table: string
  readonly name: string
  readonly roles: readonly RoleName[]
  readonly command: 'select' | 'insert' | 'update' | 'delete' | 'all'
  readonly using: string | null
  readonly check: string | null
}

const plain = (text: string): string => text.replaceAll(/[()\s]+/g, ' ').trim()
const topLevel = (text: string | null): Set<string> => {
  if (text === null) return new Set()
  const expression = parseExpression(text)
  const parts = expression.kind === 'and' ? expression.parts : [expression]
  return new Set(parts.map((part) => plain(printExpression(part))))
}

const TENANT = plain('tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)')

interface Change {
  readonly policy: Policy
  readonly clause: 'using' | 'with check'
  /** What was left out; the whole clause when it became true. */
  readonly removed: string
  /** What it was a part of. */
  readonly from?: 'and' | 'or'
}
export interface Surroundings {
  readonly policies: readonly Policy[]
  readonly tables: ReadonlyMap<string, Table>
  readonly laws: ReadonlyMap<string, TableLaw>
}

/**
 * Whether what was left out is demanded a second time, so that no row and no context can show the difference. Such a
 * mutant is equal in effect; the ways that are known are judged from the catalogue and the declared grants.
 */
export function isImplied(change: Change, around: Surroundings): boolean {
  const declared = around.laws.get(change.policy.table)?.implied?.[change.policy.name] ?? []
  if (declared.some((text) => plain(text) === plain(`${change.from} ${change.removed}`))) return true
  return isUnchangeable(change, around) || isDemandedByTheRead(change, around)
}

/** The check of an update speaks of columns the role cannot set, or repeats a condition on the context from USING. */
function isUnchangeable({ policy, clause, removed }: Change, { tables, laws }: Surroundings): boolean {
  if (policy.command !== 'update' || clause !== 'with check') return false
  const table = tables.get(policy.table)
  const settable = new Set(
    policy.roles.flatMap(
      (role) => laws.get(policy.table)?.rights[role]?.update?.columns ?? table?.columns.map((c) => c.name) ?? [],
    ),
  )
  const before = topLevel(policy.using)
  return [...topLevel(removed)].every((part) => {
    const named = (table?.columns ?? []).filter((column) =>
      new RegExp(`\\b${column.name}\\b`).test(part.replaceAll(/'[^']*'/g, '')),
    )
    return named.length === 0
      ? before.has(part)
      : before.has(part) && named.every((column) => !settable.has(column.name))
  })
}

/** The policy asks for a row of another table, which this role reads under the same condition. */
function isDemandedByTheRead({ policy, clause, removed }: Change, { policies }: Surroundings): boolean {
  const text = clause === 'using' ? policy.using : policy.check
  const own = topLevel(text)
  const asked = [...(text ?? '').matchAll(/EXISTS \( SELECT 1\s+FROM ([\w.]+) (\w+)\s+WHERE/g)]
  const part = plain(removed)
  return asked.some(([whole, table, alias]) => {
    const reads = policies.filter(
      (one) => one.table === table && one.command === 'select' && one.roles.some((role) => policy.roles.includes(role)),
    )
    const readParts = reads.map((one) => topLevel(one.using))
    if (!policy.roles.every((role) => reads.some((one) => one.roles.includes(role)))) return false
    const scopedByTenant = readParts.every((parts) => parts.has(TENANT))
    const join = plain(`${alias}.tenant_id = ${policy.table.split('.')[1]}.tenant_id`)
    // The other table's row is of this tenant anyway, and so is the row itself.
    if (part === join) return scopedByTenant && own.has(TENANT)
    if (part === plain(`${alias}.tenant_id = ( SELECT app.current_tenant_id() AS current_tenant_id)`))
      return scopedByTenant
    const together = [...own].some((one) => one.startsWith(plain(whole)) && one.includes(join))
    return together && own.has(part) && readParts.every((parts) => parts.has(part))
  })
}
