import { canMoveReport, REPORT_MOVES, type ReportStatus } from '@zenops/contracts/report-enums'
import { moveReport } from '@zenops/contracts/reports'
import { isReady } from '@zenops/valuation/readiness'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import type { BillingGate } from '../billing-gate.ts'
import { currentContract, subjectOf } from '../change-contract.ts'
import type { Command, Visible } from '../context.ts'
import { drawReference } from '../draw-reference.ts'
import { freeze } from '../freeze.ts'
import { leaveReady, stopFinalJobs } from '../leave-ready.ts'
import { assignmentForReport, recordEvents } from '../neighbours.ts'
import { packLinkOf } from '../queries/pack-rows.ts'
import { lockStanding } from '../read-standing.ts'
import { requestPack, type RequestedPack } from '../request-pack.ts'
import { judgedColumns } from '../revise.ts'
import { followsProfile, type Judgement, judge } from '../rules/judge.ts'
import { headerOf, type ReportRow } from '../rules/report-row.ts'
import type { Standing } from '../rules/standing.ts'
import { type ReportColumns, updateReport } from '../update-report.ts'

const LONG_REASON = 10
const REASON = 5

interface Move {
  readonly standing: Standing
  readonly judgement: Judgement
  readonly to: ReportStatus
  readonly reason: string | null
}
interface Moved {
  readonly columns: ReportColumns
  readonly audit?: readonly AuditEntry[]
  readonly judgement?: Judgement
  /** Runs once the row stands: what needs the new header. */
  readonly afterwards?: (report: ReportRow) => Promise<RequestedPack>
}

function needReason(reason: string | null, least: number): void {
  if ((reason?.length ?? 0) >= least) return
  throw new Refusal('REASON_REQUIRED', 'Please say why.', {
    details: [{ path: 'reason', reason: 'too_short', min: least }],
  })
}
function need(context: Command, capability: 'reports.render' | 'reports.approve'): void {
  if (context.can(capability) === null) throw refuse.forbidden('missing_capability', { capability })
}

/** Profiles are followed until the data are collected; from then on the report keeps its version. */
const fixedProfile = ({ standing, judgement }: Move): ReportColumns =>
  followsProfile(standing.report.status) ? { profile_version: judgement.profile?.version ?? null } : {}

async function toDataPending(context: Command, gate: BillingGate, move: Move): Promise<Moved> {
  const { report } = move.standing
  if (report.status === 'READY_FOR_RENDER') return leaveReady(context, report)
  if (report.status === 'CLOSED') {
    need(context, 'reports.approve')
    needReason(move.reason, REASON)
    await assignmentForReport(context, report.assignment_id)
    return { columns: { status: 'DATA_PENDING' } }
  }
  const columns: ReportColumns = { status: 'DATA_PENDING', ...fixedProfile(move) }
  if (report.accepted_at !== null) return { columns }
  const accepted = await gate.accept(context, report, `repogen_accept_reserve:${report.id}`)
  return {
    columns: {
      ...columns,
      accepted_at: await context.unit.startedAt(),
      billing_mode: accepted.mode,
      billing_account_id: accepted.account_id,
      reservation_id: accepted.reservation_id,
      service_invoice_id: accepted.service_invoice_id,
      billing_hooks: [{ gate: 'ACCEPT', result: accepted.result, charges: accepted.charges }],
    },
  }
}

/** READY in one transaction: evidence frozen, printed number drawn, pack and job asked for. */
async function toReady(context: Command, move: Move): Promise<Moved> {
  need(context, 'reports.render')
  const { standing, judgement: live } = move
  if (!isReady(live.readiness)) {
    throw new Refusal('REPOGEN_READINESS_BLOCK', 'Something is still missing.', {
      details: [{ reason: 'not_ready', readiness: live.readiness }],
    })
  }
  const { judgement, revision, fresh } = await freeze(context, standing)
  const reference_no = standing.report.reference_no ?? (await drawReference(context, standing, revision.contract))
  return {
    judgement,
    columns: { status: 'READY_FOR_RENDER', reference_no, ...(fresh ? { latest_revision: revision.n } : {}) },
    afterwards: (report) =>
      requestPack(context, {
        report,
        revision,
        final: true,
        formats: ['docx', 'pdf'],
        force: false,
        idempotency_key: null,
      }),
  }
}

