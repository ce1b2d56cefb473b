import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { Library } from '../features/documents/library.tsx'

export const Route = createLazyRoute('/frame/documents')({ component: LibraryPage })

function LibraryPage() {
  return <Library search={useSearch({ from: '/frame/documents' })} />
}
