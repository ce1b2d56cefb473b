import {
  KEPT_OUTSIDE,
  listRetentionPolicies,
  RETENTION_CLASSES,
  RETENTION_CLASS_NAMES,
  type RetentionClass,
} from '@zenops/contracts/retention'
import { type RawBuilder, sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { nextRunAt, type Visible } from '../context.ts'
import { tablesOf } from '../rules/classes.ts'

const on = operationsOf<Visible>()

export interface PolicyRow {
  readonly tenant_id: string | null
  readonly class: RetentionClass
  readonly days: number
  readonly enabled: boolean
  readonly version: number
  readonly updated_at: string
}

/** Whose policies somebody sets: his firm's; operators, those of the platform. */
export const policyOwner = (actor: Actor): string | null => (actor.aud === 'studio' ? null : actor.tenantId)

export const policyRows = (owner: string | null, name?: RetentionClass): RawBuilder<PolicyRow> => sql<PolicyRow>`
  select tenant_id, class, days, enabled, version, updated_at from ops.retention_policies
  where (tenant_id is null or tenant_id = ${owner}::uuid) and (${name ?? null}::text is null or class = ${name ?? null}::text)`

/** Which row holds, and what would hold without the owner's own. */
function holding(name: RetentionClass, rows: readonly PolicyRow[], owner: string | null) {
  const code = RETENTION_CLASSES[name]
  const platform = rows.find((row) => row.class === name && row.tenant_id === null)
  const own = owner === null ? platform : rows.find((row) => row.class === name && row.tenant_id === owner)
  const beneath = owner === null ? code : (platform ?? code)
  return { own, platform, beneath, held: own ?? beneath }
}

/** The policy that holds: the owner's, else the platform's, else the one of the code. Never below the floor. */
export function policyOf(
  name: RetentionClass,
  rows: readonly PolicyRow[],
  given: { readonly owner: string | null; readonly now: Date },
) {
  const { floor } = RETENTION_CLASSES[name]
  const { own, platform, beneath, held } = holding(name, rows, given.owner)
  const ofFirm = own !== undefined && given.owner !== null
  return {
    class: name,
    days: Math.max(floor, held.days),
    default_days: Math.max(floor, beneath.days),
    floor_days: floor,
    enabled: held.enabled,
    version: own?.version ?? 0,
    source: ofFirm ? ('firm' as const) : platform ? ('platform' as const) : ('code' as const),
    tables: tablesOf(name),
    next_run_at: nextRunAt(given.now),
    updated_at: own?.updated_at ?? null,
  }
}

export const listRetentionPoliciesOperation = on.query(listRetentionPolicies, async (context) => {
  const owner = policyOwner(context.actor)
  const [rows] = await context.read(policyRows(owner).compile(compileOnly))
  return {
    items: RETENTION_CLASS_NAMES.map((name) => policyOf(name, rows, { owner, now: context.now })),
    outside: [...KEPT_OUTSIDE],
  }
})
