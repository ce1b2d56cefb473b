import type { Operation, ResultOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import type { z } from 'zod'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { type Bound, type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { personOf, type RecordKind, tableOf, toldOf } from '../kinds.ts'
import { recordById, type RecordRow } from '../queries/record-row.ts'
import { findReferences } from '../references.ts'
import { type ChangeRefusal, refusesChange } from '../rules/record-rights.ts'
import { clearPrimary, referencesIn } from './create-record.ts'
import { together } from '../../../platform/db/together.ts'
import { duplicate, findClash, type Values } from './natural-keys.ts'

const on = operationsOf<'directory'>()
type UpdateOperation = Operation<
  z.ZodType<{ id: string }, { id: string }>,
  z.ZodType,
  z.ZodType<Values & { expected_version?: number | undefined }>
>

const same = (before: unknown, after: unknown): boolean => {
  // Coordinates come as exact text and are read back as numbers.
  if (typeof before === 'number' && typeof after === 'string') return before === Number(after)
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null)
}

/** What differs from the row, by field. */
const changesOf = (kind: RecordKind, row: Values, body: Values): Record<string, unknown> =>
  Object.fromEntries(
    kind.fields
      .filter((name) => body[name] !== undefined && !same(row[name], body[name]))
      .map((name) => [name, body[name]]),
  )

const refusalOf = (reason: ChangeRefusal) =>
  reason === 'merged'
    ? refuse.conflict('merged', 'This record was merged into another one.')
    : refuse.forbidden(reason, {
        capability: reason === 'approver_required' ? 'masterdata.approve' : 'masterdata.write',
      })

async function locked(context: CommandContext<'directory'>, kind: RecordKind, id: string): Promise<RecordRow> {
  const { tenantId } = context.actor
  const { rows } = await sql<RecordRow>`${recordById(kind, tenantId, id)} for update of r`.execute(context.tx)
  const row = rows[0]
  if (!row) throw refuse.notFound(kind.what)
  return row
}

function allow(
  context: CommandContext<'directory'>,
  kind: RecordKind,
  change: { row: RecordRow; fields: readonly string[] },
): void {
  const { actor, can } = context
  const rights = {
    userId: actor.userId,
    propose: can('masterdata.propose'),
    write: can('masterdata.write'),
    approve: can('masterdata.approve'),
  }
  const touchesIdentity = change.fields.some((name) => kind.identity.includes(name))
  const refusal = refusesChange(change.row, rights, { touchesIdentity })
  if (refusal) throw refusalOf(refusal)
}

/** The new values with references resolved, and proof that no live record holds their natural key. */
async function prepared(
  context: CommandContext<'directory'>,
  kind: RecordKind,
  change: { row: RecordRow; values: Values },
): Promise<Values> {
  const { tx, actor } = context
  const values: Record<string, unknown> = { ...change.values }
  const found = await findReferences(tx, actor.tenantId, referencesIn(kind, values))
  for (const [path, row] of found) values[path] = row.id
  const clash = await findClash(tx, kind, {
    tenantId: actor.tenantId,
    values: { ...change.row, ...values },
    except: change.row.id,
  })
  if (clash) throw duplicate(kind, clash)
  if (values.is_primary === true)
    await clearPrimary(tx, actor.tenantId, values.client_org_id ?? change.row.client_org_id)
  return values
}

/** Changes a record that the caller may change, on the version he saw. */
export const updateRecordOperation = (operation: UpdateOperation, kind: RecordKind): Bound =>
  on.command(operation, {
    run: async (context, { params, body }) => {
      const { tx, actor } = context
      if (body.expected_version === undefined) throw refuse.invalid('expected_version', 'required')
      const row = await locked(context, kind, params.id)
      if (row.version !== body.expected_version) throw refuse.stale(row.version)
      const wanted = changesOf(kind, row, body)
      allow(context, kind, { row, fields: Object.keys(wanted) })
      if (Object.keys(wanted).length === 0) return { body: row as ResultOf<UpdateOperation>, audit: NOTHING_CHANGED } // as above
      const values = await prepared(context, kind, { row, values: wanted })
      const sets = Object.entries(values).map(([name, value]) => sql`${sql.ref(name)} = ${value}`)
      const [, changed] = await together([
        sql`update ${tableOf(kind)} set ${sql.join(sets)}, version = version + 1, updated_at = now()
          where tenant_id = ${actor.tenantId}::uuid and id = ${row.id}::uuid`.execute(tx),
        recordById(kind, actor.tenantId, row.id).execute(tx),
      ])
      const before = Object.fromEntries(Object.keys(values).map((name) => [name, row[name] ?? null]))
      recordEvents(context, [
        {
          kind: 'masterdata_updated',
          entity_type: 'MASTERDATA',
          entity_id: row.id,
          before: toldOf(kind, before),
          after: toldOf(kind, values),
        },
      ])
      return {
        body: changed.rows[0] as ResultOf<UpdateOperation>, // checked by the contract of this kind
        audit: {
          action: 'MASTERDATA_RECORD_UPDATED',
          target_id: row.id,
          before,
          after: values,
          ...personOf(kind, row.id),
        },
      }
    },
  })
