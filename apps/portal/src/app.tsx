import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createFormats } from '@zenops/client/formats'
import { UiProvider } from '@zenops/ui/theme'
import { useMemo } from 'react'
import { RouterLink } from './lib/links.tsx'
import { queryClient } from './lib/queries.ts'
import { useMaybeSession } from './lib/session.tsx'
import { router } from './router.tsx'

/** Before sign-in no firm is known; its zone takes over then. */
const FIRST_ZONE = 'Asia/Kolkata'

export function App() {
  const zone = useMaybeSession()?.tenant.time_zone ?? FIRST_ZONE
  const formats = useMemo(() => createFormats(zone), [zone])
  return (
    <QueryClientProvider client={queryClient}>
      <UiProvider formats={formats} link={RouterLink}>
        <RouterProvider router={router} />
      </UiProvider>
    </QueryClientProvider>
  )
}
