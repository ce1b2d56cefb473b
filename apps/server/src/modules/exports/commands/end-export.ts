import { cancelExportJob, deleteExportJob } from '@zenops/contracts/exports'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { dropPayload } from '../../../platform/exports/engine.ts'
import { type ExportFamily, moveExport } from '../../../platform/exports/family.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { assertOwnTenant, type AuditExport, type Visible } from '../context.ts'
import { findJob } from '../find-job.ts'
import { shownJob } from '../shown.ts'

const on = operationsOf<Visible>()

interface End {
  readonly family: ExportFamily<AuditExport>
  readonly jobId: string
  readonly move: 'cancel' | 'remove'
}

/** Ends a job by hand: one's own, or with `ops.jobs.manage` anybody's. Errors: NOT_FOUND, FORBIDDEN, CONFLICT. */
async function endByHand(
  context: CommandContext<Visible>,
  { family, jobId, move }: End,
): Promise<{ job: AuditExport; audit: AuditEntry }> {
  const { tx, unit, actor, traceId } = context
  const before = await findJob(tx as never, { tenantId: actor.tenantId, jobId }, true) // fewer visible tables, same builder
  if (before.requested_by !== actor.userId && context.can('ops.jobs.manage') === null)
    throw refuse.forbidden('not_your_export')
  const entries: AuditEntry[] = []
  const hand = { tx: tx as never, unit, actor, traceId, collect: (entry: AuditEntry) => void entries.push(entry) } // the same builder
  const job = await moveExport(family, hand, { key: before, move })
  const [audit] = entries
  if (!job || !audit) throw refuse.conflict('wrong_state', `The export is ${before.status.toLowerCase()}.`)
  return { job, audit }
}

export const cancelExportOperation = (family: ExportFamily<AuditExport>) =>
  on.command(cancelExportJob, {
    run: async (context, { params, query }) => {
      assertOwnTenant(context.actor, query.tenant_id)
      const { job, audit } = await endByHand(context, { family, jobId: params.job_id, move: 'cancel' })
      return { body: shownJob(job), audit }
    },
    after: ({ actor, log }, { params }) => dropPayloadOf(family, { tenant_id: actor.tenantId, id: params.job_id }, log),
  })

export const deleteExportOperation = (family: ExportFamily<AuditExport>) =>
  on.command(deleteExportJob, {
    run: async (context, { params, query }) => {
      assertOwnTenant(context.actor, query.tenant_id)
      const { audit } = await endByHand(context, { family, jobId: params.job_id, move: 'remove' })
      return { body: undefined, audit }
    },
    after: ({ actor, log }, { params }) => dropPayloadOf(family, { tenant_id: actor.tenantId, id: params.job_id }, log),
  })

/** What lies outside of the database; its rows went with the state. */
const dropPayloadOf = async (
  family: ExportFamily<AuditExport>,
  key: { readonly tenant_id: string; readonly id: string },
  log: Parameters<typeof dropPayload>[0]['log'],
): Promise<void> => {
  for (const storage of family.stores.configured)
    if (storage.kind !== 'db') await dropPayload({ family, log }, { ...key, storage_kind: storage.kind } as AuditExport) // the key is all it needs
}
