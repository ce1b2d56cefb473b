import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { Refusal } from '../../../platform/errors.ts'
import { type KeyPart, type NaturalKey, type RecordKind, tableOf } from '../kinds.ts'

/** Field values of a record, as they are or will be stored. */
export type Values = Readonly<Record<string, unknown>>

/** The live record that already holds a natural key, and the field people should look at. */
export interface Clash {
  readonly path: string
  readonly id: string
}

function partMatches(part: KeyPart, values: Values): RawBuilder<unknown> {
  const value = values[part.field] ?? null
  if (part.by === 'norm') return sql`${sql.ref(`r.${part.column}`)} = coalesce(app.norm(${value}), ${value})`
  if (part.by === 'blank') return sql`coalesce(${sql.ref(`r.${part.column}`)}, '') = coalesce(${value}, '')`
  return sql`${sql.ref(`r.${part.column}`)} = ${value}`
}

const applies = (key: NaturalKey, values: Values): boolean =>
  key.parts.every((part) => part.by === 'blank' || (values[part.field] ?? null) !== null)

/** Which live record holds one of the natural keys of these values; the first key in the order of the kind. */
export async function findClash(
  tx: QueryExecutorProvider,
  kind: RecordKind,
  record: { readonly tenantId: string; readonly values: Values; readonly except?: string },
): Promise<Clash | undefined> {
  const keys = kind.keys.filter((key) => applies(key, record.values))
  if (keys.length === 0) return undefined
  const searches = keys.map(
    (key, place) => sql`select ${key.path}::text as path, r.id, ${place}::int as place from ${tableOf(kind)} r
      where r.tenant_id = ${record.tenantId}::uuid and r.deleted_at is null and r.id is distinct from ${record.except ?? null}::uuid
        and ${sql.join(
          key.parts.map((part) => partMatches(part, record.values)),
          sql` and `,
        )}`,
  )
  const { rows } = await sql<Clash>`${sql.join(searches, sql` union all `)} order by place limit 1`.execute(tx)
  return rows[0]
}

export const duplicate = (kind: RecordKind, clash: Clash): Refusal =>
  new Refusal('DUPLICATE_RECORD', `${kind.what} is there already.`, {
    details: [{ path: clash.path, reason: 'duplicate', existing_id: clash.id }],
  })
