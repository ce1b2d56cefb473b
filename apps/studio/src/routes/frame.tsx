import { createRoute, useRouterState } from '@tanstack/react-router'
import type { Session } from '@zenops/client/session'
import { behindSignIn } from '@zenops/surface/behind-sign-in.tsx'
import { useCrumbs } from '@zenops/surface/crumbs.ts'
import { DeskFrame } from '@zenops/surface/desk-frame.tsx'
import { FailurePage, NotFoundPage } from '@zenops/surface/failures.tsx'
import { useMemo } from 'react'
import { SupportBanner } from '../features/identity/support-banner.tsx'
import { navigationOf } from '../lib/navigation.ts'
import { surface } from '../lib/surface.ts'
import { t } from '../lib/texts.ts'
import { rootRoute } from './root.tsx'

/** Everything behind sign-in. Children are the pages. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  ...behindSignIn(surface, Frame),
  errorComponent: FailurePage,
  notFoundComponent: NotFoundPage,
})

function Frame({ session }: { readonly session: Session }) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const groups = useMemo(() => navigationOf(session, pathname), [session, pathname])
  return (
    <DeskFrame
      surface={surface}
      session={session}
      strip={t('strip')}
      banner={<SupportBanner session={session} />}
      groups={groups}
      crumbs={useCrumbs()}
      zone="UTC"
    />
  )
}
