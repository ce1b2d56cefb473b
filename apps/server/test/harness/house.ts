import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import type { Surface } from '@zenops/contracts/identity'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { type App, type AppOptions, createApp } from '../../src/app.ts'
import { type ReadyConfig, readConfig } from '../../src/config.ts'
import { flushRefusals, sealerDatabase } from '../../src/modules/audit/index.ts'
import { openFamily } from '../../src/modules/identity/index.ts'
import { addMember, bootstrap } from '../../src/modules/tenants/index.ts'
import { newSigningKey } from '../../src/platform/auth/access-tokens.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { Database } from '../../src/platform/db/database.ts'
import { authScope } from '../../src/platform/db/scope.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { drainJobs } from '../../src/platform/jobs/drain.ts'
import { createLog, type Log } from '../../src/platform/telemetry/log.ts'
import { sealAll } from './audit.ts'
import { openTestDatabase } from './cluster.ts'
import { lineFaults } from '../laws/observed.ts'
import { keepProofs, listenTo } from './proofs.ts'
import { startTurn, turnLoop } from './turns.ts'

/** An answer, as the wire gives it. `body` is typed as the contract's success; failures are read by `error`. */
export interface Reply<T> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly body: T
  readonly error: {
    readonly error_code: string
    readonly message: string
    readonly trace_id: string
    readonly details: readonly Record<string, unknown>[]
  }
}

/** Somebody who calls operations: `owner.call(createBank, { body: { name: 'Test Bank' } })`. */
export interface TestActor {
  readonly userId: string
  readonly tenantId: string
  readonly token: string
  readonly surface: Surface
  call<E extends Operation>(
    operation: E,
    input: InputOf<E>,
    headers?: Record<string, string>,
  ): Promise<Reply<OutputOf<E>>>
  /** The success body; fails the test with the whole answer otherwise. */
  ok<E extends Operation>(operation: E, input: InputOf<E>, headers?: Record<string, string>): Promise<OutputOf<E>>
}

/** One firm with a person of each job, a portal user linked to it, and a stranger of another firm. */
export interface Firm {
  readonly tenantId: string
  readonly owner: TestActor
  readonly opsManager: TestActor
  readonly valuer: TestActor
  readonly assistant: TestActor
  readonly fieldValuer: TestActor
  readonly accounts: TestActor
  readonly hr: TestActor
  readonly portal: TestActor
  /** Owner of another firm. */
  readonly stranger: TestActor
}

export interface Changes {
  readonly clock?: Clock
  readonly config?: Partial<ReadyConfig>
}
export interface Neighbour {
  readonly app: App
  /** The same person, calling this process. */
  at(actor: TestActor): TestActor
}

export interface House {
  readonly app: App
  readonly config: ReadyConfig
  readonly anon: TestActor
  /** The platform operator, in the studio. */
  readonly operator: TestActor
  firm(): Promise<Firm>
  /** One more person of a tenant. */
  member(tenantId: string, template: JobTemplate, surface?: Surface): Promise<TestActor>
  /** Rows as the superuser sees them, past every policy: for checking effects only. */
  sql<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  /** A change past every trigger and check, as only the owner of the database can make it. */
  asSuperuser(statement: string, values: readonly string[]): Promise<void>
  readonly apiUrl: string
  /** The superuser's connection, as migrations have it. */
  readonly ownerUrl: string
  readonly workerUrl: string
  readonly sealerUrl: string
  readonly keeperUrl: string
  /** Seals what waits in the audit inbox; answers how many events. */
  seal(): Promise<number>
  /** Writes the events of refusals whose minute is over; answers how many. */
  flushRefusals(): Promise<number>
  /** Actions written to the audit log of a tenant, sealed or not, oldest first. */
  audit(tenantId: string): Promise<{ action: string; target: { type: string; id: string }; [key: string]: unknown }[]>
  runJobs(): Promise<void>
  /** The same in another process. */
  runJobsOf(app: App): Promise<void>
  /** Makes every job due that waits for a later time. */
  jobsDue(): Promise<void>
  /** A turn of a recurring task, and all that comes of it. */
  turn(task: string): Promise<void>
  /** A turn of a loop; answers how many things it did. */
  loop(name: string): Promise<number>
  server(surface?: Surface): FastifyInstance
  /** Somebody with that bearer token, at a surface of this process. */
  bearer(token: string, surface?: Surface): TestActor
  /** Another process of the product on the same database, with a clock and settings of its own. */
  neighbour(changes?: Changes): Promise<Neighbour>
  /** Log lines of level error; the teardown fails when one was not expected. */
  readonly errors: string[]
  close(): Promise<void>
}

