import { requestErasure } from '@zenops/contracts/privacy'
import { assertConfirmed, consumeConfirmation } from '../../../platform/confirmations.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { beginErasure } from '../erasure/begin.ts'
import { wouldKeep } from '../queries/standing.ts'

const on = operationsOf<Visible>()

export const requestErasureOperation = on.command(requestErasure, {
  asIdentity: true,
  prepare: async (context, { body }) => {
    const { actor, services } = context
    const of = { action: 'erase_me', target: actor.userId, given: body.confirmation } as const
    await assertConfirmed(context, { ...of, scope: authScope(actor.tenantId, actor.userId) })
    return (await wouldKeep(services.database, actor.userId, context.now)).kept
  },
  run: async (context, { body }, kept) => {
    const { actor, tx } = context
    const begun = await beginErasure(context, { subject: { kind: 'user', id: actor.userId }, evidence: null, kept })
    await consumeConfirmation(tx, body.confirmation)
    return { body: { request_id: begun.id, status: 'PENDING' as const, kept }, audit: begun.audit }
  },
})
