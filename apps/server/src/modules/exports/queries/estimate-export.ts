import { estimateExport } from '@zenops/contracts/exports'
import { operationsOf } from '../../../platform/operations.ts'
import { assertOwnTenant, beyond, type Visible } from '../context.ts'
import { countUpTo, guessedRows, plannersGuess } from '../log-query.ts'
import { BeyondLimit, settle, type Settled } from '../rules/limits.ts'

const on = operationsOf<Visible>()
/** Up to here events are counted. */
const COUNTED = 10_000

export const estimateExportOperation = on.query(estimateExport, async (context, { query }) => {
  const { actor, now, services, read } = context
  assertOwnTenant(actor, query.tenant_id)
  const { tenant_id: _, limit: __, cursor: ___, from_utc, to_utc, profile, ...filters } = query
  const asked = {
    from_utc,
    to_utc,
    profile,
    filters,
    format: 'json',
    columns: 'base',
    include_personal: false,
  } as const
  const settled = settledOf(() => settle(asked, { now, maxRows: services.config.EXPORT_MAX_ROWS }))
  const choice = { ...settled, tenant_id: actor.tenantId, filters }
  const [[counted], [guess]] = await read(countUpTo(choice, COUNTED), plannersGuess(choice))
  const rows = counted?.n ?? 0
  return {
    rows_estimate: rows <= COUNTED ? rows : Math.max(rows, guessedRows(guess)),
    profile: settled.profile,
    row_limit: settled.row_limit,
    from_utc: settled.from_utc,
    to_utc: settled.to_utc,
  }
})

function settledOf(settling: () => Settled): Settled {
  try {
    return settling()
  } catch (error) {
    throw error instanceof BeyondLimit ? beyond(error) : error
  }
}
