import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createFormats } from '@zenops/client/formats'
import { UiProvider } from '@zenops/ui/theme'
import { RouterLink } from './lib/links.tsx'
import { queryClient } from './lib/queries.ts'
import { router } from './router.tsx'

/** Platform pages tell times in UTC. */
const formats = createFormats('UTC')

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <UiProvider formats={formats} link={RouterLink}>
        <RouterProvider router={router} />
      </UiProvider>
    </QueryClientProvider>
  )
}
