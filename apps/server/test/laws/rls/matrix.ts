import { contextsFor } from './contexts.ts'
import { COMMANDS, type RoleName, ROLES, type TableLaw } from './model.ts'
import { type Case, caseOf, type Difference, differences } from './probe.ts'
import type { LawWorld } from './world.ts'

/** Every case of a table: role × context, all commands, or those asked for. */
export function casesOf(world: LawWorld, law: TableLaw, roles: readonly RoleName[] = ROLES): Case[] {
  return roles.flatMap((role) =>
    contextsFor(law, role, world.names).map((at) => caseOf(world, law, { role, at, commands: COMMANDS })),
  )
}

export interface MatrixResult {
  readonly tables: number
  readonly cases: number
  readonly statements: number
  readonly differences: readonly Difference[]
  readonly undeclared: readonly string[]
  readonly missing: readonly string[]
}

/** The whole matrix against one database. */
export async function runMatrix(world: LawWorld): Promise<MatrixResult> {
  const found: Difference[] = []
  let cases = 0
  let statements = 0
  for (const law of world.laws.values()) {
    if (!world.tables.has(law.table)) continue
    const all = casesOf(world, law)
    cases += all.length
    statements += all.reduce((sum, one) => sum + one.tries.length, 0)
    found.push(...(await differences(world, law, all)))
  }
  return {
    tables: world.laws.size,
    cases,
    statements,
    differences: found,
    undeclared: [...world.tables.keys()].filter((name) => !world.laws.has(name)),
    missing: [...world.laws.keys()].filter((name) => !world.tables.has(name)),
  }
}

export const describe = (one: Difference): string =>
  `${one.table} ${one.role} ${one.command} (${one.context}, ${one.what}): declared ${short(one.expected)}, found ${short(one.found)}`
const short = (verdict: unknown): string => (Array.isArray(verdict) ? `${verdict.length} rows` : String(verdict))
