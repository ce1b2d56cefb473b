import type { EvidenceItem } from '@zenops/contracts/reports-evidence-records'
import { isRestricted, type Sensitivity } from '@zenops/contracts/document-records'
import { counts } from '@zenops/valuation/evidence-count'
import type { AuditEntry } from '../../platform/audit/record.ts'
import type { ActorContext } from '../../platform/operations.ts'
import { Refusal } from '../../platform/errors.ts'
import { currentContract, refuseLocked, subjectOf } from './change-contract.ts'
import type { Command } from './context.ts'
import { leaveReady } from './leave-ready.ts'
import { recordEvents, type ReportEvent, workHasBegun } from './neighbours.ts'
import { evidenceQuery } from './read-standing.ts'
import { judgedColumns } from './revise.ts'
import { countedEvidence, type Judgement, judge } from './rules/judge.ts'
import type { ReportRow } from './rules/report-row.ts'
import type { EvidenceRow, Standing } from './rules/standing.ts'
import { updateReport } from './update-report.ts'

const MIN_REASON = 5

/** Evidence of a closed report stays; that of a ready one changes with a reason only. */
export function refuseEvidenceChange({ report }: Standing, reason: string | null | undefined): void {
  refuseLocked(report)
  if (report.status !== 'READY_FOR_RENDER' || (reason?.length ?? 0) >= MIN_REASON) return
  throw new Refusal('REASON_REQUIRED', 'Please say why the evidence of a ready report changes.', {
    details: [{ path: 'reason', reason: 'required' }],
  })
}

export interface EvidenceChanged {
  readonly report: ReportRow
  readonly evidence: readonly EvidenceRow[]
  readonly judgement: Judgement
  /** Of the assignment, where it moved. */
  readonly audit: readonly AuditEntry[]
}

/** After the items are written: read anew, judged anew, `evidence_version` raised, a ready report sent back. */
export async function evidenceChanged(
  context: Command,
  standing: Standing,
  events: readonly ReportEvent[],
): Promise<EvidenceChanged> {
  const { report } = standing
  const { rows: evidence } = await context.tx.executeQuery(evidenceQuery(report.tenant_id, report.id))
  const contract = await currentContract(context.tx, standing)
  const judgement = judge(standing, { contract, now: context.now, evidence })
  const left = await leaveReady(context, report)
  const [row, begun] = await Promise.all([
    updateReport(context, report, {
      ...judgedColumns(judgement, contract),
      evidence_version: report.evidence_version + 1,
      evidence_count: evidence.length,
      ...left.columns,
    }),
    workHasBegun(context, report),
  ])
  recordEvents(context, subjectOf(report), events)
  return { report: row, evidence, judgement, audit: [...left.audit, ...begun] }
}

type Item = EvidenceItem

/** Evidence items as answers show them; names of restricted files are withheld from people without the right. */
export function itemsOf(context: Pick<ActorContext, 'can'>, rows: readonly EvidenceRow[]): Item[] {
  const personal = context.can('documents.pii') !== null
  const counted = countedEvidence(rows)
  return rows.map((row, index) => itemOf(row, { personal, counts: counts(counted[index] ?? (row as never)) })) // same length
}

function itemOf(row: EvidenceRow, { personal, counts: counting }: { personal: boolean; counts: boolean }): Item {
  const sensitivity = row.sensitivity as Sensitivity | null // values of the documents table
  const restricted = sensitivity !== null && isRestricted(sensitivity) && !personal
  return {
    id: row.id,
    report_id: row.report_id,
    document_id: row.document_id,
    physical_copy_seen: row.physical_copy_seen,
    evidence_type: row.evidence_type,
    doc_type: row.doc_type,
    tags: row.tags,
    label: row.label,
    annexure_order: row.annexure_order,
    include_in_annexure: row.include_in_annexure,
    field_keys: row.field_keys,
    note: row.note,
    file_ref: row.file_ref,
    counts: counting,
    document_status: row.document_status,
    newer_version_id: row.newer_version_id,
    original_filename: restricted ? null : row.original_filename,
    content_type: row.content_type,
    thumb_url: null,
    restricted,
    classification: row.classification as Item['classification'], // values of the documents table
    sensitivity,
    source: row.source as Item['source'], // values of the documents table
    captured_at: row.captured_at,
    captured_by_employee_id: row.captured_by_employee_id,
    created_at: row.created_at,
  }
}
