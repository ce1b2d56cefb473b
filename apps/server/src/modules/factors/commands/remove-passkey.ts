import { removePasskey } from '@zenops/contracts/identity-factors'
import { first } from '../../../platform/db/rows.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, tellPerson } from '../../access/index.ts'
import { settleRemoval } from '../changed-factors.ts'
import { holderOfActor, lockHolder } from '../holder.ts'

const on = operationsOf<'identity'>()

export const removePasskeyOperation = (parts: IdentityParts) =>
  on.command(removePasskey, {
    asIdentity: true,
    run: async (context, { params }) => {
      const { tx, actor } = context
      const { id: userId } = await lockHolder(tx, holderOfActor(actor))
      const gone = await first(tx)<{ suspended: boolean }>`update identity.webauthn_credentials set revoked_at = now()
          where id = ${params.id}::uuid and user_id = ${userId}::uuid and revoked_at is null
        returning suspended_at is not null as suspended`
      if (!gone) throw refuse.notFound('The passkey', 'id')
      // A suspended one was no factor any more.
      if (!gone.suspended) await settleRemoval(tx, userId, parts)
      await tellPerson(tx, context, { userId, tenantId: actor.tenantId, kind: 'passkey_changed' })
      const audit = { action: 'WEBAUTHN_REVOKED', target_id: userId, before: { credential: params.id } } as const
      return { body: undefined, audit }
    },
    after: async ({ actor }) => parts.forget(actor.sessionId),
  })
