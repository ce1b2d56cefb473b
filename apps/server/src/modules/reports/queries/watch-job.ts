import { setTimeout as pause } from 'node:timers/promises'
import { type JOB_EVENTS, ReportJob } from '@zenops/contracts/reports-pack-records'
import { watchReportJob } from '@zenops/contracts/reports-packs'
import { compileOnly } from '../../../platform/db/database.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { eventStream } from '../../../platform/event-stream.ts'
import { refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { jobById } from './packs.ts'

const LOOK_MS = 300
const LONGEST_MS = 600_000

const FINAL: ReadonlySet<ReportJob['status']> = new Set(['completed', 'failed', 'cancelled'])

function eventOf(job: ReportJob, before: ReportJob | undefined): (typeof JOB_EVENTS)[number] | null {
  if (job.status === 'completed') return 'completed'
  if (job.status === 'failed' || job.status === 'cancelled') return 'failed'
  if (job.status !== 'processing') return before ? null : 'queued'
  if (before?.status !== 'processing') return 'started'
  return JSON.stringify(before.progress) === JSON.stringify(job.progress) ? null : 'step'
}

interface Watched {
  readonly first: ReportJob
  look(): Promise<ReportJob | undefined>
}

/** Tells the job each time it has changed, until its end or the end of patience; then the client asks again. */
async function tellChanges(
  context: OpenContext,
  { first, look }: Watched,
  { push, ended }: { push: (event: string) => void; ended: AbortSignal },
): Promise<void> {
  const until = context.services.clock.now().getTime() + LONGEST_MS
  let before: ReportJob | undefined
  for (let job: ReportJob | undefined = first; job; job = await look()) {
    const event = eventOf(job, before)
    if (event) push(`event: ${event}\ndata: ${JSON.stringify(ReportJob.parse(job))}\n\n`)
    if (FINAL.has(job.status) || context.services.draining?.() || context.services.clock.now().getTime() > until) return
    before = job
    await pause(LOOK_MS, undefined, { signal: ended })
  }
}

export const watchReportJobOperation = operationsOf<Visible>().raw(watchReportJob, async (context, { params }) => {
  const { actor, database } = context
  if (!actor) throw new Error('the gate lets nobody in unsigned')
  const look = async (): Promise<ReportJob | undefined> => {
    const [rows] = await database.read(scopeOf(actor), jobById(actor.tenantId, params.id).compile(compileOnly))
    return rows[0]
  }
  const first = await look()
  if (!first) throw refuse.notFound('The job')
  return {
    status: 200,
    // Identity: a compressor would hold events back until its window is full.
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'content-encoding': 'identity',
    },
    body: eventStream((push, ended) => tellChanges(context, { first, look }, { push, ended })),
  }
})
