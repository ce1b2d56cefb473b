import { useCallback } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { Page, PageTabs } from '@zenops/ui/page'
import type { ReactNode } from 'react'
import { useCan } from '../surface-context.tsx'
import { DeletedRows } from './deleted-rows.tsx'
import { Holds } from './holds.tsx'
import { Policies } from './policies.tsx'
import { Runs } from './runs.tsx'
import type { RetentionSearch } from './searches.ts'
import { t } from './words.ts'

type View = NonNullable<RetentionSearch['view']>

/** What every view of the page gets: the chosen row stands in the address. */
export interface ViewProps {
  readonly preview: string | undefined
  readonly onPreview: (key: string | undefined) => void
  readonly frame: (parts: {
    readonly acts?: ReactNode
    readonly panel?: ReactNode
    readonly children: ReactNode
  }) => ReactNode
}

const VIEWS: Readonly<Record<View, (props: ViewProps) => ReactNode>> = {
  policies: Policies,
  runs: Runs,
  deleted: DeletedRows,
  holds: Holds,
}

/** `/admin/retention`: how long what is kept, what was removed, what can still come back, and what must stay. */
export function RetentionPage({ search }: { readonly search: RetentionSearch }) {
  const navigate = useNavigate()
  const view = search.view ?? 'policies'
  const seesHolds = useCan('users.security')
  const seesRuns = useCan('ops.jobs.manage')
  const onPreview = useCallback(
    (preview: string | undefined) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, preview }), replace: true }),
    [navigate],
  )
  const shown = (Object.keys(VIEWS) as View[]) // the keys of the table
    .filter((name) => (name === 'holds' ? seesHolds : name !== 'runs' || seesRuns))
  const tabs = shown.map((name) => ({
    label: t(`view_${name}`),
    href: name === 'policies' ? '/admin/retention' : `/admin/retention?view=${name}`,
    current: name === view,
  }))
  const Shown = VIEWS[view]
  return (
    <Shown
      key={view}
      preview={search.preview}
      onPreview={onPreview}
      frame={({ acts, panel, children }) => (
        <Page
          title={t('retention')}
          documentTitle={t('retention')}
          fill
          acts={acts}
          panel={panel}
          bar={<PageTabs label={t('retention')} tabs={tabs} />}
        >
          {children}
        </Page>
      )}
    />
  )
}
