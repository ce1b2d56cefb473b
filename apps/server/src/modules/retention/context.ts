import type { RetentionClass } from '@zenops/contracts/retention'

/** What retention reads beside its own tables. */
export type Visible = 'ops' | 'identity' | 'privacy'

/** When the nightly turn runs: 02:10 UTC. */
export const NIGHTLY = { cron: '10 2 * * *', hour: 2, minute: 10 } as const

export function nextRunAt(now: Date): string {
  const next = new Date(
    Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), NIGHTLY.hour, NIGHTLY.minute),
  )
  if (next <= now) next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString()
}

/** What a confirmation of a run names. */
export const runTarget = (name: RetentionClass | undefined): string => name ?? 'everything that is over'
