import type { listDeadJobs, listJobs, listQueues } from '@zenops/contracts/ops-queue'
import type { listSchedulerLocks, listSchedulerRuns, listSchedulerTasks } from '@zenops/contracts/ops-scheduler'
import { StatusBadge, type StatusFamily, type StatusIcon } from '@zenops/ui/status'
import type { ItemOf } from '../queries.ts'
import { t } from './words.ts'

export type Queue = ItemOf<typeof listQueues>
export type Job = ItemOf<typeof listJobs>
export type DeadJob = ItemOf<typeof listDeadJobs>
export type Task = ItemOf<typeof listSchedulerTasks>
export type Lock = ItemOf<typeof listSchedulerLocks>
export type Run = ItemOf<typeof listSchedulerRuns>

interface Face {
  readonly family: StatusFamily
  readonly icon: StatusIcon
  readonly final?: boolean
}
const JOBS: Readonly<Record<Job['state'], Face>> = {
  queued: { family: 'grey', icon: 'clock' },
  running: { family: 'blue', icon: 'hourglass' },
  done: { family: 'green', icon: 'check', final: true },
  failed: { family: 'amber', icon: 'octagon' },
  dead: { family: 'red', icon: 'octagon', final: true },
  cancelled: { family: 'grey', icon: 'ban', final: true },
}
const DEAD: Readonly<Record<DeadJob['state'], Face>> = {
  DEAD: { family: 'red', icon: 'octagon' },
  REPLAYED: { family: 'green', icon: 'check', final: true },
  DISCARDED: { family: 'grey', icon: 'ban', final: true },
}
const RUNS: Readonly<Record<Run['status'], Face>> = {
  RUNNING: { family: 'blue', icon: 'hourglass' },
  DONE: { family: 'green', icon: 'check', final: true },
  FAILED: { family: 'red', icon: 'octagon', final: true },
  ABANDONED: { family: 'amber', icon: 'octagon', final: true },
  SKIPPED: { family: 'grey', icon: 'ban', final: true },
}

export const JobBadge = ({ job }: { readonly job: Job }) => (
  <StatusBadge {...JOBS[job.state]} text={t(`job_${job.state}`)} />
)
export const DeadBadge = ({ dead }: { readonly dead: DeadJob }) => (
  <StatusBadge {...DEAD[dead.state]} text={t(`dead_${dead.state}`)} />
)
export const RunBadge = ({ run }: { readonly run: Run }) => (
  <StatusBadge {...RUNS[run.status]} text={t(`run_${run.status}`)} />
)

export function QueueBadge({ queue }: { readonly queue: Queue }) {
  if (!queue.paused) return <StatusBadge family="green" icon="check" text={t('active')} />
  return <StatusBadge family="amber" icon="lock" text={t(queue.paused.everywhere ? 'paused_everywhere' : 'paused')} />
}

export function TaskBadge({ task }: { readonly task: Task }) {
  if (task.paused_at) return <StatusBadge family="amber" icon="lock" text={t('paused')} />
  if (task.late) return <StatusBadge family="red" icon="octagon" text={t('late')} />
  if (task.wanted) return <StatusBadge family="violet" icon="clock" text={t('asked_for')} />
  if (task.state === 'HELD') return <StatusBadge family="blue" icon="hourglass" text={t('at_work')} />
  return <StatusBadge family="green" icon="check" text={t('on_time')} />
}

export const LockBadge = ({ lock }: { readonly lock: Lock }) => (
  <StatusBadge
    family={lock.state === 'HELD' ? 'blue' : 'grey'}
    icon={lock.state === 'HELD' ? 'lock' : 'clock'}
    text={t(`lock_${lock.state}`)}
  />
)
