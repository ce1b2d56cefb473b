import type { Operation, ResultOf } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { z } from 'zod'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type Bound, type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { personOf, type RecordKind, tableOf, toldOf } from '../kinds.ts'
import { recordById } from '../queries/record-row.ts'
import { findReferences, type Reference } from '../references.ts'
import { duplicate, findClash, type Values } from './natural-keys.ts'
import { together } from '../../../platform/db/together.ts'
import { warningsOf } from './warnings.ts'

const on = operationsOf<'directory'>()
type CreateOperation = Operation<z.ZodType, z.ZodType<{ if_exists?: 'return' | undefined }>, z.ZodType<Values>>

/** Field → record of what the values name. */
export const referencesIn = (kind: RecordKind, values: Values): Reference[] =>
  Object.entries(kind.references).flatMap(([path, name]) => {
    const id = values[path]
    return typeof id === 'string' ? [{ path, kind: name, id }] : []
  })

/** Makes room for a new primary contact. The client is locked first, so that of many at once each clears the former. */
export async function clearPrimary(tx: QueryExecutorProvider, tenantId: string, clientOrgId: unknown): Promise<void> {
  await sql`select 1 from directory.client_orgs where tenant_id = ${tenantId}::uuid and id = ${clientOrgId}::uuid for update`.execute(
    tx,
  )
  await sql`
    update directory.contacts set is_primary = false, version = version + 1, updated_at = now()
    where tenant_id = ${tenantId}::uuid and client_org_id = ${clientOrgId}::uuid and is_primary and deleted_at is null`.execute(
    tx,
  )
}

/** Values as they are stored: references resolved, a subtype's kind filled in. */
async function resolved(
  tx: QueryExecutorProvider,
  kind: RecordKind,
  given: { tenantId: string; values: Values },
): Promise<Values> {
  const found = await findReferences(tx, given.tenantId, referencesIn(kind, given.values))
  const values: Record<string, unknown> = { ...given.values }
  for (const [path, row] of found) values[path] = row.id
  const subtype = found.get('property_subtype_id')
  if (subtype) {
    values.property_type_id ??= subtype.property_type_id
    if (values.property_type_id !== subtype.property_type_id) throw refuse.invalid('property_subtype_id', 'other_type')
  }
  return values
}

function insertion(kind: RecordKind, context: CommandContext<'directory'>, record: { id: string; values: Values }) {
  const { actor } = context
  const vouched = kind.vouched && context.can('masterdata.approve') !== null
  const fields = kind.fields.filter((name) => record.values[name] !== undefined)
  const columns = [
    'tenant_id',
    'id',
    'created_by',
    ...fields,
    ...(vouched ? ['verification', 'reviewed_at', 'reviewed_by_user_id'] : []),
  ]
  const values = [actor.tenantId, record.id, actor.userId, ...fields.map((name) => record.values[name])].map(
    (value) => sql`${value}`,
  )
  if (vouched) values.push(sql`'VERIFIED'`, sql`now()`, sql`${actor.userId}`)
  return sql<{ id: string }>`
    insert into ${tableOf(kind)} (${sql.join(columns.map((name) => sql.ref(name)))}) values (${sql.join(values)})
    on conflict do nothing returning id`
}

/**
 * Adds a record. A clash with a live one is raised by the unique index without breaking the transaction, and answered
 * with the record that is there: 409, or the record unchanged where the caller asks for it.
 */
export const createRecordOperation = (operation: CreateOperation, kind: RecordKind): Bound =>
  on.command(operation, {
    run: async (context, { body, query }) => {
      const { tx, actor } = context
      const { tenantId } = actor
      const values = await resolved(tx, kind, { tenantId, values: body })
      if (values.is_primary === true) await clearPrimary(tx, tenantId, values.client_org_id)
      const id = uuidv7()
      const [inserted, found] = await together([
        insertion(kind, context, { id, values }).execute(tx),
        recordById(kind, tenantId, id).execute(tx),
      ])
      if (inserted.rows.length === 0) {
        const clash = await findClash(tx, kind, { tenantId, values })
        if (!clash)
          throw new Refusal('CONFLICT', 'The record is being changed right now.', { details: [{ reason: 'busy' }] })
        if (query.if_exists !== 'return') throw duplicate(kind, clash)
        const known = await recordById(kind, tenantId, clash.id).execute(tx)
        const body = { ...known.rows[0], warnings: [] } as ResultOf<CreateOperation> // checked by the contract of this kind
        return { body, audit: NOTHING_CHANGED, reply: { status: 200 } }
      }
      const warnings = await warningsOf(tx, kind.name, { tenantId, id, values })
      const target = { entity_type: 'MASTERDATA', entity_id: id } as const
      recordEvents(context, [
        {
          kind: 'masterdata_created',
          ...target,
          after: { kind: kind.name, ...toldOf(kind, { name: values[kind.title] }) },
        },
      ])
      return {
        body: { ...found.rows[0], warnings } as ResultOf<CreateOperation>, // checked by the contract of this kind
        audit: {
          action: 'MASTERDATA_RECORD_CREATED',
          target_id: id,
          after: { kind: kind.name, ...values },
          ...personOf(kind, id),
        },
      }
    },
  })
