import { createLazyRoute } from '@tanstack/react-router'
import { FormPage } from '../features/reports/record/form-page.tsx'
import { useReport } from '../features/reports/record/report-query.ts'
import { reportFormRoute } from './report.tsx'

export const Route = createLazyRoute('/frame/reports/$id/form/$section')({ component: ReportFormPage })

function ReportFormPage() {
  const { id, section } = reportFormRoute.useParams()
  const { field } = reportFormRoute.useSearch()
  const { data } = useReport(id)
  return data ? <FormPage key={id} detail={data} section={section} field={field} /> : null
}
