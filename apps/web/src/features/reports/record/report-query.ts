import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { listDocuments } from '@zenops/contracts/documents'
import type { OutputOf } from '@zenops/contracts/kit'
import {
  diffRevisions,
  getReport,
  getReportForm,
  listReportForms,
  listReports,
  listRevisions,
  verifyRevisions,
} from '@zenops/contracts/reports'
import { getReportProfiles, listSuggestions, previewAnnexures } from '@zenops/contracts/reports-evidence'
import { getPackLink, listPacks } from '@zenops/contracts/reports-packs'
import type { ContractChange } from '@zenops/contracts/reports-shapes'
import { useMemo } from 'react'
import { ask } from '../../../lib/queries.ts'
import { bankSections, formKeyOf, formSections, type FormSection } from '../model/form-sections.ts'
import { t } from '../texts.ts'

export type ReportDetail = OutputOf<typeof getReport>
export type Header = ReportDetail['work_order']

export const reportQuery = (id: string) => ask(getReport, { params: { id } })
export const formsQuery = () => ({ ...ask(listReportForms, {}), staleTime: Number.POSITIVE_INFINITY })

export const useReport = (id: string) => useQuery(reportQuery(id))

/** Refreshes what stands on other tabs after a report changed. */
export function refreshReport(cache: QueryClient, id: string): void {
  const about = { params: { id } }
  for (const operation of [
    getReportProfiles,
    listSuggestions,
    previewAnnexures,
    getPackLink,
    listPacks,
    verifyRevisions,
  ])
    void cache.invalidateQueries({ queryKey: [operation.id] })
  void cache.invalidateQueries({ queryKey: [listRevisions.id] })
  void cache.invalidateQueries({ queryKey: [listDocuments.id] })
  void cache.invalidateQueries({ queryKey: [diffRevisions.id] })
  void cache.invalidateQueries({ queryKey: [listReports.id] })
  void cache.invalidateQueries({ queryKey: [getReport.id, about] })
}

/** Puts the answer to a change of the contract where the record's pages read it. */
export function takeChange(cache: QueryClient, id: string, change: ContractChange): void {
  const stored = change.output_snapshot
  cache.setQueryData<ReportDetail>(reportQuery(id).queryKey, (before) => {
    if (!before) return before
    const { readiness } = change
    const work_order: Header = {
      ...before.work_order,
      status: change.status,
      contract_version: change.contract_version,
      latest_revision: Math.max(change.revision, before.work_order.latest_revision),
      readiness_score: readiness.completeness_score,
      missing_count: readiness.missing_fields.length + readiness.missing_evidence.length,
      ...(stored
        ? {
            value_slab: stored.derived_json.value_slab,
            template_selector: stored.derived_json.template_selector,
            template_variant: stored.derived_json.template_variant,
          }
        : {}),
    }
    return {
      ...before,
      work_order,
      readiness,
      ...(stored ? { contract: stored.contract_json, latest_snapshot: stored } : {}),
    }
  })
  for (const operation of [listRevisions, diffRevisions, verifyRevisions, listReports, getPackLink, listPacks])
    void cache.invalidateQueries({ queryKey: [operation.id], refetchType: 'none' })
}

export interface SectionsOfForm {
  readonly sections: readonly FormSection[]
  readonly title: string
  readonly formKey: string
}

/** The form's sections for a report; undefined while they are loading. */
export function useSections(
  header: Header | undefined,
  selector = header?.template_selector,
  variant = header?.template_variant,
): SectionsOfForm | undefined {
  const forms = useQuery(formsQuery())
  const key =
    header && forms.data && selector && variant
      ? formKeyOf(forms.data.items, { report_type: header.report_type, selector, variant })
      : null
  const form = useQuery({
    ...ask(getReportForm, { params: { form_key: key ?? '' } }),
    enabled: key !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const type = header?.report_type
  return useMemo(() => {
    if (!form.data || !type || key === null) return undefined
    const titles = { basis: t('section_basis'), sheet: t('section_sheet'), more: t('section_more') }
    const sections = formSections(bankSections(form.data), type, titles)
    return { sections, title: form.data.title, formKey: key }
  }, [form.data, type, key])
}

export const useRefresh = (id: string) => {
  const cache = useQueryClient()
  return () => refreshReport(cache, id)
}
