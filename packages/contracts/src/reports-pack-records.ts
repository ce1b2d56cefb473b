import { z } from 'zod'
import { REPORT_STATUSES, TEMPLATE_SELECTORS, VALUE_SLABS } from './reports-shapes.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import { count, id, instant, sha256 } from './values.ts'

export const PACK_STATUSES = ['generating', 'generated', 'failed', 'superseded'] as const
export type PackStatus = (typeof PACK_STATUSES)[number]
export const PACK_FAMILY: StateFaces<PackStatus> = {
  generating: face('cyan', 'Generating'),
  generated: face('green', 'Generated'),
  failed: face('red', 'Failed'),
  superseded: finalFace('grey', 'Superseded'),
}
/** A pack whose report changed afterwards. */
export const STALE_FACE = face('amber', 'Outdated')

export const JOB_STATUSES = ['pending', 'queued', 'processing', 'completed', 'failed', 'cancelled'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]
export const JOB_FAMILY: StateFaces<JobStatus> = {
  pending: face('grey', 'Waiting'),
  queued: face('grey', 'Queued'),
  processing: face('cyan', 'Rendering'),
  completed: face('green', 'Completed'),
  failed: face('red', 'Failed'),
  cancelled: finalFace('grey', 'Cancelled'),
}

export const RENDER_STEPS = ['load', 'fill', 'images', 'annexures', 'assemble', 'verify', 'pdf', 'store'] as const
export const ARTIFACT_KINDS = ['docx', 'pdf', 'annexure', 'debug_json'] as const
export const PACK_FORMATS = ['docx', 'pdf'] as const
export const PACK_WARNINGS = ['PDF_RENDERER_UNAVAILABLE', 'FONTS_MISSING'] as const

const line = z.string().nullable()
const ref = id.nullable()

export const Artifact = z
  .object({
    id,
    kind: z.enum(ARTIFACT_KINDS),
    filename: z.string(),
    storage_ref: z.string().meta({ description: 'id of the document that keeps the bytes' }),
    mime_type: z.string(),
    size_bytes: count,
    checksum_sha256: sha256,
    pages: z.int().nullable(),
  })
  .meta({ id: 'Artifact' })

/** One rendered, versioned, never overwritten output of a report. */
export const Pack = z
  .object({
    id,
    report_id: id,
    assignment_id: id,
    work_order_id: id.meta({ description: 'alias of report_id' }),
    version: z.int().min(1),
    final: z.boolean(),
    template_key: z.string(),
    template_version_id: ref,
    report_family: z.string(),
    revision: z.int().min(1),
    content_hash: sha256,
    bundle_hash: sha256.nullable(),
    input_hash: sha256,
    renderer_version: z.string(),
    status: z.enum(PACK_STATUSES),
    stale: z.boolean(),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
    context_snapshot: z.record(z.string(), z.unknown()),
    generated_at: instant.nullable(),
    created_at: instant,
    artifacts: z.array(Artifact),
  })
  .meta({ id: 'Pack' })
export type Pack = z.infer<typeof Pack>

export const ReportJob = z
  .object({
    id,
    report_id: id,
    assignment_id: id,
    pack_id: ref,
    template_key: z.string(),
    status: z.enum(JOB_STATUSES),
    progress: z.object({
      percent: z.int().min(0).max(100),
      step: z.enum(RENDER_STEPS).nullable(),
      done: count,
      total: count,
    }),
    attempts: count,
    max_attempts: count,
    dead: z.boolean(),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        placeholder: z.string().optional(),
        place: z.string().optional(),
      })
      .nullable(),
    idempotency_key: line,
    next_attempt_at: instant.nullable(),
    created_at: instant,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
  })
  .meta({ id: 'ReportJob' })
export type ReportJob = z.infer<typeof ReportJob>

/** What the event stream of a job sends; `data` is the job as it is then. */
export const JOB_EVENTS = ['queued', 'started', 'step', 'completed', 'failed'] as const
export const ReportJobEvent = z.object({ event: z.enum(JOB_EVENTS), data: ReportJob }).meta({ id: 'ReportJobEvent' })

/** Where a report stands on its way out. */
export const PackLink = z
  .object({
    work_order_id: id,
    work_order_status: z.enum(REPORT_STATUSES),
    readiness_score: z.int(),
    value_slab: z.enum(VALUE_SLABS),
    template_selector: z.enum(TEMPLATE_SELECTORS),
    pack: Pack.nullable(),
    generation_job: ReportJob.nullable(),
    deliverable_releases: z.array(
      z.object({ id, pack_id: id, result: z.string(), released_at: instant, released_by: ref }),
    ),
    billing_gate_status: z
      .object({
        mode: line,
        result: z.string(),
        charges: z.array(z.unknown()),
        reservation_id_present: z.boolean(),
        service_invoice_id: ref,
        service_invoice_status: line,
        service_invoice_is_paid: z.boolean(),
        releasable_without_override: z.boolean(),
        block_reasons: z.array(z.string()),
      })
      .nullable()
      .meta({ description: 'null until a charge exists' }),
  })
  .meta({ id: 'PackLink' })
