import { createRoute, useRouterState } from '@tanstack/react-router'
import { formatTime, zoneOffset } from '@zenops/client/dates'
import type { Session } from '@zenops/client/session'
import { behindSignIn } from '@zenops/surface/behind-sign-in.tsx'
import { jobNames } from '@zenops/surface/jobs.ts'
import { DeskFrame } from '@zenops/surface/desk-frame.tsx'
import { useFirmSwitch } from '@zenops/surface/firm-switch.ts'
import { useMemo } from 'react'
import { useCrumbs } from '@zenops/surface/crumbs.ts'
import { FailurePage, NotFoundPage } from '../lib/failures.tsx'
import { navigationOf } from '../lib/navigation.ts'
import { LIST_SHORTCUTS } from '../lib/shortcuts.ts'
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

/** `IST`, or how far the firm's clock is from this device's. */
function zoneText(zone: string, now: number): string {
  const name = new Intl.DateTimeFormat('en-IN', { timeZone: zone, timeZoneName: 'short' })
    .formatToParts(now)
    .find((part) => part.type === 'timeZoneName')
  const short = name?.value ?? zone
  const ahead = zoneOffset(zone, now) + new Date(now).getTimezoneOffset()
  if (ahead === 0) return short
  const half = Math.abs(ahead) % 60 >= 30 ? '½' : ''
  const hours = `${Math.floor(Math.abs(ahead) / 60) || (half ? '' : '0')}${half}`
  return t(ahead > 0 ? 'zone_ahead' : 'zone_behind', { zone: `${short} ${formatTime(now, zone)}`, hours })
}

function Frame({ session }: { readonly session: Session }) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const crumbs = useCrumbs()
  const firmSwitch = useFirmSwitch(surface)
  const { paths } = frameRoute.useRouteContext()
  const groups = useMemo(() => navigationOf(session, paths, pathname), [session, paths, pathname])
  return (
    <DeskFrame
      surface={surface}
      session={session}
      groups={groups}
      crumbs={crumbs}
      zone={zoneText(session.tenant.time_zone, Date.now())}
      job={jobNames(session.job_templates)}
      firmSwitch={firmSwitch}
      shortcuts={[LIST_SHORTCUTS]}
    />
  )
}
