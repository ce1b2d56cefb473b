import type { ContractInputs } from '@zenops/contracts/report-contract'
import { readContractPatch } from '@zenops/contracts/report-patch'
import type { ContractChange as ChangeBody, REVISION_SOURCES } from '@zenops/contracts/reports-shapes'
import { applyPatch, type ContractChange } from '@zenops/valuation/merge-patch'
import { missingReasons, reasonFor } from '@zenops/valuation/reasons'
import { sql } from 'kysely'
import { type AuditEntry, NOTHING_CHANGED } from '../../platform/audit/record.ts'
import type { Audited } from '../../platform/operations.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import type { Command, Tx } from './context.ts'
import { leaveReady } from './leave-ready.ts'
import {
  type AssignmentFacts,
  assignmentFactsQuery,
  findAssignmentFacts,
  knowledgeOf,
  recordEvents,
  workHasBegun,
} from './neighbours.ts'
import { peopleAreMembers } from './people.ts'
import { appendRevision, changeBody, judgedColumns, unchangedBody } from './revise.ts'
import { inputsOf } from './rules/contract.ts'
import { dayIn } from './rules/days.ts'
import { judge } from './rules/judge.ts'
import { baseContract } from './rules/prefill.ts'
import type { ReportRow } from './rules/report-row.ts'
import type { Standing } from './rules/standing.ts'
import { updateReport } from './update-report.ts'

export interface PatchRequest {
  /** As it was sent. */
  readonly patch: unknown
  readonly expected_version?: number | undefined
  readonly reason?: string | null | undefined
  readonly reasons?: Readonly<Record<string, string>> | undefined
  readonly source: (typeof REVISION_SOURCES)[number]
}

export interface Changed {
  readonly body: ChangeBody
  readonly audit: Audited
  /** The report as it was written; nothing when nothing changed. */
  readonly row?: ReportRow
}

/** Any write on a closed or cancelled report. */
export function refuseLocked({ status }: Pick<ReportRow, 'status'>): void {
  if (status !== 'CLOSED' && status !== 'CANCELLED') return
  throw new Refusal('REPORT_LOCKED', 'This report is closed.', { details: [{ reason: 'status', status }] })
}

/** The contract a change starts from: the newest revision's, or the base that master data give. */
export async function currentContract(tx: Tx, { report }: Pick<Standing, 'report'>): Promise<ContractInputs> {
  if (report.rev_contract) return inputsOf(report.rev_contract)
  const facts = await findAssignmentFacts(tx, report.tenant_id, report.assignment_id)
  return baseContract(report, facts ? knowledgeOf(facts) : {})
}

/** The query and its reading, for reads that may need the base contract. */
export const baseQuery = assignmentFactsQuery
export function contractFrom(report: Standing['report'], rows: readonly AssignmentFacts[]): ContractInputs {
  if (report.rev_contract) return inputsOf(report.rev_contract)
  const facts = rows[0]
  return baseContract(report, facts ? knowledgeOf(facts) : {})
}

async function changedPathsSince(tx: Tx, report: Standing['report'], version: number): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select distinct path from reports.report_changed_paths
    where tenant_id = ${report.tenant_id}::uuid and report_id = ${report.id}::uuid and n > ${version}::int
    order by path limit 500`.execute(tx)
  return rows.map((row) => row.path)
}

/** `expected_version` names the contract the change is based on; a stale one is told what changed since. */
export async function checkVersion(tx: Tx, report: Standing['report'], expected: number | undefined): Promise<void> {
  if (expected === undefined) throw refuse.invalid('expected_version', 'required')
  if (expected === report.contract_version) return
  throw refuse.stale(report.contract_version, { changed_paths: await changedPathsSince(tx, report, expected) })
}

/** A patch as typed, checked against the contract's schema, the day and the units of the ruleset. */
export function readPatch({ report }: Pick<Standing, 'report'>, raw: unknown, now: Date): object {
  const reading = readContractPatch(raw, {
    today: dayIn(report.time_zone, now),
    local_units: report.ruleset_local_units.map((unit) => unit.key),
  })
  if (reading.ok) return reading.patch
  const message =
    reading.error_code === 'SERVER_OWNED_FIELD'
      ? 'These values are computed, not typed.'
      : 'The contract would not be valid.'
  throw new Refusal(reading.error_code, message, {
    details: reading.faults.slice(0, 200).map((fault) => ({ ...fault })),
  })
}

function checkReasons(changes: readonly ContractChange[], request: PatchRequest, ready: boolean): void {
  const missing = missingReasons(changes, { ready, reason: request.reason, reasons: request.reasons })
  if (missing.length === 0) return
  throw new Refusal('REASON_REQUIRED', 'Please say why these values change.', {
    details: missing.slice(0, 200).map((path) => ({ path, reason: 'required' })),
  })
}

/** One change of the contract: judged, written as a revision, told to history and audit. */
export async function changeContract(context: Command, standing: Standing, request: PatchRequest): Promise<Changed> {
  const { report } = standing
  refuseLocked(report)
  await checkVersion(context.tx, report, request.expected_version)
  const patch = readPatch(standing, request.patch, context.now)
  const before = await currentContract(context.tx, standing)
  const { contract, changes } = applyPatch<ContractInputs>(before, patch)
  const judgement = judge(standing, { contract, now: context.now })
  if (changes.length === 0) {
    return { body: await unchangedBody(context.tx, standing, judgement), audit: NOTHING_CHANGED }
  }
  const ready = report.status === 'READY_FOR_RENDER'
  checkReasons(changes, request, ready)
  await peopleAreMembers(context.tx, report.tenant_id, changes)
  const written = await appendRevision(context, {
    standing,
    judgement,
    contract,
    kind: 'CONTRACT',
    source: request.source,
    patch,
    changes,
    reason: request.reason ?? null,
    reasonFor: (path) => reasonFor(path, request),
    withCommit: true,
  })
  const paths = changes.map((change) => change.path)
  const left = await leaveReady(context, report)
  const row = await updateReport(context, report, {
    ...judgedColumns(judgement, contract),
    contract_version: written.n,
    latest_revision: written.n,
    ...left.columns,
    withCommit: true,
  })
  const begun = report.assignment_waits ? await workHasBegun(context, report) : []
  recordEvents(context, subjectOf(report), [
    {
      kind: 'contract_changed',
      after: { revision: written.n, paths: paths.slice(0, 100) },
      reason: request.reason ?? null,
    },
  ])
  const audit: AuditEntry = {
    action: 'REPORT_CONTRACT_CHANGED',
    target_id: report.id,
    before: { revision: report.latest_revision },
    after: { revision: written.n, content_hash: written.content_hash, paths: paths.slice(0, 200) },
    reason: request.reason ?? null,
  }
  const body = changeBody({ report: row, contract, judgement, written })
  return { body, audit: [audit, ...left.audit, ...begun], row }
}

export const subjectOf = (report: ReportRow): { report_id: string; assignment_id: string } => ({
  report_id: report.id,
  assignment_id: report.assignment_id,
})
