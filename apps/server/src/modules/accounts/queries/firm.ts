import { sql } from 'kysely'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import type { IdentityParts } from '../../identity/index.ts'

/** A firm as its portal visitors meet it. */
export interface Firm {
  readonly id: string
  readonly name: string
  readonly time_zone: string
  readonly registration: 'open' | 'invite_only' | 'off'
}

/** The firm that a visitor of the portal means: always the house firm while there is only that one. Active firms only. */
export async function findFirm(
  slug: string | undefined,
  database: Database,
  { gate }: IdentityParts,
): Promise<Firm | undefined> {
  const named = gate.multiTenant ? slug : undefined
  return readFirm(named === undefined ? sql`id = ${gate.internalTenantId}::uuid` : sql`slug = ${named}`, database)
}

export const findFirmById = (id: string, database: Database): Promise<Firm | undefined> =>
  readFirm(sql`id = ${id}::uuid`, database)

async function readFirm(which: ReturnType<typeof sql>, database: Database): Promise<Firm | undefined> {
  const query = sql<Firm>`select id, name, time_zone, registration from identity.tenants
    where ${which} and lane <> 'external' and status = 'active' and deleted_at is null`
  const [rows] = await database.read(authScope(), query.compile(compileOnly))
  return rows[0]
}
