import { vkeyOf } from '@zenops/audit/notes'
import { auditKeys } from '@zenops/contracts/audit'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { ipHashOf } from '../../../platform/ip-hash.ts'
import type { Visible } from '../context.ts'
import { keepPace } from '../pace.ts'
import { keyNameOf } from '../sealing/ground.ts'
import { keyRows } from '../sealing/keys.ts'

const on = operationsOf<Visible>()

export const auditKeysOperation = on.open(auditKeys, async (context) => {
  const { database, services, transport } = context
  await keepPace(context, { key: `audit:keys:${ipHashOf(services, transport.ip)}`, limit: 60 })
  const [rows] = await database.read(authScope(), keyRows)
  const name = keyNameOf(services.config.AUDIT_ORIGIN)
  return {
    body: rows.map((row) => ({
      vkey: vkeyOf({ name, publicKey: row.public_key }),
      valid_from: row.valid_from,
      valid_to: row.valid_to,
    })),
  }
})
