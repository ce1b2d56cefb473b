import {
  type Capability,
  defaultGrants,
  JOB_TEMPLATES,
  type JobTemplate,
  type Scope,
  SCOPES,
} from '@zenops/contracts/capabilities'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import type { Actor } from '../platform/auth/actor.ts'
import type { Bound } from '../platform/operations.ts'
import { perform } from '../platform/perform.ts'

/** Somebody of the demo firm who does his work through the operations of the product. */
export interface DemoActor {
  readonly userId: string
  does<E extends Operation>(operation: E, input: InputOf<E>): Promise<OutputOf<E>>
}

function capabilitiesOf(template: JobTemplate): ReadonlyMap<Capability, Scope> {
  const held = new Map<Capability, Scope>()
  for (const grant of defaultGrants()) {
    const known = held.get(grant.capability)
    const wider = known === undefined || SCOPES.indexOf(grant.scope) < SCOPES.indexOf(known)
    if (grant.job_template === template && wider) held.set(grant.capability, grant.scope)
  }
  return held
}

/** A member of the firm as he would be after signing in. `operations` are those he finds; the last of an id counts. */
export function demoActor(
  app: App,
  operations: readonly Bound[],
  who: { userId: string; tenantId: string; template: JobTemplate },
): DemoActor {
  const bound = new Map(operations.map((one) => [one.operation.id, one]))
  const { role } = JOB_TEMPLATES[who.template]
  const actor: Actor = {
    kind: 'user',
    userId: who.userId,
    tenantId: who.tenantId,
    aud: 'web',
    role,
    adminLevel: role !== 'ADMIN' ? null : who.template === 'super_admin' ? 'SYSTEM_ADMIN' : 'MANAGER',
    jobTemplates: [who.template],
    capabilities: capabilitiesOf(who.template),
    permissionVersion: 1,
    sessionId: null,
    steppedUpAt: null,
    stepUpMethods: [],
  }
  return {
    userId: who.userId,
    does: async <E extends Operation>(operation: E, input: InputOf<E>) => {
      const one = bound.get(operation.id)
      if (!one) throw new Error(`${operation.id} is not served`)
      const { params, query, body } = input as { params?: unknown; query?: unknown; body?: unknown } // InputOf is a subset of these
      const { services } = app
      const transport = { ip: '127.0.0.1', userAgent: 'demo', origin: undefined, cookies: {}, headers: {} }
      const context = {
        services,
        traceId: randomBytes(16).toString('hex'),
        now: services.clock.now(),
        log: services.log,
        transport,
      }
      const answer = await perform(one, { context, actor, params, query, body })
      return answer.body as OutputOf<E> // checked by the operation's own contract
    },
  }
}
