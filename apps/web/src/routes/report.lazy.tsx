import { createLazyRoute, useParams } from '@tanstack/react-router'
import { ReportRecord } from '../features/reports/record/report-record.tsx'
import '../features/reports/reports.css'

export const Route = createLazyRoute('/frame/reports/$id')({ component: ReportPage })

function ReportPage() {
  const { id } = useParams({ from: '/frame/reports/$id' })
  return <ReportRecord id={id} />
}
