import type { Capability } from '@zenops/contracts/capabilities'
import type { Level, Names, RoleName, Scopes, Standpoint, TableLaw } from './model.ts'

const uniform = (capabilities: readonly Capability[], level: Level): Scopes =>
  Object.fromEntries(capabilities.map((capability) => [capability, level]))

/** Scopes to try: all alike, and where several capabilities narrow a table, each alone and each missing. */
export function scopesFor(law: TableLaw): { label: string; scopes: Scopes }[] {
  const capabilities = law.capabilities ?? []
  if (capabilities.length === 0) return [{ label: 'no scope', scopes: {} }]
  const levels = ['all', 'assigned', 'own', 'none'] as const
  const alike = levels.map((level) => ({ label: `scope ${level}`, scopes: uniform(capabilities, level) }))
  if (capabilities.length === 1) return alike
  const mixed = capabilities.flatMap((capability) => [
    ...(['all', 'assigned', 'own'] as const).map((level) => ({
      label: `${capability} ${level} alone`,
      scopes: { [capability]: level } as Scopes,
    })), // one named scope
    {
      label: `all, ${capability} assigned`,
      scopes: { ...uniform(capabilities, 'all'), [capability]: 'assigned' } as Scopes,
    }, // keys are capabilities
    { label: `all but ${capability}`, scopes: { ...uniform(capabilities, 'all'), [capability]: 'none' } as Scopes }, // keys are capabilities
  ])
  return [...alike, ...mixed]
}

const NOWHERE: Standpoint = { label: 'no context', tenant: null, user: null, aud: null }

function webContexts(law: TableLaw, n: Names): Standpoint[] {
  const scopes = scopesFor(law)
  const best = scopes[0]?.scopes ?? {}
  return [
    ...scopes.map(({ label, scopes: given }) => ({
      label: `own firm, ${label}`,
      tenant: n.firm,
      user: n.me,
      aud: 'web',
      scopes: given,
    })),
    ...scopes.slice(0, 2).map(({ label, scopes: given }) => ({
      label: `own firm, ${label}, sees deleted`,
      tenant: n.firm,
      user: n.me,
      aud: 'web',
      scopes: given,
      seesDeleted: true,
    })),
    { label: 'other firm', tenant: n.otherFirm, user: n.me, aud: 'web', scopes: best },
    { label: 'firm without a person', tenant: n.firm, user: null, aud: 'web', scopes: best },
    { label: 'person without a firm', tenant: null, user: n.me, aud: 'web', scopes: best },
    { label: 'wrong audience', tenant: n.firm, user: n.me, aud: 'studio', scopes: best, support: true },
    { label: 'no audience', tenant: n.firm, user: n.me, aud: null, scopes: best },
    NOWHERE,
  ]
}

const studioContexts = (_law: TableLaw, n: Names): Standpoint[] => [
  { label: 'firm, no support session', tenant: n.firm, user: n.me, aud: 'studio' },
  { label: 'firm in a support session', tenant: n.firm, user: n.me, aud: 'studio', support: true },
  {
    label: 'support session, sees deleted',
    tenant: n.firm,
    user: n.me,
    aud: 'studio',
    support: true,
    seesDeleted: true,
  },
  { label: 'other firm in a support session', tenant: n.otherFirm, user: n.me, aud: 'studio', support: true },
  { label: 'the house firm', tenant: n.internal, user: n.me, aud: 'studio', support: true },
  { label: 'the house firm, wrong audience', tenant: n.internal, user: n.me, aud: 'web', support: true },
  { label: 'all firms', tenant: null, user: n.me, aud: 'studio', support: true },
  { label: 'wrong audience', tenant: n.firm, user: n.me, aud: 'web', support: true },
  NOWHERE,
]

const portalContexts = (law: TableLaw, n: Names): Standpoint[] => [
  ...scopesFor(law)
    .slice(0, 4)
    .map(({ label, scopes }) => ({
      label: `portal user, ${label}`,
      tenant: n.external,
      user: n.portal,
      aud: 'portal',
      scopes,
    })),
  { label: 'portal user, sees deleted', tenant: n.external, user: n.portal, aud: 'portal', seesDeleted: true },
  { label: 'other portal user', tenant: n.external, user: n.otherPortal, aud: 'portal' },
  { label: 'person without a link', tenant: n.external, user: n.me, aud: 'portal' },
  { label: "portal user at the firm's tenant", tenant: n.firm, user: n.portal, aud: 'portal' },
  { label: 'wrong audience', tenant: n.external, user: n.portal, aud: 'web' },
  NOWHERE,
]

const workerContexts = (_law: TableLaw, n: Names): Standpoint[] => [
  { label: 'own firm', tenant: n.firm, user: n.me, aud: 'worker' },
  { label: 'service account', tenant: n.firm, user: n.me, aud: 'service' },
  { label: 'other firm', tenant: n.otherFirm, user: n.me, aud: 'worker' },
  { label: 'no firm', tenant: null, user: n.me, aud: 'worker' },
  { label: 'wrong audience', tenant: n.firm, user: n.me, aud: 'web' },
  NOWHERE,
]

const houseContexts = (_law: TableLaw, n: Names): Standpoint[] => [
  NOWHERE,
  { label: 'own firm', tenant: n.firm, user: n.me, aud: 'web' },
  { label: 'as worker', tenant: n.firm, user: n.me, aud: 'worker' },
]

/** The contexts in which a role is tried on a table; a role without any right needs only one that must be refused. */
export function contextsFor(law: TableLaw, role: RoleName, names: Names): Standpoint[] {
  if (law.rights[role] === undefined && role !== 'zen_owner') {
    return [
      { label: 'no right', tenant: names.firm, user: names.me, aud: 'web' },
      { label: 'no right, as worker', tenant: names.firm, user: names.me, aud: 'worker', support: true },
    ]
  }
  const of: Partial<Record<RoleName, typeof webContexts>> = {
    zen_web: webContexts,
    zen_studio: studioContexts,
    zen_portal: portalContexts,
    zen_worker: workerContexts,
  }
  return (of[role] ?? houseContexts)(law, names)
}
