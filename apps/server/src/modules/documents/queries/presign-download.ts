import { isRestricted } from '@zenops/contracts/document-records'
import { presignDownload } from '@zenops/contracts/documents'
import { Refusal } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { isPortal, type Visible } from '../context.ts'
import { assertOpen, assertUploaded } from '../guards.ts'
import type { Neighbours } from '../neighbours.ts'
import { type DocumentRow, getDocumentRow, LINK_SECONDS, renditionKey } from './document.ts'

const on = operationsOf<Visible>()
const PERSONAL_SECONDS = 60

const locked = (reason: string): Refusal =>
  new Refusal(
    'DELIVERABLE_LOCKED_UNTIL_BILLING_SATISFIED',
    'This file opens once it is released and billing allows it.',
    { details: [{ reason }] },
  )

/** What the firm delivers opens for the requester by release and billing; what he uploaded himself is always his. */
async function assertDelivered(
  context: CommandContext<Visible>,
  neighbours: Neighbours,
  row: DocumentRow,
): Promise<void> {
  if (!isPortal(context) || row.owner_user_id === context.actor.userId) return
  const deliverable = row.visibility === 'released' || row.links.some((link) => link.deliverable)
  if (!deliverable) return
  if (row.visibility !== 'released') throw locked('not_released')
  const gate = await neighbours.downloadGate?.(context.tx, row.id)
  if (gate && !gate.allowed) throw locked(gate.code)
}

type Variant = 'original' | 'preview' | 'thumb'

function storedAs(row: DocumentRow, variant: Variant): { key: string; filename: string; contentType: string } {
  if (variant === 'original')
    return { key: row.storage_key, filename: row.original_filename, contentType: row.detected_type ?? row.content_type }
  if (row.thumb_status !== 'ready') {
    throw new Refusal('FILE_NOT_READY', 'The picture is not made yet.', {
      details: [{ path: 'variant', reason: `thumb_${row.thumb_status}` }],
    })
  }
  return {
    key: renditionKey(row, variant),
    filename: `${row.original_filename.slice(0, 190)}.webp`,
    contentType: 'image/webp',
  }
}

export const presignDownloadOperation = (neighbours: Neighbours) =>
  on.command(presignDownload, {
    run: async (context, { params, query }) => {
      const row = await getDocumentRow(context.tx, context, params.id)
      assertOpen(row)
      assertUploaded(row)
      await assertDelivered(context, neighbours, row)
      const expiresIn = isRestricted(row.sensitivity) ? PERSONAL_SECONDS : LINK_SECONDS
      const signed = await context.services.storage.presignGet({
        ...storedAs(row, query.variant),
        disposition: query.disposition,
        expiresIn,
      })
      return {
        body: signed,
        audit: {
          action: 'DOCUMENT_DOWNLOADED',
          target_id: row.id,
          tenant_id: row.tenant_id,
          after: { variant: query.variant },
        } as const,
      }
    },
  })
