import { setTimeout as wait } from 'node:timers/promises'
import { type App, createApp } from '../../apps/server/src/app.ts'
import { type BenchHouse, openBenchHouse } from '../firm.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'

const CLIENTS = 64
const LOGIN_RPM = 20
const CONTROL_RPM = 180
const WINDOW_MS = 60_000
/** Clients of the timed part pause between calls: they outrun the limit a hundred times and leave the machine air. */
const PAUSE_MS = 150

interface Target {
  readonly name: string
  readonly limit: number
  readonly refusal: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

const LOGIN: Target = {
  name: 'login',
  limit: LOGIN_RPM,
  refusal: 'AUTH_RATE_LIMITED',
  method: 'POST',
  path: '/v1/auth/login',
  body: { aud: 'web', email: 'nobody@bench.zenops.local', password: 'not the right phrase' },
}

/** The control plane counts addresses before it asks who they are; any of its routes will do. */
function controlOf(app: App): Target {
  const control = app.operations.find(
    ({ operation }) => operation.method === 'GET' && /^\/v1\/control\/[\w-]+$/.test(operation.path),
  )
  if (!control) throw new Error('the control plane has no list')
  const { path } = control.operation
  return { name: 'control', limit: CONTROL_RPM, refusal: 'RATE_LIMITED', method: 'GET', path }
}

type Server = Awaited<ReturnType<App['server']>>

const limitsOn = { AUTH_LOGIN_RPM: LOGIN_RPM, CONTROL_RATE_LIMIT_RPM: CONTROL_RPM }

/** Instances whose clock stands where it is put, so that a window is as long as it has to be. */
async function standing(house: BenchHouse, clock: { now(): Date }) {
  const config = { ...house.app.services.config, ...limitsOn }
  const urls = { api: house.database.apiUrl, worker: house.database.workerUrl, sealer: house.database.sealerUrl }
  const app = await createApp({ config, urls, clock })
  const server = await app.server('studio')
  const close = async (): Promise<void> => {
    await server.close()
    await app.close()
  }
  return { server, close }
}

/** So many calls at once from the clients over the instances; answers how many were let through. */
async function storm(
  servers: readonly Server[],
  target: Target,
  { calls, clients = CLIENTS }: { calls: number; clients?: number },
): Promise<number> {
  let next = 0
  let admitted = 0
  const client = async (place: number): Promise<void> => {
    while (next < calls) {
      next += 1
      const reply = await servers[place % servers.length]?.inject({
        method: target.method,
        url: target.path,
        ...(target.body === undefined ? {} : { payload: target.body as object }),
      })
      const { error_code } = (reply?.json() ?? {}) as { error_code?: string } // an answer or the four members of a failure
      if (error_code !== target.refusal) admitted += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, place) => client(place)))
  return admitted
}

interface Counted {
  readonly ok: boolean
  readonly figures: Record<string, unknown>
}

/**
 * Three windows of two instances, and a third instance that comes late into the first one and finds nothing left. The
 * planted defect is a ledger that forgets what it handed out.
 */
async function exactly(house: BenchHouse, target: Target, planted: boolean): Promise<Counted> {
  // Windows of their own for each target: the clock stands in the future.
  let time = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS + 600_000 + 5_000
  const clock = { now: () => new Date(time) }
  const [one, two, late] = [await standing(house, clock), await standing(house, clock), await standing(house, clock)]
  try {
    const both = [one.server, two.server]
    const calls = target.limit + CLIENTS * 2
    const first = await storm(both, target, { calls })
    if (planted) await house.database.sql('delete from ops.rate_windows')
    const admitted = [first + (await storm([late.server], target, { calls: CLIENTS }))]
    for (let window = 0; window < 2; window++) {
      time += WINDOW_MS
      admitted.push(await storm(both, target, { calls }))
    }
    return {
      ok: admitted.every((sum) => sum === target.limit),
      figures: { [`${target.name}_limit`]: target.limit, [`${target.name}_admitted`]: admitted },
    }
  } finally {
    for (const instance of [one, two, late]) await instance.close()
  }
}

