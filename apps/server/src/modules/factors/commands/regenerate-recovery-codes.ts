import { regenerateRecoveryCodes } from '@zenops/contracts/identity-factors'
import { operationsOf } from '../../../platform/operations.ts'
import { admit, type IdentityParts, proofLimits, tellPerson } from '../../access/index.ts'
import { dutyOf } from '../../identity/index.ts'
import { holderOfActor, lockHolder } from '../holder.ts'
import { refused } from '../refusals.ts'
import { replaceRecoveryCodes } from '../recovery-codes.ts'

const on = operationsOf<'identity'>()

export const regenerateRecoveryCodesOperation = (parts: IdentityParts) =>
  on.command(regenerateRecoveryCodes, {
    asIdentity: true,
    prepare: (context) => admit(context, proofLimits(context, context.actor.userId, 'proof:begin')),
    run: async (context, _input, headers) => {
      const { tx, actor } = context
      const holder = holderOfActor(actor)
      const { id: userId } = await lockHolder(tx, holder)
      const { hasTotp, passkeys } = await dutyOf(tx, holder, parts)
      if (!hasTotp && passkeys === 0) throw refused('AUTH_MFA_SETUP_REQUIRED')
      const recovery_codes = await replaceRecoveryCodes(tx, userId, parts)
      await tellPerson(tx, context, { userId, tenantId: actor.tenantId, kind: 'factor_changed' })
      const audit = { action: 'MFA_RECOVERY_REGENERATED', target_id: userId } as const
      return { body: { recovery_codes }, audit, reply: { headers } }
    },
  })
