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
  bytesOfDocument,
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
import { opsOperations } from './modules/ops/index.ts'
import {
  DATA_EXPORT_TABLES,
  LINK_KIND,
  privacyJobs,
  privacyOperations,
  privacyRecurring,
  replayTombstones,
  servePersonLink,
} from './modules/privacy/index.ts'
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
import { retentionJobs, retentionOperations, retentionRecurring } from './modules/retention/index.ts'
import { createAccessTokens, importKeyRing } from './platform/auth/access-tokens.ts'
import type { Authenticator } from './platform/auth/authenticator.ts'
import { createPasswords, type Passwords } from './platform/auth/passwords.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { compileOnly, Database } from './platform/db/database.ts'
import { authScope } from './platform/db/scope.ts'
import { linkBearer } from './platform/exports/link-bearer.ts'
import { closeStores, openForBoth, type StoresOf } from './platform/exports/both.ts'
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
import { type KeyKeeping, keyKeepingOf } from './platform/privacy/key-keeping.ts'
import { createSecretBox } from './platform/privacy/secret-box.ts'
import { createSubjectKeys } from './platform/privacy/subject-keys.ts'
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
  /** Connections as zen_api, zen_worker, zen_sealer and zen_keeper. */
  readonly urls: {
    readonly api: string
    readonly worker: string
    readonly sealer: string
    /** Without it nothing is taken from append-only tables. */
    readonly keeper?: string
  }
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
  /** Destroys again the keys that a restored backup brought back; before traffic. Answers how many. */
  replayTombstones(): Promise<number>
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
  /** Takes rows of append-only tables when their time is over. Opens connections only when it is used. */
  readonly keeperDatabase: Database | null
  readonly mail: MailRoom
}

async function openServices(options: AppOptions): Promise<Opened> {
  const { config } = options
  const log = options.log ?? createLog({ level: config.LOG_LEVEL })
  if (config.CONTROL_RATE_LIMIT_RPM === 0) log.warn({}, 'control_rate_limit_off')
  const clock = options.clock ?? systemClock
  const subjectKeys = createSubjectKeys({ box: createSecretBox(config.ZEN_KEK_KEYS), clock })
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
    personal: options.personal ?? subjectKeys,
    storage: await openStorage(config, () => clock.now()),
    database,
    pacer: createPacer({ database, clock, log }),
    limits: createLimits({ database, clock, log, redisUrl: config.REDIS_URL }),
    subjectKeys,
    mail: createMail({ config, origins: linkOriginsOf(config) }),
    workerDatabase: new Database(worker),
    keeperDatabase:
      options.urls.keeper === undefined
        ? null
        : new Database({ ...worker, url: options.urls.keeper, poolSize: 2, applicationName: 'zenops-keeper' }),
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
  readonly authenticator: Authenticator
  readonly metrics: Services['metrics']
  readonly mail: Mail
  readonly keeper: Database | null
  readonly privacy: KeyKeeping
  /** Where exports lie, as requests and as workers reach it. */
  readonly exportStores: StoresOf
  /** The same for people's own data. */
  readonly personStores: StoresOf
  readonly personal: RevealPort | undefined
}

/** What is kept how long, and what people may ask of it. */
const custodyParts = (
  { config }: IdentityParts,
  { metrics, mail, keeper, storage, privacy, personStores }: Given,
): Omit<Parts, 'constraints'> => ({
  operations: [...retentionOperations, ...privacyOperations({ stores: personStores.api, mail })],
  jobs: [
    ...retentionJobs({ config, metrics, keeper, storage, bytesOf: { 'documents.documents': bytesOfDocument } }),
    ...privacyJobs({ ...privacy, mail, stores: personStores.worker }),
  ],
  recurring: [...retentionRecurring, ...privacyRecurring],
})

/** Every module of the product on one screen. */
function moduleParts(identity: IdentityParts, given: Given): Parts {
  const { authenticator, metrics, mail, exportStores, personStores, personal, ...reports } = given
  const custody = custodyParts(identity, given)
  const exporting = { ttlHours: identity.config.EXPORT_TTL_HOURS, metrics, mail }
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
      ...custody.operations,
      ...exportOperations({
        ...exporting,
        stores: exportStores.api,
        bearerOf: linkBearer(identity.tokens, authenticator),
        // Links to people's own files open at the same door.
        doors: { [LINK_KIND]: servePersonLink({ stores: personStores.api, mail }) },
      }),
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
      ...auditJobs({ config: identity.config, metrics }),
      ...custody.jobs,
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
      ...auditRecurring,
      ...custody.recurring,
      ...exportRecurring,
      ...documentRecurring,
    ],
  }
}

type Databases = Parameters<typeof openForBoth>[1]
/** Where each family of exports lies. */
const storesOf = (config: ReadyConfig, databases: Databases): Pick<Given, 'exportStores' | 'personStores'> => ({
  exportStores: openForBoth(config, databases, { tables: EXPORT_TABLES, prefix: 'exports' }),
  personStores: openForBoth(config, databases, { tables: DATA_EXPORT_TABLES, prefix: 'people' }),
})

const officeOf = ({ LIBREOFFICE_PATH: path }: ReadyConfig): OfficeConverter =>
  createOfficeConverter(path === undefined ? {} : { path })

export async function createApp(options: AppOptions): Promise<App> {
  const { workerDatabase, keeperDatabase, ...opened } = await openServices(options)
  let isDraining = false
  const services: Services = { ...opened, draining: () => isDraining }
  const { config, database, storage, clock, limits, metrics, mail } = opened
  const identity = await identityParts(services, options)
  const { tokens, gate, passwords } = identity
  const authenticator = createAuthenticator({
    tokens,
    database,
    url: options.urls.api,
    config,
    gate,
    log: services.log,
    now: () => clock.now().getTime(),
  })
  const office = options.office ?? officeOf(config)
  const privacy = keyKeepingOf(services)
  const stores = storesOf(config, { api: database, worker: workerDatabase })
  const { operations, constraints, jobs, recurring } = moduleParts(identity, {
    authenticator,
    ...stores,
    personal: services.personal,
    metrics,
    storage,
    office,
    mail,
    keeper: keeperDatabase,
    privacy,
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
    replayTombstones: () => replayTombstones({ ...privacy, database: workerDatabase, workerUserId: WORKER_USER_ID }),
    drain: () => void (isDraining = true),
    close: async () => {
      storage.close()
      closeStores(stores.exportStores, stores.personStores)
      limits.close()
      mail.close()
      await authenticator.close()
      await Promise.all([database.close(), workerDatabase.close(), keeperDatabase?.close()])
    },
  }
}

const workerCapabilities = (): ReadonlyMap<Capability, Scope> =>
  new Map(
    defaultGrants().flatMap((grant) =>
      grant.job_template === 'worker' ? [[grant.capability, grant.scope] as const] : [],
    ),
  )
