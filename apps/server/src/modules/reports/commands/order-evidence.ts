import { autoOrderEvidence, orderEvidence } from '@zenops/contracts/reports-evidence'
import { autoOrderNumbers } from '@zenops/valuation/evidence-order'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Command, Visible } from '../context.ts'
import { evidenceChanged, itemsOf, refuseEvidenceChange } from '../evidence-change.ts'
import { lockStanding } from '../read-standing.ts'
import type { Standing } from '../rules/standing.ts'

interface Place {
  readonly id: string
  readonly annexure_order: number | null
}
interface Ordering {
  readonly places: readonly Place[]
  readonly expected: number | undefined
  readonly required: boolean
  readonly reason: string | null
}

function checkVersion({ report }: Standing, { expected, required }: Ordering): void {
  if (expected === undefined) {
    if (required) throw refuse.invalid('expected_evidence_version', 'required')
    return
  }
  if (expected !== report.evidence_version) throw refuse.stale(report.evidence_version)
}

/** Places items; only their numbers change. */
async function place(context: Command, standing: Standing, ordering: Ordering) {
  refuseEvidenceChange(standing, ordering.reason)
  checkVersion(standing, ordering)
  const known = new Map(standing.evidence.map((row) => [row.id, row]))
  const stranger = ordering.places.findIndex(({ id }) => !known.has(id))
  if (stranger >= 0) {
    throw new Refusal('EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', 'This report has no such evidence item.', {
      details: [{ path: `items.${stranger}.id`, reason: 'not_found' }],
    })
  }
  const moved = ordering.places.filter(({ id, annexure_order }) => known.get(id)?.annexure_order !== annexure_order)
  const { report } = standing
  if (moved.length === 0) {
    const body = { items: itemsOf(context, standing.evidence), evidence_version: report.evidence_version }
    return { body, audit: NOTHING_CHANGED } as const
  }
  await sql`
    update reports.report_evidence_items e set annexure_order = p.annexure_order, version = e.version + 1, updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as p (id uuid, annexure_order int)
    where e.tenant_id = ${report.tenant_id}::uuid and e.report_id = ${report.id}::uuid and e.id = p.id`.execute(
    context.tx,
  )
  const after = await evidenceChanged(context, standing, [
    { kind: 'evidence_reordered', after: { moved: moved.length }, reason: ordering.reason },
  ])
  return {
    body: { items: itemsOf(context, after.evidence), evidence_version: after.report.evidence_version },
    audit: [
      {
        action: 'REPORT_EVIDENCE_REORDERED',
        target_id: report.id,
        before: moved.map(({ id }) => ({ id, annexure_order: known.get(id)?.annexure_order ?? null })),
        after: moved,
        reason: ordering.reason,
      },
      ...after.audit,
    ],
  } as const
}

export const orderEvidenceOperation = operationsOf<Visible>().command(orderEvidence, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    return place(context, standing, {
      places: body.items,
      expected: body.expected_evidence_version,
      required: true,
      reason: body.reason ?? null,
    })
  },
})

export const autoOrderEvidenceOperation = operationsOf<Visible>().command(autoOrderEvidence, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    return place(context, standing, {
      places: autoOrderNumbers(standing.evidence),
      expected: body.expected_evidence_version,
      required: false,
      reason: body.reason ?? null,
    })
  },
})
