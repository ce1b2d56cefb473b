import { updateReport } from '@zenops/contracts/reports'
import { resolveBankType } from '@zenops/valuation/bank-type'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { currentContract, refuseLocked, subjectOf } from '../change-contract.ts'
import type { Command, Visible } from '../context.ts'
import { leaveReady } from '../leave-ready.ts'
import { usableBank } from '../masterdata.ts'
import { assignmentForReport, recordEvents } from '../neighbours.ts'
import { lockStanding } from '../read-standing.ts'
import { appendRulesRevision, judgedColumns } from '../revise.ts'
import { followsProfile, judge } from '../rules/judge.ts'
import { headerOf, type ReportRow } from '../rules/report-row.ts'
import type { Standing } from '../rules/standing.ts'
import { type ReportColumns, updateReport as writeReport } from '../update-report.ts'

type Body = Parameters<typeof wantedColumns>[2]
const MIN_REASON = 5

/** The record that the report is about to name; a bare name takes the place of one. */
function wantedRecord(report: ReportRow, body: Body): string | null {
  if (body.bank_id !== undefined) return body.bank_id
  return body.bank_name === undefined ? report.bank_id : null
}

function wantedName(report: ReportRow, body: Body, record: string | undefined): string | null {
  if (body.bank_name !== undefined) return body.bank_name
  return record ?? (body.bank_id === null ? null : report.bank_name)
}

/** The bank as it is about to be: a record gives name and kind, a bare name gives the kind by its words. */
async function wantedBank(context: Command, report: ReportRow, body: Body): Promise<ReportColumns> {
  if ([body.bank_id, body.bank_name, body.bank_type].every((value) => value === undefined)) return {}
  const id = wantedRecord(report, body)
  const bank = id ? await usableBank(context.tx, report.tenant_id, id) : null
  const bank_name = wantedName(report, body, bank?.name)
  const bank_type = resolveBankType({ given: body.bank_type, master: bank?.bank_type, bank_name })
  return { bank_id: bank?.id ?? null, bank_name, bank_type }
}

async function wantedColumns(
  context: Command,
  report: ReportRow,
  body: {
    readonly title?: string | undefined
    readonly assignment_id?: string | undefined
    readonly report_type?: ReportRow['report_type'] | undefined
    readonly bank_id?: string | null | undefined
    readonly bank_name?: string | null | undefined
    readonly bank_type?: ReportRow['bank_type'] | null | undefined
  },
): Promise<ReportColumns> {
  const assignment = body.assignment_id === undefined ? null : await assignmentForReport(context, body.assignment_id)
  return {
    ...(body.title === undefined ? {} : { title: body.title }),
    ...(assignment ? { assignment_id: assignment.id } : {}),
    ...(body.report_type === undefined ? {} : { report_type: body.report_type }),
    ...(await wantedBank(context, report, body)),
  }
}

const EARLY_ONLY = ['assignment_id', 'report_type', 'bank_id', 'bank_name', 'bank_type'] as const
const JUDGED = ['report_type', 'bank_id', 'bank_type'] as const

function refuseLate(report: ReportRow, changed: ReportColumns): void {
  const late = EARLY_ONLY.filter((name) => changed[name] !== undefined)
  if (late.length === 0 || followsProfile(report.status)) return
  throw new Refusal('REPORT_LOCKED', 'Bank, type and assignment are fixed once the data are collected.', {
    details: late.map((path) => ({ path, reason: 'status', status: report.status })),
  })
}

function refuseWithoutReason(report: ReportRow, changed: ReportColumns, reason: string | null | undefined): void {
  if (report.status !== 'READY_FOR_RENDER' || (reason?.length ?? 0) >= MIN_REASON) return
  throw new Refusal('REASON_REQUIRED', 'Please say why a ready report changes.', {
    details: Object.keys(changed).map((path) => ({ path, reason: 'required' })),
  })
}

/** What the rules say of the changed header; writes a revision where there is one already. */
async function rejudge(
  context: Command,
  standing: Standing,
  { changed, reason }: { changed: ReportColumns; reason: string | null },
): Promise<ReportColumns> {
  const { report } = standing
  if (JUDGED.every((name) => changed[name] === undefined)) return {}
  const contract = await currentContract(context.tx, { report: { ...report, bank_name: nameOf(report, changed) } })
  // Cast: the columns were checked against the table's enums when they were read from the request.
  const header = { ...report, ...changed } as ReportRow
  const judgement = judge(standing, { contract, now: context.now, header })
  const columns = judgedColumns(judgement, contract)
  if (report.latest_revision === 0) return columns
  const written = await appendRulesRevision(context, { standing, judgement, contract, reason })
  return { ...columns, latest_revision: written.n }
}
const nameOf = (report: ReportRow, changed: ReportColumns): string | null =>
  changed.bank_name === undefined ? report.bank_name : changed.bank_name

export const updateReportOperation = operationsOf<Visible>().command(updateReport, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    const { report } = standing
    refuseLocked(report)
    if (body.expected_version === undefined) throw refuse.invalid('expected_version', 'required')
    if (body.expected_version !== report.version) throw refuse.stale(report.version)
    const wanted = await wantedColumns(context, report, body)
    const changed: ReportColumns = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => value !== report[name as keyof ReportRow]), // names of columns
    )
    if (Object.keys(changed).length === 0) return { body: headerOf(report), audit: NOTHING_CHANGED }
    refuseLate(report, changed)
    refuseWithoutReason(report, changed, body.reason)
    const judged = await rejudge(context, standing, { changed, reason: body.reason ?? null })
    const before = Object.fromEntries(Object.keys(changed).map((name) => [name, report[name as keyof ReportRow]])) // as above
    const left = await leaveReady(context, report)
    const row = await writeReport(context, report, { ...changed, ...judged, ...left.columns })
    const told = { before, after: changed, reason: body.reason ?? null }
    recordEvents(context, subjectOf(report), [{ kind: 'report_header_changed', ...told }])
    const entry = { action: 'REPORT_UPDATED', target_id: report.id, ...told } as const
    return { body: headerOf(row), audit: [entry, ...left.audit] }
  },
})
