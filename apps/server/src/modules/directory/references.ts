import type { Verification } from '@zenops/contracts/states'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { Refusal, refuse } from '../../platform/errors.ts'
import { KINDS, type KindName, type RecordKind, tableOf } from './kinds.ts'

/** A record that a field names. `known`: it stood there before, so it may have been rejected or deactivated since. */
export interface Reference {
  readonly path: string
  readonly kind: KindName
  readonly id: string
  readonly known?: boolean
}

/** A live record as it is stored in a reference: a merged one is its target. */
export interface Referenced {
  readonly path: string
  readonly id: string
  readonly name: string
  readonly city: string | null
  readonly verification: Verification | null
  readonly is_active: boolean
  readonly bank_id: string | null
  readonly client_org_id: string | null
  readonly property_type_id: string | null
}

const PARENTS = ['bank_id', 'client_org_id', 'property_type_id']
const CITIES: readonly KindName[] = ['client_orgs', 'bank_branches', 'properties']

const parent = (kind: RecordKind, name: string): RawBuilder<unknown> =>
  kind.fields.includes(name) ? sql.ref(`r.${name}`) : sql`null::uuid`

function lookUp(tenantId: string, wanted: Reference): RawBuilder<unknown> {
  const kind = KINDS[wanted.kind]
  const self = kind.vouched ? sql`coalesce(asked.merged_into_id, asked.id)` : sql`asked.id`
  return sql`select ${wanted.path}::text as path, r.id, ${sql.ref(`r.${kind.title}`)} as name,
      ${CITIES.includes(kind.name) ? sql.ref('r.city') : sql`null::text`} as city,
      ${kind.vouched ? sql.ref('r.verification') : sql`null::text`} as verification, r.is_active,
      ${sql.join(PARENTS.map((name) => parent(kind, name)))}
    from ${tableOf(kind)} asked join ${tableOf(kind)} r on r.tenant_id = asked.tenant_id and r.id = ${self}
    where asked.tenant_id = ${tenantId}::uuid and asked.id = ${wanted.id}::uuid`
}

const HEAD = sql`select null::text as path, null::uuid as id, null::text as name, null::text as city, null::text as verification,
  null::boolean as is_active, null::uuid as bank_id, null::uuid as client_org_id, null::uuid as property_type_id where false`

/** One statement for all references of a record. */
export const referencesOf = (tenantId: string, wanted: readonly Reference[]): RawBuilder<Referenced> =>
  sql<Referenced>`${sql.join([HEAD, ...wanted.map((reference) => lookUp(tenantId, reference))], sql` union all `)}`

/**
 * Every wanted reference by its path. Throws NOT_FOUND for what is not alive in the tenant, MASTERDATA_NOT_USABLE for
 * what is rejected or switched off, naming the field.
 */
export function usable(wanted: readonly Reference[], found: readonly Referenced[]): ReadonlyMap<string, Referenced> {
  const byPath = new Map(found.map((row) => [row.path, row]))
  for (const { path, kind, known } of wanted) {
    const row = byPath.get(path)
    if (!row) throw refuse.notFound(KINDS[kind].what, path)
    const reason = row.verification === 'REJECTED' ? 'rejected' : row.is_active ? null : 'inactive'
    if (reason === null || known === true) continue
    throw new Refusal('MASTERDATA_NOT_USABLE', `${KINDS[kind].what} may not be used any more.`, {
      details: [{ path, reason, existing_id: row.id }],
    })
  }
  return byPath
}

/** Looks references up and judges them, within a transaction. */
export async function findReferences(
  tx: QueryExecutorProvider,
  tenantId: string,
  wanted: readonly Reference[],
): Promise<ReadonlyMap<string, Referenced>> {
  if (wanted.length === 0) return new Map()
  const { rows } = await referencesOf(tenantId, wanted).execute(tx)
  return usable(wanted, rows)
}
