import { restoreAlertChannel } from '@zenops/contracts/ops-alerts'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { readChannel } from './channels.ts'
import { channelOf } from '../alert-rows.ts'

/** It comes back switched off: whoever removed it had a reason. */
export const restoreAlertChannelOperation = operationsOf<'ops'>().command(restoreAlertChannel, {
  run: async ({ tx, actor }, { params }) => {
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    const { rows } = await sql<{ deleted: boolean }>`
      select deleted_at is not null as deleted from ops.alert_channels
      where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid and (deleted_at is null or purge_after > now()) for update`.execute(
      tx,
    )
    if (!rows[0]) throw refuse.notFound('The channel')
    if (!rows[0].deleted)
      throw new Refusal('ILLEGAL_TRANSITION', 'This channel was not removed.', { details: [{ reason: 'not_deleted' }] })
    await sql`
      update ops.alert_channels set deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null, version = version + 1
      where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid`.execute(tx)
    return {
      body: channelOf(await readChannel(tx, actor.tenantId, params.id)),
      audit: {
        action: 'RECORD_RESTORED',
        target_id: params.id,
        before: { status: 'deleted' },
        after: { kind: 'ops.alert_channels', status: 'live' },
      } as const,
    }
  },
})
