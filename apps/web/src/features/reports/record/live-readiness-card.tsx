import { useQuery } from '@tanstack/react-query'
import { getReportProfiles } from '@zenops/contracts/reports-evidence'
import { useMemo } from 'react'
import { ask } from '../../../lib/queries.ts'
import { placeOf, type FormSection } from '../model/form-sections.ts'
import { liveReadiness } from '../model/live-readiness.ts'
import { useDraft } from '../model/use-draft.ts'
import { ReadinessCard, type ReadinessLinks } from '../panel/readiness-card.tsx'
import type { ReportDetail } from './report-query.ts'

/** Where fields and evidence of a report are filled in. */
export const linksOf = (id: string, sections: readonly FormSection[]): ReadinessLinks => ({
  field(key) {
    const place = placeOf(key, sections)
    return place && `/reports/${id}/form/${place.section}?field=${place.path}`
  },
  evidence: (key) => `/reports/${id}/evidence?column=${key}`,
})

/** The readiness of the form as it stands, typed figures included. */
export function LiveReadinessCard({
  detail,
  sections,
}: {
  readonly detail: ReportDetail
  readonly sections: readonly FormSection[]
}) {
  const { id, report_type } = detail.work_order
  const profiles = useQuery(ask(getReportProfiles, { params: { id } }))
  const contract = useDraft((draft) => draft.contract())
  const derived = useDraft((draft) => draft.derived())
  const stored = detail.readiness
  const profile = profiles.data?.selected ?? null
  const links = useMemo(() => linksOf(id, sections), [id, sections])
  const readiness = useMemo(
    () => (stored ? liveReadiness(stored, { report_type, contract, derived, profile }) : null),
    [stored, report_type, contract, derived, profile],
  )
  return readiness && <ReadinessCard readiness={readiness} links={links} />
}