async function toEnd(context: Command, gate: BillingGate, move: Move): Promise<Moved> {
  const { report } = move.standing
  const released = report.released_at !== null
  if (move.to === 'CANCELLED' && released) {
    throw new Refusal('REPORT_RELEASED', 'A released report cannot be cancelled.')
  }
  if (!released) {
    needReason(move.reason, LONG_REASON)
    await gate.cancelCharge(context, report)
  }
  await stopFinalJobs(context, report)
  return { columns: { status: move.to } }
}

async function carryOut(context: Command, gate: BillingGate, move: Move): Promise<Moved> {
  switch (move.to) {
    case 'EVIDENCE_PENDING':
    case 'DRAFT':
      return { columns: { status: move.to } }
    case 'DATA_PENDING':
      return toDataPending(context, gate, move)
    case 'READY_FOR_RENDER':
      return toReady(context, move)
    case 'CANCELLED':
    case 'CLOSED':
      return toEnd(context, gate, move)
  }
}

function checkMove({ status }: ReportRow, to: ReportStatus, expected: ReportStatus | undefined): void {
  if (expected !== undefined && expected !== status) {
    throw new Refusal('CONFLICT', 'The report has moved on.', {
      details: [{ path: 'expected_status', reason: 'stale', status }],
    })
  }
  if (canMoveReport(status, to)) return
  throw new Refusal('ILLEGAL_TRANSITION', `A report does not go from ${status} to ${to}.`, {
    details: [{ reason: 'no_such_move', from: status, to, allowed: REPORT_MOVES[status] }],
  })
}

const actionOf = (to: ReportStatus) => (to === 'CANCELLED' ? 'REPORT_CANCELLED' : 'REPORT_TRANSITIONED')

export const moveReportOperation = (gate: BillingGate): Bound =>
  operationsOf<Visible>().command(moveReport, {
    run: async (context, { params, body }) => {
      const standing = await lockStanding(context, params.id)
      const { report } = standing
      const contract = await currentContract(context.tx, standing)
      const judgement = judge(standing, { contract, now: context.now })
      if (report.status === body.status) {
        const same = { changed: false, work_order: headerOf(report), readiness: judgement.readiness }
        return { body: same, audit: NOTHING_CHANGED }
      }
      checkMove(report, body.status, body.expected_status)
      const reason = body.reason ?? body.note ?? null
      const moved = await carryOut(context, gate, { standing, judgement, to: body.status, reason })
      const after = moved.judgement ?? judgement
      const row = await updateReport(context, report, { ...judgedColumns(after, contract), ...moved.columns })
      const requested = await moved.afterwards?.(row)
      const done = requested
        ? await updateReport(context, row, { latest_pack_id: requested.pack.id, pack_stale: false })
        : row
      recordEvents(context, subjectOf(report), [
        { kind: 'report_status_changed', before: { status: report.status }, after: { status: body.status }, reason },
        ...(body.status === 'READY_FOR_RENDER'
          ? [{ kind: 'report_ready', after: { reference_no: done.reference_no } }]
          : []),
      ])
      return {
        body: {
          changed: true,
          work_order: headerOf(done),
          readiness: after.readiness,
          ...(requested ? { pack_link: packLinkOf(done, requested.pack, requested.job) } : {}),
        },
        audit: [
          {
            action: actionOf(body.status),
            target_id: report.id,
            before: { status: report.status },
            after: {
              status: body.status,
              ...(requested ? { pack_id: requested.pack.id, reference_no: done.reference_no } : {}),
            },
            reason,
          },
          ...(moved.audit ?? []),
        ],
      }
    },
  })
