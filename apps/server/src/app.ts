import path from 'node:path'
import { type Capability, defaultGrants, type Scope } from '@zenops/contracts/capabilities'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { ReadyConfig } from './config.ts'
import { accountConstraints, accountJobs, accountOperations, accountRecurring } from './modules/accounts/index.ts'
import { approvalJobs, approvalOperations, approvalRecurring } from './modules/approvals/index.ts'
import { auditJobs, auditOperations, auditRecurring, startSealer } from './modules/audit/index.ts'
import { assignmentConstraints, assignmentOperations, type JobKey } from './modules/assignments/index.ts'
import { blockOperations } from './modules/blocks/index.ts'
import { directoryConstraints, directoryOperations, placeProperty } from './modules/directory/index.ts'
import {
  countOfJob,
  documentConstraints,
  documentJobs,
  documentOperations,
  documentRecurring,
  linesOfJob,
} from './modules/documents/index.ts'
import {
  EXPORT_TABLES,
  exportConstraints,
  exportJobs,
  exportOperations,
  exportRecurring,
} from './modules/exports/index.ts'
import { factorOperations } from './modules/factors/index.ts'
import {
  createAuthenticator,
  type DemoPerson,
  identityJobs,
  identityOperations,
  type IdentityParts,
} from './modules/identity/index.ts'
import { memberOperations } from './modules/members/index.ts'
import { opsJobs, opsOperations, opsRecurring } from './modules/ops/index.ts'
import {
  countReports,
  documentNeighbours,
  jobNeighbours,
  noCharge,
  reportConstraints,
  reportsJobs,
  reportsOperations,
  seedReports,
} from './modules/reports/index.ts'
import { rightsOperations } from './modules/rights/index.ts'
import {
  seedCatalogue,
  tenantConstraints,
  tenantJobs,
  tenantOperations,
  WORKER_USER_ID,
} from './modules/tenants/index.ts'
import type { RevealPort } from './platform/audit/personal.ts'
import { createAccessTokens, importKeyRing } from './platform/auth/access-tokens.ts'
import type { Authenticator } from './platform/auth/authenticator.ts'
import { createPasswords, type Passwords } from './platform/auth/passwords.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { compileOnly, Database } from './platform/db/database.ts'
import { authScope } from './platform/db/scope.ts'
import { linkBearer } from './platform/exports/link-bearer.ts'
import { type ExportStores, openExportStores } from './platform/exports/open.ts'
import type { Surface } from './platform/http/apps.ts'
import type { ConstraintRefusals } from './platform/http/failures.ts'
import { serveReference } from './platform/http/reference.ts'
import { createHttpServer } from './platform/http/server.ts'
import type { JobHandler } from './platform/jobs/port.ts'
import { createLimits } from './platform/limits/limits.ts'
import { createPacer } from './platform/limits/pace.ts'
import type { Mail } from './platform/mail/port.ts'
import { createMail, type MailRoom } from './platform/mail/mail.ts'
import { mailJobs, mailRecurring } from './platform/mail/send-mail.ts'
import type { Recurring } from './platform/jobs/recurring.ts'
import type { WorkerOptions } from './platform/jobs/worker.ts'
import { createOfficeConverter, type OfficeConverter } from './platform/office/libreoffice.ts'
import type { Bound } from './platform/operations.ts'
import type { Services } from './platform/services.ts'
import { openStorage } from './platform/storage/open.ts'
import { createLog, type Log } from './platform/telemetry/log.ts'
import { createMetrics } from './platform/telemetry/metrics.ts'

// The doors that founding and demo need; app.ts alone knows the modules.
export { assignmentOperations, type ReportFact } from './modules/assignments/index.ts'
export { type DemoPerson, openFamily } from './modules/identity/index.ts'
export { addMember, bootstrap, BootstrapError, type FirstInvitation } from './modules/tenants/index.ts'

type ReportParts = Parameters<typeof reportsJobs>[0]

