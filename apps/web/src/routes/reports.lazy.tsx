import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { ReportQueue } from '../features/reports/queue/report-queue.tsx'
import '../features/reports/reports.css'

export const Route = createLazyRoute('/frame/reports')({ component: ReportsPage })

function ReportsPage() {
  return <ReportQueue search={useSearch({ from: '/frame/reports' })} />
}