/** One client of the timed part, until the time is over. Answers how many calls were let through. */
async function persist(url: string, target: Target, until: number): Promise<number> {
  let admitted = 0
  while (Date.now() < until) {
    const reply = await fetch(`${url}${target.path}`, {
      method: target.method,
      ...(target.body === undefined
        ? {}
        : { body: JSON.stringify(target.body), headers: { 'content-type': 'application/json' } }),
    })
    const { error_code } = (await reply.json()) as { error_code?: string }
    if (error_code !== target.refusal) admitted += 1
    await wait(PAUSE_MS)
  }
  return admitted
}

/** Two processes and the real clock, from within one minute into the next: whole windows are used whole, none is exceeded. */
async function overTime(house: BenchHouse, target: Target): Promise<Counted> {
  const env = { AUTH_LOGIN_RPM: String(LOGIN_RPM), CONTROL_RATE_LIMIT_RPM: String(CONTROL_RPM) }
  const [one, two] = [await house.product(env), await house.product(env)]
  try {
    const started = Date.now()
    const until = (Math.floor(started / WINDOW_MS) + 1) * WINDOW_MS + 10_000
    const windows = Math.floor(until / WINDOW_MS) - Math.floor(started / WINDOW_MS) + 1
    const sums = await Promise.all(
      Array.from({ length: CLIENTS }, (_, place) => persist(place % 2 === 0 ? one.url : two.url, target, until)),
    )
    const admitted = sums.reduce((total, sum) => total + sum, 0)
    return {
      ok: admitted <= target.limit * windows && admitted > target.limit,
      figures: { [`${target.name}_timed_windows`]: windows, [`${target.name}_timed_admitted`]: admitted },
    }
  } finally {
    await Promise.all([one.stop(), two.stop()])
  }
}

/**
 * The control plane on the database's clock: two instances, 64 clients. However long it took, no more than the burst and
 * the steady rate were let through. The planted defect is a ledger that forgets half way.
 */
async function paced(house: BenchHouse, target: Target, { full, planted }: How): Promise<Counted> {
  const clock = { now: () => new Date() }
  const [one, two] = [await standing(house, clock), await standing(house, clock)]
  const seconds = full ? 60 : 4
  const started = performance.now()
  const passed = (): number => (performance.now() - started) / 1000
  let admitted = 0
  const client = async (place: number): Promise<void> => {
    while (passed() < seconds) {
      const passedGate = await storm([place % 2 === 0 ? one.server : two.server], target, { calls: 1, clients: 1 })
      admitted += passedGate
      await wait(PAUSE_MS)
    }
  }
  const forget = async (): Promise<void> => {
    await wait(seconds * 500)
    if (planted) await house.database.sql('delete from ops.rate_paces')
  }
  try {
    await Promise.all([forget(), ...Array.from({ length: CLIENTS }, (_, place) => client(place))])
    const burst = target.limit / 6
    const most = burst + Math.floor((passed() * target.limit) / 60)
    return {
      ok: admitted <= most && admitted >= burst,
      figures: { control_rpm: target.limit, control_burst: burst, control_admitted: admitted, control_most: most },
    }
  } finally {
    await one.close()
    await two.close()
  }
}

interface How {
  readonly full: boolean
  readonly planted: boolean
}

async function limits(how: How): Promise<GoalResult> {
  const house = await openBenchHouse()
  try {
    const parts = [await exactly(house, LOGIN, how.planted), await paced(house, controlOf(house.app), how)]
    if (how.full) parts.push(await overTime(house, LOGIN))
    return {
      ok: parts.every((part) => part.ok),
      figures: Object.assign({ clients: CLIENTS }, ...parts.map((part) => part.figures)) as Record<string, unknown>, // figures of all parts
    }
  } finally {
    await house.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'limits', correctness: true, run: limits }]
