import { type Capability, JOB_TEMPLATES, type JobTemplate, type Scope } from '@zenops/contracts/capabilities'
import { rankOf } from './reach.ts'

export type CellScope = Scope | 'none'

const FIXED_CAPABILITIES: ReadonlySet<Capability> = new Set([
  'users.rbac.approve',
  'users.roles.write',
  'users.security',
  'ops.killswitch',
  'ops.rollback',
  'billing.usage.write',
])
const FIXED_TEMPLATES: ReadonlySet<JobTemplate> = new Set(['super_admin', 'platform_ops', 'guest', 'worker', 'service'])
const ADMINS_ONLY: ReadonlySet<Capability> = new Set(['reports.override', 'payments.refund'])

export interface Cell {
  readonly capability: Capability
  readonly template: JobTemplate
}

/** Whether a firm may override the cell at all (`identity.md` 4). */
export const isOverridable = ({ capability, template }: Cell): boolean =>
  !FIXED_CAPABILITIES.has(capability) && !capability.startsWith('control.') && !FIXED_TEMPLATES.has(template)

/** The widest scope an override may give there. */
export function widestOf({ capability, template }: Cell): CellScope {
  if (ADMINS_ONLY.has(capability) && JOB_TEMPLATES[template].role !== 'ADMIN') return 'none'
  return template === 'portal_user' ? 'own' : 'all'
}

export const mayOverride = (cell: Cell, scope: CellScope): boolean =>
  isOverridable(cell) && rankOf(scope) <= rankOf(widestOf(cell))
