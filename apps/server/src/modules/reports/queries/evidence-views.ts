import { getReportProfiles, listSuggestions, previewAnnexures } from '@zenops/contracts/reports-evidence'
import { evidenceChecklist } from '@zenops/valuation/evidence-count'
import { fieldRegistry } from '@zenops/valuation/field-registry'
import { evidenceSuggestions, requirementsOf } from '@zenops/valuation/readiness'
import { resolveParams } from '@zenops/valuation/ruleset'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { baseQuery, contractFrom } from '../change-contract.ts'
import type { Visible } from '../context.ts'
import { standingQueries } from '../read-standing.ts'
import { annexuresOf } from '../rules/annexures.ts'
import { countedEvidence, fieldLinks, judge, rulesetOf } from '../rules/judge.ts'
import { manifestOf } from '../rules/manifest.ts'
import type { ProfileRow } from '../rules/standing.ts'
import { suggestionColumns, suggestionOf, type SuggestionRow } from './suggestion-rows.ts'
import { headerQuery, unseen } from './visible-report.ts'

const on = operationsOf<Visible>()

export const previewAnnexuresOperation = on.query(previewAnnexures, async (context, { params }) => {
  const [facts, evidence] = await context.read(...standingQueries(context.actor.tenantId, params.id))
  const report = facts[0]
  if (!report) throw await unseen(context, params.id)
  const standing = { report, evidence, profiles: [] }
  const { annexure_grouping } = resolveParams(rulesetOf(standing), report)
  const sections = annexuresOf(manifestOf(evidence), report.rev_contract ?? {}, annexure_grouping)
  // Casts away nothing: headings are those of the paginator, which are those of the contract.
  return { sections: sections as never }
})

/** A profile as callers see it. */
export const profileOf = ({ row_version: _version, items, ...profile }: ProfileRow) => ({
  ...profile,
  bank_id: profile.bank_id ?? null,
  state: profile.state as 'published', // checked by the table
  required_fields: [...profile.required_fields],
  checklist: [...profile.checklist],
  items: items.map((item) => ({
    ...item,
    evidence_types: [...item.evidence_types],
    doc_type: item.doc_type ?? null,
    tags: { ...item.tags },
    field_key_hint: item.field_key_hint ?? null,
  })),
  version: profile.version,
})

export const getReportProfilesOperation = on.query(getReportProfiles, async (context, { params }) => {
  const { read, actor, now } = context
  const [facts, evidence, profiles] = await read(...standingQueries(actor.tenantId, params.id))
  const report = facts[0]
  if (!report) throw await unseen(context, params.id)
  const [base] = report.latest_revision > 0 ? [[]] : await read(baseQuery(actor.tenantId, report.assignment_id))
  const contract = contractFrom(report, base)
  const standing = { report, evidence, profiles }
  const { profile, suggested, derived } = judge(standing, { contract, now })
  if (!profile && profiles.length === 0)
    throw new Refusal('EVIDENCE_PROFILE_NOT_RESOLVED', 'No evidence profile fits this report.')
  const question = {
    report_type: report.report_type,
    contract,
    derived,
    evidence: countedEvidence(evidence),
    links: fieldLinks(evidence),
    profile,
    gate: { template_available: true, changes_requested: false },
  }
  const hinted = evidenceSuggestions(question)
  const keys = [...new Set(hinted.flatMap((item) => item.field_key_hint ?? []))]
  return {
    selected: profile && profileOf(profile),
    selectable: profiles.map(profileOf),
    suggested_profile_id: suggested?.id ?? null,
    checklist: evidenceChecklist(requirementsOf(report.report_type, profile), question.evidence),
    suggestions: hinted.flatMap(({ key, field_key_hint }) =>
      field_key_hint ? [{ key, field_key: field_key_hint }] : [],
    ),
    field_defs: keys.flatMap((key) => {
      const field = fieldRegistry().get(key)
      return field ? [{ field_key: key, label: field.label, data_type: field.data_type }] : []
    }),
  }
})

const Cursor = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

export const listSuggestionsOperation = on.query(listSuggestions, async (context, { params, query }) => {
  const { read, build, actor } = context
  const after = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)
  const where: RawBuilder<unknown>[] = [
    sql`s.tenant_id = ${actor.tenantId}::uuid`,
    sql`s.report_id = ${params.id}::uuid`,
  ]
  if (query.status) where.push(sql`s.status = any (${query.status}::text[])`)
  if (query.field_key) where.push(sql`s.field_key = ${query.field_key}`)
  if (query.q) where.push(sql`strpos(lower(coalesce(s.raw_text, '') || ' ' || s.field_key), lower(${query.q})) > 0`)
  if (after) where.push(sql`(s.created_at, s.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
  const [reports, facts, rows] = await read(
    headerQuery(actor.tenantId, params.id),
    standingQueries(actor.tenantId, params.id)[0],
    sql<SuggestionRow>`select ${suggestionColumns} from reports.report_suggestions s where ${sql.join(where, sql` and `)}
      order by s.created_at desc, s.id desc limit ${query.limit + 1}`.compile(build),
  )
  const report = facts[0]
  if (!reports[0] || !report) throw await unseen(context, params.id)
  const [base] = report.latest_revision > 0 ? [[]] : await read(baseQuery(actor.tenantId, report.assignment_id))
  const contract = contractFrom(report, base)
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return {
    items: items.map((row) => suggestionOf(row, contract)),
    next_cursor: last ? encodeCursor([last.created_at, last.id]) : null,
  }
})
