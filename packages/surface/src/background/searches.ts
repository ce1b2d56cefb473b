import { z } from 'zod'
import { oneOf, textParam } from '../search-params.ts'

/** The addresses of the screens about background work. */
export const JobsSearch = z.object({
  q: textParam,
  view: oneOf(['resolved', 'queues', 'all']),
  queue: textParam,
  state: oneOf(['queued', 'running', 'done', 'failed', 'dead', 'cancelled']),
  preview: textParam,
})
export type JobsSearch = z.infer<typeof JobsSearch>

export const SchedulerSearch = z.object({
  q: textParam,
  view: oneOf(['locks', 'runs']),
  task: textParam,
  status: oneOf(['RUNNING', 'DONE', 'FAILED', 'ABANDONED', 'SKIPPED']),
  preview: textParam,
})
export type SchedulerSearch = z.infer<typeof SchedulerSearch>

const QUEUE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/
const asked = ({ q }: { readonly q?: string | undefined }) => (q ? { q } : {})

/** What the server is asked for an address. */
export const deadQuery = ({ view, queue, ...search }: JobsSearch) => ({
  ...asked(search),
  ...(view === 'resolved' ? { state: ['REPLAYED', 'DISCARDED'] } : {}),
  ...(queue && QUEUE.test(queue) ? { queue } : {}),
})
export const jobsQuery = ({ queue, state, ...search }: JobsSearch) => ({
  ...asked(search),
  ...(state ? { state: [state] } : {}),
  ...(queue && QUEUE.test(queue) ? { queue } : {}),
})
export const namesQuery = (search: { readonly q?: string | undefined }) => asked(search)
export const runsQuery = ({ task, status, ...search }: SchedulerSearch) => ({
  ...asked(search),
  ...(task && /^[a-z][a-z0-9_]*$/.test(task) ? { task } : {}),
  ...(status ? { status: [status] } : {}),
})

/** What narrows the list: the view is no filter, so clearing leaves it. */
export function filtersOf<S extends { readonly view?: unknown }>(search: S): Omit<S, 'view'> {
  const { view, ...filters } = search
  void view
  return filters
}
