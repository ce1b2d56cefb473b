import {
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

/** The policy that holds: the owner's, else the platform's, else the one of the code. Never below the floor. */
export function policyOf(
  name: RetentionClass,
  rows: readonly PolicyRow[],
  given: { readonly owner: string | null; readonly now: Date },
) {
  const code = RETENTION_CLASSES[name]
  const ofClass = rows.filter((row) => row.class === name)
  const own = ofClass.find((row) => row.tenant_id === given.owner)
  const platform = ofClass.find((row) => row.tenant_id === null)
  const held = own ?? platform
  const beneath = own ? (platform ?? code) : code
  return {
    class: name,
    days: Math.max(code.floor, held?.days ?? code.days),
    default_days: given.owner === null || !own ? code.days : Math.max(code.floor, beneath.days),
    floor_days: code.floor,
    enabled: held?.enabled ?? code.enabled,
    version: own?.version ?? 0,
    source: own && given.owner !== null ? ('firm' as const) : held ? ('platform' as const) : ('code' as const),
    tables: tablesOf(name),
    next_run_at: nextRunAt(given.now),
    updated_at: own?.updated_at ?? null,
  }
}

export const listRetentionPoliciesOperation = on.query(listRetentionPolicies, async (context) => {
  const owner = policyOwner(context.actor)
  const [rows] = await context.read(policyRows(owner).compile(compileOnly))
  return { items: RETENTION_CLASS_NAMES.map((name) => policyOf(name, rows, { owner, now: context.now })) }
})
