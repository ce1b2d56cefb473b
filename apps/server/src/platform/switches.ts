import type { SwitchKey } from '@zenops/contracts/ops-actions'
import { compileOnly, type Database } from './db/database.ts'
import type { NoticeBoard } from './db/notices.ts'
import { authScope } from './db/scope.ts'
import { Refusal } from './errors.ts'
import { sql } from 'kysely'

/** Something that is cut off, everywhere (null) or in one firm. */
export interface CutOff {
  readonly key: string
  readonly scope_tenant_id: string | null
  /** RFC 3339. */
  readonly effective_until: string
}

/** What is cut off now, as this process knows it: at most a few seconds old. */
export interface Switches {
  /** Until when the thing is cut off in that firm (or, for null, everywhere); null = it is not. RFC 3339. */
  offUntil(key: SwitchKey, tenantId: string | null): Promise<string | null>
  /** 503 FEATURE_SWITCHED_OFF with `Retry-After` while the thing is cut off everywhere or in that firm. */
  assertOn(key: SwitchKey, tenantId: string | null): Promise<void>
  /** Everything that is cut off, for the metrics. */
  all(): Promise<readonly CutOff[]>
}

/** Notices arrive at once; where they are lost, what is remembered grows old within the limit of 5 s. */
const FRESH_MS = 4_000
const LONGEST_RETRY_SECONDS = 300

const inForce = sql<CutOff>`
  select key, scope_tenant_id, effective_until from ops.kill_switches
  where state = 'ENABLED' and effective_until > now()`.compile(compileOnly)

export interface SwitchesOptions {
  readonly database: Database
  readonly notices: NoticeBoard
  readonly now: () => number
}

export function createSwitches({ database, notices, now }: SwitchesOptions): Switches {
  let known: { readonly at: number; readonly cut: readonly CutOff[] } | null = null
  let loading: Promise<readonly CutOff[]> | null = null
  let heard = 0

  const load = async (): Promise<readonly CutOff[]> => {
    const before = heard
    const [cut] = await database.read(authScope(), inForce)
    // What changed while it was read is read again next time.
    if (before === heard) known = { at: now(), cut }
    return cut
  }
  const current = async (): Promise<readonly CutOff[]> => {
    if (known && now() - known.at < FRESH_MS && now() >= known.at) return known.cut
    loading ??= load().finally(() => {
      loading = null
    })
    return loading
  }
  const forget = (): void => {
    heard += 1
    known = null
    loading = null
  }
  notices.listen('switch_changed', { onNotice: forget, onGap: forget })

  const offUntil: Switches['offUntil'] = async (key, tenantId) => {
    const moment = now()
    const cut = await current()
    const ends = cut
      .filter((one) => one.key === key && (one.scope_tenant_id === null || one.scope_tenant_id === tenantId))
      .map((one) => one.effective_until)
      .filter((until) => Date.parse(until) > moment)
    return ends.toSorted().at(-1) ?? null
  }
  return {
    offUntil,
    assertOn: async (key, tenantId) => {
      const until = await offUntil(key, tenantId)
      if (until !== null) throw switchedOff(key, until, now())
    },
    all: async () => (await current()).filter((one) => Date.parse(one.effective_until) > now()),
  }
}

/** The refusal of what is cut off. It may be restored early, so a long wait is not asked for. */
export function switchedOff(key: SwitchKey, until: string, now: number): Refusal {
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - now) / 1_000))
  return new Refusal(
    'FEATURE_SWITCHED_OFF',
    'This is switched off for the moment. Nothing is lost; please try later.',
    {
      details: [{ reason: 'kill_switch', key, until }],
      headers: { 'retry-after': String(Math.min(seconds, LONGEST_RETRY_SECONDS)) },
    },
  )
}
