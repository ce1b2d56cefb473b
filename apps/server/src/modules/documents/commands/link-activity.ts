import type { ActorContext } from '../../../platform/operations.ts'
import type { DocumentActivity, Neighbours, Tx } from '../neighbours.ts'
import type { LinkRow } from './add-link.ts'

/** The business event of a link that came or went; links of people and invoices have their own files. */
export async function linkActivity(
  tx: Tx,
  neighbours: Neighbours,
  what: {
    context: ActorContext
    kind: DocumentActivity['kind']
    document: { tenant_id: string; id: string }
    link: Pick<LinkRow, 'work_order_id' | 'assignment_id' | 'report_request_id'>
  },
): Promise<void> {
  const { context, kind, document, link } = what
  if (link.assignment_id === null && link.work_order_id === null) return
  await neighbours.recordActivity?.(tx, {
    kind,
    tenant_id: document.tenant_id,
    document_id: document.id,
    actor_user_id: context.actor.userId,
    trace_id: context.traceId,
    assignment_id: link.assignment_id,
    commission_id: link.work_order_id,
    report_id: link.report_request_id,
  })
}
