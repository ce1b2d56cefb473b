import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { ReadinessCard } from '../panel/readiness-card.tsx'
import { linksOf } from './live-readiness-card.tsx'
import { useSections, type ReportDetail } from './report-query.ts'

/** A tab of a report with the readiness beside it. */
export function WithReadiness({ detail, children }: { readonly detail: ReportDetail; readonly children: ReactNode }) {
  const form = useSections(detail.work_order)
  const { id } = detail.work_order
  const links = useMemo(() => linksOf(id, form?.sections ?? []), [id, form])
  return (
    <div className="z-columns rp-columns">
      <div>{children}</div>
      <aside>{detail.readiness && <ReadinessCard readiness={detail.readiness} links={links} />}</aside>
    </div>
  )
}
