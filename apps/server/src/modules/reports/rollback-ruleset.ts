import { type QueryExecutorProvider, sql } from 'kysely'
import type { RollbackTarget, TargetVersion } from '../../platform/rollbacks.ts'

/** The version that counts for reports begun now: published last, or put in force again after that. */
export const inForceOrder = sql`coalesce(in_force_at, published_at) desc, id desc`

const MAX_VERSIONS = 100

async function versions(tx: QueryExecutorProvider, tenantId: string): Promise<TargetVersion[]> {
  const { rows } = await sql<TargetVersion>`
    select version, note, published_at as approved_at,
      id = first_value(id) over (order by ${inForceOrder}) as in_force
    from reports.rulesets where tenant_id = ${tenantId}::uuid and state = 'published'
    order by published_at desc, id desc limit ${MAX_VERSIONS}`.execute(tx)
  return rows
}

/** The rules of a firm's reports: one line of versions, named by the firm. */
export const rulesetRollback: RollbackTarget = {
  type: 'bank_ruleset',
  list: async (tx, tenantId) => {
    const found = await versions(tx, tenantId)
    return found.length > 0 ? [{ targetId: tenantId, label: 'Rules of reports' }] : []
  },
  versions: async (tx, { tenantId, targetId }) => (targetId === tenantId ? versions(tx, tenantId) : []),
  content: async (tx, { tenantId }, version) => {
    const { rows } = await sql<{ content: unknown }>`
      select jsonb_build_object('params', params, 'overrides', overrides, 'local_units', local_units) as content
      from reports.rulesets where tenant_id = ${tenantId}::uuid and version = ${version} and state = 'published'`.execute(
      tx,
    )
    return rows[0]?.content ?? null
  },
  apply: async (tx, { tenantId }, version) => {
    const { rows } = await sql`
      update reports.rulesets set in_force_at = date_trunc('milliseconds', clock_timestamp())
      where tenant_id = ${tenantId}::uuid and version = ${version} and state = 'published' returning 1`.execute(tx)
    if (rows.length === 0) throw new Error('there are no published rules of that version')
  },
}