const DEFAULTS = {
  NODE_ENV: 'test',
  ZENOPS_MULTI_TENANT_ENABLED: '1',
  ARGON2_MEMORY_KIB: '8192',
  ARGON2_TIME: '1',
  LOG_LEVEL: 'error',
  DATABASE_POOL: '6',
  // Tests call faster than people; those of the limits set their own.
  AUTH_LOGIN_RPM: '0',
  RATE_LIMIT_ANONYMOUS_RPM: '0',
  RATE_LIMIT_SIGNED_IN_RPM: '0',
  CONTROL_RATE_LIMIT_RPM: '0',
  // The first administrators are there at once.
  BOOTSTRAP_ADMIN_PASSWORD: 'the founding phrase of tests',
  AUDIT_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64url'),
}

/** A whole product on a database of its own. Open one per test file, close it in `after`. */
export async function openHouse(environment: Record<string, string> = {}): Promise<House> {
  const database = await openTestDatabase()
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-house-'))
  const key = await newSigningKey()
  const config: ReadyConfig = {
    ...readConfig({ ...DEFAULTS, ZENOPS_HOME: home, ...environment }),
    JWT_KEYS: [{ ...key, kty: 'OKP', crv: 'Ed25519' }],
    AUTH_PEPPER: 'p'.repeat(40),
    MFA_ENC_KEYS: [{ kid: 'test', secret: 'm'.repeat(40) }],
    ZEN_KEK_KEYS: [{ kid: 'test', secret: 'k'.repeat(40) }],
    STORAGE_SIGNING_KEYS: [{ kid: 'test', secret: 's'.repeat(40) }],
  }
  const { errors, broken, log } = listeningLog(config.LOG_LEVEL)
  const urls = urlsOf(database)
  const app = await createApp({ config, urls, log })
  await bootstrap(app.services.database, config, app.passwords)
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 })
  owner.on('error', () => {})
  const sealer = sealerDatabase(database.sealerUrl, () => {})
  const answers: Answers = new Map()
  const servers = await serversOf(app, answers)
  const world: World = { app, config, servers }
  const neighbours: World[] = []
  const neighbour = async ({ clock, config: other }: Changes = {}): Promise<Neighbour> => {
    const there = { ...config, ...other }
    const beside = await createApp({ config: there, urls, log, ...(clock ? { clock } : {}) })
    const next: World = { app: beside, config: there, servers: await serversOf(beside, answers) }
    neighbours.push(next)
    return { app: beside, at: (actor) => actorAt(next, actor) }
  }
  const sql = rowsOf(owner)
  return {
    app,
    config,
    errors,
    anon: actorAt(world, { userId: '', tenantId: '', token: '', surface: 'web' }),
    operator: await signIn(world, {
      userId: '44444444-4444-4444-4444-444444444444',
      tenantId: config.ZENOPS_INTERNAL_TENANT_ID,
      surface: 'studio',
    }),
    firm: () => openFirm(world),
    member: (tenantId, template, surface = 'web') => member(world, { tenantId, template, surface }),
    sql,
    ...auditLogOf(owner, sealer),
    apiUrl: database.apiUrl,
    ownerUrl: database.ownerUrl,
    workerUrl: database.workerUrl,
    sealerUrl: database.sealerUrl,
    keeperUrl: database.keeperUrl,
    ...queueOf(app, owner),
    server: (surface = 'web') => servers[surface],
    neighbour,
    bearer: (token, surface = 'studio') => actorAt(world, { userId: '', tenantId: '', token, surface }),
    close: async () => {
      await tellCounts([world, ...neighbours])
      const undeclared = await keepProofs(sql, answers)
      await Promise.all([owner.end(), sealer.close()])
      for (const one of [world, ...neighbours]) {
        await Promise.all(Object.values(one.servers).map((server) => server.close()))
        await one.app.close()
      }
      await database.drop()
      await rm(home, { recursive: true, force: true })
      assert.deepEqual(errors, [], 'no unexpected error line was logged')
      assert.deepEqual([...broken], [], 'every line fits the contract of the log')
      assert.deepEqual(undeclared, [], 'every audit event is as the catalogue declares it')
    },
  }
}

