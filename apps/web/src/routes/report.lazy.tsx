import { createLazyRoute } from '@tanstack/react-router'
import { ReportRecord } from '../features/reports/record/report-record.tsx'
import '../features/reports/reports.css'
import { reportRoute } from './report.tsx'

export const Route = createLazyRoute('/frame/reports/$id')({ component: ReportPage })

function ReportPage() {
  const { id } = reportRoute.useParams()
  return <ReportRecord id={id} />
}
