import { useCan } from '../surface-context.tsx'
import { AllJobs } from './all-jobs.tsx'
import { DeadJobs } from './dead-jobs.tsx'
import { Queues } from './queues.tsx'
import type { JobsSearch } from './searches.ts'

/** Background work: dead letters first, then queues and all jobs. */
export function JobsPage({ search }: { readonly search: JobsSearch }) {
  const mayManage = useCan('ops.jobs.manage')
  if (search.view === 'queues') return <Queues search={search} />
  if (search.view === 'all' || !mayManage) return <AllJobs search={search} />
  return <DeadJobs search={search} />
}
