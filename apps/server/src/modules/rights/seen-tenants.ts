import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../platform/auth/actor.ts'
import { refuse } from '../../platform/errors.ts'
import type { LoginGate } from '../identity/index.ts'

/** The firm a change is about: the caller's own, or in the studio the named one. */
export function tenantOfChange(actor: Actor, named: string | undefined): string {
  if (actor.aud === 'studio') {
    if (named === undefined) throw refuse.invalid('tenant_id', 'tenant_id_required', 'Name the firm.')
    return named
  }
  return ownTenant(actor, named)
}

function ownTenant(actor: Actor, named: string | undefined): string {
  if (named !== undefined && named !== actor.tenantId) throw refuse.notFound('The firm', 'tenant_id')
  return actor.tenantId
}

/** Condition on a tenant column: the caller's own firm; in the studio the named one, else all that the gate allows. */
export function seenTenants(
  column: RawBuilder<unknown>,
  caller: { readonly actor: Actor; readonly named: string | undefined; readonly gate: LoginGate },
): RawBuilder<boolean> {
  const { actor, named, gate } = caller
  if (actor.aud !== 'studio') return sql`${column} = ${ownTenant(actor, named)}::uuid`
  if (named !== undefined) return sql`${column} = ${named}::uuid`
  return gate.multiTenant
    ? sql`true`
    : sql`${column} in (${gate.internalTenantId}::uuid, ${gate.externalTenantId}::uuid)`
}
