import { z } from 'zod'
import { confirmation } from './identity-blocks.ts'
import { operation } from './kit.ts'
import { count, flag, id, instant, listQuery, page, tenantRef } from './values.ts'

const audiences = ['web', 'studio'] as const

/**
 * What is kept how long, in days (`audit-and-ops.md` 10). A firm may lengthen every period and shorten it again to the
 * floor. `enabled: false`: nothing goes until the firm switches it on.
 */
export const RETENTION_CLASSES = {
  transient: { days: 1, floor: 1, enabled: true },
  soft_deleted: { days: 30, floor: 30, enabled: true },
  sessions: { days: 30, floor: 30, enabled: true },
  blocks: { days: 365, floor: 365, enabled: true },
  outbox_delivered: { days: 30, floor: 30, enabled: true },
  outbox_failed: { days: 90, floor: 90, enabled: true },
  runs: { days: 90, floor: 90, enabled: true },
  records: { days: 365, floor: 365, enabled: true },
  ops_events: { days: 180, floor: 180, enabled: true },
  ops_hourly: { days: 730, floor: 730, enabled: true },
  ops_latency: { days: 400, floor: 400, enabled: true },
  privacy_requests: { days: 1095, floor: 1095, enabled: true },
  audit_online: { days: 365, floor: 365, enabled: true },
  audit_archive: { days: 2920, floor: 730, enabled: true },
  business: { days: 2920, floor: 2920, enabled: false },
} as const satisfies Record<string, { days: number; floor: number; enabled: boolean }>
export type RetentionClass = keyof typeof RETENTION_CLASSES
export const RETENTION_CLASS_NAMES = Object.keys(RETENTION_CLASSES) as [RetentionClass, ...RetentionClass[]] // the keys of the table

/** What lies outside of the database: it ends where it lies, by what runs beside the product, and no turn touches it. */
export const KEPT_OUTSIDE = [
  {
    what: 'backups',
    kept: '35 daily, 12 monthly',
    why: 'Whatever makes the backups removes the old ones; what was erased since is erased again after a restore.',
  },
  {
    what: 'application_logs',
    kept: '30 days',
    why: 'The product writes lines and keeps none; whatever collects them removes them. They hold no personal data.',
  },
] as const

/** The longest period that may be set: a hundred years. */
export const RETENTION_MAX_DAYS = 36_500
const retentionClass = z.enum(RETENTION_CLASS_NAMES)

export const RetentionPolicy = z
  .object({
    class: retentionClass,
    days: z.int().min(1),
    default_days: z.int().min(1),
    floor_days: z.int().min(1),
    enabled: z.boolean(),
    /** 0: nothing was set, the default holds. */
    version: z.int().min(0),
    source: z.enum(['code', 'platform', 'firm']),
    tables: z.array(z.string()),
    next_run_at: instant,
    updated_at: instant.nullable(),
  })
  .meta({ id: 'RetentionPolicy' })

export const listRetentionPolicies = operation({
  id: 'retention.listRetentionPolicies',
  method: 'GET',
  path: '/v1/ops/retention/policies',
  summary:
    'Every class of data with its period, floor, tables and next run; in the studio the defaults of the platform.',
  access: { capability: 'ops.settings.write', or: 'ops.jobs.manage' },
  audiences,
  ok: z.object({
    items: z.array(RetentionPolicy),
    outside: z
      .array(z.object({ what: z.enum(['backups', 'application_logs']), kept: z.string(), why: z.string() }))
      .meta({ description: 'what is kept outside of the database' }),
  }),
})

export const putRetentionPolicy = operation({
  id: 'retention.putRetentionPolicy',
  method: 'PUT',
  path: '/v1/ops/retention/policies/:class',
  summary:
    'Sets the period of a class in the own firm, from the studio the default of the platform. A shorter period, or switching removal on, asks for typed confirmation.',
  access: { capability: 'ops.settings.write', or: 'ops.jobs.manage' },
  audiences,
  params: z.strictObject({ class: retentionClass }),
  body: z.strictObject({
    days: z.int().min(1).max(RETENTION_MAX_DAYS),
    enabled: z.boolean(),
    expected_version: z.int().min(0),
    confirmation: confirmation.optional(),
  }),
  ok: RetentionPolicy,
  errors: ['RETENTION_BELOW_FLOOR', 'REVISION_MISMATCH', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})

export const RETENTION_RUN_STATES = ['PENDING', 'RUNNING', 'DONE', 'PARTIAL', 'FAILED', 'SKIPPED'] as const
export const RetentionRun = z
  .object({
    run_id: id.meta({ description: 'the turn: one for all its classes' }),
    tenant_id: id,
    class: retentionClass,
    dry_run: z.boolean(),
    status: z.enum(RETENTION_RUN_STATES),
    days: z.int().nullable(),
    scanned: count,
    deleted: count.meta({ description: 'of a dry run: what a real run would remove' }),
    held: count,
    oldest_left: instant.nullable(),
    tables: z.record(z.string(), z.object({ deleted: count, held: count })),
    requested: z.boolean().meta({ description: 'by a person, not by the clock' }),
    error: z.string().nullable(),
    trace_id: z.string(),
    created_at: instant,
    started_at: instant.nullable(),
    ended_at: instant.nullable(),
  })
  .meta({ id: 'RetentionRun' })

export const startRetentionRun = operation({
  id: 'retention.startRetentionRun',
  method: 'POST',
  path: '/v1/ops/retention/runs',
  summary: 'Removes what is over now, or with `dry_run` only counts it. A real run asks for typed confirmation.',
  access: { capability: 'ops.jobs.manage' },
  audiences,
  body: z.strictObject({
    class: retentionClass.optional(),
    dry_run: z.boolean(),
    confirmation: confirmation.optional(),
  }),
  status: 202,
  ok: z.object({ run_id: id }),
  errors: ['CONFLICT', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})

export const listRetentionRuns = operation({
  id: 'retention.listRetentionRuns',
  method: 'GET',
  path: '/v1/ops/retention/runs',
  summary: 'Runs, newest first, one line a class.',
  access: { capability: 'ops.jobs.manage' },
  audiences,
  query: listQuery({
    run_id: id.optional(),
    class: retentionClass.optional(),
    dry_run: flag.optional(),
    tenant_id: tenantRef.optional(),
  }),
  ok: page(RetentionRun),
})

/** A row that somebody deleted and that can still come back. */
export const DeletedRow = z
  .object({
    tenant_id: id,
    kind: z.string().meta({ description: 'table' }),
    row_id: id,
    label: z.string().nullable(),
    deleted_at: instant,
    deleted_by: z.object({ id, name: z.string() }).nullable(),
    delete_reason: z.string().nullable(),
    purge_after: instant,
    held: z.boolean(),
    whole_id: id.nullable().meta({ description: 'the job or report that it is a part of' }),
    restore_path: z.string().nullable().meta({ description: 'POST it with nothing: the route of the module' }),
  })
  .meta({ id: 'DeletedRow' })

export const listDeletedRows = operation({
  id: 'retention.listDeletedRows',
  method: 'GET',
  path: '/v1/ops/retention/deleted',
  summary: 'Rows that were deleted and are not purged yet, the next to go first.',
  access: { capability: 'ops.settings.write', or: 'ops.jobs.manage' },
  audiences,
  query: listQuery({ kind: z.string().min(3).max(80).optional() }),
  ok: page(DeletedRow),
})
