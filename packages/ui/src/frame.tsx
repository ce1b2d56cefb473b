import { Drawer, Menu } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { IconButton } from './button.tsx'
import {
  Icon,
  IconArrowLeft,
  IconChevronDown,
  IconChevronRight,
  IconMenu2,
  IconSearch,
  type IconType,
} from './icons.tsx'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from './icons.tsx'
import { AppLink } from './links.tsx'
import { OfflineBanner } from './states.tsx'
import { useWords } from './words.tsx'
import './frame.css'

export interface NavEntry {
  readonly label: string
  readonly href: string
  readonly icon: IconType
  readonly count?: number
  readonly current: boolean
}
export interface NavGroup {
  readonly label: string
  readonly entries: readonly NavEntry[]
}
export interface Crumb {
  readonly label: string
  readonly href: string
}

/** The firms a person may enter from here; absent where there is only the one. */
export interface FirmSwitch {
  readonly firms: readonly { readonly id: string; readonly name: string; readonly note: string }[]
  readonly current: string
  readonly onChoose: (id: string) => void
}

export interface AppFrameProps {
  readonly firm: string
  readonly firmSwitch?: FirmSwitch | undefined
  readonly app: string
  readonly groups: readonly NavGroup[]
  readonly crumbs: readonly Crumb[]
  /** Right part of the header: jobs, help, person. */
  readonly end: ReactNode
  /** `IST`, or `IST, 3½ h ahead of you`. */
  readonly zone?: string
  readonly onSearch?: () => void
  /** Strip under the header that names the app, for the platform's own. */
  readonly strip?: string
  readonly banner?: ReactNode
  /** Entries of the phone's bottom bar; at most four beside "More". */
  readonly bottom?: readonly NavEntry[]
  /** Changes with each route: focus moves to the new page's title. */
  readonly routeKey: string
  readonly children: ReactNode
}

