import type { Contract } from '@zenops/contracts/report-contract'
import type { TemplateVariant } from '@zenops/contracts/report-enums'
import type { DerivedValues, Readiness } from '@zenops/contracts/report-outputs'
import type { Ruleset } from '@zenops/contracts/report-ruleset'
import type { PackFamily } from '@zenops/templates/pack'
import { sql } from 'kysely'
import type { Tx } from '../context.ts'
import type { ManifestRow } from '../rules/manifest.ts'
import type { PrintedContext } from '../pack-input.ts'
import type { ReportStatus } from '@zenops/contracts/report-enums'

/** One job with everything its pack is made from: the frozen revision, never live data. */
export interface PackInputs {
  readonly job_id: string
  readonly job_status: string
  readonly attempts: number
  readonly pack_id: string
  readonly pack_status: string
  readonly pack_version: number
  readonly final: boolean
  readonly formats: readonly ('docx' | 'pdf')[]
  readonly family: PackFamily
  readonly context: PrintedContext & { readonly variant: TemplateVariant; readonly bank_type: string }
  readonly report_id: string
  readonly assignment_id: string
  readonly commission_id: string | null
  readonly report_no: string
  readonly title: string
  readonly report_type: Contract extends { meta?: { report_type: infer T } } ? T : never
  readonly status: ReportStatus
  readonly bank_id: string | null
  readonly created_by: string
  readonly n: number
  readonly contract: Contract
  readonly derived: DerivedValues
  readonly readiness: Readiness
  readonly manifest: readonly ManifestRow[]
  readonly revised_at: string
  readonly ruleset: Ruleset
}

/** Reads a job's inputs; undefined when job or pack is gone. */
export async function readInputs(tx: Tx, tenantId: string, jobId: string): Promise<PackInputs | undefined> {
  const { rows } = await sql<PackInputs>`
    select j.id as job_id, j.status as job_status, j.attempts, p.id as pack_id, p.status as pack_status, p.version as pack_version, p.final,
      p.formats, p.report_family as family, p.context_snapshot as context, r.id as report_id, r.assignment_id, a.commission_id, r.report_no,
      r.title, r.report_type, r.status, r.bank_id, coalesce(j.created_by, r.created_by) as created_by, v.n, v.contract, v.derived, v.readiness,
      v.manifest, v.created_at as revised_at,
      jsonb_build_object('version', s.version, 'params', s.params, 'overrides', s.overrides, 'local_units', s.local_units) as ruleset
    from reports.report_generation_jobs j
    join reports.report_packs p on p.tenant_id = j.tenant_id and p.id = j.pack_id
    join reports.reports_live r on r.tenant_id = j.tenant_id and r.id = j.report_id
    join reports.report_revisions v on v.tenant_id = p.tenant_id and v.report_id = p.report_id and v.n = p.revision
    join reports.rulesets s on s.tenant_id = v.tenant_id and s.id = v.ruleset_id
    join assignments.assignments_live a on a.tenant_id = r.tenant_id and a.id = r.assignment_id
    where j.tenant_id = ${tenantId}::uuid and j.id = ${jobId}::uuid`.execute(tx)
  return rows[0]
}
