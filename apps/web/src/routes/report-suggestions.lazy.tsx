import { createLazyRoute } from '@tanstack/react-router'
import { SuggestionsList } from '../features/reports/suggestions/suggestions-list.tsx'
import { WithReadiness } from '../features/reports/record/with-readiness.tsx'
import { useReport } from '../features/reports/record/report-query.ts'
import { reportSuggestionsRoute } from './report.tsx'

export const Route = createLazyRoute('/frame/reports/$id/suggestions')({ component: SuggestionsPage })

function SuggestionsPage() {
  const { id } = reportSuggestionsRoute.useParams()
  const { data } = useReport(id)
  if (!data) return null
  return (
    <WithReadiness detail={data}>
      <SuggestionsList detail={data} />
    </WithReadiness>
  )
}
