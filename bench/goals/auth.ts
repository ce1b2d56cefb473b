import { createHash } from 'node:crypto'
import { type App, createApp, openFamily } from '../../apps/server/src/app.ts'
import { authScope } from '../../apps/server/src/platform/db/scope.ts'
import { type BenchHouse, openBenchHouse } from '../firm.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'
import {
  type Answer,
  type FamilyModel,
  newFamily,
  presented,
  randomStep,
  ranOut,
  revoked,
  seeded,
  signedOut,
  type Step,
  type Who,
} from '../refresh-model.ts'

const SEQUENCES = 10_000
const LANES = 12
const SEED = 20_261_120
const PARALLEL = 50

type Server = Awaited<ReturnType<App['server']>>
interface Instances {
  readonly house: BenchHouse
  readonly servers: readonly Server[]
  close(): Promise<void>
}

/** Two processes of the product as far as sessions can tell, on one database. */
async function twoInstances(): Promise<Instances> {
  const house = await openBenchHouse()
  const config = { ...house.app.services.config, AUTH_LOGIN_RPM: 0 }
  const urls = { api: house.database.apiUrl, worker: house.database.workerUrl, sealer: house.database.sealerUrl }
  const apps = [await createApp({ config, urls }), await createApp({ config, urls })]
  const servers = [await (apps[0] as App).server('web'), await (apps[1] as App).server('web')] // made above
  return {
    house,
    servers,
    close: async () => {
      for (const server of servers) await server.close()
      for (const app of apps) await app.close()
      await house.close()
    },
  }
}

interface Sent extends Answer {
  readonly child: string | undefined
}

async function send(server: Server | undefined, route: 'refresh' | 'logout', token: string): Promise<Sent> {
  if (!server) throw new Error('no server')
  const reply = await server.inject({
    method: 'POST',
    url: `/v1/auth/${route}`,
    headers: { cookie: `refresh_token_web=${token}` },
    payload: { aud: 'web' },
  })
  const body = reply.json() as { error_code?: string; details?: { reason?: string }[] } // an answer or the four members of a failure
  const child = /^refresh_token_web=([\w-]{43});/.exec(String(reply.headers['set-cookie']))?.[1]
  return { status: reply.statusCode, code: body.error_code ?? null, reason: body.details?.[0]?.reason ?? null, child }
}

async function signIn({ house }: Instances, lane: number): Promise<{ familyId: string; refreshToken: string }> {
  const firm = house.firms[lane % house.firms.length]
  if (!firm) throw new Error('no firm')
  const start = {
    userId: firm.ownerId,
    tenantId: firm.tenantId,
    aud: 'web',
    clientType: 'web',
    deviceName: null,
  } as const
  return house.app.services.database.transact(authScope(), (tx) =>
    openFamily(tx, { ...start, ip: '127.0.0.1', amr: ['pwd'] }),
  )
}

