import type { SchedulerSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { Views } from './views.tsx'
import { t } from './words.ts'

const VIEWS = [
  { value: undefined, label: t('view_tasks') },
  { value: 'locks', label: t('view_locks') },
  { value: 'runs', label: t('view_runs') },
]

export function SchedulerViews({ search }: { readonly search: SchedulerSearch }) {
  const change = useAddress<SchedulerSearch>()
  return (
    <Views
      views={VIEWS}
      shown={search.view}
      onShow={(view) => change({ view, preview: undefined, task: undefined, status: undefined, q: undefined })}
    />
  )
}
