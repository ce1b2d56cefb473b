import { unlinkEvidence } from '@zenops/contracts/reports-evidence'
import { sql } from 'kysely'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { authorOf, type Visible } from '../context.ts'
import { evidenceChanged, refuseEvidenceChange } from '../evidence-change.ts'
import { lockStanding } from '../read-standing.ts'

export const unlinkEvidenceOperation = operationsOf<Visible>().command(unlinkEvidence, {
  run: async (context, { params, query }) => {
    const { tx, actor } = context
    const standing = await lockStanding(context, params.id)
    const item = standing.evidence.find((row) => row.id === params.eid)
    if (!item) throw new Refusal('EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', 'This report has no such evidence item.')
    refuseEvidenceChange(standing, query.reason)
    // A deleted row fails its own read policy; the switch lets this transaction write it.
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    await sql`
      update reports.report_evidence_items set deleted_at = now(), deleted_by = ${authorOf(context)}::uuid, delete_reason = ${query.reason ?? null}
      where tenant_id = ${actor.tenantId}::uuid and report_id = ${params.id}::uuid and id = ${params.eid}::uuid`.execute(
      tx,
    )
    await sql`
      update reports.report_suggestions set status = 'SUPERSEDED'
      where tenant_id = ${actor.tenantId}::uuid and report_id = ${params.id}::uuid and evidence_item_id = ${params.eid}::uuid
        and status = 'PENDING'`.execute(tx)
    await sql`select set_config('app.sees_deleted', '', true)`.execute(tx)
    const after = await evidenceChanged(context, standing, [
      {
        kind: 'evidence_unlinked',
        before: { id: item.id, document_id: item.document_id },
        reason: query.reason ?? null,
      },
    ])
    return {
      body: undefined,
      audit: [
        {
          action: 'REPORT_EVIDENCE_UNLINKED',
          target_id: params.id,
          before: { id: item.id, document_id: item.document_id, evidence_type: item.evidence_type },
          reason: query.reason ?? null,
        },
        ...after.audit,
      ],
    }
  },
})
