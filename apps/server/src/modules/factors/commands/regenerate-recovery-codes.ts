import { regenerateRecoveryCodes } from '@zenops/contracts/identity-factors'
import type { QueryExecutorProvider } from 'kysely'
import { operationsOf } from '../../../platform/operations.ts'
import { holderOfActor, lockHolder, noFactor } from '../factor-holder.ts'
import { admit, type IdentityParts, originOf, proofLimits, tellPerson } from '../../identity/index.ts'
import { livePasskeys } from '../passkeys.ts'
import { replaceRecoveryCodes } from '../recovery-codes.ts'
import { totpStateOf } from '../totp.ts'

const on = operationsOf<'identity'>()

const hasFactor = async (tx: QueryExecutorProvider, userId: string): Promise<boolean> =>
  (await totpStateOf(tx, userId)) === 'enabled' || (await livePasskeys(tx, userId)).length > 0

export const regenerateRecoveryCodesOperation = (parts: IdentityParts) =>
  on.command(regenerateRecoveryCodes, {
    asIdentity: true,
    prepare: (context) => admit(context, proofLimits(context, context.actor.userId, 'begin')),
    run: async (context, _input, headers) => {
      const { tx, actor } = context
      const person = await lockHolder(tx, holderOfActor(actor))
      if (!(await hasFactor(tx, person.id))) throw noFactor()
      const recovery_codes = await replaceRecoveryCodes(tx, person.id, parts)
      await tellPerson(tx, originOf(context), { userId: person.id, tenantId: actor.tenantId, kind: 'factor_changed' })
      const audit = { action: 'MFA_RECOVERY_REGENERATED', target_id: person.id } as const
      return { body: { recovery_codes }, audit, reply: { headers } }
    },
  })
