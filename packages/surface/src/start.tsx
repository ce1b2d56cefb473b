import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider, type AnyRouter } from '@tanstack/react-router'
import { ApiError } from '@zenops/client/api-error'
import { createFormats } from '@zenops/client/formats'
import { UiProvider } from '@zenops/ui/theme'
import { lazy, Suspense, useMemo, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterLink } from './links.tsx'
import { followSession } from './routing.ts'
import { MissingRight, SurfaceProvider } from './surface-context.tsx'
import type { Surface } from './surface.ts'

/** Before sign-in no firm is known; its zone takes over then. */
const FIRST_ZONE = 'Asia/Kolkata'

export interface StartOptions {
  readonly router: AnyRouter
  /** The zone in which times are told; without it that of the firm. */
  readonly zone?: string
}

const StepUp = lazy(() => import('./step-up.tsx'))

/** Over whatever screen met the refusal; loaded when the first one does. */
function StepUpHost({ surface }: { readonly surface: Surface }) {
  const { stepUps } = surface
  const question = useSyncExternalStore(stepUps.subscribe, stepUps.question)
  return <Suspense>{question && <StepUp surface={surface} question={question} />}</Suspense>
}

interface AppProps {
  readonly surface: Surface
  readonly router: AnyRouter
  readonly zone: string | undefined
}

function App({ surface, router, zone }: AppProps) {
  const session = surface.useMaybeSession()
  const told = zone ?? session?.tenant.time_zone ?? FIRST_ZONE
  const formats = useMemo(() => createFormats(told), [told])
  return (
    <QueryClientProvider client={surface.queryClient}>
      <UiProvider formats={formats} link={RouterLink}>
        <SurfaceProvider surface={surface}>
          <RouterProvider router={router} />
          <StepUpHost surface={surface} />
        </SurfaceProvider>
      </UiProvider>
    </QueryClientProvider>
  )
}

/** Puts an app on the screen. What a page explains is no fault of the program; everything else is reported. */
export function start(surface: Surface, { router, zone }: StartOptions): void {
  followSession(surface, router)
  const place = document.getElementById('root')
  if (!place) return
  createRoot(place, {
    onCaughtError(error) {
      if (!(error instanceof ApiError || error instanceof MissingRight)) reportError(error)
    },
  }).render(<App surface={surface} router={router} zone={zone} />)
}
