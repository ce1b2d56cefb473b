import { BlockList, isIP } from 'node:net'
import { sql } from 'kysely'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'
import { createMemory } from '../../platform/memory.ts'

interface Row {
  readonly tenant_id: string | null
  readonly network: string
  readonly width: number
  readonly expires_at: string
}

interface Fence {
  readonly tenantId: string | null
  readonly list: BlockList
  readonly until: string
}

const inForce = sql<Row>`
  select tenant_id, host(network(cidr)) as network, masklen(cidr) as width, expires_at from identity.auth_blocks
  where cidr is not null and lifted_at is null and expires_at > now()`.compile(compileOnly)

const fenceOf = (row: Row): Fence => {
  const list = new BlockList()
  list.addSubnet(row.network, row.width, isIP(row.network) === 6 ? 'ipv6' : 'ipv4')
  return { tenantId: row.tenant_id, list, until: row.expires_at }
}

/** Address blocks in force, held in memory for at most 5 s and dropped at a notice. */
export function createBlockedAddresses(database: Database, now: () => number) {
  const memory = createMemory<readonly Fence[]>(now)
  const fences = () =>
    memory.recall('all', async () => {
      const [rows] = await database.read(authScope(), inForce)
      return { state: rows.map(fenceOf), names: [] }
    })
  return {
    /** Until when the address is blocked everywhere or in the tenant; null = it is not. RFC 3339. */
    blockedUntil: async (ip: string, tenantId: string): Promise<string | null> => {
      const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4'
      const moment = now()
      const hits = (await fences()).filter(
        (fence) =>
          (fence.tenantId === null || fence.tenantId === tenantId) &&
          Date.parse(fence.until) > moment &&
          fence.list.check(ip, family),
      )
      return hits.reduce<string | null>((last, { until }) => (last === null || until > last ? until : last), null)
    },
    forget: (): void => memory.forget(),
  }
}
