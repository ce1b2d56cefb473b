import { Locks } from './locks.tsx'
import { Runs } from './runs.tsx'
import type { SchedulerSearch } from './searches.ts'
import { Tasks } from './tasks.tsx'

/** Recurring work: tasks and loops first, then locks and run history. */
export function SchedulerPage({ search }: { readonly search: SchedulerSearch }) {
  if (search.view === 'locks') return <Locks search={search} />
  if (search.view === 'runs') return <Runs search={search} />
  return <Tasks search={search} />
}
