import { renamePasskey } from '@zenops/contracts/identity-factors'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { first } from '../../../platform/db/rows.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { callerOf } from '../../../platform/perform.ts'
import { PASSKEY_COLUMNS, type PasskeyRow } from '../queries/passkey-columns.ts'

const on = operationsOf<'identity'>()

export const renamePasskeyOperation = on.open(renamePasskey, async (context, { params, body }) => {
  const { userId } = callerOf(context)
  const passkey = await context.record(authScope(), async (tx) => {
    const renamed = await first(tx)<PasskeyRow>`
      update identity.webauthn_credentials set nickname = ${body.nickname}
      where id = ${params.id}::uuid and user_id = ${userId}::uuid and revoked_at is null
      returning ${PASSKEY_COLUMNS}`
    return { value: renamed ?? refuse.notFound('The passkey', 'id'), audit: NOTHING_CHANGED }
  })
  return { body: passkey }
})
