import { attachDocument, linkDocument } from '@zenops/contracts/documents'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { type CommandContext, type CommandResult, operationsOf } from '../../../platform/operations.ts'
import { isPortal, type Visible } from '../context.ts'
import { assertUploaded } from '../guards.ts'
import type { Neighbours } from '../neighbours.ts'
import { getDocumentRow, lockDocument } from '../queries/document.ts'
import { type NamedTargets, targetsIn } from '../rules/targets.ts'
import { addLink, linkEvents, type LinkRow, type Purpose, targetIds } from './add-link.ts'
import { distanceToProperty } from './distance-to-property.ts'
import { resolveTargets } from './resolve-targets.ts'

const on = operationsOf<Visible>()
type Context = CommandContext<Visible>

interface Wanted {
  readonly documentId: string
  readonly targets: NamedTargets
  readonly purpose: Purpose
  readonly deliverable: boolean
}

async function link(context: Context, neighbours: Neighbours, wanted: Wanted): Promise<CommandResult<LinkRow>> {
  const { tx, actor } = context
  if (wanted.deliverable && context.can('documents.review') === null) {
    throw refuse.forbidden('missing_capability', { capability: 'documents.review' })
  }
  // A reader may link what he sees; portal users only what they uploaded.
  const row = isPortal(context)
    ? await lockDocument(tx, context, wanted.documentId)
    : await getDocumentRow(tx, context, wanted.documentId)
  const targets = await resolveTargets({ tx, context, neighbours }, wanted.targets)
  assertUploaded(row)
  if (targets.tenant_id !== row.tenant_id) throw refuse.notFound('The target')
  const added = await addLink(tx, {
    document: row,
    targets,
    purpose: wanted.purpose,
    deliverable: wanted.deliverable,
    userId: actor.userId,
  })
  if (!added.created) return { body: added.link, audit: NOTHING_CHANGED, reply: { status: 200 } }
  recordEvents(context, linkEvents('document_attached', row, added.link))
  // Jobs and properties are the firm's own: a portal user has no right there.
  if (!isPortal(context))
    await distanceToProperty(tx, {
      document: row,
      gps: row.suggestions?.gps ?? null,
      assignmentId: targets.assignment_id,
    })
  const after = { purpose: wanted.purpose, deliverable: wanted.deliverable }
  return {
    body: added.link,
    audit: {
      action: 'DOCUMENT_LINKED',
      target_id: row.id,
      tenant_id: row.tenant_id,
      refs: targetIds(added.link),
      after,
    },
  }
}

export const linkDocumentOperation = (neighbours: Neighbours) =>
  on.command(linkDocument, {
    run: (context, { params, body }) =>
      link(context, neighbours, {
        documentId: params.id,
        targets: targetsIn(body),
        purpose: body.purpose,
        deliverable: body.deliverable,
      }),
  })

export const attachDocumentOperation = (neighbours: Neighbours) =>
  on.command(attachDocument, {
    run: (context, { params, body }) =>
      link(context, neighbours, {
        documentId: body.document_id,
        targets: { assignment_id: params.id },
        purpose: body.purpose,
        deliverable: false,
      }),
  })
