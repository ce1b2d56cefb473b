import { restoreEvidence } from '@zenops/contracts/reports-evidence'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Command, Visible } from '../context.ts'
import { evidenceChanged, itemsOf, refuseEvidenceChange } from '../evidence-change.ts'
import { lockStanding } from '../read-standing.ts'
import type { Standing } from '../rules/standing.ts'

/** Makes the item live again. Throws where it is over or was never there, or where its file is gone. */
async function bringBack({ tx }: Command, { report }: Standing, itemId: string): Promise<string | null> {
  await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
  const { rows } = await sql<{ document_id: string | null }>`
    update reports.report_evidence_items set deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null, updated_at = now()
    where tenant_id = ${report.tenant_id}::uuid and report_id = ${report.id}::uuid and id = ${itemId}::uuid
      and deleted_at is not null and purge_after > now()
    returning document_id`.execute(tx)
  await sql`select set_config('app.sees_deleted', '', true)`.execute(tx)
  const item = rows[0]
  if (!item)
    throw new Refusal('EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', 'This report has no such removed evidence item.')
  if (item.document_id === null) return null
  const { rows: files } = await sql<{ status: string }>`
    select f.status from reports.document_facts(${report.assignment_id}::uuid, ${[item.document_id]}::uuid[]) f
    where f.belongs and f.status not in ('deleted', 'rejected')`.execute(tx)
  if (files.length === 0) throw refuse.conflict('document_gone', 'Bring its document back first.')
  return item.document_id
}

export const restoreEvidenceOperation = operationsOf<Visible>().command(restoreEvidence, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    if (standing.evidence.some((row) => row.id === params.eid))
      throw new Refusal('ILLEGAL_TRANSITION', 'This evidence item was not removed.', {
        details: [{ reason: 'not_deleted' }],
      })
    refuseEvidenceChange(standing, body.reason)
    const document_id = await bringBack(context, standing, params.eid)
    const after = await evidenceChanged(context, standing, [
      { kind: 'evidence_linked', after: { id: params.eid, document_id }, reason: body.reason ?? null },
    ])
    return {
      body: { items: itemsOf(context, after.evidence), evidence_version: after.report.evidence_version },
      audit: [
        {
          action: 'RECORD_RESTORED',
          target_id: params.eid,
          before: { status: 'deleted' },
          after: { kind: 'reports.report_evidence_items', status: 'live' },
          reason: body.reason ?? null,
        },
        ...after.audit,
      ],
    }
  },
})