/** One browser with two tabs, one jar, and a thief who copies from it; what they hold goes by the model's numbers. */
interface World {
  readonly instances: Instances
  readonly familyId: string
  readonly random: () => number
  readonly tokens: string[]
  readonly held: Map<Who, number>
  jar: number
  model: FamilyModel
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** What happens without a call. Answers whether the step was of that kind. */
async function befall(world: World, step: Step): Promise<boolean> {
  const { database } = world.instances.house
  if (step.act === 'look') world.held.set(step.who, world.jar)
  else if (step.act === 'revoke') {
    await database.sql('update identity.auth_families set revoked_at = now() where id = $1 and revoked_at is null', [
      world.familyId,
    ])
    world.model = revoked(world.model)
  } else if (step.act === 'run out') {
    await database.sql(
      'update identity.auth_refresh_tokens set expires_at = now() where token_sha256 = $1 and consumed_at is null',
      [hashOf(world.tokens[world.jar] ?? '')],
    )
    world.model = ranOut(world.model, world.jar)
  } else return false
  return true
}

/** The child goes to whoever asked; a tab's lies in the jar from now on. */
function keepChild(world: World, step: Step, child: string): void {
  world.tokens.push(child)
  const number = world.tokens.length - 1
  if (step.act !== 'refresh') return
  world.held.set(step.who, number)
  if (step.who !== 'thief') world.jar = number
}

/** Does a step in the product and in the model. Answers what differs, or null. */
async function play(world: World, step: Step): Promise<string | null> {
  if (await befall(world, step)) return null
  const { servers } = world.instances
  const who = 'who' in step ? step.who : null
  const number = who === null ? null : (world.held.get(who) ?? world.jar)
  const token = number === null ? 'g'.repeat(43) : (world.tokens[number] ?? '')
  const signsOut = step.act === 'sign out'
  const expected = signsOut ? signedOut(world.model, number) : presented(world.model, number)
  const server = servers[Math.floor(world.random() * servers.length)]
  const { child, ...got } = await send(server, signsOut ? 'logout' : 'refresh', token)
  world.model = expected.family
  if (!signsOut && child !== undefined) keepChild(world, step, child)
  const [wanted, answered] = [JSON.stringify(expected.answer), JSON.stringify(got)]
  return wanted === answered ? null : `${step.act}: expected ${wanted}, got ${answered}`
}

/** One random sequence; the state that is left in the database is compared too. */
async function sequence(
  instances: Instances,
  { number, lane }: { number: number; lane: number },
): Promise<{ steps: number; differences: string[] }> {
  const random = seeded(SEED + number)
  const { familyId, refreshToken } = await signIn(instances, lane)
  const world: World = {
    instances,
    familyId,
    random,
    tokens: [refreshToken],
    held: new Map(),
    jar: 0,
    model: newFamily,
  }
  const steps = 4 + Math.floor(random() * 9)
  const differences: string[] = []
  for (let i = 0; i < steps; i++) {
    const difference = await play(world, randomStep(random))
    if (difference !== null) differences.push(`sequence ${number}, step ${i}: ${difference}`)
  }
  const [left] = await instances.house.database.sql<{ live: boolean; tokens: number; spent: number }>(
    `select f.revoked_at is null as live, count(*)::int as tokens, count(r.consumed_at)::int as spent
     from identity.auth_families f join identity.auth_refresh_tokens r on r.family_id = f.id where f.id = $1 group by f.id`,
    [familyId],
  )
  const { live, tokens } = world.model
  const expected = { live, tokens: tokens.length, spent: tokens.filter((token) => token === 'spent').length }
  if (JSON.stringify(left) !== JSON.stringify(expected))
    differences.push(`sequence ${number} left ${JSON.stringify(left)}, expected ${JSON.stringify(expected)}`)
  return { steps, differences }
}

/** Fifty refreshes with one token over both instances: one wins, the rest is reuse, and the winner's child is dead. */
async function storm(instances: Instances, lane: number): Promise<boolean> {
  const { familyId, refreshToken } = await signIn(instances, lane)
  const answers = await Promise.all(
    Array.from({ length: PARALLEL }, (_, i) => send(instances.servers[i % 2], 'refresh', refreshToken)),
  )
  const won = answers.filter((answer) => answer.status === 200)
  const reused = answers.filter((answer) => answer.code === 'AUTH_REFRESH_REUSE_DETECTED')
  const child = await send(instances.servers[0], 'refresh', won[0]?.child ?? '')
  const [family] = await instances.house.database.sql<{ live: boolean }>(
    'select revoked_at is null as live from identity.auth_families where id = $1',
    [familyId],
  )
  return (
    won.length === 1 && reused.length === PARALLEL - 1 && child.reason === 'session_revoked' && family?.live === false
  )
}

async function authRefresh({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const instances = await twoInstances()
  try {
    // The planted defect: a token that is never spent, as a grace window would leave it.
    if (planted)
      await instances.house.database.sql(`
        create function public.keep_fresh() returns trigger language plpgsql as 'begin new.consumed_at := null; return new; end';
        create trigger keep_fresh before update on identity.auth_refresh_tokens for each row execute function public.keep_fresh()`)
    const sequences = full ? SEQUENCES : 250
    let next = 0
    let steps = 0
    const differences: string[] = []
    const runLane = async (lane: number): Promise<void> => {
      while (next < sequences && differences.length < 20) {
        const done = await sequence(instances, { number: next++, lane })
        steps += done.steps
        differences.push(...done.differences)
      }
    }
    await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)))
    const storms = full ? 20 : 3
    let clean = 0
    for (let i = 0; i < storms; i++) if (await storm(instances, LANES + (i % 8))) clean++
    return {
      ok: differences.length === 0 && clean === storms,
      figures: {
        seed: SEED,
        sequences: next,
        steps,
        divergences: differences.length,
        ...(differences.length > 0 ? { first: differences.slice(0, 3) } : {}),
        storms_of_50: storms,
        storms_with_one_winner: clean,
      },
    }
  } finally {
    await instances.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'auth:refresh', correctness: true, run: authRefresh }]
