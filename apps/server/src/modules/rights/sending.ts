import type { QueryExecutorProvider } from 'kysely'
import type { Actor } from '../../platform/auth/actor.ts'
import { underTenant } from '../../platform/db/scope.ts'
import type { Services } from '../../platform/services.ts'
import type { IdentityParts } from '../access/index.ts'

/** What sending needs of a call. */
export interface Sending {
  readonly parts: IdentityParts
  readonly services: Pick<Services, 'mail'>
  readonly actor: Actor
  readonly traceId: string
}

/** Mails and jobs belong to the firm they are about, also when the studio causes them. */
export const withTenant = <T>(
  tx: QueryExecutorProvider,
  of: { readonly tenantId: string; readonly actor: Pick<Actor, 'tenantId'> },
  work: () => Promise<T>,
): Promise<T> => underTenant(tx, { part: of.tenantId, rest: of.actor.tenantId }, work)
