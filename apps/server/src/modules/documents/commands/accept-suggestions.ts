import { acceptDocumentSuggestions } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { assertEditable } from '../guards.ts'
import type { Neighbours } from '../neighbours.ts'
import {
  type DocumentRow,
  getDocumentRow,
  lockDocument,
  presentDocument,
  type StoredSuggestions,
} from '../queries/document.ts'
import { propertyOf } from './distance-to-property.ts'

const on = operationsOf<Visible>()
type Context = CommandContext<Visible>

const nothingToAccept = (field: string) => refuse.conflict('no_suggestion', `The file says nothing about ${field}.`)

/** The photo's place becomes the property's; it must be clear which property is meant. */
async function placeProperty(context: Context, neighbours: Neighbours, row: DocumentRow): Promise<AuditEntry> {
  const gps = row.suggestions?.gps
  if (!gps) throw nothingToAccept('a place')
  if (context.can('assignments.write') === null) {
    throw refuse.forbidden('missing_capability', { capability: 'assignments.write' })
  }
  const assignments = new Set(row.links.flatMap((link) => link.assignment_id ?? []))
  const [assignmentId, ...more] = assignments
  const place =
    assignmentId !== undefined && more.length === 0
      ? await propertyOf(context.tx, { tenantId: row.tenant_id, assignmentId })
      : undefined
  if (!place || !neighbours.placeProperty) {
    throw refuse.conflict('no_property', 'There is no single property that this photo belongs to.')
  }
  const { latitude, longitude } = gps
  return neighbours.placeProperty(context.tx, { property_id: place.property_id, latitude, longitude })
}

function capturedAtOf(row: DocumentRow): string {
  const captured = row.suggestions?.captured_at
  if (captured == null) throw nothingToAccept('the time')
  return captured
}

export const acceptDocumentSuggestionsOperation = (neighbours: Neighbours) =>
  on.command(acceptDocumentSuggestions, {
    run: async (context, { params, body }) => {
      const row = await lockDocument(context.tx, context, params.id)
      assertEditable(row)
      const capturedAt = body.fields.includes('captured_at') ? capturedAtOf(row) : row.captured_at
      const placed = body.fields.includes('property_coordinates')
        ? await placeProperty(context, neighbours, row)
        : undefined
      const accepted: StoredSuggestions['accepted'] = [
        ...new Set([...(row.suggestions?.accepted ?? []), ...body.fields]),
      ]
      const moved = placed === undefined ? {} : { distance_to_property_m: 0 }
      await sql`
        update documents.documents d set captured_at = ${capturedAt}::timestamptz,
          suggestions = d.suggestions || ${JSON.stringify({ accepted, ...moved })}::jsonb, version = d.version + 1, updated_at = now()
        where d.tenant_id = ${row.tenant_id}::uuid and d.id = ${row.id}::uuid`.execute(context.tx)
      const after = await getDocumentRow(context.tx, context, params.id)
      return {
        body: await presentDocument(context.services.storage, after),
        audit: [
          {
            action: 'DOCUMENT_UPDATED',
            target_id: row.id,
            tenant_id: row.tenant_id,
            before: { captured_at: row.captured_at },
            after: { captured_at: capturedAt, accepted: body.fields },
          },
          ...(placed === undefined ? [] : [placed]),
        ],
      }
    },
  })
