import type { JobKind } from '../jobs/port.ts'
import type { Loop, Recurring } from '../jobs/recurring.ts'

/** By which rules a task comes round; what it does stays with its module. */
interface TaskRules {
  /** Five crontab fields in UTC. */
  readonly cron: string
  /** Default: the name of the task. */
  readonly lock_key?: string
  /** A slot that falls due while the one before is at work. */
  readonly overlap: 'skip' | 'queue'
  /** Slots that nobody started in time. */
  readonly backfill: 'skip' | 'last' | 'all'
  /** A job of the task that takes longer is given up. */
  readonly max_seconds: number
  /** Late without success for so long; default two periods. */
  readonly expected_by_seconds?: number
}
interface LoopRules {
  readonly every_ms: number
  readonly lock_key?: string
  /** Late without success for so long; default two periods, at least 60 s. */
  readonly expected_by_seconds?: number
}

/** One turn after a stop makes up for all that were missed. */
const once = { overlap: 'skip', backfill: 'last', max_seconds: 1_800 } as const

/** Every task of the product: work a minute or more apart, with slots and history. */
export const TASKS = {
  audit_verify_nightly: { cron: '30 3 * * *', ...once, max_seconds: 7_200 },
  audit_prune_daily: { cron: '40 2 * * *', ...once },
  audit_note_mail: { cron: '10 4 * * *', ...once },
  audit_export_cleanup: { cron: '*/5 * * * *', ...once, max_seconds: 600 },
  data_retention_daily: { cron: '10 2 * * *', ...once, max_seconds: 900 },
  partition_prep_daily: { cron: '55 0 * * *', ...once },
  ops_metric_hourly_aggregation: { cron: '* * * * *', ...once, max_seconds: 600 },
  metric_late_recompute: { cron: '10 3 * * *', ...once },
  privacy_runner: { cron: '*/5 * * * *', ...once },
  privacy_rewrap_keys: { cron: '50 1 * * *', ...once },
  backup_freshness_check: { cron: '17 * * * *', ...once },
  restore_drill_report: { cron: '30 5 2 * *', ...once },
  identity_clean_up: { cron: '7 * * * *', ...once },
  identity_expire_requests: { cron: '23 * * * *', ...once },
  documents_expire_uploads: { cron: '41 * * * *', ...once },
  notifications_tend_outbox: { cron: '*/10 * * * *', ...once, max_seconds: 600 },
} as const satisfies Readonly<Record<string, TaskRules>>
export type TaskName = keyof typeof TASKS

/** Every loop: work less than a minute apart, and the sealer's, which keep a time of their own and report here. */
export const LOOPS = {
  audit_sealer: { every_ms: 200 },
  audit_checkpoint: { every_ms: 60_000 },
  audit_notary: { every_ms: 300_000 },
  audit_export_sweeper: { every_ms: 15_000 },
  scheduler_janitor: { every_ms: 5_000 },
  scheduler_watchdog: { every_ms: 30_000 },
  alert_evaluator: { every_ms: 15_000 },
  kill_switch_expiry: { every_ms: 5_000 },
} as const satisfies Readonly<Record<string, LoopRules>>
export type LoopName = keyof typeof LOOPS

interface TaskWork {
  readonly job: JobKind
  readonly payload: unknown
  readonly platform?: true
}

/** A task of the timetable with the job that does its work. */
export const taskOf = (name: TaskName, work: TaskWork): Recurring => ({ name, ...TASKS[name], ...work })

/** A loop of the timetable with its turn; without one the work reports by itself, at the time its settings give. */
export const loopOf = (name: LoopName, work: Pick<Loop, 'turn'> & { readonly every_ms?: number }): Loop => ({
  name,
  ...LOOPS[name],
  ...work,
})