export interface AppOptions {
  readonly config: ReadyConfig
  /** Connections as zen_api, zen_worker, zen_sealer and zen_keeper; without a keeper nothing is pruned. */
  readonly urls: { readonly api: string; readonly worker: string; readonly sealer: string; readonly keeper?: string }
  readonly clock?: Clock
  readonly log?: Log
  readonly demoPeople?: readonly DemoPerson[]
  /** What makes PDFs; absent = LibreOffice as the configuration says. */
  readonly office?: OfficeConverter
  /** Keys of people for personal fields of the audit log. */
  readonly personal?: RevealPort
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
  readonly workerDatabase: Database
  readonly mail: MailRoom
}

async function openServices(options: AppOptions): Promise<Opened> {
  const { config } = options
  const log = options.log ?? createLog({ level: config.LOG_LEVEL })
  const clock = options.clock ?? systemClock
  const pool = {
    poolSize: config.DATABASE_POOL,
    prepared: config.DATABASE_PREPARED,
    onError: (error: Error): void => log.warn({ err: error }, 'database_connection'),
  }
  const worker = { ...pool, url: options.urls.worker, applicationName: 'zenops-worker', transactionTimeoutMs: 300_000 }
  const database = new Database({ ...pool, url: options.urls.api, applicationName: 'zenops-api' })
  return {
    config,
    log,
    clock,
    metrics: createMetrics(),
    ...(options.personal ? { personal: options.personal } : {}),
    storage: await openStorage(config, () => clock.now()),
    database,
    pacer: createPacer({ database, clock, log }),
    limits: createLimits({ database, clock, log, redisUrl: config.REDIS_URL }),
    mail: createMail({ config, origins: linkOriginsOf(config) }),
    workerDatabase: new Database(worker),
  }
}

async function identityParts(services: Services, options: AppOptions): Promise<IdentityParts> {
  const { config, clock, database } = services
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
    tenantIdOfSlug: async (slug) => {
      const query = sql<{ id: string }>`select id from identity.tenants where slug = ${slug} and deleted_at is null`
      const [rows] = await database.read(authScope(), query.compile(compileOnly))
      return rows[0]?.id
    },
  }
}

/** What every module offers, bound to its neighbours. */
interface Parts {
  readonly operations: readonly Bound[]
  readonly constraints: ConstraintRefusals
  readonly jobs: readonly JobHandler[]
  readonly recurring: readonly Recurring[]
}

interface Given extends ReportParts {
  /** Connection as zen_keeper. */
  readonly keeper: () => Database
  readonly authenticator: Authenticator
  readonly metrics: Services['metrics']
  readonly mail: Mail
  /** Where exports lie, as requests and as workers reach it. */
  readonly exportStores: { readonly api: ExportStores; readonly worker: ExportStores }
  readonly personal: RevealPort | undefined
}

/** Every module of the product on one screen. */
function moduleParts(identity: IdentityParts, given: Given): Parts {
  const { authenticator, metrics, mail, keeper, exportStores, personal, ...reports } = given
  const exporting = { ttlHours: identity.config.EXPORT_TTL_HOURS, metrics, mail }
  const bearerOf = linkBearer(identity.tokens, authenticator)
  // Reports, documents and billing tell about a job here.
  const neighbours = {
    ...jobNeighbours,
    documentLines: linesOfJob,
    counts: (job: JobKey) =>
      sql<{ documents: number; reports: number }>`
        select ${countOfJob(job)} as documents, ${countReports(job)} as reports`,
  }
  return {
    operations: [
      ...identityOperations(identity, authenticator),
      ...factorOperations(identity, authenticator),
      ...accountOperations(identity),
      ...memberOperations(identity),
      ...rightsOperations(identity),
      ...approvalOperations(identity),
      ...tenantOperations(identity),
      ...blockOperations,
      ...opsOperations,
      ...auditOperations,
      ...exportOperations({ ...exporting, stores: exportStores.api, bearerOf }),
      ...directoryOperations,
      ...assignmentOperations(neighbours),
      ...documentOperations({ placeProperty, ...documentNeighbours }),
      ...reportsOperations({ gate: noCharge, office: reports.office }),
    ],
    constraints: {
      ...accountConstraints,
      ...tenantConstraints,
      ...exportConstraints,
      ...directoryConstraints,
      ...assignmentConstraints,
      ...documentConstraints,
      ...reportConstraints,
    },
    jobs: [
      ...identityJobs(mail),
      ...accountJobs([]),
      ...approvalJobs(mail),
      ...tenantJobs(mail),
      ...opsJobs,
      ...auditJobs({ config: identity.config, metrics, keeper, mail, storage: reports.storage }),
      ...exportJobs({
        ...exporting,
        stores: exportStores.worker,
        host: identity.config.AUDIT_ORIGIN,
        reveal: personal,
      }),
      ...documentJobs(reports.storage),
      ...reportsJobs(reports),
    ],
    recurring: [
      ...accountRecurring,
      ...approvalRecurring,
      ...opsRecurring,
      ...auditRecurring,
      ...exportRecurring,
      ...documentRecurring,
    ],
  }
}

