import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useParams, useSearch } from '@tanstack/react-router'
import { AssignmentPage, askJob } from '../features/assignments/assignment-page.tsx'
import { Overview } from '../features/assignments/overview.tsx'
import { ReportsTab } from '../features/assignments/reports-tab.tsx'
import { TimelineTab } from '../features/assignments/timeline-tab.tsx'

export const RecordRoute = createLazyRoute('/frame/assignments/$id')({ component: RecordPage })
export const OverviewRoute = createLazyRoute('/frame/assignments/$id/overview')({ component: OverviewPage })
export const ReportRoute = createLazyRoute('/frame/assignments/$id/report')({ component: ReportPage })
export const TimelineRoute = createLazyRoute('/frame/assignments/$id/timeline')({ component: TimelinePage })

const useId = (): string => useParams({ from: '/frame/assignments/$id' }).id

function RecordPage() {
  // An open document takes the room at the right.
  const { document } = useSearch({ strict: false })
  return <AssignmentPage id={useId()} aboutHidden={document !== undefined} />
}
function OverviewPage() {
  const { data } = useQuery(askJob(useId()))
  return data ? <Overview job={data} /> : null
}
function ReportPage() {
  const { data } = useQuery(askJob(useId()))
  return data ? <ReportsTab job={data} /> : null
}
function TimelinePage() {
  return <TimelineTab id={useId()} />
}
