import type { Actor } from '../../platform/auth/actor.ts'
import { refuse } from '../../platform/errors.ts'
import type { ActorContext } from '../../platform/operations.ts'

/** What audit reads: its own schema, the runs of jobs, and what people are called. */
export type Visible = 'audit' | 'identity' | 'ops'

/** The firm whose log is asked for: one's own, or in the studio any. Another firm's log is not found. */
export function tenantOf(actor: Actor, asked: string | undefined): string {
  if (asked === undefined || asked === actor.tenantId) return actor.tenantId
  if (actor.aud !== 'studio') throw refuse.notFound('The audit log')
  return asked
}

/** Verifying reads the log, so both rights are needed. */
export function assertReads(context: ActorContext): void {
  if (context.can('audit.read') === null)
    throw refuse.forbidden('missing_capability', { capability: 'audit.read', scope: 'none' })
}
