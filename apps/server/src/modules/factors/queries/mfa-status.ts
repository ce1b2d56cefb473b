import type { Surface } from '@zenops/contracts/identity'
import { listPasskeys, mfaStatus } from '@zenops/contracts/identity-factors'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { dutyOf, type IdentityParts } from '../../identity/index.ts'
import { PASSKEY_COLUMNS, type PasskeyRow } from '../passkeys.ts'
import { recoveryCodesLeft } from '../recovery-codes.ts'

const on = operationsOf<'identity'>()

export const mfaStatusOperation = (parts: IdentityParts) =>
  on.query(mfaStatus, async ({ actor, services }) => {
    const who = { userId: actor.userId, tenantId: actor.tenantId, aud: actor.aud as Surface } // the gate admits no other
    const [duty, left] = await services.database.readTransaction(authScope(), (tx) =>
      Promise.all([dutyOf(tx, who, parts), recoveryCodesLeft(tx, actor.userId)]),
    )
    return {
      required: duty.required,
      totp: duty.held.has_totp,
      passkeys: duty.held.passkeys,
      recovery_left: left,
      grace_until: duty.graceUntil === null ? null : new Date(duty.graceUntil).toISOString(),
    }
  })

export const listPasskeysOperation = on.query(listPasskeys, async ({ actor, services }) => {
  // All of them: there are never many.
  const query = sql<PasskeyRow>`
    select ${PASSKEY_COLUMNS} from identity.webauthn_credentials
    where user_id = ${actor.userId}::uuid and revoked_at is null order by created_at desc, id desc limit 200`
  const [items] = await services.database.read(authScope(), query.compile(compileOnly))
  return { items, next_cursor: null }
})
