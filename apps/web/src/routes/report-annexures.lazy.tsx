import { createLazyRoute, useParams } from '@tanstack/react-router'
import { AnnexurePreview } from '../features/reports/annexures/annexure-preview.tsx'
import { WithReadiness } from '../features/reports/record/with-readiness.tsx'
import { useReport } from '../features/reports/record/report-query.ts'

export const Route = createLazyRoute('/frame/reports/$id/annexures')({ component: AnnexuresPage })

function AnnexuresPage() {
  const { id } = useParams({ from: '/frame/reports/$id/annexures' })
  const { data } = useReport(id)
  if (!data) return null
  return (
    <WithReadiness detail={data}>
      <AnnexurePreview detail={data} />
    </WithReadiness>
  )
}
