import { type QueryExecutorProvider, sql } from 'kysely'
import type { Actor } from '../../platform/auth/actor.ts'
import type { Services } from '../../platform/services.ts'
import type { IdentityParts } from '../identity/index.ts'

/** What sending needs of a call. */
export interface Sending {
  readonly parts: IdentityParts
  readonly services: Pick<Services, 'mail'>
  readonly actor: Actor
  readonly traceId: string
}

/** Mails and jobs belong to the firm they are about, also when the studio causes them. */
export async function withTenant<T>(
  tx: QueryExecutorProvider,
  of: { readonly tenantId: string; readonly actor: Pick<Actor, 'tenantId'> },
  work: () => Promise<T>,
): Promise<T> {
  if (of.tenantId === of.actor.tenantId) return work()
  await sql`select set_config('app.tenant_id', ${of.tenantId}, true)`.execute(tx)
  const result = await work()
  await sql`select set_config('app.tenant_id', ${of.actor.tenantId}, true)`.execute(tx)
  return result
}
