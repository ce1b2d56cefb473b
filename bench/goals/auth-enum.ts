import type { Operation } from '../../packages/contracts/src/kit.ts'
import { type App, createApp } from '../../apps/server/src/app.ts'
import { type BenchHouse, openBenchHouse } from '../firm.ts'
import { type Goal, type GoalResult, median, round } from '../goal-kit.ts'
import { seeded } from '../refresh-model.ts'
import { meterRoundTrips } from '../round-trips.ts'

/** Known and unknown each, per route. */
const CALLS = 700
const REDUCED = 12
const WARM_UP = 30
const SEED = 7
const LOW = 0.45
const HIGH = 0.55

type Server = Awaited<ReturnType<App['server']>>
interface Probe {
  readonly route: string
  /** What every call must answer: a route that refuses everybody tells nothing either. */
  readonly status: number
  /** The body for an address; `n` picks what the call needs of its own. */
  body(email: string, n: number): Record<string, unknown>
}

const PROBES: readonly Probe[] = [
  { route: '/v1/auth/login', status: 401, body: (email) => ({ aud: 'web', email, password: 'not the right phrase' }) },
  { route: '/v1/auth/password/forgot', status: 202, body: (email) => ({ aud: 'web', email }) },
  { route: '/v1/auth/register', status: 202, body: (email) => ({ email, name: 'Asha Rao' }) },
]
/** Names no address; it must not tell by its time whether the firm takes passkeys alone, for which `email` names the firm. */
const PASSKEY_ROUTE = '/v1/auth/webauthn/assert/options'

interface Subject {
  readonly app: App
  readonly server: Server
  readonly known: readonly string[]
  /** Password hashes that were computed. */
  readonly checks: () => number
}

/** People of the house firm with one and the same hash; half of the names, the other half is nobody's. */
async function addPeople(house: BenchHouse, count: number, app: App): Promise<string[]> {
  const phc = await app.passwords.hash('a long enough phrase')
  await house.database.sql(
    `with people as (
       insert into identity.users (kind, email, name, email_verified_at)
       select 'PERSON', 'known-' || lpad(n::text, 6, '0') || '@bench.zenops.local', 'Known', now() from generate_series(1, $1::int) n returning id
     ), joined as (
       insert into identity.memberships (tenant_id, user_id, role, status) select $2, id, 'AGENT', 'active' from people returning user_id
     )
     insert into identity.auth_credentials (user_id, password_phc) select user_id, $3 from joined`,
    [count, app.services.config.ZENOPS_INTERNAL_TENANT_ID, phc],
  )
  await house.database.sql(
    `insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
     select tenant_id, user_id, 'valuer', role from identity.memberships where role = 'AGENT' on conflict do nothing`,
  )
  await house.database.sql("update identity.tenants set registration = 'open' where lane = 'internal'")
  await house.database.sql('vacuum analyze')
  return Array.from({ length: count }, (_, i) => `known-${String(i + 1).padStart(6, '0')}@bench.zenops.local`)
}

/** The planted defect: a name that nobody has is refused without a password check. */
function watchChecks(app: App, planted: boolean): () => number {
  const { passwords } = app.identity
  const verify = passwords.verify
  let checks = 0
  Object.assign(passwords, {
    verify: async (phc: string | null, password: string) => {
      if (planted && phc === null) return false
      checks += 1
      return verify(phc, password)
    },
  })
  return () => checks
}

interface Call {
  readonly probe: Probe
  readonly email: string
  readonly n: number
}

