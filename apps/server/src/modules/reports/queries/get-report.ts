import { getReport, type REPORT_PARTS } from '@zenops/contracts/reports'
import type { ReportWarning } from '@zenops/contracts/report-outputs'
import { sql } from 'kysely'
import { operationsOf, Replied } from '../../../platform/operations.ts'
import { baseQuery, contractFrom } from '../change-contract.ts'
import type { Visible } from '../context.ts'
import { itemsOf } from '../evidence-change.ts'
import { outputsOf, standingQueries } from '../read-standing.ts'
import { outputSnapshot } from '../revise.ts'
import { signedContract, wholeContract } from '../rules/contract.ts'
import { judge } from '../rules/judge.ts'
import { headerOf } from '../rules/report-row.ts'
import { newestJob, newestPack, packLinkOf } from './pack-rows.ts'
import { suggestionColumns, suggestionOf, type SuggestionRow } from './suggestion-rows.ts'
import { unseen } from './visible-report.ts'

interface RunRow {
  readonly id: string
  readonly ruleset_version: string
  readonly warnings: ReportWarning[]
}

const RULES_RUNS = 10
const OPEN_SUGGESTIONS = 100

export const getReportOperation = operationsOf<Visible>().query(getReport, async (context, { params, query }) => {
  const { read, build, actor, now } = context
  const key = [actor.tenantId, params.id] as const
  const [facts, evidence, profiles, outputs, runs, suggestions, packs, jobs] = await read(
    ...standingQueries(...key),
    outputsOf(...key).compile(build),
    sql<RunRow>`select rules_run_id as id, ruleset ->> 'version' as ruleset_version, readiness -> 'warnings' as warnings
      from reports.report_revisions where tenant_id = ${key[0]}::uuid and report_id = ${key[1]}::uuid order by n desc limit ${RULES_RUNS}`.compile(
      build,
    ),
    sql<SuggestionRow>`select ${suggestionColumns} from reports.report_suggestions s
      where s.tenant_id = ${key[0]}::uuid and s.report_id = ${key[1]}::uuid and s.status = 'PENDING'
      order by s.created_at desc, s.id desc limit ${OPEN_SUGGESTIONS}`.compile(build),
    newestPack(...key).compile(build),
    newestJob(...key).compile(build),
  )
  const report = facts[0]
  if (!report) throw await unseen(context, params.id)
  const [base] = report.latest_revision > 0 ? [[]] : await read(baseQuery(actor.tenantId, report.assignment_id))
  const contract = contractFrom(report, base)
  const judgement = judge({ report, evidence, profiles }, { contract, now })
  const wanted = (part: (typeof REPORT_PARTS)[number]): boolean =>
    query.include === undefined || query.include.includes(part)
  const snapshot = outputSnapshot(report, outputs[0])
  const body = {
    work_order: headerOf(report),
    ...(wanted('contract')
      ? { contract: snapshot?.contract_json ?? signedContract(wholeContract(contract, judgement.derived), NOT_STORED) }
      : {}),
    ...(wanted('latest_snapshot') ? { latest_snapshot: snapshot } : {}),
    ...(wanted('readiness') ? { readiness: judgement.readiness } : {}),
    ...(wanted('evidence_items') ? { evidence_items: itemsOf(context, evidence) } : {}),
    ...(wanted('rules_runs') ? { rules_runs: runs.map(runOf) } : {}),
    ...(wanted('suggestions_open') ? { suggestions_open: suggestions.map((row) => suggestionOf(row, contract)) } : {}),
    ...(wanted('pack_link') ? { pack_link: packLinkOf(report, packs[0], jobs[0]) } : {}),
  }
  const etag = `W/"${report.version}.${report.latest_revision}.${report.evidence_version}"`
  return new Replied(body, { headers: { etag } })
})

/** The base contract before the first change is nobody's. */
const NOT_STORED = { n: 0, author_id: null, created_at: null }

const runOf = ({ id, ruleset_version, warnings }: RunRow) => ({
  id,
  ruleset_version,
  warnings: warnings.filter((warning) => warning.level !== 'error'),
  errors: warnings.filter((warning) => warning.level === 'error'),
})
