import type { CatalogueLaw } from '../catalogue.ts'
import { parseExpression, printExpression, withoutOnePart } from './expression.ts'
import { isImplied, type Policy } from './implied.ts'
import { casesOf } from './matrix.ts'
import { COMMANDS, type Command, type RoleName, ROLES, type TableLaw } from './model.ts'
import { type Case, differences } from './probe.ts'
import { grantDifferences } from './rights.ts'
import type { LawWorld } from './world.ts'

/** One defect planted into the fences of one table. */
export interface Mutant {
  readonly table: string
  readonly label: string
  readonly sql: string
  /** Whose cases can notice; the rest behaves as before. */
  readonly roles: readonly RoleName[]
  readonly commands: readonly Command[]
  /** Equal in effect: the condition is demanded a second time. */
  readonly same?: true | undefined
  readonly kind: 'dropped' | 'opened' | 'part' | 'role' | 'fence' | 'grant'
}

const ALL: readonly Command[] = COMMANDS
const commandsOf = (policy: Policy): readonly Command[] => (policy.command === 'all' ? ALL : [policy.command])
/** The owner inherits what zen_definer may. */
const noticing = (roles: readonly RoleName[]): RoleName[] =>
  roles.includes('zen_definer') ? [...roles, 'zen_owner'] : [...roles]

function ofPolicy(policy: Policy, world: LawWorld, policies: readonly Policy[]): Mutant[] {
  const base = { table: policy.table, roles: noticing(policy.roles), commands: commandsOf(policy) }
  const around = { policies, tables: world.tables, laws: world.laws }
  const altered = (label: string, kind: Mutant['kind'], clause: string): Mutant => ({
    ...base,
    kind,
    label: `${policy.name}: ${label}`,
    sql: `alter policy ${policy.name} on ${policy.table} ${clause}`,
  })
  const changed = (
    [
      ['using', policy.using],
      ['with check', policy.check],
    ] as const
  ).flatMap(([clause, text]): Mutant[] => {
    if (text === null || text === 'true') return []
    const same = (removed: string, from?: 'and' | 'or'): Mutant['same'] =>
      isImplied({ policy, clause, removed, ...(from ? { from } : {}) }, around) ? true : undefined
    return [
      { ...altered(`${clause} true`, 'opened', `${clause} (true)`), same: same(text) },
      ...withoutOnePart(parseExpression(text)).map(({ expression, removed, from }) => ({
        ...altered(
          `${clause} without ${from} ${removed.replaceAll(/\s+/g, ' ')}`,
          'part',
          `${clause} ${printExpression(expression)}`,
        ),
        same: same(removed, from),
      })),
    ]
  })
  const other: RoleName = policy.roles.includes('zen_web') ? 'zen_portal' : 'zen_web'
  const swapped: Mutant = {
    ...altered(`to ${other} instead`, 'role', `to ${other}`),
    roles: [...new Set([...base.roles, other])],
  }
  return [
    {
      ...base,
      kind: 'dropped',
      label: `${policy.name}: dropped`,
      sql: `drop policy ${policy.name} on ${policy.table}`,
    },
    ...changed,
    swapped,
  ]
}

/** Every defect to plant: policies changed, fences lowered, each missing right granted, each right revoked. */
export async function mutantsOf(world: LawWorld): Promise<Mutant[]> {
  const { rows } = await world.client.query<Policy>(`
    select n.nspname || '.' || c.relname as table, p.polname::text as name,
      (select array_agg(r.rolname::text) from pg_roles r where r.oid = any (p.polroles)) as roles,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
      pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace order by 1, 2`)
  const fences = [...world.laws.keys()].flatMap((table): Mutant[] => [
    {
      table,
      label: 'row security disabled',
      kind: 'fence',
      roles: ROLES,
      commands: ALL,
      sql: `alter table ${table} disable row level security`,
    },
    {
      table,
      label: 'row security not forced',
      kind: 'fence',
      roles: ['zen_owner'],
      commands: ALL,
      sql: `alter table ${table} no force row level security`,
    },
  ])
  return [
    ...rows.flatMap((policy) => ofPolicy(policy, world, rows)),
    ...fences,
    ...[...world.laws.values()].flatMap(grantMutants),
  ]
}

const grantMutants = (law: TableLaw): Mutant[] =>
  ROLES.filter((role) => role !== 'zen_owner').flatMap((role) =>
    ALL.map((command): Mutant => {
      const right = law.rights[role]?.[command]
      const whole = right !== undefined && (!('columns' in right) || right.columns === undefined)
      return {
        table: law.table,
        kind: 'grant',
        roles: [role],
        commands: [command],
        label: whole ? `${command} revoked from ${role}` : `${command} granted to ${role}`,
        sql: whole ? `revoke ${command} on ${law.table} from ${role}` : `grant ${command} on ${law.table} to ${role}`,
      }
    }),
  )

export interface MutantVerdict {
  readonly mutant: Mutant
  readonly caughtBy: 'matrix' | 'grants' | 'catalogue' | null
}

/** Plants one mutant in a transaction that is rolled back, and asks who notices. */
export async function judge(
  world: LawWorld,
  mutant: Mutant,
  how: { cases: ReadonlyMap<string, readonly Case[]>; laws: readonly CatalogueLaw[] },
): Promise<MutantVerdict> {
  const law = world.laws.get(mutant.table)
  if (!law) throw new Error(`${mutant.table} is not declared`)
  await world.client.query('begin')
  try {
    await world.client.query(mutant.sql)
    if (mutant.kind === 'grant') {
      const found = await grantDifferences(world.client, world.laws.values())
      return { mutant, caughtBy: found.granted.length + found.withheld.length > 0 ? 'grants' : null }
    }
    const cases = (how.cases.get(mutant.table) ?? [])
      .filter((one) => mutant.roles.includes(one.role))
      .map((one) => ({ ...one, tries: one.tries.filter((attempt) => mutant.commands.includes(attempt.kind)) }))
    if ((await differences(world, law, cases)).length > 0) return { mutant, caughtBy: 'matrix' }
    for (const one of how.laws)
      if ((await one.broken(world.client)).length > 0) return { mutant, caughtBy: 'catalogue' }
    return { mutant, caughtBy: null }
  } finally {
    await world.client.query('rollback')
  }
}

export interface MutantReport {
  readonly planted: number
  /** Left out because no row could show the difference (see implied.ts). */
  readonly equal: number
  readonly caught: Readonly<Record<string, number>>
  readonly survivors: readonly Mutant[]
}

/** Judges all mutants, or every `nth` of them. */
export async function judgeAll(
  world: LawWorld,
  how: { nth: number; laws: readonly CatalogueLaw[] },
): Promise<MutantReport> {
  const all = await mutantsOf(world)
  const mutants = all.filter((mutant, index) => mutant.same !== true && index % how.nth === 0)
  const cases = new Map([...world.laws.values()].map((law) => [law.table, casesOf(world, law)]))
  const caught: Record<string, number> = {}
  const survivors: Mutant[] = []
  for (const mutant of mutants) {
    const { caughtBy } = await judge(world, mutant, { cases, laws: how.laws })
    if (caughtBy === null) survivors.push(mutant)
    else caught[caughtBy] = (caught[caughtBy] ?? 0) + 1
  }
  return { planted: mutants.length, equal: all.filter((mutant) => mutant.same).length, caught, survivors }
}
