import { listKillSwitches, SWITCH_KEYS } from '@zenops/contracts/ops-actions'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { switchColumns, type SwitchRow, untouched } from '../switch-rows.ts'

const on = operationsOf<'ops' | 'identity'>()

/** Every known switch everywhere, and in the firm that is looked at; those of model providers that were ever touched. */
export const listKillSwitchesOperation = on.query(listKillSwitches, async ({ read, build, actor }, { query }) => {
  const asked = query.tenant_id?.toLowerCase()
  if (actor.aud !== 'studio' && asked !== undefined && asked !== actor.tenantId) throw refuse.forbidden('tenant_scope')
  const firm = actor.aud === 'studio' ? (asked ?? null) : actor.tenantId
  const [rows] = await read(
    sql<SwitchRow>`
      select ${switchColumns} from ops.kill_switches s left join identity.users u on u.id = s.changed_by
      where s.scope_tenant_id is null or s.scope_tenant_id = ${firm}::uuid order by s.key limit 500`.compile(build),
  )
  const scopes = firm === null ? [null] : [null, firm]
  const keys = [...new Set<string>([...SWITCH_KEYS, ...rows.map((row) => row.key)])]
  const items = scopes.flatMap((scope) =>
    keys.map((key) => rows.find((row) => row.key === key && row.scope_tenant_id === scope) ?? untouched(key, scope)),
  )
  return { items, next_cursor: null }
})