const officeOf = ({ LIBREOFFICE_PATH: path }: ReadyConfig): OfficeConverter =>
  createOfficeConverter(path === undefined ? {} : { path })

const exportStoresOf = (config: ReadyConfig, api: Database, worker: Database): Given['exportStores'] => ({
  api: openExportStores(config, { database: api, tables: EXPORT_TABLES, prefix: 'exports' }),
  worker: openExportStores(config, { database: worker, tables: EXPORT_TABLES, prefix: 'exports' }),
})

export async function createApp(options: AppOptions): Promise<App> {
  const { workerDatabase, ...opened } = await openServices(options)
  let isDraining = false
  const services: Services = { ...opened, draining: () => isDraining }
  const { config, database, storage, clock, limits, metrics } = services
  const { mail } = opened
  const identity = await identityParts(services, options)
  const { tokens, gate, passwords } = identity
  const { log } = services
  const now = (): number => clock.now().getTime()
  const authenticator = createAuthenticator({ tokens, database, url: options.urls.api, config, gate, log, now })
  if (config.CONTROL_RATE_LIMIT_RPM === 0) log.warn({}, 'control_rate_limit_off')
  const office = options.office ?? officeOf(config)
  const keeper = keeperOf(options, services)
  const exportStores = exportStoresOf(config, database, workerDatabase)
  const { operations, constraints, jobs, recurring } = moduleParts(identity, {
    keeper: keeper.open,
    authenticator,
    exportStores,
    personal: options.personal,
    metrics,
    storage,
    office,
    mail,
  })
  return {
    services,
    identity,
    passwords,
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
    workerOptions: () => ({
      services: { ...services, database: workerDatabase },
      url: options.urls.worker,
      handlers: [...jobs, ...mailJobs(mail, metrics)],
      recurring: [...recurring, ...mailRecurring],
      concurrency: config.WORKER_CONCURRENCY,
      workerUserId: WORKER_USER_ID,
      capabilities: workerCapabilities(),
    }),
    startSealer: () => startSealer({ ...services, url: options.urls.sealer, workerUserId: WORKER_USER_ID }),
    drain: () => {
      isDraining = true
    },
    close: async () => {
      storage.close()
      for (const stores of Object.values(exportStores)) stores.close()
      limits.close()
      mail.close()
      await authenticator.close()
      await Promise.all([database.close(), workerDatabase.close(), keeper.close()])
    },
  }
}

/** The keeper's connections, opened when something is to be pruned. */
function keeperOf({ urls }: AppOptions, { log }: Services) {
  let database: Database | null = null
  return {
    open: (): Database => {
      if (urls.keeper === undefined) throw new Error('there is no connection of the keeper')
      database ??= new Database({
        url: urls.keeper,
        poolSize: 2,
        prepared: false,
        applicationName: 'zenops-keeper',
        statementTimeoutMs: 60_000,
        transactionTimeoutMs: 300_000,
        onError: (error) => log.warn({ err: error }, 'database_connection'),
      })
      return database
    },
    close: async () => database?.close(),
  }
}

const workerCapabilities = (): ReadonlyMap<Capability, Scope> =>
  new Map(
    defaultGrants().flatMap((grant) =>
      grant.job_template === 'worker' ? [[grant.capability, grant.scope] as const] : [],
    ),
  )
