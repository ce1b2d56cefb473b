import { z } from 'zod'
import { AUDIT_OUTCOMES } from './audit.ts'
import type { ErrorCode } from './errors.ts'
import { operation } from './kit.ts'
import { count, id, instant, listQuery, moment, page, sha256, tenantRef } from './values.ts'

const base = { access: { capability: 'audit.export' }, audiences: ['web', 'studio'], actsInTenant: true } as const

export const EXPORT_STATES = ['PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED'] as const
export const EXPORT_PROFILES = ['interactive', 'bulk'] as const
export const EXPORT_FORMATS = ['json', 'jsonl', 'csv', 'bundle'] as const
export const EXPORT_COMPRESSIONS = ['none', 'gzip'] as const
export const EXPORT_COLUMNS = ['base', 'full'] as const

/** Which events; the filters of the list. */
export const ExportFilters = z
  .strictObject({
    actor_user_id: id.optional(),
    action_type: z.string().min(1).max(80).optional(),
    outcome: z.enum(AUDIT_OUTCOMES).optional(),
    target_type: z.string().min(1).max(80).optional(),
    target_id: z.string().min(1).max(200).optional(),
    trace_id: z
      .string()
      .regex(/^[0-9a-f]{32}$/, '32 lower-case hex digits')
      .optional(),
    q: z.string().min(1).max(200).optional(),
  })
  .meta({ id: 'ExportFilters' })
export type ExportFilters = z.infer<typeof ExportFilters>

/** Without dates the last 24 hours. What an interactive export does not allow makes it a bulk one. */
export const ExportRequest = z
  .strictObject({
    tenant_id: tenantRef.optional(),
    format: z.enum(EXPORT_FORMATS).default('json'),
    from_utc: moment.optional(),
    to_utc: moment.optional(),
    row_limit: z.int().min(1).optional().meta({ description: 'newest rows; default 1,000, none for bulk' }),
    max_bytes: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'bytes before compression; default 3 MiB, 8 GiB for bulk' }),
    max_duration_sec: z.int().min(1).optional().meta({ description: 'over all attempts; default 30, 1800 for bulk' }),
    profile: z.enum(EXPORT_PROFILES).optional(),
    compress: z.enum(EXPORT_COMPRESSIONS).optional().meta({ description: 'default none, gzip for bulk' }),
    columns: z.enum(EXPORT_COLUMNS).default('base').meta({ description: 'of CSV' }),
    filters: ExportFilters.default({}),
    include_personal: z.boolean().default(false),
  })
  .meta({ id: 'ExportRequest' })
export type ExportRequest = z.infer<typeof ExportRequest>

export const ExportJob = z
  .object({
    job_id: id,
    tenant_id: id,
    requested_by: id.nullable(),
    status: z.enum(EXPORT_STATES),
    profile: z.enum(EXPORT_PROFILES),
    format: z.enum(EXPORT_FORMATS),
    compress: z.enum(EXPORT_COMPRESSIONS),
    columns: z.enum(EXPORT_COLUMNS),
    filters: ExportFilters,
    include_personal: z.boolean(),
    from_utc: instant,
    to_utc: instant,
    row_limit: count.nullable(),
    max_bytes: count,
    max_duration_sec: count,
    rows_done: count,
    rows_estimate: count.nullable(),
    progress_percent: z.int().min(0).max(100),
    row_count: count,
    total_bytes: count.meta({ description: 'as stored' }),
    raw_bytes: count.meta({ description: 'before compression' }),
    sha256: sha256.nullable(),
    truncated: z.boolean().meta({ description: 'there were more rows than row_limit' }),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: instant,
    started_at: instant.nullable(),
    completed_at: instant.nullable(),
    expires_at: instant,
    attempt: count,
    trace_id: z.string(),
  })
  .meta({ id: 'ExportJob' })
export type ExportJob = z.infer<typeof ExportJob>

const byJob = z.strictObject({ job_id: id })
const inTenant = z.strictObject({ tenant_id: tenantRef.optional() })

export const createExportJob = operation({
  id: 'exports.createExportJob',
  method: 'POST',
  path: '/v1/admin/audit-logs/export-jobs',
  summary: 'Asks for a file of audit events, made in the background. Events not sealed when it begins are not in it.',
  ...base,
  stepUp: true,
  idempotency: 'required',
  body: ExportRequest.prefault({}),
  status: 202,
  ok: z.object({
    job_id: id,
    status: z.enum(EXPORT_STATES),
    profile: z.enum(EXPORT_PROFILES),
    rows_estimate: count,
    expires_at: instant,
    trace_id: z.string(),
  }),
  errors: [
    'AUDIT_EXPORT_RANGE_EXCEEDED',
    'AUDIT_EXPORT_RATE_LIMITED',
    'AUDIT_CHAIN_UNVERIFIED',
    'FEATURE_SWITCHED_OFF',
  ],
})

export const estimateExport = operation({
  id: 'exports.estimateExport',
  method: 'GET',
  path: '/v1/admin/audit-logs/export-jobs/estimate',
  summary: 'About how many events an export would hold, with the profile and range it would get. Creates nothing.',
  ...base,
  query: listQuery({
    ...ExportFilters.shape,
    tenant_id: tenantRef.optional(),
    from_utc: moment.optional(),
    to_utc: moment.optional(),
    profile: z.enum(EXPORT_PROFILES).optional(),
  }),
  ok: z
    .object({
      rows_estimate: count.meta({ description: 'exact up to 10,000; beyond, what the planner thinks' }),
      profile: z.enum(EXPORT_PROFILES),
      row_limit: count.nullable().meta({ description: 'newest rows that it would hold; null = all' }),
      from_utc: instant,
      to_utc: instant,
    })
    .meta({ id: 'ExportEstimate' }),
  errors: ['AUDIT_EXPORT_RANGE_EXCEEDED'],
})

