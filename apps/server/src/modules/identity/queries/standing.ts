import { sql } from 'kysely'
import type { OpenSession, Standing } from '../../../platform/auth/authenticator.ts'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import type { LoginGate } from '../rules/surfaces.ts'

interface Row {
  readonly session_id: string
  readonly aud: string
  readonly tenant_id: string
  readonly live: boolean
  readonly tenant_active: boolean
  readonly blocked: boolean
  readonly permission_version: number
}

const standings = (ids: readonly string[]) =>
  sql<Row>`
    select f.id as session_id, f.aud, f.tenant_id, m.permission_version,
      f.revoked_at is null and f.absolute_expires_at > now() and u.status = 'active' and u.deleted_at is null
        and m.status = 'active' as live,
      t.status = 'active' and t.deleted_at is null as tenant_active,
      exists (select 1 from identity.auth_blocks b where b.user_id = u.id and b.lifted_at is null
        and b.expires_at > now() and (b.tenant_id is null or b.tenant_id = f.tenant_id)) as blocked
    from identity.auth_families f
    join identity.users u on u.id = f.user_id
    join identity.tenants t on t.id = f.tenant_id
    join identity.memberships m on m.tenant_id = f.tenant_id and m.user_id = f.user_id and m.deleted_at is null
    where f.id = any (${[...ids]}::uuid[])`.compile(compileOnly)

export interface StandingParts {
  readonly gate: LoginGate
  isBlocked(ip: string, tenantId: string): Promise<string | null>
}

/** How open sessions stand now: one statement for all, the answers of a request in its order. */
export async function readStandings(
  database: Database,
  open: readonly OpenSession[],
  parts: StandingParts,
): Promise<Standing[]> {
  if (open.length === 0) return []
  const [rows] = await database.read(authScope(), standings([...new Set(open.map((one) => one.sessionId))]))
  const bySession = new Map(rows.map((row) => [row.session_id, row]))
  return Promise.all(open.map((one) => standingOf(one, bySession.get(one.sessionId), parts)))
}

async function standingOf(
  one: OpenSession,
  row: Row | undefined,
  { gate, isBlocked }: StandingParts,
): Promise<Standing> {
  const isGated = row?.aud === 'web' && !gate.multiTenant && row.tenant_id !== gate.internalTenantId
  if (isGated) return 'tenant_not_enabled'
  if (!row?.live) return 'ended'
  if (!row.tenant_active) return 'tenant_not_enabled'
  if (row.blocked || (await isBlocked(one.ip, row.tenant_id)) !== null) return 'blocked'
  return row.permission_version === one.permissionVersion ? 'good' : 'stale_permission'
}
