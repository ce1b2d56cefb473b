import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import { createReport } from '@zenops/contracts/reports'
import { resolveBankType } from '@zenops/valuation/bank-type'
import { chooseProfile, type Profile } from '@zenops/valuation/profiles'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { currentContract } from '../change-contract.ts'
import { authorOf, type Command, type Visible } from '../context.ts'
import { drawNumber } from '../draw-number.ts'
import { usableBank } from '../masterdata.ts'
import { type AssignmentFacts, assignmentForReport, openDraftAssignment, recordEvents } from '../neighbours.ts'
import { lockStanding } from '../read-standing.ts'
import { judgedColumns } from '../revise.ts'
import { dayIn, monthOf } from '../rules/days.ts'
import { judge } from '../rules/judge.ts'
import { reportNo } from '../rules/numbers.ts'
import { headerOf } from '../rules/report-row.ts'
import { updateReport } from '../update-report.ts'

interface Request {
  readonly source_type: 'TENANT' | 'EXTERNAL' | 'CHANNEL'
  readonly source_ref_id?: string | undefined
  readonly assignment_id?: string | undefined
  readonly report_type: ReportType
  readonly bank_id?: string | null | undefined
  readonly bank_name?: string | null | undefined
  readonly bank_type?: BankType | null | undefined
  readonly title?: string | undefined
}

interface NamedBank {
  readonly bank_id: string | null
  readonly bank_name: string | null
  readonly bank_type: BankType
}

const TYPE_TITLES: Readonly<Record<ReportType, string>> = {
  VALUATION: 'Valuation',
  REVALUATION: 'Revaluation',
  DPR: 'Project report',
  STAGE_PROGRESS: 'Stage progress',
}

/** The bank as given; else that of the assignment; its type as given, of its record, or read from the name. */
async function namedBank(context: Command, request: Request, assignment: AssignmentFacts | null): Promise<NamedBank> {
  const id = request.bank_id ?? (request.bank_name ? null : (assignment?.bank_id ?? null))
  const bank = id ? await usableBank(context.tx, context.actor.tenantId, id) : null
  const bank_name = request.bank_name ?? bank?.name ?? null
  const bank_type = resolveBankType({ given: request.bank_type, master: bank?.bank_type, bank_name })
  return { bank_id: bank?.id ?? null, bank_name, bank_type }
}

function refuseUnknownSource(request: Request): void {
  if (request.source_ref_id !== undefined) throw refuse.notFound('The commission', 'source_ref_id')
  if (request.source_type === 'CHANNEL') throw refuse.invalid('source_ref_id', 'required')
}

interface Defaults {
  readonly time_zone: string
  readonly ruleset_id: string
  readonly profiles: readonly (Omit<Profile, 'items' | 'required_fields' | 'checklist'> & { readonly id: string })[]
}

async function defaultsOf(context: Command, report_type: ReportType): Promise<Defaults> {
  const tenantId = context.actor.tenantId
  const { rows } = await sql<Defaults>`
    select t.time_zone,
      (select s.id from reports.rulesets s where s.tenant_id = t.id and s.state = 'published' order by coalesce(s.in_force_at, s.published_at) desc, s.id desc limit 1)
        as ruleset_id,
      (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from reports.evidence_profiles p
        where p.tenant_id = t.id and p.report_type = ${report_type} and p.is_default and p.state = 'published' and p.deleted_at is null) as profiles
    from identity.tenants t where t.id = ${tenantId}::uuid`.execute(context.tx)
  const found = rows[0]
  if (!found) throw new Error('a firm without a tenant row')
  return found
}

export const createReportOperation = operationsOf<Visible>().command(createReport, {
  run: async (context, { body }) => {
    const { tx, actor } = context
    refuseUnknownSource(body)
    const assignment = body.assignment_id ? await assignmentForReport(context, body.assignment_id) : null
    const bank = await namedBank(context, body, assignment)
    const title =
      body.title ?? assignment?.title ?? [TYPE_TITLES[body.report_type], bank.bank_name].filter(Boolean).join(', ')
    const opened = assignment
      ? null
      : await openDraftAssignment(context, { title: title.slice(0, 200), bank_id: bank.bank_id })
    const assignment_id = assignment?.id ?? opened?.id ?? ''
    const { time_zone, ruleset_id, profiles } = await defaultsOf(context, body.report_type)
    const profile = chooseProfile(profiles, { ...bank, report_type: body.report_type, value_slab: 'UNKNOWN' })
    if (!profile) throw new Refusal('EVIDENCE_PROFILE_NOT_RESOLVED', 'No evidence profile fits this report.')
    const day = dayIn(time_zone, context.now)
    const sequence = await drawNumber(tx, actor.tenantId, { kind: 'report_no', period: monthOf(day) })
    const row = await tx
      .insertInto('reports.reports')
      .values({
        tenant_id: actor.tenantId,
        report_no: reportNo(day, sequence),
        title: title.slice(0, 200),
        assignment_id,
        source_type: body.source_type,
        report_type: body.report_type,
        ...bank,
        evidence_profile_id: profile.id,
        ruleset_id,
        created_by: authorOf(context),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const standing = await lockStanding(context, row.id)
    const contract = await currentContract(tx, standing)
    const judgement = judge(standing, { contract, now: context.now })
    const report = await updateReport(context, standing.report, judgedColumns(judgement, contract))
    recordEvents(context, { report_id: row.id, assignment_id }, [
      { kind: 'report_created', after: { report_no: report.report_no, report_type: body.report_type } },
    ])
    return {
      body: { work_order_id: report.id, work_order: headerOf(report) },
      audit: [
        {
          action: 'REPORT_CREATED',
          target_id: report.id,
          after: {
            report_no: report.report_no,
            title: report.title,
            report_type: report.report_type,
            assignment_id,
            ...bank,
          },
        },
        ...(opened ? [opened.audit] : []),
      ],
    }
  },
})