export const listExportJobs = operation({
  id: 'exports.listExportJobs',
  method: 'GET',
  path: '/v1/admin/audit-logs/export-jobs',
  summary: 'Exports of the firm, newest first.',
  ...base,
  query: listQuery({
    tenant_id: tenantRef.optional(),
    status: z.enum(EXPORT_STATES).optional(),
    requested_by: id.optional(),
  }),
  ok: page(ExportJob),
})

export const getExportJob = operation({
  id: 'exports.getExportJob',
  opens: 'AUDIT_EXPORT_JOB',
  method: 'GET',
  path: '/v1/admin/audit-logs/export-jobs/:job_id',
  summary: 'One export: its state and how far it is.',
  ...base,
  params: byJob,
  query: inTenant,
  ok: ExportJob,
})

export const cancelExportJob = operation({
  id: 'exports.cancelExportJob',
  method: 'POST',
  path: '/v1/admin/audit-logs/export-jobs/:job_id/cancel',
  summary: 'Stops an export that waits or runs; what was written goes at once.',
  ...base,
  params: byJob,
  query: inTenant,
  ok: ExportJob,
  errors: ['CONFLICT'],
})

export const deleteExportJob = operation({
  id: 'exports.deleteExportJob',
  method: 'DELETE',
  path: '/v1/admin/audit-logs/export-jobs/:job_id',
  summary: 'Removes the file of a finished export before its time.',
  ...base,
  params: byJob,
  query: inTenant,
  ok: z.undefined(),
  status: 204,
  errors: ['CONFLICT'],
})

const DOWNLOAD_ERRORS = [
  'AUDIT_EXPORT_JOB_NOT_READY',
  'AUDIT_EXPORT_JOB_EXPIRED',
  'AUDIT_EXPORT_INTEGRITY',
  'FEATURE_SWITCHED_OFF',
] as const satisfies readonly ErrorCode[]

export const downloadExport = operation({
  id: 'exports.downloadExport',
  method: 'GET',
  path: '/v1/admin/audit-logs/export-jobs/:job_id/download',
  summary: 'The file, with Range, ETag and Repr-Digest; HEAD answers the headers alone.',
  ...base,
  stepUp: true,
  recordsAccess: true,
  params: byJob,
  query: inTenant,
  ok: z.undefined(),
  raw: true,
  produces: 'application/octet-stream',
  errors: [...DOWNLOAD_ERRORS, 'RANGE_NOT_SATISFIABLE'],
})

export const createDownloadUrl = operation({
  id: 'exports.createDownloadUrl',
  method: 'POST',
  path: '/v1/admin/audit-logs/export-jobs/:job_id/download-url',
  summary: 'An address for 15 minutes that this person’s browser fetches and resumes without a new step-up.',
  ...base,
  stepUp: true,
  secretAnswer: true,
  params: byJob,
  query: inTenant,
  ok: z.object({ url: z.string(), expires_at: instant }),
  errors: ['AUDIT_EXPORT_JOB_NOT_READY', 'AUDIT_EXPORT_JOB_EXPIRED', 'FEATURE_SWITCHED_OFF'],
})

export const ExportManifest = z
  .object({
    job_id: id,
    tenant_id: id,
    format: z.enum(EXPORT_FORMATS),
    compress: z.enum(EXPORT_COMPRESSIONS),
    columns: z.enum(EXPORT_COLUMNS),
    filters: ExportFilters,
    include_personal: z.boolean(),
    from_utc: instant,
    to_utc: instant,
    rows: count,
    raw_bytes: count,
    stored_bytes: count,
    sha256,
    truncated: z.boolean(),
    sanitiser_version: z.int(),
    end_epoch: count.nullable(),
    end_seq: count.nullable(),
    parts: z.array(
      z.object({
        part_no: z.int().min(1),
        epoch: count.nullable(),
        first_seq: count.nullable(),
        last_seq: count.nullable(),
        rows: count,
        bytes: count,
        sha256,
        byte_offset: count,
      }),
    ),
    checkpoint: z
      .object({ size: count, note: z.string(), created_at: instant })
      .nullable()
      .meta({ description: 'signed head that covers end_seq; null until one is signed' }),
    created_at: instant,
    completed_at: instant.nullable(),
    trace_id: z.string(),
  })
  .meta({ id: 'ExportManifest' })

export const getExportManifest = operation({
  id: 'exports.getExportManifest',
  opens: 'AUDIT_EXPORT_JOB',
  method: 'GET',
  path: '/v1/admin/audit-logs/export-jobs/:job_id/manifest',
  summary: 'What is in the file: rows, parts, checksums, and the signed head that covers it.',
  ...base,
  params: byJob,
  query: inTenant,
  ok: ExportManifest,
  errors: ['AUDIT_EXPORT_JOB_NOT_READY', 'AUDIT_EXPORT_JOB_EXPIRED'],
})

export const fetchDownload = operation({
  id: 'exports.fetchDownload',
  method: 'GET',
  path: '/v1/downloads/:token',
  summary: 'The bytes that a download link names, for the person it was made for, while his session lives.',
  access: 'public',
  params: z.strictObject({ token: z.string().min(1).max(4_000) }),
  ok: z.undefined(),
  raw: true,
  recordsAccess: true,
  produces: 'application/octet-stream',
  errors: [...DOWNLOAD_ERRORS, 'RANGE_NOT_SATISFIABLE', 'STORAGE_TOKEN_INVALID', 'STORAGE_TOKEN_EXPIRED'],
})
