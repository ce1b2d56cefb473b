import { removeTotp } from '@zenops/contracts/identity-factors'
import { sql } from 'kysely'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { holderOfActor, lockHolder, noFactor } from '../factor-holder.ts'
import { settleRemoval } from '../last-factor.ts'
import { type IdentityParts, originOf, tellPerson } from '../../identity/index.ts'
import { totpStateOf } from '../totp.ts'

const on = operationsOf<'identity'>()

export const removeTotpOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.command(removeTotp, {
    asIdentity: true,
    run: async (context) => {
      const { tx, actor } = context
      const person = await lockHolder(tx, holderOfActor(actor))
      if ((await totpStateOf(tx, person.id)) !== 'enabled') throw noFactor()
      await sql`delete from identity.auth_totp where user_id = ${person.id}::uuid`.execute(tx)
      await settleRemoval(tx, person.id, parts)
      await tellPerson(tx, originOf(context), { userId: person.id, tenantId: actor.tenantId, kind: 'factor_changed' })
      return {
        body: undefined,
        audit: { action: 'MFA_DISABLED', target_id: person.id, before: { method: 'TOTP' } },
      }
    },
    after: async ({ actor }) => {
      if (actor.sessionId) authenticator.forget(actor.sessionId)
    },
  })
