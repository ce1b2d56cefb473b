import type { Surface } from '@zenops/contracts/identity'
import { type RawBuilder } from 'kysely'
import type { Database } from '../../platform/db/database.ts'
import { type Ask, look } from '../../platform/db/rows.ts'
import { tenantNotEnabled } from '../../platform/perform.ts'
import type { IdentityParts } from './parts.ts'
import { isGated, laneOf } from './rules/gate.ts'

export interface NamedTenant {
  readonly aud: Surface
  readonly tenant_id?: string | undefined
  readonly tenant?: string | undefined
}

/** What a sign-in aims at. */
export interface Aim {
  /** For the limit's key: a firm that exists, or one word for all that do not. */
  readonly key: string
  /** The firm it names; null = the person decides. TENANT_NOT_ENABLED when the gate refuses. */
  named(): Promise<string | null>
}

/** The firm of an id, or else of a short name. */
async function idOf(wish: NamedTenant, database: Database): Promise<string | undefined> {
  const id = wish.tenant_id ?? null
  const firm = await look(database)<{ id: string }>`
    select id from identity.tenants
    where deleted_at is null and (id = ${id}::uuid or (${id}::uuid is null and slug = ${wish.tenant ?? null}))`
  return firm?.id
}

/** Only with the flag on may the Workspace name firms beside the one lane of its surface. */
export async function aimOf(wish: NamedTenant, database: Database, { gate }: IdentityParts): Promise<Aim> {
  const { aud } = wish
  const lane = laneOf(aud, gate)
  const mayChoose = gate.multiTenant && aud === 'web'
  if (aud === 'portal' || (wish.tenant_id === undefined && wish.tenant === undefined)) {
    return { key: mayChoose ? 'last' : lane, named: async () => (mayChoose ? null : lane) }
  }
  const known = mayChoose ? await idOf(wish, database) : undefined
  return {
    key: mayChoose ? (known ?? 'unknown') : lane,
    named: async () => {
      // Without a choice an id is compared with the configuration; only a short name has to be looked up.
      const id = known ?? (mayChoose ? undefined : (wish.tenant_id ?? (await idOf(wish, database))))
      if (id === undefined || isGated(aud, id, gate)) throw tenantNotEnabled()
      return id
    },
  }
}

/** Where a person was last: a sign-in that names no firm goes there, and who is unknown to the house firm. */
export async function lastFirm(ask: Ask, person: RawBuilder<unknown>, { gate }: IdentityParts): Promise<string> {
  const last = await ask<{ tenant_id: string }>`
    select m.tenant_id from identity.users u
    join identity.memberships m on m.user_id = u.id and m.deleted_at is null and m.status <> 'invited'
    join identity.tenants t on t.id = m.tenant_id and t.lane <> 'external' and t.status = 'active' and t.deleted_at is null
    where ${person} and u.kind = 'PERSON' and u.deleted_at is null
    order by m.last_used_at desc nulls last, m.created_at desc, m.tenant_id limit 1`
  return last?.tenant_id ?? gate.internalTenantId
}