/** A log that keeps its lines, and what is wrong with them. */
function listeningLog(level: string): { errors: string[]; broken: Set<string>; log: Log } {
  const errors: string[] = []
  const broken = new Set<string>()
  const write = (line: string): void => {
    errors.push(line)
    for (const fault of lineFaults(line)) broken.add(fault)
  }
  return { errors, broken, log: createLog({ level, destination: { write } }) }
}

/** What was added up in memory is written down, where the database still answers. */
const tellCounts = (worlds: readonly World[]): Promise<unknown> =>
  Promise.all(worlds.map(({ app: { services } }) => services.tally.flush(services.database).catch(() => undefined)))

const rowsOf =
  (owner: pg.Pool): House['sql'] =>
  async <T extends object>(text: string, values: unknown[] = []) =>
    (await owner.query<T>(text, values)).rows

/** Connections of the product's logins. */
const urlsOf = (database: Awaited<ReturnType<typeof openTestDatabase>>): AppOptions['urls'] => ({
  api: database.apiUrl,
  worker: database.workerUrl,
  sealer: database.sealerUrl,
  keeper: database.keeperUrl,
})

/** What a house does with its queue. */
const queueOf = (app: App, owner: pg.Pool): Pick<House, 'runJobs' | 'runJobsOf' | 'jobsDue' | 'turn' | 'loop'> => ({
  runJobsOf: (other) => drainJobs(other.workerOptions()),
  loop: (name) => turnLoop(app.workerOptions(), name),
  runJobs: () => drainJobs(app.workerOptions()),
  jobsDue: async () =>
    void (await owner.query("update ops.jobs set run_at = now() - interval '1 s' where run_at > now()")),
  turn: async (task) => {
    await startTurn(app.workerOptions(), task)
    await drainJobs(app.workerOptions())
  },
})

/** What a house tells of its audit log and does to it. */
const auditLogOf = (
  owner: pg.Pool,
  sealer: Database,
): Pick<House, 'audit' | 'asSuperuser' | 'seal' | 'flushRefusals'> => ({
  flushRefusals: () => flushRefusals(sealer),
  audit: (tenantId) => eventsOf(owner, tenantId),
  asSuperuser: (statement, values) => asSuperuser(owner, statement, values),
  seal: () =>
    sealAll(sealer, async () => {
      const { rows } = await owner.query<{ n: string }>('select count(*) as n from audit.inbox')
      return Number(rows[0]?.n)
    }),
})

async function asSuperuser(owner: pg.Pool, statement: string, values: readonly string[]): Promise<void> {
  const client = await owner.connect()
  try {
    await client.query("set session_replication_role = 'replica'")
    await client.query('alter table audit.events drop constraint if exists events__leaf_is_hash_of_canon')
    await client.query(statement, [...values])
    await client.query('reset session_replication_role')
  } finally {
    client.release()
  }
}

async function eventsOf(owner: pg.Pool, tenantId: string): ReturnType<House['audit']> {
  const { rows } = await owner.query<{ canon: Buffer }>(
    `select canon from (select canon, epoch, seq, null::xid8 as xid, 0 as ord from audit.events where tenant_id = $1
     union all select canon, null, null, xid, ord from audit.inbox where tenant_id = $1) events order by epoch, seq, xid, ord`,
    [tenantId],
  )
  return rows.map((row) => JSON.parse(row.canon.toString('utf8')) as Awaited<ReturnType<House['audit']>>[number]) // canonical events
}

async function serversOf(app: App, answers: Answers): Promise<World['servers']> {
  const servers = {
    web: await app.server('web'),
    portal: await app.server('portal'),
    studio: await app.server('studio'),
  }
  for (const server of Object.values(servers)) listenTo(server, answers)
  return servers
}

/** How each route was answered. */
type Answers = Map<string, Set<string>>

interface World {
  readonly app: App
  readonly config: ReadyConfig
  readonly servers: Record<Surface, FastifyInstance>
}

