import type { Surface } from '@zenops/contracts/identity'
import { sql } from 'kysely'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'
import { tenantNotEnabled } from '../../platform/perform.ts'
import type { IdentityParts } from './parts.ts'
import { tenantOfSignIn } from './rules/surfaces.ts'

export interface NamedTenant {
  readonly aud: Surface
  readonly tenant_id?: string | undefined
  readonly tenant?: string | undefined
}

/** What a sign-in aims at. */
export interface Aim {
  /** For the limit's key: a firm that exists, or one word for all that do not. */
  readonly key: string
  /** The firm it acts in; TENANT_NOT_ENABLED when the gate refuses. `email` finds the firm used last where none is named. */
  tenantId(email: string | null): Promise<string>
}

/** Only with the flag on may the Workspace name firms beside the one lane of its surface. */
export async function aimOf(named: NamedTenant, database: Database, parts: IdentityParts): Promise<Aim> {
  const { gate } = parts
  const isNamed = named.aud !== 'portal' && (named.tenant_id !== undefined || named.tenant !== undefined)
  const lane = tenantOfSignIn(named.aud, undefined, gate) ?? gate.internalTenantId
  const choice = gate.multiTenant && named.aud === 'web'
  if (!isNamed) {
    const chosen = async (email: string | null) => (email === null ? lane : lastUsed(email, lane, database))
    return { key: choice ? 'last' : lane, tenantId: choice ? chosen : async () => lane }
  }
  const checked = async (): Promise<string> => {
    // An id is compared with the configuration; only a short name has to be looked up.
    const id = named.tenant_id ?? (await parts.tenantIdOfSlug(named.tenant ?? '')) ?? null
    const tenantId = id === null ? null : tenantOfSignIn(named.aud, id, gate)
    if (tenantId === null) throw tenantNotEnabled()
    return tenantId
  }
  if (!choice) return { key: lane, tenantId: checked }
  const found = await existing(named, database)
  return {
    key: found ?? 'unknown',
    tenantId: async () => {
      if (found === null || found === gate.externalTenantId) throw tenantNotEnabled()
      return found
    },
  }
}

async function existing(named: NamedTenant, database: Database): Promise<string | null> {
  const id = named.tenant_id ?? null
  const query = sql<{ id: string }>`select id from identity.tenants
    where deleted_at is null and (id = ${id}::uuid or (${id}::uuid is null and slug = ${named.tenant ?? null}))`
  const [rows] = await database.read(authScope(), query.compile(compileOnly))
  return rows[0]?.id ?? null
}

/** Without a name a sign-in goes where the person was last; who is unknown aims at the house firm like everybody new. */
async function lastUsed(email: string, fallback: string, database: Database): Promise<string> {
  const query = sql<{ tenant_id: string }>`
    select m.tenant_id from identity.users u
    join identity.memberships m on m.user_id = u.id and m.deleted_at is null and m.status <> 'invited'
    join identity.tenants t on t.id = m.tenant_id and t.lane <> 'external' and t.status = 'active' and t.deleted_at is null
    where u.email = ${email}::citext and u.kind = 'PERSON' and u.deleted_at is null
    order by m.last_used_at desc nulls last, m.created_at desc, m.tenant_id limit 1`
  const [rows] = await database.read(authScope(), query.compile(compileOnly))
  return rows[0]?.tenant_id ?? fallback
}
