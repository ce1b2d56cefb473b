import { createLazyRoute, useSearch, useParams } from '@tanstack/react-router'
import { EvidenceBoard } from '../features/reports/evidence/evidence-board.tsx'
import { WithReadiness } from '../features/reports/record/with-readiness.tsx'
import { useReport } from '../features/reports/record/report-query.ts'

export const Route = createLazyRoute('/frame/reports/$id/evidence')({ component: EvidencePage })

function EvidencePage() {
  const { id } = useParams({ from: '/frame/reports/$id/evidence' })
  const { column } = useSearch({ from: '/frame/reports/$id/evidence' })
  const { data } = useReport(id)
  if (!data) return null
  return (
    <WithReadiness detail={data}>
      <EvidenceBoard detail={data} column={column} />
    </WithReadiness>
  )
}
