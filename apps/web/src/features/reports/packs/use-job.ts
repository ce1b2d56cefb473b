import { isAbort } from '@zenops/client/api-error'
import { followJob, pauseFor } from '@zenops/client/job-progress'
import { getReportJob, watchReportJob } from '@zenops/contracts/reports-packs'
import type { ReportJob } from '@zenops/contracts/reports-pack-records'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../../lib/client.ts'

const RUNNING: ReadonlySet<ReportJob['status']> = new Set(['pending', 'queued', 'processing'])
export const isRunning = (job: ReportJob | null): job is ReportJob => job !== null && RUNNING.has(job.status)

/** A rendering job as it goes on: by its event stream, else by asking. `onOver` is called once when it ends. */
export function useJob(job: ReportJob | null, onOver: () => void): { job: ReportJob | null; error: unknown } {
  const [seen, setSeen] = useState<ReportJob | null>(null)
  const [error, setError] = useState<unknown>(null)
  const over = useRef(onOver)
  useEffect(() => {
    over.current = onOver
  })
  const id = isRunning(job) ? job.id : null
  useEffect(() => {
    if (id === null) return
    const stop = new AbortController()
    const { signal } = stop
    void followJob<ReportJob>({
      events: () => client.events(watchReportJob.path.replace(':id', id), { signal }),
      poll: () => client.call(getReportJob, { params: { id } }, { signal }),
      // Cast: the stream carries the job as its contract has it.
      parse: (data) => JSON.parse(data) as ReportJob,
      isOver: (one) => !isRunning(one),
      onUpdate: setSeen,
      pause: (ms) => pauseFor(ms, signal),
    }).then(
      () => over.current(),
      (failure: unknown) => {
        if (!isAbort(failure)) setError(failure)
      },
    )
    return () => stop.abort()
  }, [id])
  return { job: seen !== null && seen.id === job?.id ? seen : job, error }
}
