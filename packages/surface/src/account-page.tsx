import { messagesOf } from '@zenops/client/messages'
import { Page, PageTabs } from '@zenops/ui/page'
import { useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { en } from './account.en.ts'
import '@zenops/ui/account.css'

export const t = messagesOf('account', en)

const TABS = [
  { href: '/me', key: 'profile' },
  { href: '/me/security', key: 'security' },
  { href: '/me/sessions', key: 'sessions' },
  { href: '/me/data', key: 'my_data' },
] as const

export interface AccountPageProps {
  readonly title: string
  readonly children: ReactNode
}

/** One's own account: the same title row and tabs on each of its pages. */
export function AccountPage({ title, children }: AccountPageProps) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const tabs = TABS.map(({ href, key }) => ({ href, label: t(key), current: pathname === href }))
  return (
    <Page title={title} documentTitle={title} bar={<PageTabs label={t('account')} tabs={tabs} />}>
      <div className="z-account">{children}</div>
    </Page>
  )
}
