import { type RawBuilder, sql } from 'kysely'
import { type RecordKind, tableOf } from '../kinds.ts'

const BASE = ['id', 'tenant_id', 'version', 'is_active', 'created_at', 'created_by', 'updated_at']
const VOUCHED = ['verification', 'is_verified', 'reviewed_at', 'reviewed_by_user_id', 'review_reason', 'merged_into_id']
/** Coordinates leave as JSON numbers: seven decimals fit a double exactly enough to print back. */
const NUMBERS = new Set(['latitude', 'longitude'])

/** A record as statements bring it; its fields are those of its kind. */
export type RecordRow = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly version: number
  readonly created_by: string | null
  readonly verification?: 'PENDING' | 'VERIFIED' | 'REJECTED' | 'MERGED'
}

const column = (name: string): RawBuilder<unknown> =>
  NUMBERS.has(name) ? sql`${sql.ref(`r.${name}`)}::float8 as ${sql.ref(name)}` : sql.ref(`r.${name}`)

/** `select … from` of a kind: the columns of its contract, names joined in. */
export function selectRecord(kind: RecordKind): RawBuilder<RecordRow> {
  const names = [...new Set([...BASE, ...kind.fields, ...(kind.vouched ? VOUCHED : [])])]
  return sql<RecordRow>`select ${sql.join(names.map(column))}${kind.names} from ${tableOf(kind)} r ${kind.joins}`
}

/** One live record of the acting tenant. */
export const recordById = (kind: RecordKind, tenantId: string, id: string): RawBuilder<RecordRow> =>
  sql<RecordRow>`${selectRecord(kind)} where r.tenant_id = ${tenantId}::uuid and r.id = ${id}::uuid`
