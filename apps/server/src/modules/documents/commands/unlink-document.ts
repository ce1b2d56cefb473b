import { unlinkDocument } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { isPortal, type Visible } from '../context.ts'
import type { Neighbours } from '../neighbours.ts'
import { lockDocument } from '../queries/document.ts'
import { linkEvents } from './add-link.ts'

const on = operationsOf<Visible>()

export const unlinkDocumentOperation = (neighbours: Neighbours) =>
  on.command(unlinkDocument, {
    run: async (context, { params }) => {
      const { tx } = context
      const row = await lockDocument(tx, context, params.id)
      const link = row.links.find((one) => one.id === params.link_id)
      if (!link) throw refuse.notFound('The link', 'link_id')
      const uses = link.report_request_id === null ? 0 : ((await neighbours.frozenUses?.(tx, row.id)) ?? 0)
      if (uses > 0)
        throw new Refusal('DOCUMENT_IN_USE', 'A frozen report uses this document.', {
          details: [{ reason: 'frozen', count: uses }],
        })
      const { rows } = await sql`
        delete from documents.document_links l
        where l.tenant_id = ${row.tenant_id}::uuid and l.document_id = ${row.id}::uuid and l.id = ${link.id}::uuid returning l.id`.execute(
        tx,
      )
      if (rows.length === 0) throw isPortal(context) ? portalForbidden() : refuse.notFound('The link', 'link_id')
      recordEvents(context, linkEvents('document_detached', row, link))
      const refs = [link.work_order_id, link.assignment_id, link.report_request_id].filter((id) => id !== null)
      return {
        body: undefined,
        audit: {
          action: 'DOCUMENT_UNLINKED',
          target_id: row.id,
          tenant_id: row.tenant_id,
          refs,
          before: { purpose: link.purpose },
        } as const,
      }
    },
  })

const portalForbidden = (): Refusal =>
  new Refusal('PORTAL_LINK_FORBIDDEN', 'This link was not made by you.', {
    details: [{ path: 'link_id', reason: 'not_yours' }],
  })
