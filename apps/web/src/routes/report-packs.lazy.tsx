import { createLazyRoute, useParams } from '@tanstack/react-router'
import { PackList } from '../features/reports/packs/pack-list.tsx'
import { WithReadiness } from '../features/reports/record/with-readiness.tsx'
import { useReport } from '../features/reports/record/report-query.ts'

export const Route = createLazyRoute('/frame/reports/$id/packs')({ component: PacksPage })

function PacksPage() {
  const { id } = useParams({ from: '/frame/reports/$id/packs' })
  const { data } = useReport(id)
  if (!data) return null
  return (
    <WithReadiness detail={data}>
      <PackList detail={data} />
    </WithReadiness>
  )
}
