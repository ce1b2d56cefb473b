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
    stepUpMethods: [],
  }
}
