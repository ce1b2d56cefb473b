import type { DocumentLink, PURPOSES } from '@zenops/contracts/document-records'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { BusinessEvent } from '../../../platform/events.ts'
import type { Tx } from '../neighbours.ts'
import type { Targets } from './resolve-targets.ts'

export type Purpose = (typeof PURPOSES)[number]
export type LinkRow = z.infer<typeof DocumentLink>

interface NewLink {
  readonly document: { readonly tenant_id: string; readonly id: string; readonly owner_user_id: string }
  readonly targets: Omit<Targets, 'tenant_id' | 'external_party_id'>
  readonly purpose: Purpose
  readonly deliverable: boolean
  readonly userId: string
}

const shown = sql`l.id, l.commission_id as work_order_id, l.assignment_id, l.report_id as report_request_id, l.employee_id, l.invoice_id,
  l.conversation_id, l.purpose, l.deliverable, l.created_at`

/** Adds the link or answers the one that is there (`created` false). */
export async function addLink(tx: Tx, link: NewLink): Promise<{ link: LinkRow; created: boolean }> {
  const { document, targets: t } = link
  const inserted = await sql<LinkRow>`
    insert into documents.document_links as l (tenant_id, document_id, owner_user_id, commission_id, assignment_id, report_id, employee_id,
      invoice_id, conversation_id, purpose, deliverable, created_by)
    values (${document.tenant_id}::uuid, ${document.id}::uuid, ${document.owner_user_id}::uuid, ${t.commission_id}::uuid, ${t.assignment_id}::uuid,
      ${t.report_id}::uuid, ${t.employee_id}::uuid, ${t.invoice_id}::uuid, ${t.conversation_id}::uuid, ${link.purpose}, ${link.deliverable}::boolean,
      ${link.userId}::uuid)
    on conflict on constraint document_links__once do nothing
    returning ${shown}`.execute(tx)
  const row = inserted.rows[0]
  if (row) return { link: row, created: true }
  const known = await sql<LinkRow>`
    select ${shown} from documents.document_links l
    where l.tenant_id = ${document.tenant_id}::uuid and l.document_id = ${document.id}::uuid and l.purpose = ${link.purpose}
      and l.commission_id is not distinct from ${t.commission_id}::uuid and l.assignment_id is not distinct from ${t.assignment_id}::uuid
      and l.report_id is not distinct from ${t.report_id}::uuid and l.employee_id is not distinct from ${t.employee_id}::uuid
      and l.invoice_id is not distinct from ${t.invoice_id}::uuid and l.conversation_id is not distinct from ${t.conversation_id}::uuid`.execute(
    tx,
  )
  const existing = known.rows[0]
  if (!existing) throw new Error('a link that exists was not found')
  return { link: existing, created: false }
}

/** The ids a link names, for the log. */
export const targetIds = (link: LinkRow): string[] =>
  [
    link.work_order_id,
    link.assignment_id,
    link.report_request_id,
    link.employee_id,
    link.invoice_id,
    link.conversation_id,
  ].filter((id) => id !== null)

/** The line of the business history for a link that came or went; people and invoices have their own files. */
export function linkEvents(
  kind: 'document_attached' | 'document_detached',
  document: { readonly tenant_id: string; readonly id: string },
  link: Pick<LinkRow, 'work_order_id' | 'assignment_id' | 'report_request_id' | 'purpose'>,
): BusinessEvent[] {
  const { assignment_id, work_order_id: commission_id, report_request_id: report_id } = link
  if (assignment_id === null && commission_id === null) return []
  const parents = {
    ...(assignment_id === null ? {} : { assignment_id }),
    ...(commission_id === null ? {} : { commission_id }),
    ...(report_id === null ? {} : { report_id }),
  }
  const { tenant_id, id: entity_id } = document
  return [{ kind, entity_type: 'DOCUMENT', entity_id, tenant_id, after: { purpose: link.purpose }, ...parents }]
}
