import { contextsFor } from './contexts.ts'
import { type RoleName, ROLES, type TableLaw } from './model.ts'
import { type Case, caseOf } from './probe.ts'
import type { LawWorld } from './world.ts'

/** Views that keep a locked name resolvable: read with the caller's own rights, by these roles. */
export const LOCKED_VIEWS: Readonly<Record<string, string>> = {
  'audit.tb_audit_export_job': 'audit.export_jobs',
  'audit.tb_audit_export_chunk': 'audit.export_chunks',
}
const READERS: readonly RoleName[] = ['zen_web', 'zen_studio', 'zen_worker']

export const viewGrants: readonly string[] = Object.keys(LOCKED_VIEWS).flatMap((view) =>
  READERS.map((role) => `${view} ${role} select *`),
)

/** The rows of a view at every standpoint: those of its table, for the roles that may read it. */
export function viewCases(world: LawWorld, view: string): { readonly law: TableLaw; readonly cases: readonly Case[] } {
  const table = LOCKED_VIEWS[view] ?? ''
  const base = world.laws.get(table)
  if (!base) throw new Error(`${view} stands for a table that no declaration knows`)
  const rights = Object.fromEntries(READERS.map((role) => [role, { select: base.rights[role]?.select }]))
  const law = { ...base, rights } as TableLaw // the same rows, and no right but reading
  const cases = ROLES.filter((role) => role !== 'zen_owner').flatMap((role) =>
    contextsFor(law, role, world.names).map((at): Case => {
      const one = caseOf(world, law, { role, at, commands: ['select'] })
      return { ...one, tries: one.tries.map((tried) => ({ ...tried, sql: tried.sql.replace(table, view) })) }
    }),
  )
  return { law, cases }
}
