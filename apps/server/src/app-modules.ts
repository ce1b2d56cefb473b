import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { type Capability, defaultGrants, type Scope } from '@zenops/contracts/capabilities'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { ReadyConfig } from './config.ts'
import { accessJobs, createPrincipals, type DemoPerson, type IdentityParts } from './modules/access/index.ts'
import { accountConstraints, accountJobs, accountOperations, accountRecurring } from './modules/accounts/index.ts'
import { approvalJobs, approvalOperations, approvalRecurring } from './modules/approvals/index.ts'
import { auditJobs, auditOperations, auditRecurring, sealingLoops, startSealer } from './modules/audit/index.ts'
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
import { createAuthenticator, identityOperations } from './modules/identity/index.ts'
import { memberOperations } from './modules/members/index.ts'
import { actionsJobs, actionsOperations, switchLoop } from './modules/actions/index.ts'
import { alertConstraints, alertJobs, alertOperations, alertLoop, channelSecrets } from './modules/alerts/index.ts'
import { opsJobs, opsOperations, opsRecurring } from './modules/ops/index.ts'
import { queueOperations } from './modules/queues/index.ts'
import { scheduleOperations } from './modules/schedule/index.ts'
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
  rulesetRollback,
  seedReports,
} from './modules/reports/index.ts'
import { rightsOperations } from './modules/rights/index.ts'
import {
  createPrograms,
  seedCatalogue,
  tenantConstraints,
  tenantJobs,
  tenantOperations,
  WORKER_USER_ID,
} from './modules/tenants/index.ts'
import { systemActor } from './platform/auth/actor.ts'
import { retentionJobs, retentionOperations, retentionRecurring } from './modules/retention/index.ts'
import { createAccessTokens, importKeyRing } from './platform/auth/access-tokens.ts'
import type { Authenticator } from './platform/auth/authenticator.ts'
import { createPasswords, type Passwords } from './platform/auth/passwords.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { Database } from './platform/db/database.ts'
import { type NoticeBoard, openNoticeBoard } from './platform/db/notices.ts'
import { keeperConnections } from './platform/db/keeper.ts'
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
import type { Loop, Recurring } from './platform/jobs/recurring.ts'
import type { WorkerOptions } from './platform/jobs/worker.ts'
import { loopReports } from './platform/scheduler/loops.ts'
import { lockRoom } from './platform/scheduler/turns.ts'
import { createOfficeConverter, type OfficeConverter } from './platform/office/libreoffice.ts'
import type { Bound } from './platform/operations.ts'
import { createOpsTally } from './platform/ops-tally.ts'
import { createOutgoing } from './platform/outgoing/client.ts'
import { startPulse } from './platform/pulse.ts'
import { type KeyKeeping, keyKeepingOf } from './platform/privacy/key-keeping.ts'
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

type ReportParts = Parameters<typeof reportsJobs>[0]

/** What every module offers, bound to its neighbours. */
export interface Parts {
  readonly operations: readonly Bound[]
  readonly constraints: ConstraintRefusals
  readonly jobs: readonly JobHandler[]
  /** All recurring work of the product is declared through these two lists. */
  readonly recurring: readonly Recurring[]
  readonly loops: readonly Loop[]
}

/** What can be rolled back, told by those who own it. */
const rollbackTargets = [rulesetRollback]

/** What the modules are given. */
export interface Given extends ReportParts {
  readonly outgoing: Services['outgoing']
  readonly switches: Services['switches']
  /** Connection as zen_keeper. */
  readonly keeper: () => Database
  readonly alerts: Parameters<typeof alertOperations>[0]
  readonly authenticator: Authenticator
  readonly metrics: Services['metrics']
  readonly mail: Mail
  readonly keeperDatabase: Database | null
  readonly privacy: KeyKeeping
  /** Where exports lie, as requests and as workers reach it. */
  readonly exportStores: StoresOf
  /** The same for people's own data. */
  readonly personStores: StoresOf
}

/** What is kept how long, and what people may ask of it. */
const custodyParts = (
  { config }: IdentityParts,
  { metrics, mail, keeperDatabase, storage, privacy, personStores }: Given,
): Omit<Parts, 'constraints' | 'loops'> => ({
  operations: [...retentionOperations, ...privacyOperations({ stores: personStores.api, mail })],
  jobs: [
    ...retentionJobs({
      config,
      metrics,
      keeper: keeperDatabase,
      storage,
      bytesOf: { 'documents.documents': bytesOfDocument },
    }),
    ...privacyJobs({ ...privacy, mail, stores: personStores.worker }),
  ],
  recurring: [...retentionRecurring, ...privacyRecurring],
})

/** Work of the background, module by module. */
function jobsOf(identity: IdentityParts, given: Given, exporting: Exporting): JobHandler[] {
  const { metrics, mail, outgoing, switches, keeper, alerts, storage } = given
  return [
    ...accessJobs(mail),
    ...accountJobs([]),
    ...approvalJobs(mail),
    ...tenantJobs(mail),
    ...opsJobs(keeper),
    ...actionsJobs(rollbackTargets),
    ...alertJobs({ ...alerts, outgoing, mail, switches, metrics, now: identity.now }),
    ...auditJobs({ config: identity.config, metrics, keeper, mail, storage }),
    ...exportJobs({
      ...exporting,
      stores: given.exportStores.worker,
      host: identity.config.AUDIT_ORIGIN,
      reveal: given.privacy.keys,
    }),
    ...documentJobs(storage),
    ...reportsJobs(given),
  ]
}

interface Exporting extends Pick<Given, 'metrics' | 'mail'> {
  readonly ttlHours: number
}

/** Every module of the product on one screen. */
export function moduleParts(identity: IdentityParts, given: Given): Parts {
  const { authenticator, metrics, mail, alerts, exportStores, personStores, office } = given
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
      ...identityOperations(identity),
      ...factorOperations(identity),
      ...accountOperations(identity),
      ...memberOperations(identity),
      ...rightsOperations(identity),
      ...approvalOperations(identity),
      ...tenantOperations(identity),
      ...blockOperations,
      ...opsOperations,
      ...actionsOperations(rollbackTargets),
      ...alertOperations(alerts),
      ...queueOperations,
      ...scheduleOperations,
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
      ...reportsOperations({ gate: noCharge, office }),
    ],
    constraints: {
      ...accountConstraints,
      ...alertConstraints,
      ...tenantConstraints,
      ...exportConstraints,
      ...directoryConstraints,
      ...assignmentConstraints,
      ...documentConstraints,
      ...reportConstraints,
    },
    jobs: [...jobsOf(identity, given, exporting), ...custody.jobs],
    recurring: [
      ...accountRecurring,
      ...approvalRecurring,
      ...opsRecurring,
      ...auditRecurring,
      ...custody.recurring,
      ...exportRecurring,
      ...documentRecurring,
      ...mailRecurring,
    ],
    loops: [...sealingLoops(identity.config)],
  }
}
