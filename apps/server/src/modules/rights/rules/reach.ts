import {
  type Capability,
  JOB_TEMPLATES,
  type JobTemplate,
  type Role,
  SCOPES,
  type Scope,
} from '@zenops/contracts/capabilities'

/** What somebody holds: the widest scope of each capability. */
export type Grants = ReadonlyMap<Capability, Scope>

/** 0 = none, 3 = all. */
export const rankOf = (scope: Scope | 'none'): number => (scope === 'none' ? 0 : SCOPES.length - SCOPES.indexOf(scope))

/** Of several templates together: the wider scope wins. */
export function unionOf(grants: Iterable<Grants>): Grants {
  const union = new Map<Capability, Scope>()
  for (const one of grants) {
    for (const [capability, scope] of one) {
      if (rankOf(scope) > rankOf(union.get(capability) ?? 'none')) union.set(capability, scope)
    }
  }
  return union
}

/** The first capability that goes beyond one's own, or null: nobody grants, and nobody rules over, more than he holds. */
export function beyond(own: Grants, asked: Grants): { capability: Capability; scope: Scope } | null {
  for (const [capability, scope] of asked) {
    if (rankOf(scope) > rankOf(own.get(capability) ?? 'none')) return { capability, scope }
  }
  return null
}

/** Templates of these roles are given and taken by approval alone. */
export const needsApproval = (role: Role): boolean => role === 'ADMIN' || role === 'OPS'

export type TemplateFault = 'mixed_roles' | 'template_not_assignable' | 'internal_tenant_only'

/** The one role of the templates a member of staff gets, or why they cannot stand together or here. */
export function roleOfTemplates(
  templates: readonly JobTemplate[],
  isInternal: boolean,
): { role: Role } | { fault: TemplateFault } {
  const [role, ...others] = new Set(templates.map((template): Role => JOB_TEMPLATES[template].role))
  if (role === undefined || others.length > 0) return { fault: 'mixed_roles' }
  // Portal people are linked by their firm; programs are no members.
  if (role === 'CUSTOMER' || role === 'SYSTEM') return { fault: 'template_not_assignable' }
  return role === 'OPS' && !isInternal ? { fault: 'internal_tenant_only' } : { role }
}

export const adminLevelOf = (role: Role, templates: readonly JobTemplate[]): 'MANAGER' | 'SYSTEM_ADMIN' | null =>
  role !== 'ADMIN' ? null : templates.includes('super_admin') ? 'SYSTEM_ADMIN' : 'MANAGER'

/** Where people with these templates sign in first. */
export function surfaceOf(templates: readonly JobTemplate[]): 'web' | 'portal' | 'studio' {
  const auds: readonly string[] = templates.flatMap((template): readonly string[] => JOB_TEMPLATES[template].aud)
  return auds.includes('web') ? 'web' : auds.includes('studio') ? 'studio' : 'portal'
}
