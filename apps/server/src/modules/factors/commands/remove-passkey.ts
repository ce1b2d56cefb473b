import { removePasskey, renamePasskey } from '@zenops/contracts/identity-factors'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { callerOf, holderOfActor, lockHolder, recorded } from '../factor-holder.ts'
import { settleRemoval } from '../last-factor.ts'
import { type IdentityParts, originOf, tellPerson } from '../../identity/index.ts'
import { PASSKEY_COLUMNS, type PasskeyRow } from '../passkeys.ts'

const on = operationsOf<'identity'>()

export const removePasskeyOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.command(removePasskey, {
    asIdentity: true,
    run: async (context, { params }) => {
      const { tx, actor } = context
      const person = await lockHolder(tx, holderOfActor(actor))
      const { rows } = await sql<{ nickname: string; suspended: boolean }>`
        update identity.webauthn_credentials set revoked_at = now()
        where id = ${params.id}::uuid and user_id = ${person.id}::uuid and revoked_at is null
        returning nickname, suspended_at is not null as suspended`.execute(tx)
      const gone = rows[0]
      if (!gone) throw refuse.notFound('The passkey', 'id')
      // A suspended one was no factor any more.
      if (!gone.suspended) await settleRemoval(tx, person.id, parts)
      await tellPerson(tx, originOf(context), { userId: person.id, tenantId: actor.tenantId, kind: 'passkey_changed' })
      const audit = { action: 'WEBAUTHN_REVOKED', target_id: person.id, before: { credential: params.id } } as const
      return { body: undefined, audit }
    },
    after: async ({ actor }) => {
      if (actor.sessionId) authenticator.forget(actor.sessionId)
    },
  })

export const renamePasskeyOperation = on.open(renamePasskey, async (context, { params, body }) => {
  const { userId } = callerOf(context)
  const passkey = await recorded(context, async (tx) => {
    const { rows } = await sql<PasskeyRow>`
      update identity.webauthn_credentials set nickname = ${body.nickname}
      where id = ${params.id}::uuid and user_id = ${userId}::uuid and revoked_at is null
      returning ${PASSKEY_COLUMNS}`.execute(tx)
    if (!rows[0]) throw refuse.notFound('The passkey', 'id')
    return { value: rows[0], audit: NOTHING_CHANGED }
  })
  return { body: passkey }
})
