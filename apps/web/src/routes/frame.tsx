import { createRoute, Outlet, redirect, useRouter, useRouterState } from '@tanstack/react-router'
import { formatTime, zoneOffset } from '@zenops/client/dates'
import type { SessionState } from '@zenops/client/session'
import { faultOf } from '@zenops/client/error-texts'
import { AppFrame } from '@zenops/ui/frame'
import { Palette } from '@zenops/ui/palette'
import { PersonMenu } from '@zenops/ui/person-menu'
import { ShortcutsDialog } from '@zenops/ui/shortcuts'
import { EntryMessage } from '@zenops/ui/sign-in'
import { ErrorCard } from '@zenops/ui/states'
import { useEffect, useMemo, useState } from 'react'
import { en as identity } from '../features/identity/messages.en.ts'
import { client } from '../lib/client.ts'
import { useCrumbs } from '../lib/crumbs.ts'
import { FailurePage, NotFoundPage } from '../lib/failures.tsx'
import { navigationOf } from '../lib/navigation.ts'
import { useMaybeSession, useSession } from '../lib/session.tsx'
import { SHORTCUTS } from '../lib/shortcuts.ts'
import { t } from '../lib/texts.ts'
import { rootRoute } from './root.tsx'

/** Everything behind sign-in. Children are the pages. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  beforeLoad({ location }) {
    const state = client.session.state()
    if (state.kind !== 'signed_out') return
    // Who signs out on purpose leaves no address behind for the next person.
    const keep = state.reason !== 'signed_out' && location.href !== '/'
    throw redirect({ to: '/sign-in', search: keep ? { next: location.href } : {} })
  },
  component: FrameRoute,
  errorComponent: FailurePage,
  notFoundComponent: NotFoundPage,
})

/** No session and no sign-in page either: the server is away, or refuses this firm or person. */
function Closed({ state }: { readonly state: SessionState }) {
  const router = useRouter()
  const again = () => void client.session.restore().then(() => router.invalidate())
  if (state.kind === 'refused') {
    const { text, traceId, until } = faultOf(state.error, Date.now())
    return (
      <EntryMessage app={t('app')} title={t('refused')}>
        <ErrorCard text={text} traceId={traceId} until={until} onRetry={again} />
      </EntryMessage>
    )
  }
  return (
    <EntryMessage app={t('app')} title={t('unreachable')}>
      <ErrorCard text={t('unreachable')} onRetry={again} />
    </EntryMessage>
  )
}

function FrameRoute() {
  const session = useMaybeSession()
  return session ? <SignedInFrame /> : <Closed state={client.session.state()} />
}

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

function useFrameKeys(open: (what: 'palette' | 'shortcuts') => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const inField =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]')
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        open('palette')
      } else if (event.key === '?' && !inField) open('shortcuts')
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [open])
}

function SignedInFrame() {
  const session = useSession()
  const router = useRouter()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  // Where the page shown belongs to; `pathname` runs ahead while the next one loads.
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? '' })
  const crumbs = useCrumbs()
  const [opened, setOpened] = useState<'palette' | 'shortcuts' | null>(null)
  const close = () => setOpened(null)
  const { paths } = frameRoute.useRouteContext()
  const groups = useMemo(() => navigationOf(session, paths, pathname), [session, paths, pathname])
  const entries = groups.flatMap((group) => group.entries)
  const go = (href: string) => router.history.push(href)
  const signOut = () => void client.session.signOut()
  useFrameKeys(setOpened)
  const palette = [
    {
      label: t('go_to'),
      items: [
        ...entries.map((entry) => ({
          key: entry.href,
          label: entry.label,
          icon: entry.icon,
          onChoose: () => go(entry.href),
        })),
        { key: '/me', label: t('profile'), synonyms: ['account', 'me'], onChoose: () => go('/me') },
      ],
    },
    { label: t('do'), items: [{ key: 'sign-out', label: t('sign_out'), synonyms: ['logout'], onChoose: signOut }] },
  ]
  return (
    <AppFrame
      firm={session.tenant.name}
      app={t('app')}
      groups={groups}
      bottom={entries}
      crumbs={crumbs}
      zone={zoneText(session.tenant.time_zone, Date.now())}
      routeKey={shown}
      onSearch={() => setOpened('palette')}
      end={
        <PersonMenu
          name={session.user.name}
          lines={[session.user.email, session.job_templates.map((job) => identity[job]).join(', ')]}
          onProfile={() => go('/me')}
          onShortcuts={() => setOpened('shortcuts')}
          onSignOut={signOut}
        />
      }
    >
      <Outlet />
      <Palette groups={palette} opened={opened === 'palette'} onClose={close} />
      <ShortcutsDialog groups={SHORTCUTS} opened={opened === 'shortcuts'} onClose={close} />
    </AppFrame>
  )
}
