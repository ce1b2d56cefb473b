import { z } from 'zod'
import { idParam, oneOf, textParam } from '../search-params.ts'

export const PERIODS = ['1h', '24h', '7d', '30d'] as const
export type Period = (typeof PERIODS)[number]
const OUTCOMES = ['ok', 'denied', 'failed'] as const
const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .optional()
  .catch(undefined)

/** The address of the log. Days are those of UTC, as the log keeps them. */
export const AuditLogSearch = z.object({
  q: textParam,
  period: oneOf(PERIODS),
  from: day,
  to: day,
  action_type: textParam,
  outcome: oneOf(OUTCOMES),
  actor_user_id: idParam,
  target_type: textParam,
  target_id: textParam,
  trace_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .catch(undefined),
  /** Studio only. */
  tenant_id: idParam,
  preview: idParam,
})
export type AuditLogSearch = z.infer<typeof AuditLogSearch>

export const AuditChainSearch = z.object({ tenant_id: idParam })
export type AuditChainSearch = z.infer<typeof AuditChainSearch>

const HOURS: Readonly<Record<Period, number>> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 }
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** What the server is asked for an address. A period begins at a whole minute, so that asking again is the same question. */
export function auditLogQuery(search: AuditLogSearch, now = Date.now()): Record<string, string> {
  const { period, from, to, preview, ...exact } = search
  void preview
  const since = period ? Math.floor(now / MINUTE_MS) * MINUTE_MS - HOURS[period] * HOUR_MS : null
  const range = {
    from_utc: from ? `${from}T00:00:00.000Z` : since === null ? undefined : new Date(since).toISOString(),
    to_utc: to ? `${to}T23:59:59.999Z` : undefined,
  }
  return Object.fromEntries(
    Object.entries({ ...exact, ...range }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
