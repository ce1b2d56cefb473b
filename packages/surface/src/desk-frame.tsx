import { Outlet, useRouter } from '@tanstack/react-router'
import type { Session } from '@zenops/client/session'
import { AppFrame, type Crumb, type FirmSwitch, type NavGroup } from '@zenops/ui/frame'
import { Palette } from '@zenops/ui/palette'
import { PersonMenu } from '@zenops/ui/person-menu'
import { ShortcutsDialog, type ShortcutGroup } from '@zenops/ui/shortcuts'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { useShownPath } from './behind-sign-in.tsx'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'

type Opened = 'palette' | 'shortcuts'

function useFrameKeys(open: (what: Opened) => void): void {
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

const everywhere = (): ShortcutGroup => ({
  label: t('everywhere'),
  keys: [
    { keys: 'Ctrl K', does: t('search') },
    { keys: '?', does: t('shortcuts') },
    { keys: '\\', does: t('narrow_navigation') },
  ],
})

export interface DeskFrameProps {
  readonly surface: Surface
  readonly session: Session
  readonly groups: readonly NavGroup[]
  readonly crumbs: readonly Crumb[]
  /** `IST`, or `IST, 3½ h ahead of you`. */
  readonly zone: string
  readonly strip?: string
  /** Above everything: what must not be overlooked while it lasts. */
  readonly banner?: ReactNode
  /** Under the e-mail in the person's menu. */
  readonly job?: string
  readonly firmSwitch?: FirmSwitch | undefined
  /** Keys beside those of the frame. */
  readonly shortcuts?: readonly ShortcutGroup[]
}

const GraceBanner = lazy(() => import('./grace-banner.tsx'))
/** It is no part of what one waits for: asked for once the first page stands. */
const LATER_MS = 3_000

function useLater(): boolean {
  const [later, setLater] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LATER_MS)
    return () => clearTimeout(timer)
  }, [])
  return later
}

const OWN_PAGES = [
  { href: '/me', key: 'profile' },
  { href: '/me/security', key: 'security' },
  { href: '/me/sessions', key: 'sessions' },
] as const

/** The frame of the Workspace and Studio: navigation, palette, keys and person around the page. */
export function DeskFrame(props: DeskFrameProps) {
  const { surface, session, groups, crumbs, zone, strip, job, firmSwitch, shortcuts = [] } = props
  const router = useRouter()
  const shown = useShownPath()
  const [opened, setOpened] = useState<Opened | null>(null)
  const later = useLater()
  useFrameKeys(setOpened)
  const close = () => setOpened(null)
  const go = (href: string) => router.history.push(href)
  const signOut = () => void surface.client.session.signOut()
  const entries = groups.flatMap((group) => group.entries)
  const pages = entries.map(({ href, label, icon }) => ({ key: href, label, icon, onChoose: () => go(href) }))
  const own = OWN_PAGES.map(({ href, key }) => ({
    key: href,
    label: t(key),
    synonyms: ['account', 'me'],
    onChoose: () => go(href),
  }))
  const palette = [
    { label: t('go_to'), items: [...pages, ...own] },
    { label: t('do'), items: [{ key: 'sign-out', label: t('sign_out'), synonyms: ['logout'], onChoose: signOut }] },
  ]
  const person = (
    <PersonMenu
      name={session.user.name}
      lines={[session.user.email, job].filter((line) => typeof line === 'string')}
      onProfile={() => go('/me')}
      onShortcuts={() => setOpened('shortcuts')}
      onSignOut={signOut}
    />
  )
  return (
    <AppFrame
      firm={session.tenant.name}
      firmSwitch={firmSwitch}
      banner={
        <>
          {props.banner}
          {later && (
            <Suspense>
              <GraceBanner surface={surface} />
            </Suspense>
          )}
        </>
      }
      app={surface.words().app}
      {...(strip === undefined ? {} : { strip })}
      groups={groups}
      bottom={entries}
      crumbs={crumbs}
      zone={zone}
      routeKey={shown}
      onSearch={() => setOpened('palette')}
      end={person}
    >
      <Outlet />
      <Palette groups={palette} opened={opened === 'palette'} onClose={close} />
      <ShortcutsDialog groups={[everywhere(), ...shortcuts]} opened={opened === 'shortcuts'} onClose={close} />
    </AppFrame>
  )
}