function Navigation({ groups, icons }: { readonly groups: readonly NavGroup[]; readonly icons: boolean }) {
  const say = useWords()
  return (
    <nav className="z-nav" aria-label={say('main_navigation')} data-icons={icons || undefined}>
      {groups.map((group) => (
        <div key={group.label}>
          <h2>{group.label}</h2>
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.href}>
                <AppLink
                  href={entry.href}
                  className="z-nav-entry"
                  {...(icons ? { title: entry.label } : {})}
                  {...(entry.current ? { 'aria-current': 'page' as const } : {})}
                >
                  <Icon of={entry.icon} size={20} />
                  <span>{entry.label}</span>
                  {entry.count !== undefined && !icons && <span className="z-count z-num">{entry.count}</span>}
                </AppLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

/** At most three levels; the last is the page itself and no link. A phone shows the parent as a back arrow. */
export function Crumbs({ crumbs, narrow }: { readonly crumbs: readonly Crumb[]; readonly narrow: boolean }) {
  const say = useWords()
  const shown = crumbs.slice(-3)
  const parent = shown.at(-2)
  return (
    <nav className="z-crumbs" aria-label={say('breadcrumb')}>
      {narrow && parent && (
        <AppLink
          href={parent.href}
          className="z-button"
          data-kind="quiet"
          aria-label={say('back_to', { name: parent.label })}
        >
          <Icon of={IconArrowLeft} size={20} />
        </AppLink>
      )}
      <ol>
        {shown.map((crumb, at) => (
          <li key={crumb.href}>
            {at > 0 && <Icon of={IconChevronRight} />}
            {at < shown.length - 1 ? (
              <AppLink href={crumb.href}>{crumb.label}</AppLink>
            ) : (
              <span aria-current="page">{crumb.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** After a change of route the new title takes the focus, so that it is read and Tab goes on from there. */
function useTitleFocus(routeKey: string, main: { readonly current: HTMLElement | null }): void {
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return undefined
    }
    // Two frames: a list that one comes back to has put the focus on its row by then, and keeps it.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (main.current?.contains(document.activeElement)) return
        const title = main.current?.querySelector('h1')
        title?.setAttribute('tabindex', '-1')
        title?.focus({ preventScroll: true })
      })
    })
    return () => cancelAnimationFrame(frame)
  }, [routeKey, main])
}

const MODIFIER = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

function SearchButton({ onSearch }: { readonly onSearch: () => void }) {
  const say = useWords()
  return (
    <button type="button" className="z-header-search" onClick={onSearch} aria-label={say('search')}>
      <Icon of={IconSearch} />
      <span>{say('search')}</span>
      <span className="z-header-keys" aria-hidden data-keys={`${MODIFIER} K`} />
    </button>
  )
}

interface BottomBarProps {
  readonly entries: readonly NavEntry[]
  readonly onMore: () => void
}
function BottomBar({ entries, onMore }: BottomBarProps) {
  const say = useWords()
  return (
    <nav className="z-bottom" aria-label={say('more')}>
      {entries.slice(0, 4).map((entry) => (
        <AppLink key={entry.href} href={entry.href} {...(entry.current ? { 'aria-current': 'page' as const } : {})}>
          <Icon of={entry.icon} size={20} />
          {entry.label}
        </AppLink>
      ))}
      <button type="button" onClick={onMore}>
        <Icon of={IconMenu2} size={20} />
        {say('more')}
      </button>
    </nav>
  )
}

/** The firm's name as the opener of the list of firms. */
function FirmMenu({ firm, firmSwitch }: { readonly firm: string; readonly firmSwitch: FirmSwitch }) {
  const say = useWords()
  return (
    <Menu
      position="bottom-start"
      width={280}
      transitionProps={{ duration: 120 }}
      withinPortal={false}
      zIndex="var(--z-layer-menu)"
    >
      <Menu.Target>
        <button type="button" className="z-firm-menu" aria-label={say('switch_firm', { name: firm })}>
          <span>{firm}</span>
          <Icon of={IconChevronDown} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={firmSwitch.current} onChange={(id) => firmSwitch.onChoose(id)}>
          {firmSwitch.firms.map(({ id, name, note }) => (
            <Menu.RadioItem key={id} value={id}>
              {name}
              <span className="z-firm-note">{note}</span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

interface FirmCornerProps {
  readonly firm: string
  readonly firmSwitch: FirmSwitch | undefined
  readonly app: string
  readonly icons: boolean
  readonly onFold: () => void
}
function FirmCorner({ firm, firmSwitch, app, icons, onFold }: FirmCornerProps) {
  const say = useWords()
  return (
    <>
      <IconButton
        icon={icons ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse}
        label={say(icons ? 'widen_navigation' : 'narrow_navigation')}
        aria-expanded={!icons}
        onClick={onFold}
      />
      <div className="z-firm">
        {firmSwitch ? <FirmMenu firm={firm} firmSwitch={firmSwitch} /> : <span title={firm}>{firm}</span>}
        <span>{app}</span>
      </div>
    </>
  )
}

interface NavigationDrawerProps {
  readonly title: string
  readonly opened: boolean
  readonly onClose: () => void
  readonly groups: readonly NavGroup[]
  readonly firmSwitch: FirmSwitch | undefined
}
function NavigationDrawer({ title, opened, onClose, groups, firmSwitch }: NavigationDrawerProps) {
  const say = useWords()
  return (
    <Drawer.Root opened={opened} onClose={onClose} size={280} zIndex="var(--z-layer-dialog)">
      <Drawer.Overlay />
      <Drawer.Content>
        <div className="z-dialog-head">
          <Drawer.Title>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label={say('close')} />
        </div>
        <Drawer.Body>
          {firmSwitch && <FirmMenu firm={title} firmSwitch={firmSwitch} />}
          <Navigation groups={groups} icons={false} />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

/** Header, navigation and content of the Workspace and Studio (`screens.md` 2.2). */
export function AppFrame(props: AppFrameProps) {
  const { firm, firmSwitch, app, groups, crumbs, end, zone, onSearch, strip, banner, bottom = [], routeKey } = props
  const say = useWords()
  const narrow = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false })
  const medium = useMediaQuery('(max-width: 1199px)', false, { getInitialValueInEffect: false })
  const [folded, setFolded] = useState<boolean | null>(null)
  const [drawer, setDrawer] = useState(false)
  const main = useRef<HTMLElement>(null)
  const icons = folded ?? medium
  useTitleFocus(routeKey, main)
  useHotkeys([['\\', () => setFolded(!icons)]])
  useEffect(() => setDrawer(false), [routeKey])
  return (
    <div className="z-frame">
      <a className="z-skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {say('skip')}
      </a>
      <div className="z-frame-banner">
        <OfflineBanner />
        {banner}
      </div>
      <header className="z-header">
        {!narrow && <FirmCorner {...{ firm, firmSwitch, app, icons }} onFold={() => setFolded(!icons)} />}
        <Crumbs crumbs={crumbs} narrow={narrow} />
        <div className="z-header-end">
          {onSearch && <SearchButton onSearch={onSearch} />}
          {zone && <span className="z-zone">{zone}</span>}
          {end}
        </div>
      </header>
      {strip && (
        <div className="z-frame-strip" role="region" aria-label={app}>
          {strip}
        </div>
      )}
      {!narrow && <Navigation groups={groups} icons={icons} />}
      <main className="z-main" id="main" ref={main} tabIndex={-1}>
        {props.children}
      </main>
      {narrow && <BottomBar entries={bottom} onMore={() => setDrawer(true)} />}
      <NavigationDrawer
        title={firm}
        opened={narrow && drawer}
        onClose={() => setDrawer(false)}
        groups={groups}
        firmSwitch={firmSwitch}
      />
    </div>
  )
}

export interface ColumnFrameProps {
  readonly firm: string
  readonly app: string
  readonly end: ReactNode
  readonly routeKey: string
  readonly children: ReactNode
}

/** One column of at most 720 px: the portal. */
export function ColumnFrame({ firm, app, end, routeKey, children }: ColumnFrameProps) {
  const say = useWords()
  const main = useRef<HTMLElement>(null)
  useTitleFocus(routeKey, main)
  return (
    <div className="z-column-frame">
      <a className="z-skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {say('skip')}
      </a>
      <header className="z-header">
        <div className="z-firm">
          <span>{firm}</span>
          <span>{app}</span>
        </div>
        <div className="z-header-end">{end}</div>
      </header>
      <OfflineBanner />
      <main className="z-column" id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
