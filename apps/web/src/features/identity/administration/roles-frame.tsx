import { useRouterState } from '@tanstack/react-router'
import { Page, PageTabs } from '@zenops/ui/page'
import type { ReactNode } from 'react'
import { t } from './texts.ts'

export interface RolesFrameProps {
  readonly fill?: boolean
  readonly bar?: ReactNode
  readonly acts?: ReactNode
  readonly children: ReactNode
}

/** Title and tabs of the two pages about rights. */
export function RolesFrame({ fill, bar, acts, children }: RolesFrameProps) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const tabs = [
    { label: t('matrix'), href: '/roles' },
    { label: t('job_templates'), href: '/roles/jobs' },
  ]
  return (
    <Page
      title={t('roles')}
      documentTitle={t('roles')}
      {...(fill ? { fill } : {})}
      acts={acts}
      bar={
        <>
          <PageTabs label={t('roles')} tabs={tabs.map((tab) => ({ ...tab, current: tab.href === pathname }))} />
          {bar}
        </>
      }
    >
      {children}
    </Page>
  )
}
