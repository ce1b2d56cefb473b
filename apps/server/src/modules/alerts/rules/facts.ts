import type { ErrorClass } from '@zenops/contracts/error-class'

/** What the evaluator looks at: figures and ids over all firms. Instants are RFC 3339, ages seconds. */
export interface Facts {
  readonly now: string
  /** Firm that platform alerts belong to. */
  readonly house: string
  readonly sealLagSeconds: number
  /** Age of the oldest signed head that no sink has taken yet. */
  readonly unpublishedSeconds: number
  readonly processes: readonly Process[]
  /** Firms whose newest verification failed. */
  readonly brokenLogs: readonly {
    readonly tenant_id: string
    readonly run_id: string
    readonly failure_count: number
    readonly first_bad_seq: number | null
  }[]
  /** Jobs that died within the hour and that nobody resolved. */
  readonly deadJobs: readonly {
    readonly tenant_id: string
    readonly queue: string
    /** What the kind of the job declares. */
    readonly critical: boolean
    readonly n: number
  }[]
  readonly unknownEffects: readonly { readonly tenant_id: string; readonly n: number }[]
  readonly waiting: readonly { readonly tenant_id: string; readonly queue: string; readonly oldest_seconds: number }[]
  /** Happenings of the last hour. */
  readonly happened: readonly {
    readonly tenant_id: string
    readonly metric_key: string
    readonly about: string | null
    readonly age_seconds: number
    readonly n: number
  }[]
  /** Locks taken from lost holders within the hour, and tries that failed; those by hand are not among them. */
  readonly recoveries: readonly {
    readonly lock_key: string
    readonly failed: boolean
    readonly age_seconds: number
  }[]
  readonly lateTasks: readonly { readonly task: string; readonly periods: number; readonly seconds: number }[]
  /** Share of their space that stored exports use, whole percent. */
  readonly spoolPercent: number
  readonly quotas: readonly { readonly tenant_id: string; readonly quota: string; readonly percent: number }[]
  /** Null: nobody ever recorded one. */
  readonly backupAgeSeconds: number | null
  readonly drillAgeSeconds: number | null
  /** Whether it matters that nobody ever recorded one. */
  readonly expectsBackups: boolean
  readonly overdueRequests: readonly { readonly tenant_id: string; readonly n: number }[]
}

/** A running process, as it told of itself. */
export interface Process {
  readonly instance_id: string
  /** Heard of within the last minute. */
  readonly fresh: boolean
  readonly alarms: Readonly<
    Record<string, { readonly since: string; readonly detail: Readonly<Record<string, unknown>> }>
  >
  readonly minutes: readonly {
    readonly minute: number
    readonly requests: number
    readonly errors: Partial<Readonly<Record<ErrorClass, number>>>
    readonly counts: Readonly<Record<string, number>>
  }[]
}
