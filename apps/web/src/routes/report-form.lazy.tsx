import { createLazyRoute, useSearch, useParams } from '@tanstack/react-router'
import { FormPage } from '../features/reports/record/form-page.tsx'
import { useReport } from '../features/reports/record/report-query.ts'

export const Route = createLazyRoute('/frame/reports/$id/form/$section')({ component: ReportFormPage })

function ReportFormPage() {
  const { id, section } = useParams({ from: '/frame/reports/$id/form/$section' })
  const { field } = useSearch({ from: '/frame/reports/$id/form/$section' })
  const { data } = useReport(id)
  return data ? <FormPage key={id} detail={data} section={section} field={field} /> : null
}
