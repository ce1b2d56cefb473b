import { createLazyRoute, useParams } from '@tanstack/react-router'
import { RevisionHistory } from '../features/reports/revisions/revision-history.tsx'
import { WithReadiness } from '../features/reports/record/with-readiness.tsx'
import { useReport } from '../features/reports/record/report-query.ts'

export const Route = createLazyRoute('/frame/reports/$id/revisions')({ component: RevisionsPage })

function RevisionsPage() {
  const { id } = useParams({ from: '/frame/reports/$id/revisions' })
  const { data } = useReport(id)
  if (!data) return null
  return (
    <WithReadiness detail={data}>
      <RevisionHistory id={id} />
    </WithReadiness>
  )
}
