import { updateMe } from '@zenops/contracts/identity-people'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { changedFields } from '../../../platform/changed-fields.ts'
import { readMe } from '../queries/me.ts'

const on = operationsOf<'identity'>()

interface Row {
  readonly name: string
  readonly phone: string | null
  readonly locale: string
  readonly version: number
}

export const updateMeOperation = on.command(updateMe, {
  asIdentity: true,
  run: async (context, { body }) => {
    const { tx, actor } = context
    const { rows } = await sql<Row>`
      select name, phone, locale, version from identity.users where id = ${actor.userId}::uuid for no key update`.execute(
      tx,
    )
    const now = rows[0]
    if (!now) throw new Refusal('AUTH_INVALID', 'Please sign in again.')
    const { expected_version, ...wanted } = body
    if (expected_version !== undefined && expected_version !== now.version) throw refuse.stale(now.version)
    const changed = changedFields(now, wanted)
    if (changed) {
      const { name, phone, locale } = { ...now, ...changed.after }
      await sql`update identity.users set name = ${name}, phone = ${phone}, locale = ${locale}, version = version + 1, updated_at = now()
        where id = ${actor.userId}::uuid`.execute(tx)
    }
    const audit = changed ? ({ action: 'USER_UPDATED', target_id: actor.userId, ...changed } as const) : NOTHING_CHANGED
    return { body: await readMe(tx, actor), audit }
  },
})
