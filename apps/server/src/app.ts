import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { type Capability, defaultGrants, type Scope } from '@zenops/contracts/capabilities'
import type { FastifyInstance } from 'fastify'
import { type Given, moduleParts } from './app-modules.ts'
import type { ReadyConfig } from './config.ts'
import { createPrincipals, type DemoPerson, type IdentityParts } from './modules/access/index.ts'
import { startSealer } from './modules/audit/index.ts'
import { EXPORT_TABLES } from './modules/exports/index.ts'
import { createAuthenticator } from './modules/identity/index.ts'
import { switchLoop } from './modules/actions/index.ts'
import { alertLoop, channelSecrets } from './modules/alerts/index.ts'
import { DATA_EXPORT_TABLES, replayTombstones } from './modules/privacy/index.ts'
import { seedReports } from './modules/reports/index.ts'
import { createPrograms, seedCatalogue, WORKER_USER_ID } from './modules/tenants/index.ts'
import { createAccessTokens, importKeyRing } from './platform/auth/access-tokens.ts'
import type { Authenticator } from './platform/auth/authenticator.ts'
import { createPasswords, type Passwords } from './platform/auth/passwords.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { Database } from './platform/db/database.ts'
import { type NoticeBoard, openNoticeBoard } from './platform/db/notices.ts'
import { keeperConnections } from './platform/db/keeper.ts'
import { closeStores, openForBoth } from './platform/exports/both.ts'
import type { Surface } from './platform/http/apps.ts'
import type { ConstraintRefusals } from './platform/http/failures.ts'
import { serveReference } from './platform/http/reference.ts'
import { createHttpServer } from './platform/http/server.ts'
import { createLimits } from './platform/limits/limits.ts'
import { createPacer } from './platform/limits/pace.ts'
import { createMail, type MailRoom } from './platform/mail/mail.ts'
import { mailJobs } from './platform/mail/send-mail.ts'
import type { Loop } from './platform/jobs/recurring.ts'
import type { WorkerOptions } from './platform/jobs/worker.ts'
import { loopReports } from './platform/scheduler/loops.ts'
import { lockRoom } from './platform/scheduler/turns.ts'
import { createOfficeConverter, type OfficeConverter } from './platform/office/libreoffice.ts'
import type { Bound } from './platform/operations.ts'
import { createOpsTally } from './platform/ops-tally.ts'
import { createOutgoing } from './platform/outgoing/client.ts'
import { startPulse } from './platform/pulse.ts'
import { keyKeepingOf } from './platform/privacy/key-keeping.ts'
import { createSecretBox } from './platform/privacy/secret-box.ts'
import { createSubjectKeys } from './platform/privacy/subject-keys.ts'
import type { Services } from './platform/services.ts'
import { openStorage } from './platform/storage/open.ts'
import { createSwitches } from './platform/switches.ts'
import { createLatencies } from './platform/telemetry/latency.ts'
import { createLog, type Log } from './platform/telemetry/log.ts'
import { createMetrics } from './platform/telemetry/metrics.ts'
import { createVitals } from './platform/telemetry/vitals.ts'
import { VERSION } from './version.ts'

// The doors that founding and demo need; app.ts alone knows the modules.
export { assignmentOperations, type ReportFact } from './modules/assignments/index.ts'
export type { DemoPerson } from './modules/access/index.ts'
export { openFamily } from './modules/identity/index.ts'
export { addMember, bootstrap, BootstrapError, type FirstInvitation } from './modules/tenants/index.ts'

export interface AppOptions {
  readonly config: ReadyConfig
  /** Connections as zen_api, zen_worker, zen_sealer and zen_keeper. */
  readonly urls: {
    readonly api: string
    readonly worker: string
    readonly sealer: string
    /** Without it nothing is summed up, watched, or taken from append-only tables. */
    readonly keeper?: string
  }
  readonly clock?: Clock
  readonly log?: Log
  readonly demoPeople?: readonly DemoPerson[]
  /** What makes PDFs; absent = LibreOffice as the configuration says. */
  readonly office?: OfficeConverter
  /** Folder of the built apps; absent = the API alone. */
  readonly apps?: string
}

/** Rows that ship with the product, written by the owner after every migration. */
export const catalogue = (): string => seedCatalogue() + seedReports()

/** The product put together: one place that names every module. */
export interface App {
  readonly services: Services
  readonly identity: IdentityParts
  readonly passwords: Passwords
  readonly authenticator: Authenticator
  readonly operations: readonly Bound[]
  readonly constraints: ConstraintRefusals
  server(surface: Surface): Promise<FastifyInstance>
  /** What a worker of this app runs with. */
  workerOptions(): WorkerOptions
  /** Seals, signs and publishes the audit log until stopped; runs where workers run. */
  startSealer(): ReturnType<typeof startSealer>
  /** Tells every few seconds how this process stands; runs in every one. */
  startPulse(): { stop(): Promise<void> }
  /** Destroys again the keys that a restored backup brought back; before traffic. Answers how many. */
  replayTombstones(): Promise<number>
  /** What comes round more often than each minute: alerts, ends of switches; runs where workers run. */
  readonly loops: readonly Loop[]
  /** From now on the product is not ready; what runs is finished. */
  drain(): void
  close(): Promise<void>
}

