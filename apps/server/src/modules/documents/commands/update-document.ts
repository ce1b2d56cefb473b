import { updateDocument } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import type { z } from 'zod'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { assertNotFinal, assertOpen, loggedName } from '../guards.ts'
import { type DocumentRow, getDocumentRow, lockDocument, presentDocument } from '../queries/document.ts'
import { isLowered, raisedFor } from '../rules/sensitivity.ts'

const on = operationsOf<Visible>()
type Body = z.output<(typeof updateDocument)['body']>
const AHEAD_MS = 10 * 60_000

type Fields = Pick<DocumentRow, 'classification' | 'sensitivity' | 'original_filename' | 'captured_at'>

const wanted = (row: DocumentRow, body: Body): Fields => {
  const classification = body.classification ?? row.classification
  return {
    classification,
    sensitivity: raisedFor(classification, body.sensitivity ?? row.sensitivity),
    original_filename: body.original_filename ?? row.original_filename,
    captured_at: body.captured_at === undefined ? row.captured_at : body.captured_at,
  }
}

function assertAllowed(row: DocumentRow, next: Fields, { body, now }: { body: Body; now: Date }): void {
  assertOpen(row)
  if (next.classification !== row.classification || next.sensitivity !== row.sensitivity) assertNotFinal(row)
  if (next.captured_at !== null && Date.parse(next.captured_at) > now.getTime() + AHEAD_MS)
    throw refuse.invalid('captured_at', 'in_the_future')
  if (isLowered(row.sensitivity, next.sensitivity) && !body.reason) {
    throw new Refusal('REASON_REQUIRED', 'Say why the sensitivity is lowered.', {
      details: [{ path: 'reason', reason: 'required' }],
    })
  }
}

function eventsOf(row: DocumentRow, next: Fields, reason: string | null): AuditEntry[] {
  const base = { target_id: row.id, tenant_id: row.tenant_id, reason }
  const changed = (['classification', 'captured_at', 'original_filename'] as const).filter(
    (name) => row[name] !== next[name],
  )
  const picture = (fields: Fields) =>
    Object.fromEntries(
      changed.map((name) => [
        name,
        name === 'original_filename' ? loggedName(row.sensitivity, fields[name]) : fields[name],
      ]),
    )
  const events: AuditEntry[] = []
  if (next.sensitivity !== row.sensitivity) {
    events.push({
      ...base,
      action: 'DOCUMENT_SENSITIVITY_CHANGED',
      before: { sensitivity: row.sensitivity },
      after: { sensitivity: next.sensitivity },
    })
  }
  if (changed.length > 0)
    events.push({ ...base, action: 'DOCUMENT_UPDATED', before: picture(row), after: picture(next) })
  return events
}

export const updateDocumentOperation = on.command(updateDocument, {
  run: async (context, { params, body }) => {
    const { tx, services } = context
    if (body.expected_version === undefined) throw refuse.invalid('expected_version', 'required')
    const row = await lockDocument(tx, context, params.id)
    if (row.version !== body.expected_version) throw refuse.stale(row.version)
    const next = wanted(row, body)
    assertAllowed(row, next, { body, now: context.now })
    // Lowering demands the right for personal data also where the row is open for another reason.
    if (isLowered(row.sensitivity, next.sensitivity) && context.can('documents.pii') === null)
      assertOpen({ open: false })
    const [first, ...rest] = eventsOf(row, next, body.reason ?? null)
    if (!first) return { body: await presentDocument(services.storage, row), audit: NOTHING_CHANGED }
    await sql`
      update documents.documents d set classification = ${next.classification}, sensitivity = ${next.sensitivity},
        original_filename = ${next.original_filename}, captured_at = ${next.captured_at}::timestamptz, version = d.version + 1, updated_at = now()
      where d.tenant_id = ${row.tenant_id}::uuid and d.id = ${row.id}::uuid`.execute(tx)
    const after = await getDocumentRow(tx, context, params.id)
    return { body: await presentDocument(services.storage, after), audit: [first, ...rest] }
  },
})
