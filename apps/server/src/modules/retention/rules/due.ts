import type { RetentionClass } from '@zenops/contracts/retention'
import type { Removal, TableRetention } from './register.ts'

/** A foreign key that names a table: pairs of its own column and the named one. */
export interface Reference {
  readonly child: string
  readonly parent: string
  readonly columns: readonly (readonly [child: string, parent: string])[]
  /** The child's rows go with the parent's by the database. */
  readonly cascades: boolean
}

export interface Ground {
  readonly register: Readonly<Record<string, TableRetention>>
  readonly references: readonly Reference[]
}

/** A table in a class. */
export interface Step {
  readonly table: string
  readonly class: RetentionClass
}

export const removalsOf = ({ register }: Ground, { table, class: wanted }: Step): readonly Removal[] => {
  const entry = register[table]
  return entry !== undefined && 'rows' in entry ? entry.rows.filter((one) => one.class === wanted) : []
}
const goesWith = (ground: Ground, child: string, { table, class: wanted }: Step): boolean =>
  removalsOf(ground, { table: child, class: wanted }).some((one) => one.with === table)

const join = (reference: Reference, child: string, parent: string): string =>
  reference.columns.map(([own, named]) => `${child}.${own} = ${parent}.${named}`).join(' and ')

/** The jobs that rows are about, as an array. */
const arrayOf = (jobs: string): string => (jobs.startsWith('select') ? `array(${jobs})` : `array[${jobs}]`)

/**
 * What stands under a legal hold that is neither lifted nor over: of the firm, of a person or job that the row is about,
 * or of a person who takes part in that job. The class of short-lived copies is never held.
 */
function heldOf(removal: Removal, alias: string, platform: boolean): string {
  const { subject = [], assignment, firms } = removal
  if (removal.class === 'transient' || (platform && firms === undefined)) return 'false'
  const persons = subject.map((column) => `h.subject_id in (${column})`)
  const jobs =
    assignment === undefined
      ? []
      : [
          `h.assignment_id in (${assignment})`,
          `h.scope = 'subject' and h.subject_id in (select privacy.people_of_jobs(h.tenant_id, ${arrayOf(assignment)}))`,
        ]
  const whole = platform ? `h.scope = 'tenant' and h.tenant_id in (${firms})` : "h.scope = 'tenant'"
  const target = [whole, ...persons, ...jobs].join(' or ').replaceAll('{t}', alias)
  return `exists (select 1 from privacy.legal_holds h where ${platform ? 'true' : `h.tenant_id = ${alias}.tenant_id`} and h.lifted_at is null
    and (h.until is null or h.until > :now) and (${target}))`
}

/** Something that stays still names the row. */
function namedOf(ground: Ground, step: Step, at: { readonly alias: string; readonly depth: number }): string[] {
  return ground.references
    .filter((one) => one.parent === step.table && !one.cascades && !goesWith(ground, one.child, step))
    .map((one) => {
      const child = `c${at.depth}`
      const stays =
        one.child === step.table || removalsOf(ground, { table: one.child, class: step.class }).length === 0
          ? 'true'
          : `(${dueOf(ground, { ...step, table: one.child }, { alias: child, depth: at.depth + 1 })}) is not true`
      return `not exists (select 1 from ${one.child} ${child} where ${join(one, child, at.alias)} and ${stays})`
    })
}

const isPlatform = ({ register }: Ground, table: string): boolean => {
  const entry = register[table]
  return entry !== undefined && 'platform' in entry && entry.platform === true
}

/** Rows of one removal, but for holds and for what names them. */
const overOf = (removal: Removal, alias: string): string =>
  (removal.due ?? `${removal.clock ?? 'null'} <= :over`).replaceAll('{t}', alias)

/** Parents with which a row of this step goes. */
function parentsOf(ground: Ground, step: Step, at: { readonly alias: string; readonly depth: number }): string[] {
  return removalsOf(ground, step).flatMap((removal) => {
    const reference = ground.references.find((one) => one.child === step.table && one.parent === removal.with)
    if (removal.with === undefined || !reference) return []
    const parent = `p${at.depth}`
    const due = dueOf(ground, { ...step, table: removal.with }, { alias: parent, depth: at.depth + 1 })
    return [`exists (select 1 from ${removal.with} ${parent} where ${join(reference, at.alias, parent)} and (${due}))`]
  })
}

/**
 * Which rows go, as SQL over `alias`: over, under no hold, and named by nothing that stays. A dry run counts by it and
 * a real one deletes by it, so both say the same.
 */
export function dueOf(ground: Ground, step: Step, at: { readonly alias: string; readonly depth: number }): string {
  const platform = isPlatform(ground, step.table)
  const named = namedOf(ground, step, at)
  const own = removalsOf(ground, step)
    .filter((removal) => removal.with === undefined)
    .map((removal) =>
      [`(${overOf(removal, at.alias)})`, `not ${heldOf(removal, at.alias, platform)}`, ...named].join(' and '),
    )
  const ways = [...own, ...parentsOf(ground, step, at)]
  return ways.length === 0 ? 'false' : ways.map((way) => `(${way})`).join(' or ')
}

/** Rows that are over and stay for a hold. */
export function heldRowsOf(ground: Ground, step: Step, alias: string): string {
  const platform = isPlatform(ground, step.table)
  const held = removalsOf(ground, step)
    .filter((removal) => removal.with === undefined)
    .map((removal) => `((${overOf(removal, alias)}) and ${heldOf(removal, alias, platform)})`)
  return held.length === 0 ? 'false' : held.join(' or ')
}

/** The oldest instant from which a period runs in this step; null where there is none. */
export const clockOf = (ground: Ground, step: Step, alias: string): string =>
  removalsOf(ground, step)
    .find((removal) => removal.clock !== undefined)
    ?.clock?.replaceAll('{t}', alias) ?? 'null::timestamptz'

/** Tables that rows of a step take along. */
export const takenAlong = (ground: Ground, step: Step): readonly Reference[] =>
  ground.references.filter((one) => one.parent === step.table && goesWith(ground, one.child, step))

/** The steps of a class, children first; those that only go along with others stand at their parent. */
export function stepsOf(ground: Ground, wanted: RetentionClass): readonly Step[] {
  const orderOf = (table: string): number => {
    const entry = ground.register[table]
    return entry !== undefined && 'order' in entry ? entry.order : 0
  }
  return Object.keys(ground.register)
    .map((table) => ({ table, class: wanted }))
    .filter((step) => removalsOf(ground, step).length > 0)
    .sort((one, other) => orderOf(one.table) - orderOf(other.table) || one.table.localeCompare(other.table))
}
