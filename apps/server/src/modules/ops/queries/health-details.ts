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
  readonly version: string
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
  readonly last_checkpoint_at: string | null
  readonly last_published_at: string | null
  readonly summed_at: string | null
  readonly watchdog_at: string | null
  readonly backup_at: string | null
}

const QUEUE_LATE_MS = 300_000
const SEAL_LATE_MS = 10_000
const SEAL_DOWN_MS = 60_000
/** The watchdog turns every 30 s. */
const WATCHDOG_SILENT_MS = 90_000
const BACKUP_OLD_MS = 26 * 3_600_000

const instances = sql<Instance>`
  select instance_id, roles, version, seen_at, seen_at > now() - interval '60 seconds' as fresh, alarms
  from ops.instances where seen_at > now() - interval '1 day' order by seen_at desc limit 50`.compile(compileOnly)

const figuresOf = (tenantId: string | null) =>
  sql<Figures>`
    select now() as now, j.waiting, j.oldest_at, j.dead, s.lag_ms, s.last_checkpoint_at, s.last_published_at,
      (select max(updated_at) from ops.metric_hourly) as summed_at, w.watchdog_at, w.backup_at
    from (select count(*) as waiting, min(run_at) filter (where hold_reason is null) as oldest_at,
        (select count(*) from ops.dead_jobs d where d.state = 'DEAD' and (${tenantId}::uuid is null or d.tenant_id = ${tenantId}::uuid)) as dead
      from ops.jobs where state in ('queued', 'failed') and (${tenantId}::uuid is null or tenant_id = ${tenantId}::uuid)) j
    left join lateral ops.seal_figures(${tenantId}::uuid) s on true left join lateral ops.watch_figures() w on true`.compile(
    compileOnly,
  )

/** Age of an instant against the database's clock, milliseconds. */
const ageOf = (at: string | null, now: string): number => (at === null ? 0 : Date.parse(now) - Date.parse(at))

function processesOf(rows: readonly Instance[]): Component[] {
  const alive = (role: string): readonly Instance[] => rows.filter((row) => row.fresh && row.roles.includes(role))
  return (['api', 'worker'] as const).map((role) => {
    const here = alive(role)
    const last = rows.find((row) => row.roles.includes(role))
    return {
      name: role,
      status: here.length > 0 ? 'ok' : 'unknown',
      since: here[0]?.seen_at ?? last?.seen_at ?? null,
      detail: `${here.length} running`,
    }
  })
}

/** Alarms that a running process rings. */
const alarmsOf = (rows: readonly Instance[]): Component[] =>
  rows
    .filter((row) => row.fresh)
    .flatMap((row) => Object.entries(row.alarms).map(([name, { since }]) => ({ name, since })))
    .map(({ name, since }) => ({ name, status: 'down' as const, since, detail: 'alarm' }))

function queueOf({ waiting, oldest_at, dead, now }: Figures): Component {
  const late = ageOf(oldest_at, now) > QUEUE_LATE_MS
  return {
    name: 'queue',
    status: late || dead > 0 ? 'degraded' : 'ok',
    since: oldest_at,
    detail: `${waiting} waiting, ${dead} dead in 24 h`,
  }
}

function sealerOf({ lag_ms, last_checkpoint_at }: Figures): Component {
  const lag = lag_ms ?? 0
  const status: State = lag > SEAL_DOWN_MS ? 'down' : lag > SEAL_LATE_MS ? 'degraded' : 'ok'
  return { name: 'sealer', status, since: last_checkpoint_at, detail: `lag ${Math.round(lag / 1_000)} s` }
}

/** A thing that should have happened lately: `unknown` where it never did. */
const lately = (
  name: string,
  at: string | null,
  of: { now: string; silentMs: number; late: State; detail: string },
): Component => ({
  name,
  status: at === null ? 'unknown' : ageOf(at, of.now) > of.silentMs ? of.late : 'ok',
  since: at,
  detail: of.detail,
})

const watchOf = ({ watchdog_at, backup_at, now }: Figures): Component[] => [
  lately('watchdog', watchdog_at, { now, silentMs: WATCHDOG_SILENT_MS, late: 'down', detail: 'last heartbeat' }),
  lately('backup', backup_at, { now, silentMs: BACKUP_OLD_MS, late: 'degraded', detail: 'last one recorded' }),
]

const worst = (components: readonly Component[]): State =>
  (['down', 'degraded'] as const).find((state) => components.some((one) => one.status === state)) ?? 'ok'

async function componentsOf({ read, actor, services }: QueryContext<'ops'>, started: number): Promise<Component[]> {
  const tenantId = actor.aud === 'studio' ? null : actor.tenantId
  const [rows, [figures]] = await read(instances, figuresOf(tenantId))
  const tookMs = performance.now() - started
  if (!figures) throw new Error('the database told no figures')
  const { config } = services
  return [
    {
      name: 'database',
      status: tookMs > 1_000 ? 'degraded' : 'ok',
      since: figures.now,
      detail: `answered in ${Math.round(tookMs)} ms`,
    },
    ...processesOf(rows),
    queueOf(figures),
    sealerOf(figures),
    ...watchOf(figures),
    {
      name: 'notary',
      status: figures.last_published_at === null ? 'unknown' : 'ok',
      since: figures.last_published_at,
      detail: config.AUDIT_NOTARY_SINKS.join(', '),
    },
    {
      name: 'metrics',
      status: figures.summed_at === null ? 'unknown' : 'ok',
      since: figures.summed_at,
      detail: 'last change of the hourly sums',
    },
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
