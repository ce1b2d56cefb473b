import { createRoute, useRouterState } from '@tanstack/react-router'
import type { Session } from '@zenops/client/session'
import { behindSignIn } from '@zenops/surface/behind-sign-in.tsx'
import { DeskFrame } from '@zenops/surface/desk-frame.tsx'
import { FailurePage, NotFoundPage } from '@zenops/surface/failures.tsx'
import { IconActivity } from '@zenops/ui/icons'
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
  const atStart = useRouterState({ select: (state) => state.location.pathname === '/' })
  const overview = { label: t('overview'), href: '/' }
  return (
    <DeskFrame
      surface={surface}
      session={session}
      strip={t('strip')}
      groups={[{ label: t('group_platform'), entries: [{ ...overview, icon: IconActivity, current: atStart }] }]}
      crumbs={atStart ? [overview] : []}
      zone="UTC"
    />
  )
}
