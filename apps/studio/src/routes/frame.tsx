import { createRoute, Outlet, redirect, useRouter, useRouterState } from '@tanstack/react-router'
import type { SessionState } from '@zenops/client/session'
import { faultOf } from '@zenops/client/error-texts'
import { AppFrame } from '@zenops/ui/frame'
import { Palette } from '@zenops/ui/palette'
import { PersonMenu } from '@zenops/ui/person-menu'
import { ShortcutsDialog } from '@zenops/ui/shortcuts'
import { EntryMessage } from '@zenops/ui/sign-in'
import { ErrorCard } from '@zenops/ui/states'
import { useEffect, useState } from 'react'
import { client } from '../lib/client.ts'
import { FailurePage, NotFoundPage } from '../lib/failures.tsx'
import { IconActivity } from '@zenops/ui/icons'
import { useMaybeSession, useSession } from '../lib/session.tsx'
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

const SHORTCUTS = [
  {
    label: t('everywhere'),
    keys: [
      { keys: 'Ctrl K', does: t('search') },
      { keys: '?', does: t('shortcuts') },
      { keys: '\\', does: t('narrow_navigation') },
    ],
  },
]

function SignedInFrame() {
  const { user, tenant } = useSession()
  const router = useRouter()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  // Where the page shown belongs to; `pathname` runs ahead while the next one loads.
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? '' })
  const [opened, setOpened] = useState<'palette' | 'shortcuts' | null>(null)
  const close = () => setOpened(null)
  const signOut = () => void client.session.signOut()
  const entries = [{ label: t('overview'), href: '/', icon: IconActivity, current: pathname === '/' }]
  useFrameKeys(setOpened)
  const pages = entries.map(({ href, label, icon }) => ({
    key: href,
    label,
    icon,
    onChoose: () => router.history.push(href),
  }))
  const palette = [
    { label: t('go_to'), items: pages },
    { label: t('do'), items: [{ key: 'sign-out', label: t('sign_out'), synonyms: ['logout'], onChoose: signOut }] },
  ]
  const person = (
    <PersonMenu name={user.name} lines={[user.email]} onShortcuts={() => setOpened('shortcuts')} onSignOut={signOut} />
  )
  return (
    <AppFrame
      firm={tenant.name}
      app={t('app')}
      strip={t('strip')}
      groups={[{ label: t('group_platform'), entries }]}
      bottom={entries}
      crumbs={pathname === '/' ? [{ label: t('overview'), href: '/' }] : []}
      zone="UTC"
      routeKey={shown}
      onSearch={() => setOpened('palette')}
      end={person}
    >
      <Outlet />
      <Palette groups={palette} opened={opened === 'palette'} onClose={close} />
      <ShortcutsDialog groups={SHORTCUTS} opened={opened === 'shortcuts'} onClose={close} />
    </AppFrame>
  )
}
