import { listPasskeys, mfaStatus } from '@zenops/contracts/identity-factors'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, surfaceOf } from '../../access/index.ts'
import { dutyOf } from '../../identity/index.ts'
import { PASSKEY_COLUMNS, type PasskeyRow } from './passkey-columns.ts'

const on = operationsOf<'identity'>()

export const mfaStatusOperation = (parts: IdentityParts) =>
  on.query(mfaStatus, async ({ actor, services }) => {
    const { userId, tenantId } = actor
    const of = { userId, tenantId, aud: surfaceOf(actor) }
    const duty = await services.database.readTransaction(authScope(), (tx) => dutyOf(tx, of, parts))
    const { required, hasTotp, passkeys, recoveryLeft, graceUntil } = duty
    const grace_until = graceUntil === null ? null : new Date(graceUntil).toISOString()
    return { required, totp: hasTotp, passkeys, recovery_left: recoveryLeft, grace_until }
  })

/** All of them: there are never many. */
export const listPasskeysOperation = on.query(listPasskeys, async ({ actor, services }) => {
  const passkeys = sql<PasskeyRow>`
    select ${PASSKEY_COLUMNS} from identity.webauthn_credentials
    where user_id = ${actor.userId}::uuid and revoked_at is null order by created_at desc, id desc limit 200`
  const [items] = await services.database.read(authScope(), passkeys.compile(compileOnly))
  return { items, next_cursor: null }
})