async function openFirm(world: World): Promise<Firm> {
  const [tenantId, otherId] = await Promise.all([tenant(world), tenant(world)])
  const person = (template: JobTemplate, at = tenantId): Promise<TestActor> =>
    member(world, { tenantId: at, template, surface: 'web' })
  const portal = await member(world, {
    tenantId: world.config.ZENOPS_EXTERNAL_TENANT_ID,
    template: 'portal_user',
    surface: 'portal',
  })
  await world.app.services.database.transact(authScope(), (tx) =>
    tx
      .insertInto('identity.portal_links')
      .values({ tenant_id: tenantId, user_id: portal.userId, party_kind: 'self' })
      .execute(),
  )
  return {
    tenantId,
    portal,
    owner: await person('super_admin'),
    opsManager: await person('ops_manager'),
    valuer: await person('valuer'),
    assistant: await person('assistant_valuer'),
    fieldValuer: await person('field_valuer'),
    accounts: await person('accounts'),
    hr: await person('hr'),
    stranger: await person('super_admin', otherId),
  }
}

async function tenant(world: World): Promise<string> {
  const id = uuidv7()
  await world.app.services.database.transact(authScope(), (tx) =>
    tx
      .insertInto('identity.tenants')
      .values({ id, slug: `firm-${id.slice(-12)}`, name: `Firm ${id.slice(-6)}`, lane: 'tenant' })
      .execute(),
  )
  return id
}

async function member(
  world: World,
  wanted: { tenantId: string; template: JobTemplate; surface: Surface },
): Promise<TestActor> {
  const userId = await world.app.services.database.transact(authScope(), (tx) =>
    addMember(tx, {
      tenantId: wanted.tenantId,
      email: `${wanted.template}-${uuidv7()}@test.zenops.local`,
      name: `Test ${wanted.template.replaceAll('_', ' ')}`,
      jobTemplates: [wanted.template],
      passwordPhc: null,
    }),
  )
  return signIn(world, { userId, tenantId: wanted.tenantId, surface: wanted.surface })
}

/** A session without the password check, which costs time and is proven elsewhere. */
async function signIn(world: World, who: { userId: string; tenantId: string; surface: Surface }): Promise<TestActor> {
  const family = await world.app.services.database.transact(authScope(), (tx) =>
    openFamily(tx, {
      userId: who.userId,
      tenantId: who.tenantId,
      aud: who.surface,
      clientType: 'web',
      deviceName: 'test',
      ip: '127.0.0.1',
      amr: ['pwd'],
    }),
  )
  const token = await world.app.identity.tokens.sign({
    sub: who.userId,
    aud: who.surface,
    tenant_id: who.tenantId,
    sid: family.familyId,
    permission_version: 1,
  })
  return actorAt(world, { ...who, token })
}

interface Wire {
  readonly params?: Record<string, unknown>
  readonly query?: Record<string, unknown>
  readonly body?: unknown
}

/** The address of a call; lists become repeated parameters. */
export function addressOf(operation: Operation, { params = {}, query = {} }: Wire): string {
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item))
  }
  return search.size > 0 ? `${path}?${search.toString()}` : path
}

const FAILURE = ['details', 'error_code', 'message', 'trace_id']

function actorAt(world: World, who: { userId: string; tenantId: string; token: string; surface: Surface }): TestActor {
  const call: TestActor['call'] = async (operation, input, headers = {}) => {
    const wire = input as Wire // InputOf is a subset of these three parts
    const response = await world.servers[who.surface].inject({
      method: operation.method,
      url: addressOf(operation, wire),
      headers: { ...(who.token ? { authorization: `Bearer ${who.token}` } : {}), ...headers },
      ...(wire.body === undefined ? {} : { payload: wire.body as object }),
    })
    const body = (response.body === '' ? undefined : JSON.parse(response.body)) as never // typed by the contract, checked by the tests
    // Every failure that any test meets has the four members and no other.
    if (response.statusCode >= 400) assert.deepEqual(Object.keys(body).toSorted(), FAILURE, operation.id)
    return { status: response.statusCode, headers: response.headers, body, error: body }
  }
  return {
    ...who,
    call,
    ok: async (operation, input, headers) => {
      const reply = await call(operation, input, headers)
      assert.ok(reply.status < 300, `${operation.id} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
      return reply.body
    },
  }
}
