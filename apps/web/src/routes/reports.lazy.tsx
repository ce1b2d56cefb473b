import { createLazyRoute } from '@tanstack/react-router'
import { ReportQueue } from '../features/reports/queue/report-queue.tsx'
import '../features/reports/reports.css'
import { reportsRoute } from './reports.tsx'

export const Route = createLazyRoute('/frame/reports')({ component: ReportsPage })

function ReportsPage() {
  return <ReportQueue search={reportsRoute.useSearch()} />
}
