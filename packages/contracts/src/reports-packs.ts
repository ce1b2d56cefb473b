import { z } from 'zod'
import { operation } from './kit.ts'
import { RW, readReports, renderReports } from './reports-access.ts'
import { JOB_STATUSES, PACK_FORMATS, Pack, PackLink, ReportJob } from './reports-pack-records.ts'
import { byId, id, instant, listQuery, many, page, paging } from './values.ts'

export const createPack = operation({
  id: 'reports.createPack',
  method: 'POST',
  path: `${RW}/:id/create-pack`,
  summary: 'Renders the newest revision in the background; the same inputs answer the pack that is there.',
  access: renderReports,
  params: byId,
  status: 202,
  body: z
    .strictObject({
      idempotency_key: z.string().min(1).max(120).optional(),
      formats: z.array(z.enum(PACK_FORMATS)).min(1).max(2).optional(),
      template_version_id: id.optional(),
      force: z.boolean().default(false),
      draft: z.boolean().default(false).meta({ description: 'watermarked, allowed before READY, never released' }),
    })
    .prefault({}),
  ok: z.object({ idempotent: z.boolean(), queue_enqueued: z.boolean(), pack_link: PackLink }),
  errors: [
    'PACK_CREATION_REQUIRES_READY_FOR_RENDER',
    'SNAPSHOT_REQUIRED_FOR_PACK_CREATION',
    'TEMPLATE_NOT_AVAILABLE',
    'IDEMPOTENCY_KEY_REUSED_FOR_DIFFERENT_TARGET',
    'REPORT_LOCKED',
  ],
})

export const getPackLink = operation({
  id: 'reports.getPackLink',
  method: 'GET',
  path: `${RW}/:id/pack`,
  summary: 'The newest pack of a report with its job, releases and the state of the billing gate.',
  access: readReports,
  params: byId,
  ok: PackLink,
})

export const listPacks = operation({
  id: 'reports.listPacks',
  method: 'GET',
  path: `${RW}/:id/packs`,
  summary: 'Every pack of a report, newest first.',
  access: readReports,
  params: byId,
  query: z.strictObject(paging),
  ok: page(Pack),
})

export const getPack = operation({
  id: 'reports.getPack',
  method: 'GET',
  path: '/v1/report-packs/:id',
  summary: 'One pack with its files.',
  access: readReports,
  params: byId,
  ok: Pack,
})

export const downloadArtifact = operation({
  id: 'reports.downloadArtifact',
  method: 'GET',
  path: '/v1/report-packs/:id/artifacts/:aid/download',
  summary: 'A short-lived address of one file of a pack. Every call is recorded.',
  access: readReports,
  audiences: ['web', 'portal'],
  params: z.strictObject({ id, aid: id }),
  ok: z.object({ url: z.string(), expires_at: instant }),
  errors: ['PACK_GENERATION_NOT_COMPLETED', 'DELIVERABLE_LOCKED_UNTIL_BILLING_SATISFIED'],
  recordsAccess: true,
})

export const listReportJobs = operation({
  id: 'reports.listReportJobs',
  method: 'GET',
  path: '/v1/report-jobs',
  summary: 'Rendering jobs, newest first.',
  access: readReports,
  query: listQuery({
    status: many(z.enum(JOB_STATUSES)),
    report_id: id.optional(),
    assignment_id: id.optional(),
    template_key: z.string().max(80).optional(),
  }),
  ok: page(ReportJob),
})

export const getReportJob = operation({
  id: 'reports.getReportJob',
  method: 'GET',
  path: '/v1/report-jobs/:id',
  summary: 'One rendering job with its progress.',
  access: readReports,
  params: byId,
  ok: ReportJob,
})

export const watchReportJob = operation({
  id: 'reports.watchReportJob',
  method: 'GET',
  path: '/v1/report-jobs/:id/events',
  summary: 'Server-sent events of one job (queued, started, step, completed, failed); each carries the job.',
  access: readReports,
  params: byId,
  ok: z.undefined(),
  raw: true,
  produces: 'text/event-stream',
})

export const retryReportJob = operation({
  id: 'reports.retryReportJob',
  method: 'POST',
  path: '/v1/report-jobs/:id/retry',
  summary: 'Runs a failed job again with the same inputs under the same pack.',
  access: renderReports,
  params: byId,
  status: 202,
  ok: ReportJob,
  errors: ['ILLEGAL_TRANSITION', 'REPORT_LOCKED'],
})

export const cancelReportJob = operation({
  id: 'reports.cancelReportJob',
  method: 'POST',
  path: '/v1/report-jobs/:id/cancel',
  summary: 'Stops a job that waits or runs; what was rendered so far is dropped.',
  access: renderReports,
  params: byId,
  ok: ReportJob,
  errors: ['ILLEGAL_TRANSITION'],
})
