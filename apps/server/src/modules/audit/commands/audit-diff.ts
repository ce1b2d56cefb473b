import { auditDiff } from '@zenops/contracts/audit'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { type ActorContext, operationsOf } from '../../../platform/operations.ts'
import { assertSteppedUp } from '../../../platform/perform.ts'
import { tenantOf, type Visible } from '../context.ts'
import { previousHash, previousLink } from '../queries/previous-link.ts'
import { covered, revealed } from '../reveal.ts'
import { changesBetween, type Json } from '../rules/changes.ts'

const on = operationsOf<Visible>()

interface Found {
  readonly body: {
    readonly before?: Json
    readonly after?: Json
    readonly trace_id?: string
    readonly reason?: string
    readonly actor?: Json
  }
  readonly epoch: number | null
  readonly seq: number | null
  readonly link: Buffer | null
  readonly before_link: Buffer | null
}

function assertMayReveal(context: ActorContext): void {
  if (context.can('documents.pii') === null)
    throw refuse.forbidden('missing_capability', { capability: 'documents.pii', scope: 'none' })
  assertSteppedUp(context.actor, context.now)
}

/** Links in base64, where the event has its place in a chain. */
function placeOf(tenantId: string, { epoch, seq, link, before_link }: Found) {
  const isSealed = seq !== null && epoch !== null
  return {
    hash_prev: isSealed ? previousHash(tenantId, { epoch, seq, before_link }) : null,
    hash_curr: link?.toString('base64') ?? null,
    epoch,
    chain_seq: seq,
  }
}

export const auditDiffOperation = on.command(auditDiff, {
  run: async (context, { params, query }) => {
    const { actor, tx } = context
    const tenantId = tenantOf(actor, query.tenant_id)
    if (query.reveal) assertMayReveal(context)
    const { rows } = await sql<Found>`
      select e.body, e.epoch, e.seq, e.link,
        ${previousLink} as before_link
      from audit.events e where e.tenant_id = ${tenantId}::uuid and e.id = ${params.audit_id}::uuid
      union all
      select audit.body_of(i.canon), null, null, null, null from audit.inbox i where i.tenant_id = ${tenantId}::uuid and i.id = ${params.audit_id}::uuid
      limit 1`.execute(tx)
    const found = rows[0]
    if (!found) throw refuse.notFound('The audit event')
    const pictures = { before: found.body.before ?? {}, after: found.body.after ?? {} }
    const { before, after } = query.reveal
      ? await revealed(tx, context.services.subjectKeys, { ...pictures, tenantId, eventId: params.audit_id })
      : covered(pictures)
    const view: AuditEntry = { action: 'AUDIT_DIFF_VIEWED', target_id: params.audit_id, tenant_id: tenantId }
    const reveal: AuditEntry = { action: 'AUDIT_PERSONAL_REVEALED', target_id: params.audit_id, tenant_id: tenantId }
    return {
      body: {
        audit_id: params.audit_id,
        tenant_id: tenantId,
        before_json: before as never, // plain JSON, read from the database
        after_json: after as never, // plain JSON, read from the database
        changes: changesBetween(before, after) as never, // made of the two
        actor: (found.body.actor ?? {}) as never, // plain JSON, read from the database
        reason: found.body.reason ?? null,
        source_trace_id: found.body.trace_id ?? null,
        hash_algo: 'audit/v1' as const,
        ...placeOf(tenantId, found),
      },
      audit: query.reveal ? [view, reveal] : view,
    }
  },
})
