import { endFirmSupportSession, endSupportSession } from '@zenops/contracts/identity-platform'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, type CommandResult, operationsOf } from '../../../platform/operations.ts'
import { withTenant } from '../../rights/index.ts'
import { readSupportSession } from '../queries/support-sessions.ts'
import { tellClosed } from '../support-mails.ts'

const on = operationsOf<'identity'>()

/** Ends a session; one that has ended stays as it is. `firmId` narrows to the firm's own. */
async function end(
  context: CommandContext<'identity'>,
  id: string,
  firmId: string | null,
): Promise<CommandResult<undefined>> {
  const { tx, actor, services, traceId } = context
  const { rows: found } = await sql<{ tenant_id: string; open: boolean }>`
    select tenant_id, closed_at is null and expires_at > now() as open from identity.support_sessions
    where id = ${id}::uuid and (${firmId}::uuid is null or tenant_id = ${firmId}::uuid) for update`.execute(tx)
  const known = found[0]
  if (!known) throw refuse.notFound('The support session', 'id')
  if (!known.open) return { body: undefined, audit: NOTHING_CHANGED }
  await sql`update identity.support_sessions set closed_at = now(), closed_by = ${actor.userId}::uuid
    where tenant_id = ${known.tenant_id}::uuid and id = ${id}::uuid`.execute(tx)
  const session = await readSupportSession(tx, id)
  await withTenant(tx, { tenantId: known.tenant_id, actor }, () =>
    tellClosed({ tx, mail: services.mail, traceId }, session),
  )
  const audit = {
    action: 'SUPPORT_SESSION_CLOSED',
    target_id: id,
    tenant_id: known.tenant_id,
    reason: 'ended',
  } as const
  return { body: undefined, audit }
}

export const endSupportSessionOperation = on.command(endSupportSession, {
  asIdentity: true,
  run: (context, { params }) => end(context, params.id, null),
})
export const endFirmSupportSessionOperation = on.command(endFirmSupportSession, {
  asIdentity: true,
  run: (context, { params }) => end(context, params.id, context.actor.tenantId),
})
