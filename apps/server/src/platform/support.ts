import type { Operation } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import type { Actor } from './auth/actor.ts'
import { compileOnly, type Database } from './db/database.ts'
import { scopeOf } from './db/scope.ts'
import type { OpenContext } from './operations.ts'

/** An operator with the open support session under which he calls about a firm; his events name it. */
export async function underSupport(
  actor: Actor,
  firm: string | undefined,
  { database }: { readonly database: Database },
): Promise<Actor> {
  if (firm === undefined) return actor
  const [[open]] = await database.read(
    scopeOf(actor),
    sql<{ id: string }>`select id from identity.support_sessions
      where tenant_id = ${firm}::uuid and user_id = ${actor.userId}::uuid and closed_at is null and expires_at > now()
      limit 1`.compile(compileOnly),
  )
  return open ? { ...actor, support: { id: open.id, tenantId: firm } } : actor
}

/** Writes down which object of a firm an operator read in his support session, before the answer leaves. */
export async function noteOpened(
  { opens }: Operation,
  { actor, params, record }: { actor: Actor | null; params: unknown; record: OpenContext['record'] },
): Promise<void> {
  if (opens === undefined || actor?.support === undefined) return
  const { tenantId } = actor.support
  const address = Object.values((params ?? {}) as Readonly<Record<string, string>>) // the path's own
  const target_id = address.join('/').toLowerCase()
  await record(scopeOf(actor), async () => ({
    value: undefined,
    audit: { action: 'SUPPORT_OBJECT_VIEWED', target_type: opens, target_id, tenant_id: tenantId },
  }))
}
