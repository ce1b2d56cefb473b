import { createRoute } from '@tanstack/react-router'
import { listDocuments } from '@zenops/contracts/documents'
import { LibrarySearch } from '../features/documents/library-search.ts'
import { askList } from '../lib/queries.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

export const documentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/documents',
  validateSearch: (search) => LibrarySearch.parse(search),
  beforeLoad: () => requireRight('documents.read'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listDocuments, deps)),
  staticData: { crumb: t('documents') },
}).lazy(() => import('./documents.lazy.tsx').then((page) => page.Route))
