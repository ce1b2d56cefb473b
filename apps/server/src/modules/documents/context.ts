import type { Scope as CapabilityScope } from '@zenops/contracts/capabilities'
import { type RawBuilder, sql } from 'kysely'
import type { ActorContext } from '../../platform/operations.ts'

/** Schemas that this module's statements may see. */
export type Visible = 'documents' | 'identity' | 'assignments' | 'directory'

export const isPortal = (context: Pick<ActorContext, 'actor'>): boolean => context.actor.aud === 'portal'

/** Rows of the firms the caller deals with; the policies say the same, this lets the indexes help. */
export const inMyFirms = (context: Pick<ActorContext, 'actor'>): RawBuilder<boolean> =>
  isPortal(context)
    ? sql<boolean>`d.tenant_id = any ((select app.my_firms())::uuid[])`
    : sql<boolean>`d.tenant_id = ${context.actor.tenantId}::uuid`

/** Whether the caller may open row `d` although it is personal or confidential. */
export function isOpen(context: Pick<ActorContext, 'actor' | 'can'>): RawBuilder<boolean> {
  const harmless = sql<boolean>`d.sensitivity not in ('pii', 'confidential')`
  const within = openWithin(context.can('documents.pii'), context)
  return sql<boolean>`(${harmless} or ${within})`
}

function openWithin(scope: CapabilityScope | null, context: Pick<ActorContext, 'actor'>): RawBuilder<boolean> {
  if (scope === null) return sql<boolean>`false`
  // "Own" of a portal user is whatever his links cover, which is all that he can see.
  if (scope === 'all' || isPortal(context)) return sql<boolean>`true`
  const own = sql<boolean>`d.owner_user_id = ${context.actor.userId}::uuid`
  if (scope === 'own') return own
  return sql<boolean>`(${own} or exists (
    select 1 from documents.document_links l where l.tenant_id = d.tenant_id and l.document_id = d.id
      and l.assignment_id = any ((select app.my_assignments())::uuid[])))`
}