const SURFACES = ['web', 'portal', 'studio'] as const

/** Origins a surface is called from: the configured ones, else localhost at its port. */
function originsOf(config: ReadyConfig): IdentityParts['origins'] {
  const configured = {
    web: config.AUTH_ORIGINS_WEB,
    portal: config.AUTH_ORIGINS_PORTAL,
    studio: config.AUTH_ORIGINS_STUDIO,
  }
  const of = (surface: Surface): ReadonlySet<string> => {
    const port = config.PORT + SURFACES.indexOf(surface)
    const own = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}`)
    return new Set((configured[surface].length > 0 ? configured[surface] : own).map((origin) => origin.toLowerCase()))
  }
  return { web: of('web'), portal: of('portal'), studio: of('studio') }
}

/** Where the links of mails lead: the first origin of each surface. */
function linkOriginsOf(config: ReadyConfig): Record<Surface, string> {
  const origins = originsOf(config)
  const first = (surface: Surface): string => origins[surface].values().next().value ?? ''
  return { web: first('web'), portal: first('portal'), studio: first('studio') }
}

interface Opened extends Services {
  readonly notices: NoticeBoard
  readonly workerDatabase: Database
  readonly mail: MailRoom
}

/** Machine, process and a few drawn digits: what one run of the product is called. */
const instanceName = (): string =>
  `${os
    .hostname()
    .replaceAll(/[^\w.-]/g, '')
    .slice(0, 40)}-${process.pid}-${randomBytes(3).toString('hex')}`

async function openServices(options: AppOptions): Promise<Opened> {
  const { config } = options
  const clock = options.clock ?? systemClock
  const metrics = createMetrics()
  const instanceId = instanceName()
  const log =
    options.log ??
    createLog({
      level: config.LOG_LEVEL,
      version: VERSION,
      instance: instanceId,
      env: config.NODE_ENV,
      onViolation: () => metrics.logViolations.inc(),
      onMasked: (kind) => metrics.piiMasked.inc({ kind }),
    })
  const pool = {
    poolSize: config.DATABASE_POOL,
    prepared: config.DATABASE_PREPARED,
    onError: (error: Error): void => log.warn({ err: error }, 'database_connection'),
    onJob: (queue: string): void => metrics.jobsEnqueued.inc({ queue }),
  }
  const worker = { ...pool, url: options.urls.worker, applicationName: 'zenops-worker', transactionTimeoutMs: 300_000 }
  const now = (): number => clock.now().getTime()
  const database = new Database({
    ...pool,
    url: options.urls.api,
    applicationName: 'zenops-api',
    onWait: (seconds) => metrics.poolWait.observe(seconds),
  })
  const notices = openNoticeBoard(options.urls.api, (error) => log.warn({ err: error }, 'notices_connection'))
  return {
    config,
    log,
    clock,
    metrics,
    notices,
    switches: createSwitches({ database, notices, now }),
    outgoing: createOutgoing({ allowLoopback: config.NODE_ENV === 'test' }),
    tally: createOpsTally(),
    vitals: createVitals({ instanceId, roles: config.ZENOPS_ROLES, version: VERSION, now }),
    latencies: createLatencies(instanceId, now),
    storage: await openStorage(config, () => clock.now()),
    database,
    pacer: createPacer({ database, clock, log }),
    limits: createLimits({ database, clock, log, redisUrl: config.REDIS_URL }),
    subjectKeys: createSubjectKeys({ box: createSecretBox(config.ZEN_KEK_KEYS), clock }),
    mail: createMail({ config, origins: linkOriginsOf(config) }),
    workerDatabase: new Database(worker),
  }
}

async function identityParts(services: Services, options: AppOptions): Promise<Omit<IdentityParts, 'forget'>> {
  const { config, clock } = services
  const life = { ttlSeconds: config.AUTH_ACCESS_TTL_SECONDS, now: () => clock.now() }
  return {
    config,
    gate: {
      internalTenantId: config.ZENOPS_INTERNAL_TENANT_ID,
      externalTenantId: config.ZENOPS_EXTERNAL_TENANT_ID,
      multiTenant: config.ZENOPS_MULTI_TENANT_ENABLED,
    },
    tokens: createAccessTokens(await importKeyRing(config.JWT_KEYS), life),
    passwords: createPasswords({ memoryKib: config.ARGON2_MEMORY_KIB, passes: config.ARGON2_TIME }),
    origins: originsOf(config),
    demoPeople: config.ZENOPS_DEMO_MODE ? (options.demoPeople ?? []) : null,
    now: () => clock.now(),
  }
}

/** Who calls: people by their access tokens, programs by theirs. */
function authenticatorOf(
  { tokens, gate }: Pick<IdentityParts, 'tokens' | 'gate'>,
  services: Services,
  notices: NoticeBoard,
) {
  const { config, database, clock } = services
  const principals = createPrincipals({ database, notices, gate, now: () => clock.now().getTime() })
  return createAuthenticator({ tokens, gate, principals, programOf: createPrograms({ config, database, principals }) })
}

type Databases = Parameters<typeof openForBoth>[1]
/** Where each family of exports lies. */
const storesOf = (config: ReadyConfig, databases: Databases): Pick<Given, 'exportStores' | 'personStores'> => ({
  exportStores: openForBoth(config, databases, { tables: EXPORT_TABLES, prefix: 'exports' }),
  personStores: openForBoth(config, databases, { tables: DATA_EXPORT_TABLES, prefix: 'people' }),
})

const officeOf = ({ LIBREOFFICE_PATH: path }: ReadyConfig): OfficeConverter =>
  createOfficeConverter(path === undefined ? {} : { path })
/** What looks at the product from beside it: the keeper's connections, alerts, and the loops that come round. */
function watchOf(options: AppOptions, services: Services, database: Database) {
  const { config } = services
  const keeper = keeperConnections(options.urls.keeper, services.log)
  const alerts = { secrets: channelSecrets(config.MFA_ENC_KEYS), origins: linkOriginsOf(config) }
  const loops = [alertLoop({ keeper: keeper.open, database, channels: alerts }), switchLoop(database)]
  return { keeper, alerts, loops }
}

/** The sealer keeps its own time and tells the schedule how its loops went. */
const sealerOf = (services: Services, worker: WorkerOptions, url: string): ReturnType<typeof startSealer> =>
  startSealer({ ...services, url, workerUserId: WORKER_USER_ID, report: loopReports(lockRoom(worker)) })

/** What signs people in, and what tells who calls. */
async function callersOf(services: Services, options: AppOptions, notices: NoticeBoard) {
  const parts = await identityParts(services, options)
  const authenticator = authenticatorOf(parts, services, notices)
  const identity: IdentityParts = {
    ...parts,
    forget: (sessionId) => (sessionId === null ? undefined : authenticator.forget(sessionId)),
  }
  return { identity, authenticator }
}

export async function createApp(options: AppOptions): Promise<App> {
  const { workerDatabase, notices, ...opened } = await openServices(options)
  let isDraining = false
  const services: Services = { ...opened, draining: () => isDraining }
  const { config, database, storage, limits, metrics } = services
  const { mail } = opened
  const { identity, authenticator } = await callersOf(services, options, notices)
  if (config.CONTROL_RATE_LIMIT_RPM === 0) services.log.warn({}, 'control_rate_limit_off')
  const watch = watchOf(options, services, workerDatabase)
  const privacy = keyKeepingOf(services)
  const stores = storesOf(config, { api: database, worker: workerDatabase })
  const { operations, constraints, jobs, recurring, ...declared } = moduleParts(identity, {
    authenticator,
    ...stores,
    metrics,
    storage,
    office: options.office ?? officeOf(config),
    mail,
    outgoing: services.outgoing,
    switches: services.switches,
    keeper: watch.keeper.open,
    alerts: watch.alerts,
    keeperDatabase: options.urls.keeper === undefined ? null : watch.keeper.open(),
    privacy,
  })
  const loops = [...declared.loops, ...watch.loops]
  const workerOptions = (): WorkerOptions => ({
    services: { ...services, database: workerDatabase },
    url: options.urls.worker,
    handlers: [...jobs, ...mailJobs(mail, { metrics, switches: services.switches })],
    recurring,
    loops,
    concurrency: config.WORKER_CONCURRENCY,
    workerUserId: WORKER_USER_ID,
    capabilities: workerCapabilities(),
  })
  return {
    services,
    identity,
    passwords: identity.passwords,
    authenticator,
    operations,
    constraints,
    server: (surface) =>
      createHttpServer({
        surface,
        services,
        operations,
        authenticator,
        constraints,
        extend: serveReference,
        origins: identity.origins[surface],
        ...(options.apps === undefined ? {} : { dist: path.join(options.apps, surface, 'dist') }),
      }),
    workerOptions,
    startSealer: () => sealerOf(services, workerOptions(), options.urls.sealer),
    startPulse: () => startPulse(services, database),
    replayTombstones: () => replayTombstones({ ...privacy, database: workerDatabase, workerUserId: WORKER_USER_ID }),
    drain: () => void (isDraining = true),
    loops,
    close: async () => {
      storage.close()
      closeStores(stores.exportStores, stores.personStores)
      limits.close()
      mail.close()
      await notices.close()
      await Promise.all([database.close(), workerDatabase.close(), watch.keeper.close()])
    },
  }
}

const workerCapabilities = (): ReadonlyMap<Capability, Scope> =>
  new Map(
    defaultGrants().flatMap((grant) =>
      grant.job_template === 'worker' ? [[grant.capability, grant.scope] as const] : [],
    ),
  )
