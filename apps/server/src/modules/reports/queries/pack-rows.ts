import type { Pack, ReportJob } from '@zenops/contracts/reports-pack-records'
import { type RawBuilder, sql } from 'kysely'
import { headerOf, type ReportRow } from '../rules/report-row.ts'

/** A pack with its files, as answers show it. */
export const packColumns = sql<Pack>`
  p.id, p.report_id, p.assignment_id, p.report_id as work_order_id, p.version, p.final, p.template_key, p.template_version_id,
  p.report_family, p.revision, p.content_hash, p.bundle_hash, p.input_hash, p.renderer_version, p.status, p.stale, p.warnings,
  p.context_snapshot, p.generated_at, p.created_at,
  (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'filename', a.filename, 'storage_ref', a.document_id,
      'mime_type', a.mime_type, 'size_bytes', a.size_bytes, 'checksum_sha256', a.checksum_sha256, 'pages', a.pages)
      order by array_position(array['docx', 'pdf', 'annexure', 'debug_json'], a.kind)), '[]')
    from reports.report_pack_artifacts a where a.tenant_id = p.tenant_id and a.pack_id = p.id) as artifacts`

/** A rendering job, as answers show it. */
export const jobColumns = sql<ReportJob>`
  j.id, j.report_id, j.assignment_id, j.pack_id, j.template_key, j.status, j.progress, j.attempts, j.max_attempts, j.dead, j.error,
  j.idempotency_key, null::timestamptz as next_attempt_at, j.created_at, j.started_at, j.finished_at`

const ofReport = (alias: 'p' | 'j', tenantId: string, reportId: string): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(`${alias}.tenant_id`)} = ${tenantId}::uuid and ${sql.ref(`${alias}.report_id`)} = ${reportId}::uuid`

export const newestPack = (tenantId: string, reportId: string): RawBuilder<Pack> =>
  sql<Pack>`select ${packColumns} from reports.report_packs p where ${ofReport('p', tenantId, reportId)} order by p.version desc limit 1`

/** The newest job of the newest pack. */
export const newestJob = (tenantId: string, reportId: string): RawBuilder<ReportJob> =>
  sql<ReportJob>`select ${jobColumns} from reports.report_generation_jobs j where ${ofReport('j', tenantId, reportId)}
    order by j.created_at desc, j.id desc limit 1`

/** Where a report stands on its way out. Releases and charges come with billing. */
export function packLinkOf(report: ReportRow, pack: Pack | undefined, job: ReportJob | undefined) {
  const { id, status, readiness_score, value_slab, template_selector } = headerOf(report)
  return {
    work_order_id: id,
    work_order_status: status,
    readiness_score,
    value_slab,
    template_selector,
    pack: pack ?? null,
    generation_job: job ?? null,
    deliverable_releases: [],
    billing_gate_status: null,
  }
}
