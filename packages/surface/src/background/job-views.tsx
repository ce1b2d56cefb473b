import { Views } from './views.tsx'
import type { JobsSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const VIEWS = [
  { value: undefined, label: t('view_dead') },
  { value: 'resolved', label: t('view_resolved') },
  { value: 'queues', label: t('view_queues') },
  { value: 'all', label: t('view_all') },
]

export function JobViews({ search }: { readonly search: JobsSearch }) {
  const change = useAddress<JobsSearch>()
  return (
    <Views
      views={VIEWS}
      shown={search.view}
      onShow={(view) => change({ view, preview: undefined, queue: undefined, state: undefined, q: undefined })}
    />
  )
}
