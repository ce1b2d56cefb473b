import type { Capability, JobTemplate, Role, Scope } from '@zenops/contracts/capabilities'
import type { Audience } from '@zenops/contracts/kit'

/** How a person may prove a factor again. */
export type StepUpMethod = 'TOTP' | 'WEBAUTHN' | 'PASSWORD'

/** Who calls: a person with a session, a program with a token, or the product itself (a job, a script). */
export interface Actor {
  readonly kind: 'user' | 'service' | 'system'
  readonly userId: string
  readonly tenantId: string
  readonly aud: Audience
  readonly role: Role
  readonly adminLevel: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly jobTemplates: readonly JobTemplate[]
  readonly capabilities: ReadonlyMap<Capability, Scope>
  readonly permissionVersion: number
  /** The refresh-token family; absent for the system. */
  readonly sessionId: string | null
  /** When a factor was last proven in this session, epoch milliseconds. */
  readonly steppedUpAt: number | null
  /** Ways this person can prove a factor again; empty for programs. */
  readonly stepUpMethods: readonly StepUpMethod[]
  /** Of a program: the firms its token is bound to (none = the platform), and those of them that are not active. */
  readonly bounds?: { readonly tenantIds: readonly string[]; readonly closed: readonly string[] }
  /** Of an operator: the open support session of the firm that his call is about. */
  readonly support?: { readonly id: string; readonly tenantId: string }
  /** The operators' fallback token of the configuration: each of its calls leaves an event. */
  readonly viaAdminToken?: true
}

/** The actor's scope of a capability, or null. */
export const scopeFor = (actor: Actor, capability: Capability): Scope | null =>
  actor.capabilities.get(capability) ?? null

/** What only a person has. */
const NOBODY = {
  adminLevel: null,
  permissionVersion: 0,
  sessionId: null,
  steppedUpAt: null,
  stepUpMethods: [],
} as const

/** The worker acting in a tenant, with the capabilities of its job template. */
export function systemActor(tenantId: string, userId: string, capabilities: ReadonlyMap<Capability, Scope>): Actor {
  const worker = { kind: 'system', aud: 'worker', role: 'SYSTEM', jobTemplates: ['worker'] } as const
  return { ...NOBODY, ...worker, tenantId, userId, capabilities }
}

/** A program as an actor: no session, no step-up, every listed capability for all rows of its tenant. */
export function programActor(
  who: Pick<Actor, 'userId' | 'tenantId' | 'aud' | 'role'> & Partial<Pick<Actor, 'bounds' | 'viaAdminToken'>>,
  capabilities: readonly Capability[],
): Actor {
  const granted = new Map(capabilities.map((capability) => [capability, 'all' as const]))
  const jobTemplates = who.role === 'SYSTEM' ? (['service'] as const) : []
  return { ...NOBODY, kind: 'service', jobTemplates, capabilities: granted, ...who }
}
