import { healthDetails, type COMPONENT_STATES } from '@zenops/contracts/ops-dashboard'
import { sql } from 'kysely'
import { toInstant } from '../../../platform/clock.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'

const on = operationsOf<'ops'>()

type State = (typeof COMPONENT_STATES)[number]
interface Component {
  readonly name: string
  readonly status: State
  readonly since: string | null
  readonly detail: string | null
}

interface Instance {
  readonly instance_id: string
  readonly roles: readonly string[]
  readonly started_at: string
  readonly seen_at: string
  readonly fresh: boolean
  readonly alarms: Readonly<Record<string, { readonly since: string }>>
}
interface Figures {
  readonly now: string
  readonly waiting: number
  readonly oldest_at: string | null
  readonly dead: number
  readonly lag_ms: number | null
  readonly last_published_at: string | null
  readonly unpublished_at: string | null
  readonly sealer_at: string | null
  readonly summed_at: string | null
  readonly watchdog_at: string | null
  readonly backup_at: string | null
}

const MINUTE_MS = 60_000
const QUEUE_LATE_MS = 5 * MINUTE_MS
const SEAL_LATE_MS = 10_000
const SEAL_DOWN_MS = MINUTE_MS
/** The watchdog turns every 30 s, the sums every minute. */
const WATCHDOG_SILENT_MS = 90_000
const SUMS_OLD_MS = 3 * MINUTE_MS
const NOTARY_LATE_MS = 15 * MINUTE_MS
const NOTARY_DOWN_MS = 60 * MINUTE_MS
/** Even without news a note goes out each hour. */
const NOTE_OLD_MS = 75 * MINUTE_MS
const BACKUP_OLD_MS = 26 * 60 * MINUTE_MS

const instances = sql<Instance>`
  select instance_id, roles, started_at, seen_at, seen_at > now() - interval '60 seconds' as fresh, alarms
  from ops.instances where seen_at > now() - interval '1 day' order by seen_at desc limit 50`.compile(compileOnly)

const figuresOf = (tenantId: string | null) =>
  sql<Figures>`
    select now() as now, j.waiting, j.oldest_at, j.dead, s.lag_ms, s.last_published_at, p.unpublished_at, p.sealer_at, p.summed_at,
      p.watchdog_at, p.backup_at
    from (select count(*) as waiting, min(run_at) filter (where hold_reason is null) as oldest_at,
        (select count(*) from ops.dead_jobs d where d.state = 'DEAD' and (${tenantId}::uuid is null or d.tenant_id = ${tenantId}::uuid)) as dead
      from ops.jobs where state in ('queued', 'failed') and (${tenantId}::uuid is null or tenant_id = ${tenantId}::uuid)) j
    left join lateral ops.seal_figures(${tenantId}::uuid) s on true left join lateral ops.part_figures() p on true`.compile(
    compileOnly,
  )

/** Age of an instant against the database's clock, milliseconds. */
const ageOf = (at: string | null, now: string): number => (at === null ? 0 : Date.parse(now) - Date.parse(at))
const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/** Up since the first of those that run; down since the last one was heard of. */
function processesOf(rows: readonly Instance[]): Component[] {
  return (['api', 'worker'] as const).map((role): Component => {
    const known = rows.filter((row) => row.roles.includes(role))
    const running = known.filter((row) => row.fresh)
    const since = running.map((row) => row.started_at).sort()[0] ?? known[0]?.seen_at ?? null
    return { name: role, status: running.length > 0 ? 'ok' : 'down', since, detail: `${running.length} running` }
  })
}

/** Alarms that a running process rings. */
const alarmsOf = (rows: readonly Instance[]): Component[] =>
  rows
    .filter((row) => row.fresh)
    .flatMap((row) => Object.entries(row.alarms).map(([name, { since }]) => ({ name, since })))
    .map(({ name, since }) => ({ name, status: 'down' as const, since, detail: 'alarm' }))

function queueOf({ waiting, oldest_at, dead, now }: Figures): Component {
  const isLate = oldest_at !== null && ageOf(oldest_at, now) > QUEUE_LATE_MS
  return {
    name: 'queue',
    status: isLate || dead > 0 ? 'degraded' : 'ok',
    since: isLate ? later(oldest_at, QUEUE_LATE_MS) : null,
    detail: `${waiting} waiting, ${dead} dead and not resolved`,
  }
}

