import { acceptSuggestion, rejectSuggestion } from '@zenops/contracts/reports-evidence'
import { sameJson } from '@zenops/valuation/merge-patch'
import { sql } from 'kysely'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type Audited, operationsOf } from '../../../platform/operations.ts'
import { changeContract, currentContract, refuseLocked, subjectOf } from '../change-contract.ts'
import { authorOf, type Command, type Visible } from '../context.ts'
import { recordEvents } from '../neighbours.ts'
import { suggestionColumns, type SuggestionRow, suggestionOf } from '../queries/suggestion-rows.ts'
import { lockStanding } from '../read-standing.ts'
import { patchOf, presentValue } from '../rules/suggestion.ts'
import type { ReportRow } from '../rules/report-row.ts'

const on = operationsOf<Visible>()

const listed = (audit: Exclude<Audited, typeof NOTHING_CHANGED>): readonly AuditEntry[] =>
  Array.isArray(audit) ? audit : [audit as AuditEntry] // either form of Audited

async function openSuggestion({ tx }: Command, report: ReportRow, id: string): Promise<SuggestionRow> {
  const { rows } = await sql<SuggestionRow>`
    select ${suggestionColumns} from reports.report_suggestions s
    where s.tenant_id = ${report.tenant_id}::uuid and s.report_id = ${report.id}::uuid and s.id = ${id}::uuid for update`.execute(
    tx,
  )
  const found = rows[0]
  if (!found) throw refuse.notFound('The suggestion')
  if (found.status === 'PENDING') return found
  throw new Refusal('ILLEGAL_TRANSITION', 'This suggestion has been decided.', {
    details: [{ reason: 'decided', from: found.status, allowed: [] }],
  })
}

async function decide(
  context: Command,
  report: ReportRow,
  { suggestion, status }: { suggestion: SuggestionRow; status: string },
): Promise<SuggestionRow> {
  const { rows } = await sql<SuggestionRow>`
    update reports.report_suggestions s set status = ${status}, decided_by = ${authorOf(context)}::uuid, decided_at = now()
    where s.tenant_id = ${report.tenant_id}::uuid and s.id = ${suggestion.id}::uuid returning ${suggestionColumns}`.execute(
    context.tx,
  )
  return rows[0] ?? suggestion
}

/** What other sources offered for a field that is settled now. */
const supersedeOthers = ({ tx }: Command, report: ReportRow, suggestion: SuggestionRow) =>
  sql`update reports.report_suggestions set status = 'SUPERSEDED'
    where tenant_id = ${report.tenant_id}::uuid and report_id = ${report.id}::uuid and field_key = ${suggestion.field_key}
      and status = 'PENDING' and id <> ${suggestion.id}::uuid`.execute(tx)

export const acceptSuggestionOperation = on.command(acceptSuggestion, {
  run: async (context, { params, body }) => {
    const standing = await lockStanding(context, params.id)
    const { report } = standing
    refuseLocked(report)
    const suggestion = await openSuggestion(context, report, params.sid)
    const edited = body.value !== undefined && !sameJson(body.value, suggestion.value)
    if (suggestion.out_of_range && !edited) {
      throw new Refusal('SUGGESTION_OUT_OF_RANGE', 'This value cannot be right; please edit it.', {
        details: [{ path: suggestion.field_key, reason: 'out_of_range' }],
      })
    }
    const value = edited ? body.value : suggestion.value
    const present = presentValue(await currentContract(context.tx, standing), suggestion.field_key)
    if (present !== null && !sameJson(present, value) && !body.confirm_overwrite) {
      throw new Refusal('CONFIRMATION_REQUIRED', 'A value is already there.', {
        details: [
          { path: suggestion.field_key, reason: 'value_present', present_value: present, suggested_value: value },
        ],
      })
    }
    const changed = await changeContract(context, standing, {
      patch: patchOf({ ...suggestion, value }, edited),
      expected_version: body.expected_version,
      reason: body.reason,
      source: 'suggestion',
    })
    const status = edited ? 'EDITED' : 'ACCEPTED'
    await decide(context, report, { suggestion, status })
    await supersedeOthers(context, report, suggestion)
    recordEvents(context, subjectOf(report), [
      { kind: 'suggestion_decided', after: { field_key: suggestion.field_key, status }, reason: body.reason ?? null },
    ])
    const accepted = {
      action: 'REPORT_SUGGESTION_ACCEPTED',
      target_id: report.id,
      after: { suggestion_id: suggestion.id, field_key: suggestion.field_key, status },
      reason: body.reason ?? null,
    } as const
    const audit: Audited = changed.audit === NOTHING_CHANGED ? accepted : [accepted, ...listed(changed.audit)]
    return { body: changed.body, audit }
  },
})

export const rejectSuggestionOperation = on.command(rejectSuggestion, {
  run: async (context, { params }) => {
    const standing = await lockStanding(context, params.id)
    const { report } = standing
    refuseLocked(report)
    const suggestion = await openSuggestion(context, report, params.sid)
    const row = await decide(context, report, { suggestion, status: 'REJECTED' })
    recordEvents(context, subjectOf(report), [
      { kind: 'suggestion_decided', after: { field_key: suggestion.field_key, status: 'REJECTED' } },
    ])
    return {
      body: suggestionOf(row, await currentContract(context.tx, standing)),
      audit: {
        action: 'REPORT_SUGGESTION_REJECTED',
        target_id: report.id,
        after: { suggestion_id: suggestion.id, field_key: suggestion.field_key },
      },
    }
  },
})
