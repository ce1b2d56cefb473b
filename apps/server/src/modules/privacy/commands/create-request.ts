import { createPrivacyRequest } from '@zenops/contracts/privacy'
import { sql } from 'kysely'
import { assertConfirmed, consumeConfirmation } from '../../../platform/confirmations.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope, scopeOf } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { type ActorContext, type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { assertOfficer, type Visible } from '../context.ts'
import { beginErasure, type Begun, type Subject, underOwnRole } from '../erasure/begin.ts'
import { beginExport } from '../exporting/begin.ts'
import type { PrivacyExportParts } from '../exporting/family.ts'
import { readRequest } from '../queries/requests.ts'
import { keptOfContact, wouldKeep } from '../queries/standing.ts'
import type { Kept } from '../rules/kept.ts'

const on = operationsOf<Visible>()

/** The firm knows this person: a member, a portal user, or a contact of its directory. */
async function assertKnown({ services, actor }: ActorContext, { kind, id }: Subject): Promise<void> {
  const { tenantId } = actor
  const query =
    kind === 'contact'
      ? sql`select 1 from directory.contacts_live where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`
      : sql`select 1 from identity.users u where u.id = ${id}::uuid and u.status <> 'erased' and u.kind <> 'SERVICE' and (
          exists (select 1 from identity.memberships m where m.tenant_id = ${tenantId}::uuid and m.user_id = u.id and m.deleted_at is null)
          or exists (select 1 from identity.portal_links l where l.tenant_id = ${tenantId}::uuid and l.user_id = u.id and l.status = 'active'))`
  const scope = kind === 'contact' ? scopeOf(actor) : authScope(tenantId, actor.userId)
  const [rows] = await services.database.read(scope, query.compile(compileOnly))
  if (rows.length === 0) throw refuse.notFound('The person', 'subject.id')
}

export const createPrivacyRequestOperation = (parts: PrivacyExportParts) =>
  on.command(createPrivacyRequest, {
    asIdentity: true,
    prepare: async (context, { body }): Promise<readonly Kept[]> => {
      assertOfficer(context)
      const { actor, services, now } = context
      await assertKnown(context, body.subject)
      if (body.subject.id === actor.userId) throw refuse.conflict('own_person', 'For yourself, use “My data”.')
      if (body.kind === 'export') return []
      const of = { action: 'erase_person', target: body.subject.id.toLowerCase(), given: body.confirmation } as const
      await assertConfirmed(context, { ...of, scope: authScope(actor.tenantId, actor.userId) })
      if (body.subject.kind === 'contact') return keptOfContact(1, now)
      return (await wouldKeep(services.database, body.subject.id, now)).kept
    },
    run: async (context, { body }, kept) => {
      const { tx, actor } = context
      const begun = await begin(context, { body, kept, parts })
      if (body.kind === 'erasure' && body.confirmation) await consumeConfirmation(tx, body.confirmation)
      return { body: await underOwnRole(context, () => readRequest(tx, actor.tenantId, begun.id)), audit: begun.audit }
    },
  })

function begin(
  context: CommandContext<Visible>,
  {
    body,
    kept,
    parts,
  }: {
    body: { kind: 'export' | 'erasure'; subject: Subject; evidence: string }
    kept: readonly Kept[]
    parts: PrivacyExportParts
  },
): Promise<Begun> {
  const { subject, evidence } = body
  if (body.kind === 'erasure') return beginErasure(context, { subject, evidence, kept })
  return beginExport(context, { subject, evidence, parts })
}
