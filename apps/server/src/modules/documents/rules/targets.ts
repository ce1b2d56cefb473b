/** What a link names, as the wire says it. */
export interface NamedTargets {
  readonly work_order_id?: string | undefined
  readonly assignment_id?: string | undefined
  readonly report_request_id?: string | undefined
  readonly employee_id?: string | undefined
  readonly invoice_id?: string | undefined
  readonly conversation_id?: string | undefined
}

export const TARGET_NAMES = [
  'work_order_id',
  'assignment_id',
  'report_request_id',
  'employee_id',
  'invoice_id',
  'conversation_id',
] as const
const ALONE = ['employee_id', 'invoice_id', 'conversation_id'] as const
/** What a portal user may hang a file on. */
const PORTAL = ['work_order_id', 'invoice_id', 'conversation_id'] as const

const named = <N extends keyof NamedTargets>(targets: NamedTargets, names: readonly N[]): N[] =>
  names.filter((name) => targets[name] !== undefined)

export const namesTarget = (targets: NamedTargets): boolean => named(targets, TARGET_NAMES).length > 0

/** Only the members that name a target. */
export const targetsIn = (input: NamedTargets): NamedTargets =>
  Object.fromEntries(named(input, TARGET_NAMES).map((name) => [name, input[name]]))

export interface TargetFault {
  readonly path: string
  readonly reason: 'target_required' | 'stands_alone' | 'other_assignment' | 'other_commission'
}

/** L4 and L5: at least one target, and people, invoices and conversations alone. */
export function faultOfShape(targets: NamedTargets): TargetFault | undefined {
  const all = named(targets, TARGET_NAMES)
  if (all.length === 0) return { path: 'assignment_id', reason: 'target_required' }
  const [alone] = named(targets, ALONE)
  return alone !== undefined && all.length > 1 ? { path: alone, reason: 'stands_alone' } : undefined
}

/** L6: the first target that a portal user may not name. */
export const forbiddenToPortal = (targets: NamedTargets): string | undefined =>
  named(targets, TARGET_NAMES).find((name) => !PORTAL.some((open) => open === name))

export interface Parents {
  readonly assignment_id: string | null
  readonly commission_id: string | null
}

/** L2: what was named agrees with the parents that the target truly has. */
export function faultOfParents(targets: NamedTargets, parents: Parents): TargetFault | undefined {
  if (targets.assignment_id !== undefined && targets.assignment_id !== parents.assignment_id) {
    return { path: 'assignment_id', reason: 'other_assignment' }
  }
  if (targets.work_order_id !== undefined && targets.work_order_id !== parents.commission_id) {
    return { path: 'work_order_id', reason: 'other_commission' }
  }
  return undefined
}
