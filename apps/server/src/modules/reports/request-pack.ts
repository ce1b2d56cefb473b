import type { Contract } from '@zenops/contracts/report-contract'
import type { Pack, ReportJob } from '@zenops/contracts/reports-pack-records'
import { sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import { authorOf, type Command } from './context.ts'
import { renderPackJob } from './jobs/kinds.ts'
import { recordEvents } from './neighbours.ts'
import { jobColumns, packColumns } from './queries/pack-rows.ts'
import { draftFamilyOf, familyOf } from './rules/family.ts'
import {
  inputHash,
  type PackShape,
  type PrintedContext,
  RENDERER_VERSION,
  templateKeyOf,
  templatesOf,
} from './pack-input.ts'
import type { ReportRow } from './rules/report-row.ts'

export interface FrozenRevision {
  readonly n: number
  readonly content_hash: string
  readonly contract: Contract
}

export interface PackWish {
  readonly report: ReportRow
  readonly revision: FrozenRevision
  readonly final: boolean
  readonly formats: readonly ('docx' | 'pdf')[]
  readonly force: boolean
  readonly idempotency_key: string | null
}

export interface RequestedPack {
  readonly idempotent: boolean
  readonly queued: boolean
  readonly pack: Pack
  readonly job: ReportJob | undefined
}

function shapeOf({ report, revision, final }: PackWish): PackShape {
  const of = { ...report, contract: revision.contract }
  const family = final ? familyOf(of) : draftFamilyOf(of)
  if (!family) {
    throw new Refusal('TEMPLATE_NOT_AVAILABLE', 'No form fits this report.', {
      details: [{ reason: 'selector', template_selector: report.template_selector }],
    })
  }
  return { family, variant: report.template_variant, bank_type: report.bank_type }
}

interface ContextRow {
  readonly firm_name: string
  readonly firm: Record<string, string | null> | null
  readonly assignment_code: string
  readonly assignment_title: string
  readonly signatory: Record<string, string | null> | null
}

const printedBank = (report: ReportRow, { party }: Contract): PrintedContext['bank'] => ({
  name: party?.bank_name ?? report.bank_name,
  branch: party?.bank_branch_name ?? null,
  address: party?.bank_branch_address ?? null,
  type: report.bank_type,
})

/** Names and numbers as the pack prints them; later changes of master data do not reach it. */
async function printedContext(
  { tx }: Command,
  { report, revision }: PackWish,
  shape: PackShape,
): Promise<PrintedContext> {
  const party = revision.contract.party
  const { rows } = await sql<ContextRow>`
    select t.name as firm_name, t.settings -> 'reports' -> 'firm' as firm, a.code as assignment_code, a.title as assignment_title,
      (select jsonb_build_object('name', u.name, 'phone', u.phone, 'email', u.email,
          'designation', m.professional ->> 'designation', 'qualifications', m.professional ->> 'qualification',
          'registration_no', nullif(concat_ws(' ', m.professional ->> 'registration_body', m.professional ->> 'registration_no'), ''))
        from identity.memberships m join identity.users u on u.id = m.user_id
        where m.tenant_id = t.id and m.user_id = coalesce(${party?.signatory_id ?? null}::uuid,
          (t.settings -> 'reports' ->> 'default_signatory_id')::uuid)) as signatory
    from identity.tenants t
    join assignments.assignments a on a.tenant_id = t.id and a.id = ${report.assignment_id}::uuid
    where t.id = ${report.tenant_id}::uuid`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a report without its assignment')
  return {
    report: {
      report_no: report.report_no,
      reference_no: report.reference_no,
      title: report.title,
      report_type: report.report_type,
      revision: revision.n,
    },
    assignment: { assignment_no: row.assignment_code, title: row.assignment_title },
    firm: { ...row.firm, name: row.firm?.['name'] ?? row.firm_name },
    signatory: row.signatory ?? {},
    bank: printedBank(report, revision.contract),
    templates: templatesOf(shape),
  }
}

/** A pack of the same inputs that is there or being made. */
async function sameInputs({ tx }: Command, wish: PackWish, hash: string): Promise<RequestedPack | null> {
  const packs = await sql<Pack>`
    select ${packColumns} from reports.report_packs p
    where p.tenant_id = ${wish.report.tenant_id}::uuid and p.report_id = ${wish.report.id}::uuid and p.input_hash = ${hash}
      and p.final = ${wish.final}::boolean and p.status in ('generated', 'generating')
    order by p.version desc limit 1`.execute(tx)
  const pack = packs.rows[0]
  if (!pack) return null
  const jobs = await sql<ReportJob>`
    select ${jobColumns} from reports.report_generation_jobs j
    where j.tenant_id = ${wish.report.tenant_id}::uuid and j.pack_id = ${pack.id}::uuid
    order by j.created_at desc, j.id desc limit 1`.execute(tx)
  return { idempotent: true, queued: false, pack, job: jobs.rows[0] }
}

/** Asks for a pack of a frozen revision: pack, job and their place in the queue in the caller's transaction. */
export async function requestPack(context: Command, wish: PackWish): Promise<RequestedPack> {
  const shape = shapeOf(wish)
  const printed = await printedContext(context, wish, shape)
  const hash = inputHash({
    ...shape,
    content_hash: wish.revision.content_hash,
    revision: wish.revision.n,
    final: wish.final,
    formats: wish.formats,
    context: printed,
  })
  const same = wish.force ? null : await sameInputs(context, wish, hash)
  if (same) return same
  return createPack(context, wish, { shape, printed, hash })
}

interface PackMaterial {
  readonly shape: PackShape
  readonly printed: PrintedContext
  readonly hash: string
}

async function createPack(
  context: Command,
  wish: PackWish,
  { shape, printed, hash }: PackMaterial,
): Promise<RequestedPack> {
  const { tx } = context
  const { report, revision } = wish
  const template_key = templateKeyOf(shape.family, shape.variant)
  const packs = await sql<Pack>`
    insert into reports.report_packs as p (tenant_id, report_id, assignment_id, version, final, template_key, report_family, formats, revision,
      content_hash, input_hash, renderer_version, context_snapshot, created_by)
    select ${report.tenant_id}::uuid, ${report.id}::uuid, ${report.assignment_id}::uuid,
      1 + coalesce((select max(o.version) from reports.report_packs o where o.tenant_id = ${report.tenant_id}::uuid and o.report_id = ${report.id}::uuid), 0),
      ${wish.final}::boolean, ${template_key}, ${shape.family}, ${[...wish.formats]}::text[], ${revision.n}::int, ${revision.content_hash}, ${hash},
      ${RENDERER_VERSION}, ${JSON.stringify({ ...printed, variant: shape.variant, bank_type: shape.bank_type })}::jsonb, ${authorOf(context)}::uuid
    returning ${packColumns}`.execute(tx)
  const pack = packs.rows[0]
  if (!pack) throw new Error('the pack was not created')
  const jobs = await sql<ReportJob>`
    insert into reports.report_generation_jobs as j (tenant_id, report_id, assignment_id, pack_id, template_key, max_attempts, idempotency_key, created_by)
    values (${report.tenant_id}::uuid, ${report.id}::uuid, ${report.assignment_id}::uuid, ${pack.id}::uuid, ${template_key},
      ${renderPackJob.maxAttempts ?? 5}::int, ${wish.idempotency_key}, ${authorOf(context)}::uuid)
    returning ${jobColumns}`.execute(tx)
  const job = jobs.rows[0]
  if (!job) throw new Error('the job was not created')
  const run = await context.enqueue(renderPackJob, { job_id: job.id, pack_id: pack.id })
  await sql`update reports.report_generation_jobs set run_id = ${run}::uuid
    where tenant_id = ${report.tenant_id}::uuid and id = ${job.id}::uuid`.execute(tx)
  recordEvents(context, { report_id: report.id, assignment_id: report.assignment_id }, [
    { kind: 'report_queued', after: { pack_version: pack.version, final: wish.final, revision: revision.n } },
  ])
  return { idempotent: false, queued: true, pack, job }
}
