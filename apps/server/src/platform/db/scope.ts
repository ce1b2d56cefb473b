import type { Audience } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'

/** Database roles that a transaction may take. */
export type DatabaseRole =
  | 'zen_web'
  | 'zen_studio'
  | 'zen_portal'
  | 'zen_worker'
  | 'zen_auth'
  | 'zen_sealer'
  | 'zen_keeper'

/** Who acts, where: becomes the role and the `app.*` settings of one transaction. */
export interface Scope {
  readonly role: DatabaseRole
  /** Null only for platform-wide reads of the studio and for identity's own work. */
  readonly tenantId: string | null
  readonly userId: string | null
  readonly aud: Audience | null
}

const ROLE_OF: Readonly<Record<Audience, DatabaseRole>> = {
  web: 'zen_web',
  portal: 'zen_portal',
  studio: 'zen_studio',
  worker: 'zen_worker',
  service: 'zen_worker',
}

/** The scope of a signed-in caller. */
export const scopeOf = (actor: { aud: Audience; tenantId: string; userId: string }): Scope => ({
  role: ROLE_OF[actor.aud],
  tenantId: actor.tenantId,
  userId: actor.userId,
  aud: actor.aud,
})

/** Identity's own scope: the sole one that reaches credentials. */
export const authScope = (tenantId: string | null = null, userId: string | null = null): Scope => ({
  role: 'zen_auth',
  tenantId,
  userId,
  aud: null,
})

/** A process writing about itself: how it stands, how long its answers took. It sees no firm's rows. */
export const PROCESS_SCOPE: Scope = { role: 'zen_worker', tenantId: null, userId: null, aud: 'worker' }
/** The keeper: aggregation and what alerts look at, over all firms. Its connection is its own. */
export const KEEPER_SCOPE: Scope = { role: 'zen_keeper', tenantId: null, userId: null, aud: null }
/** A part of a transaction in another firm, under the same role; the rest of it goes on in its own. */
export async function underTenant<T>(
  tx: QueryExecutorProvider,
  { part, rest }: { readonly part: string; readonly rest: string },
  work: () => Promise<T>,
): Promise<T> {
  if (part === rest) return work()
  const take = (tenantId: string) => sql`select set_config('app.tenant_id', ${tenantId}, true)`.execute(tx)
  await take(part)
  const result = await work()
  await take(rest)
  return result
}
/**
 * A part of a transaction under another role: identity's commands that also touch what belongs to a module. The rest of
 * the transaction goes on under its own.
 */
export async function underScope<T>(
  tx: QueryExecutorProvider,
  { part, rest }: { readonly part: Scope; readonly rest: Scope },
  work: () => Promise<T>,
): Promise<T> {
  const take = ({ role, aud }: Scope) =>
    sql`select set_config('role', ${role}, true), set_config('app.aud', ${aud ?? ''}, true)`.execute(tx)
  await take(part)
  const result = await work()
  await take(rest)
  return result
}
