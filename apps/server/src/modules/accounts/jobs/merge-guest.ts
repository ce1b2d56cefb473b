import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { appendAudit } from '../../../platform/audit/record.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { handleJob, type JobContext, jobKind } from '../../../platform/jobs/port.ts'
import { endFamilies } from '../../identity/index.ts'

/** Asked for in the transaction that gave a guest an account, by the firm he was a guest of. */
export const mergeGuest = jobKind({
  kind: 'identity.merge_guest',
  payload: z.strictObject({ guest_user_id: z.guid(), user_id: z.guid() }),
  queueName: ({ guest_user_id }) => `merge-guest-${guest_user_id}`,
})

export interface Merge {
  readonly tenantId: string
  readonly from: string
  readonly to: string
}
/** Hands the guest's rows of one kind, in one firm, to his account. Runs as the worker of that firm; may run twice. */
export type ReownStep = (tx: Kysely<DB>, merge: Merge) => Promise<void>

/** Ends the guest and carries his firms over. Answers the firms where rows of his may lie. */
async function endGuest(context: JobContext, from: string, to: string): Promise<string[]> {
  const scope = authScope(context.tenantId, context.actor.userId)
  return context.database.transact(scope, async (tx, unit) => {
    const { rows: ended } = await sql`
      update identity.users set merged_into_user_id = ${to}::uuid, status = 'disabled', version = version + 1, updated_at = now()
      where id = ${from}::uuid and kind = 'GUEST' and merged_into_user_id is null returning id`.execute(tx)
    const { rows: links } = await sql<{ tenant_id: string }>`
      select distinct tenant_id from identity.portal_links where user_id = ${from}::uuid`.execute(tx)
    const firms = links.map((link) => link.tenant_id)
    if (ended.length === 0) return firms
    await endFamilies(tx, { userId: from, reason: 'merged', by: to })
    await sql`insert into identity.portal_links (tenant_id, user_id, party_kind)
      select distinct tenant_id, ${to}::uuid, 'self' from identity.portal_links where user_id = ${from}::uuid and status = 'active'
      on conflict do nothing`.execute(tx)
    await sql`update identity.portal_links set status = 'revoked', revoked_at = now() where user_id = ${from}::uuid and status = 'active'`.execute(
      tx,
    )
    const entry = { action: 'AUTH_GUEST_MERGED', target_id: from, after: { merged_into_user_id: to } } as const
    const stamp = { at: await unit.startedAt(), traceId: context.traceId, actor: context.actor, ipHash: null }
    unit.withCommit(appendAudit([entry], stamp))
    return firms
  })
}

/** One job moves everything; the guest is ended first, so that nothing new appears behind it. */
export const mergeGuestHandler = (steps: readonly ReownStep[]) =>
  handleJob(mergeGuest, {
    run: async (context, { guest_user_id: from, user_id: to }) => {
      const firms = await endGuest(context, from, to)
      for (const tenantId of firms) {
        const scope = { role: 'zen_worker', tenantId, userId: context.actor.userId, aud: 'worker' } as const
        await context.database.transact(scope, async (tx) => {
          for (const step of steps) await step(tx, { tenantId, from, to })
        })
      }
    },
  })