/** Every call comes from an address of its own, so that limits are counted and never reached. */
async function call(server: Server, { probe, email, n }: Call): Promise<{ ms: number; shape: string }> {
  const started = performance.now()
  const reply = await server.inject({
    method: 'POST',
    url: probe.route,
    headers: { 'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` },
    payload: probe.body(email, n),
  })
  const ms = performance.now() - started
  if (reply.statusCode !== probe.status) throw new Error(`${probe.route} answered ${reply.statusCode}: ${reply.body}`)
  const body = reply.json() as { trace_id?: string } & Record<string, unknown>
  const { trace_id: _, ...rest } = body
  const headers = Object.keys(reply.headers).toSorted().join(' ')
  return {
    ms,
    shape: JSON.stringify([reply.statusCode, headers, probe.route === PASSKEY_ROUTE ? Object.keys(rest) : rest]),
  }
}

/** The share of pairs in which the known address took longer: 0.5 = nobody can tell. */
export function auc(known: readonly number[], unknown: readonly number[]): number {
  const all = [...known.map((ms) => ({ ms, known: true })), ...unknown.map((ms) => ({ ms, known: false }))]
  all.sort((a, b) => a.ms - b.ms)
  let ranks = 0
  for (const [place, one] of all.entries()) if (one.known) ranks += place + 1
  return (ranks - (known.length * (known.length + 1)) / 2) / (known.length * unknown.length)
}

interface Seen {
  readonly known: number[]
  readonly unknown: number[]
  readonly shapes: Set<string>
}

/** Known and unknown addresses by chance one after the other. */
async function measure(subject: Subject, probe: Probe, calls: number): Promise<Seen> {
  const random = seeded(SEED)
  const seen: Seen = { known: [], unknown: [], shapes: new Set() }
  const base = (PROBES.indexOf(probe) + 2) << 18
  for (let i = -WARM_UP; i < calls; i++) {
    const pair = random() < 0.5 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
    for (const [half, kind] of pair.entries()) {
      const n = base + (i + WARM_UP) * 2 + half
      const email =
        kind === 'known'
          ? (subject.known[i + WARM_UP] ?? '')
          : `nobody-${String(n).padStart(6, '0')}@bench.zenops.local`
      const { ms, shape } = await call(subject.server, { probe, email, n })
      seen.shapes.add(shape)
      if (i >= 0) seen[kind].push(ms)
    }
  }
  return seen
}

/** Work that can be counted, for one known and one unknown address: round trips to the database, password hashes. */
async function workOf(subject: Subject, probe: Probe, trips: { reset(): void; trips(): number }): Promise<boolean> {
  const done: string[] = []
  for (const [place, email] of [subject.known.at(-1) ?? '', 'nobody-at-all@bench.zenops.local'].entries()) {
    trips.reset()
    const before = subject.checks()
    await call(subject.server, { probe, email, n: ((PROBES.indexOf(probe) + 40) << 16) + place })
    done.push(`${trips.trips()} ${subject.checks() - before}`)
  }
  return done[0] === done[1]
}

async function open(house: BenchHouse, { planted, people }: { planted: boolean; people: number }) {
  const meter = await meterRoundTrips(house.database.port)
  const through = (url: string): string => {
    const relayed = new URL(url)
    relayed.port = String(meter.port)
    return relayed.href
  }
  const urls = {
    api: through(house.database.apiUrl),
    worker: house.database.workerUrl,
    sealer: house.database.sealerUrl,
  }
  const config = {
    ...house.app.services.config,
    // The flag off: the house firm is meant, and nobody names another.
    ZENOPS_MULTI_TENANT_ENABLED: false,
    AUTH_LOGIN_RPM: 20,
    TRUSTED_PROXIES: ['127.0.0.1'],
    // Cheap hashes leave less noise to hide in.
    ARGON2_MEMORY_KIB: 8_192,
    ARGON2_TIME: 1,
    DATABASE_POOL: 1,
  }
  const app = await createApp({ config, urls })
  const checks = watchChecks(app, planted)
  const known = await addPeople(house, people, app)
  const subject: Subject = { app, server: await app.server('web'), known, checks }
  return {
    subject,
    meter,
    close: async () => {
      await subject.server.close()
      await app.close()
      await meter.close()
    },
  }
}

/** The firms' own choice of passkeys alone, asked for by two firms' names; only where the product has the route. */
function passkeyProbe(app: App): Probe[] {
  const has = (operation: Operation): boolean => operation.path === PASSKEY_ROUTE
  if (!app.operations.some((bound) => has(bound.operation))) return []
  return [{ route: PASSKEY_ROUTE, status: 200, body: () => ({ purpose: 'login', aud: 'web' }) }]
}

/** One route: equal answers, equal work, and at full size times that do not tell. */
async function judge(opened: Opened, probe: Probe, calls: number): Promise<{ ok: boolean; figures: Figures }> {
  const { known, unknown, shapes } = await measure(opened.subject, probe, calls)
  const share = auc(known, unknown)
  const sameWork = await workOf(opened.subject, probe, opened.meter)
  const timed = calls === CALLS
  const name = probe.route.split('/').slice(3).join('_')
  const figures = { [`${name}_answers`]: shapes.size, [`${name}_same_work`]: sameWork }
  const times = {
    [`${name}_auc`]: round(share, 3),
    [`${name}_median_ms`]: [round(median(known)), round(median(unknown))],
  }
  return {
    ok: shapes.size === 1 && sameWork && (!timed || (share >= LOW && share <= HIGH)),
    figures: timed ? { ...figures, ...times } : figures,
  }
}
type Opened = Awaited<ReturnType<typeof open>>
type Figures = Record<string, unknown>

async function authEnum({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const house = await openBenchHouse()
  const calls = full ? CALLS : REDUCED
  const opened = await open(house, { planted, people: calls + WARM_UP + 1 })
  try {
    let ok = true
    let figures: Figures = { calls_each: calls }
    for (const probe of [...PROBES, ...passkeyProbe(opened.subject.app)]) {
      const judged = await judge(opened, probe, calls)
      ok &&= judged.ok
      figures = { ...figures, ...judged.figures }
    }
    return { ok, figures }
  } finally {
    await opened.close()
    await house.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'auth:enum', correctness: true, run: authEnum }]
