import { createLazyRoute, useParams, useSearch } from '@tanstack/react-router'
import { JobDocuments } from '../features/documents/job-documents.tsx'

const PATH = '/frame/assignments/$id/documents'
export const Route = createLazyRoute(PATH)({ component: DocumentsPage })

function DocumentsPage() {
  const { id } = useParams({ from: PATH })
  const { document } = useSearch({ from: PATH })
  return <JobDocuments assignmentId={id} opened={document} />
}
