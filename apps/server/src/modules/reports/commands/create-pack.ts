import { createPack } from '@zenops/contracts/reports-packs'
import { sql } from 'kysely'
import type { Pack, ReportJob } from '@zenops/contracts/reports-pack-records'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import { refuseLocked } from '../change-contract.ts'
import type { Command, Visible } from '../context.ts'
import { freeze } from '../freeze.ts'
import type { OfficeConverter } from '../../../platform/office/libreoffice.ts'
import { jobColumns, packColumns, packLinkOf } from '../queries/pack-rows.ts'
import { lockStanding } from '../read-standing.ts'
import { requestPack } from '../request-pack.ts'
import type { Standing } from '../rules/standing.ts'
import { updateReport } from '../update-report.ts'

interface KeyedPack {
  readonly pack: Pack
  readonly job: ReportJob
}

/** What an earlier call with the same key asked for; the key of another report or kind of pack is refused. */
async function byKey(
  { tx, actor }: Command,
  { report }: Standing,
  wish: { key: string; final: boolean },
): Promise<KeyedPack | null> {
  const jobs = await sql<ReportJob>`
    select ${jobColumns} from reports.report_generation_jobs j
    where j.tenant_id = ${actor.tenantId}::uuid and j.idempotency_key = ${wish.key} order by j.report_id = ${report.id}::uuid desc limit 1`.execute(
    tx,
  )
  const job = jobs.rows[0]
  if (!job) return null
  const packs = await sql<Pack>`select ${packColumns} from reports.report_packs p
    where p.tenant_id = ${actor.tenantId}::uuid and p.id = ${job.pack_id}::uuid`.execute(tx)
  const pack = packs.rows[0]
  if (pack && job.report_id === report.id && pack.final === wish.final) return { pack, job }
  throw new Refusal('IDEMPOTENCY_KEY_REUSED_FOR_DIFFERENT_TARGET', 'This key was used for another pack.', {
    details: [{ path: 'idempotency_key', reason: 'other_target' }],
  })
}

function refuseEarly({ report }: Standing, draft: boolean): void {
  refuseLocked(report)
  if (draft || report.status === 'READY_FOR_RENDER') return
  throw new Refusal('PACK_CREATION_REQUIRES_READY_FOR_RENDER', 'The report is not ready yet; ask for a draft.', {
    details: [{ reason: 'status', status: report.status }],
  })
}

async function refuseRunning({ tx }: Command, { report }: Standing): Promise<void> {
  const { rows } = await sql`select 1 from reports.report_packs
    where tenant_id = ${report.tenant_id}::uuid and report_id = ${report.id}::uuid and final and status = 'generating'`.execute(
    tx,
  )
  if (rows.length > 0) throw refuse.conflict('pack_running', 'A pack of this report is being made.')
}

export const createPackOperation = (office: OfficeConverter): Bound =>
  operationsOf<Visible>().command(createPack, {
    prepare: async (_, { body }) => {
      const formats = body.formats ?? ['docx', 'pdf']
      // A DOCX is always made; PDF alone cannot be promised without a renderer.
      if (!formats.includes('docx') && !(await office.findRenderer()))
        throw refuse.unavailable('PDF_RENDERER_UNAVAILABLE', 60)
      return undefined
    },
    run: async (context, { params, body }) => {
      const standing = await lockStanding(context, params.id)
      const { report } = standing
      refuseEarly(standing, body.draft)
      const key = body.idempotency_key ?? null
      const earlier = key === null ? null : await byKey(context, standing, { key, final: !body.draft })
      if (earlier) {
        const link = packLinkOf(report, earlier.pack, earlier.job)
        return { body: { idempotent: true, queue_enqueued: false, pack_link: link }, audit: NOTHING_CHANGED }
      }
      if (body.template_version_id !== undefined) {
        throw new Refusal('TEMPLATE_NOT_AVAILABLE', 'There is no such template version.', {
          details: [{ path: 'template_version_id', reason: 'not_found' }],
        })
      }
      if (body.force && !body.draft) await refuseRunning(context, standing)
      const { revision, fresh } = await freeze(context, standing)
      const frozen = fresh ? await updateReport(context, report, { latest_revision: revision.n }) : report
      const requested = await requestPack(context, {
        report: frozen,
        revision,
        final: !body.draft,
        formats: body.formats ?? ['docx', 'pdf'],
        force: body.force,
        idempotency_key: key,
      })
      const row = requested.queued
        ? await updateReport(context, frozen, {
            latest_pack_id: requested.pack.id,
            ...(body.draft ? {} : { pack_stale: false }),
          })
        : frozen
      return {
        body: {
          idempotent: requested.idempotent,
          queue_enqueued: requested.queued,
          pack_link: packLinkOf(row, requested.pack, requested.job),
        },
        audit: requested.queued
          ? {
              action: 'REPORT_PACK_REQUESTED',
              target_id: report.id,
              after: {
                pack_id: requested.pack.id,
                version: requested.pack.version,
                final: requested.pack.final,
                revision: revision.n,
              },
            }
          : NOTHING_CHANGED,
      }
    },
  })
