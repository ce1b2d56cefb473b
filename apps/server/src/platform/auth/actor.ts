import type { Capability, JobTemplate, Role, Scope } from '@zenops/contracts/capabilities'
import type { Audience } from '@zenops/contracts/kit'

/** Who calls: a person with a session, or the product itself (a job, a script). */
export interface Actor {
  readonly kind: 'user' | 'system'
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
}

/** The actor's scope of a capability, or null. */
export const scopeFor = (actor: Actor, capability: Capability): Scope | null =>
  actor.capabilities.get(capability) ?? null

/** The worker acting in a tenant, with the capabilities of its job template. */
export function systemActor(tenantId: string, userId: string, capabilities: ReadonlyMap<Capability, Scope>): Actor {
  return {
    kind: 'system',
    userId,
    tenantId,
    aud: 'worker',
    role: 'SYSTEM',
    adminLevel: null,
    jobTemplates: ['worker'],
    capabilities,
    permissionVersion: 0,
    sessionId: null,
    steppedUpAt: null,
  }
}
