import { useEffect, type KeyboardEvent, type ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { IconX } from './icons.tsx'
import { AppLink } from './links.tsx'
import { useWords } from './words.tsx'
import './page.css'

export interface TitleRowProps {
  /** The page's only `h1`. */
  readonly title: ReactNode
  /** Said by the window's title; the app's name follows. */
  readonly documentTitle?: string
  readonly state?: ReactNode
  readonly note?: ReactNode
  /** Next action first, then menus. */
  readonly acts?: ReactNode
}

/** What is this, what state is it in, what do I do next. */
export function TitleRow({ title, documentTitle, state, note, acts }: TitleRowProps) {
  useEffect(() => {
    if (documentTitle) document.title = `${documentTitle} · ZenOps`
  }, [documentTitle])
  return (
    <div className="z-title-row">
      <h1>{title}</h1>
      {state}
      {note && <span className="z-title-note">{note}</span>}
      {acts && <div className="z-title-acts">{acts}</div>}
    </div>
  )
}

export interface PageProps extends TitleRowProps {
  /** Filter bar or tabs, between title and content. */
  readonly bar?: ReactNode
  /** The content fills the height and scrolls inside itself (lists). */
  readonly fill?: boolean
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** Every page in the same order: title row, bar, content, side panel. */
export function Page({ bar, fill, panel, children, ...title }: PageProps) {
  return (
    <div className="z-page" data-fill={fill || undefined}>
      <TitleRow {...title} />
      {bar}
      {/* The same elements with and without a panel, so that opening one neither remounts nor unfocuses the content. */}
      <div className="z-page-body">
        <div className="z-page-content">{children}</div>
        {panel}
      </div>
    </div>
  )
}

export interface SidePanelProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Beside the content from 1200 px, over it below; Esc closes. */
export function SidePanel({ title, onClose, children }: SidePanelProps) {
  const say = useWords()
  return (
    <aside
      className="z-side-panel"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header>
        <h2>{title}</h2>
        <IconButton icon={IconX} label={say('close')} compact onClick={onClose} />
      </header>
      <div>{children}</div>
    </aside>
  )
}

export interface PageTab {
  readonly label: string
  readonly href: string
  readonly current: boolean
  readonly count?: number
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (step === undefined) return
  const links = [...event.currentTarget.querySelectorAll('a')]
  const at = links.findIndex((link) => link === document.activeElement)
  links[(at + step + links.length) % links.length]?.focus()
}

/** Tabs are child routes, so they are links; arrow keys move between them. */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }) {
  return (
    <nav className="z-tabs" aria-label={label} onKeyDown={moveFocus}>
      {tabs.map((tab) => (
        <AppLink key={tab.href} href={tab.href} {...(tab.current ? { 'aria-current': 'page' as const } : {})}>
          {tab.label}
          {tab.count !== undefined && <span className="z-count z-num">{tab.count}</span>}
        </AppLink>
      ))}
    </nav>
  )
}