/** Something that should happen again and again, by when it last did. */
interface Beat {
  readonly at: string | null
  readonly now: string
  readonly silentMs: number
  readonly late: State
  readonly what: string
}
/** `unknown` where it never happened; late from when it was due. */
function beatOf(name: string, { at, now, silentMs, late, what }: Beat): Component {
  if (at === null) return { name, status: 'unknown', since: null, detail: `no ${what} yet` }
  const isLate = ageOf(at, now) > silentMs
  const detail = `last ${what} ${ageInWords(ageOf(at, now))} ago`
  return { name, status: isLate ? late : 'ok', since: isLate ? later(at, silentMs) : null, detail }
}

function ageInWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

/** A sealer that is silent seals nothing, even while nothing waits. */
function sealerOf({ lag_ms, sealer_at, now }: Figures): Component {
  const beat = beatOf('sealer', { at: sealer_at, now, silentMs: SEAL_DOWN_MS, late: 'down', what: 'turn' })
  const lag = Math.max(0, lag_ms ?? 0)
  const detail = `${beat.detail}, lag ${Math.round(lag / 1_000)} s`
  if (beat.status === 'down' || lag <= SEAL_LATE_MS) return { ...beat, detail }
  return {
    name: 'sealer',
    status: lag > SEAL_DOWN_MS ? 'down' : 'degraded',
    since: later(now, SEAL_LATE_MS - lag),
    detail,
  }
}

/** What is signed and not published counts from its first head; the hourly note from the last one. */
function notaryOf({ unpublished_at, last_published_at, now }: Figures, sinks: readonly string[]): Component {
  const beat = beatOf('notary', {
    at: last_published_at,
    now,
    silentMs: NOTE_OLD_MS,
    late: 'degraded',
    what: 'receipt',
  })
  const waitingMs = ageOf(unpublished_at, now)
  const detail = `${sinks.join(', ')}: ${beat.detail}`
  if (unpublished_at === null || waitingMs <= NOTARY_LATE_MS) return { ...beat, detail }
  const status = waitingMs > NOTARY_DOWN_MS ? 'down' : 'degraded'
  return { name: 'notary', status, since: later(unpublished_at, NOTARY_LATE_MS), detail }
}

const worst = (components: readonly Component[]): State =>
  (['down', 'degraded'] as const).find((state) => components.some((one) => one.status === state)) ?? 'ok'

async function componentsOf({ read, actor, services }: QueryContext<'ops'>, started: number): Promise<Component[]> {
  const tenantId = actor.aud === 'studio' ? null : actor.tenantId
  const [rows, [figures]] = await read(instances, figuresOf(tenantId))
  const tookMs = performance.now() - started
  if (!figures) throw new Error('the database told no figures')
  const { config } = services
  const { now, watchdog_at, backup_at, summed_at } = figures
  return [
    {
      name: 'database',
      status: tookMs > 1_000 ? 'degraded' : 'ok',
      since: null,
      detail: `answered in ${Math.round(tookMs)} ms`,
    },
    ...processesOf(rows),
    queueOf(figures),
    sealerOf(figures),
    beatOf('watchdog', { at: watchdog_at, now, silentMs: WATCHDOG_SILENT_MS, late: 'down', what: 'turn' }),
    beatOf('backup', { at: backup_at, now, silentMs: BACKUP_OLD_MS, late: 'degraded', what: 'backup' }),
    notaryOf(figures, config.AUDIT_NOTARY_SINKS),
    beatOf('metrics', { at: summed_at, now, silentMs: SUMS_OLD_MS, late: 'degraded', what: 'hourly sums' }),
    {
      name: 'mail',
      status: config.SMTP_URL === undefined ? 'unknown' : 'ok',
      since: null,
      detail: config.SMTP_URL === undefined ? 'no server is set' : 'smtp',
    },
    { name: 'storage', status: 'ok', since: null, detail: config.STORAGE_DRIVER },
    {
      name: 'limits',
      status: 'ok',
      since: null,
      detail: config.REDIS_URL === undefined ? 'database alone' : 'redis before the database',
    },
    ...alarmsOf(rows),
  ]
}

export const healthDetailsOperation = on.query(healthDetails, async (context) => {
  const components = await componentsOf(context, performance.now())
  return { status: worst(components), checked_at: toInstant(context.now), components, trace_id: context.traceId }
})
