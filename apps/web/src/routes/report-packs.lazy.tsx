import { createLazyRoute } from '@tanstack/react-router'
import { PackList } from '../features/reports/packs/pack-list.tsx'
import { WithReadiness } from '../features/reports/record/with-readiness.tsx'
import { useReport } from '../features/reports/record/report-query.ts'
import { reportPacksRoute } from './report.tsx'

export const Route = createLazyRoute('/frame/reports/$id/packs')({ component: PacksPage })

function PacksPage() {
  const { id } = reportPacksRoute.useParams()
  const { data } = useReport(id)
  if (!data) return null
  return (
    <WithReadiness detail={data}>
      <PackList detail={data} />
    </WithReadiness>
  )
}
