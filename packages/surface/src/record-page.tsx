import { Outlet, useRouterState } from '@tanstack/react-router'
import { Page, PageTabs } from '@zenops/ui/page'
import type { ReactNode } from 'react'

export interface RecordPageProps {
  readonly title: ReactNode
  /** Code and name, for the window's title. */
  readonly documentTitle: string
  readonly state?: ReactNode
  readonly note?: ReactNode
  /** `NextAction` first. */
  readonly acts?: ReactNode
  /** Address of the record; tabs are its child routes. */
  readonly base: string
  readonly tabsLabel: string
  readonly tabs: readonly { readonly label: string; readonly path: string; readonly count?: number }[]
  /** Why the record is held or closed, between tabs and content. */
  readonly banner?: ReactNode
  /** The "About" panel at the right. */
  readonly about?: ReactNode
}

/** The record page: title row, tabs as child routes, content, facts at the right. */
export function RecordPage({ base, tabs, tabsLabel, banner, about, ...title }: RecordPageProps) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const bar = (
    <PageTabs
      label={tabsLabel}
      tabs={tabs.map(({ path, ...tab }) => ({
        ...tab,
        href: `${base}${path}`,
        current: pathname === `${base}${path}` || pathname.startsWith(`${base}${path}/`),
      }))}
    />
  )
  return (
    <Page {...title} bar={bar}>
      {banner}
      {/* The same elements with and without the panel, so that the tab's content keeps its state and focus. */}
      <div className={about ? 'z-columns' : undefined}>
        <div>
          <Outlet />
        </div>
        {about && <aside className="z-card">{about}</aside>}
      </div>
    </Page>
  )
}
