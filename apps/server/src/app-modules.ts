import { sql } from 'kysely'
import { accessJobs, type IdentityParts } from './modules/access/index.ts'
import { accountConstraints, accountJobs, accountOperations, accountRecurring } from './modules/accounts/index.ts'
import { approvalJobs, approvalOperations, approvalRecurring } from './modules/approvals/index.ts'
import { auditJobs, auditOperations, auditRecurring, sealingLoops } from './modules/audit/index.ts'
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
  exportConstraints,
  exportJobs,
  exportLoops,
  exportOperations,
  exportRecurring,
} from './modules/exports/index.ts'
import { factorOperations } from './modules/factors/index.ts'
import { identityOperations } from './modules/identity/index.ts'
import { memberOperations } from './modules/members/index.ts'
import { actionsJobs, actionsOperations } from './modules/actions/index.ts'
import { alertConstraints, alertJobs, alertOperations, alertWebhooks } from './modules/alerts/index.ts'
import { opsJobs, opsOperations, opsRecurring } from './modules/ops/index.ts'
import { queueOperations } from './modules/queues/index.ts'
import { scheduleOperations } from './modules/schedule/index.ts'
import {
  LINK_KIND,
  privacyJobs,
  privacyOperations,
  privacyRecurring,
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
} from './modules/reports/index.ts'
import { rightsOperations } from './modules/rights/index.ts'
import { tenantConstraints, tenantJobs, tenantOperations } from './modules/tenants/index.ts'
import { pruneRules, retentionJobs, retentionOperations, retentionRecurring } from './modules/retention/index.ts'
import type { Authenticator } from './platform/auth/authenticator.ts'
import type { Database } from './platform/db/database.ts'
import { linkBearer } from './platform/exports/link-bearer.ts'
import { type StoresOf } from './platform/exports/both.ts'
import type { ConstraintRefusals } from './platform/http/failures.ts'
import type { JobHandler } from './platform/jobs/port.ts'
import type { Mail } from './platform/mail/port.ts'
import { mailRecurring } from './platform/mail/send-mail.ts'
import { webhookJobs } from './platform/outbox/send-webhooks.ts'
import type { Loop, Recurring } from './platform/jobs/recurring.ts'
import type { Bound } from './platform/operations.ts'
import { type KeyKeeping } from './platform/privacy/key-keeping.ts'
import type { Services } from './platform/services.ts'

type ReportParts = Parameters<typeof reportsJobs>[0]

/** What every module offers, bound to its neighbours. */
export interface Parts {
  readonly operations: readonly Bound[]
  readonly constraints: ConstraintRefusals
  readonly jobs: readonly JobHandler[]
  /** What comes round by itself, by the rules of `platform/scheduler/timetable.ts`. */
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
  { metrics, mail, keeperDatabase, storage, privacy, personStores, switches }: Given,
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
    ...privacyJobs({ ...privacy, mail, switches, storage, stores: personStores.worker }),
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
    ...alertJobs({ ...alerts, mail, metrics, now: identity.now }),
    ...webhookJobs({ outgoing, switches, metrics, sources: [alertWebhooks({ ...alerts, now: identity.now })] }),
    ...auditJobs({ config: identity.config, metrics, keeper, mail, storage, rules: pruneRules }),
    ...exportJobs({
      ...exporting,
      switches,
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
  readonly house: string
}

/** Every module of the product on one screen. */
export function moduleParts(identity: IdentityParts, given: Given): Parts {
  const { authenticator, metrics, mail, alerts, exportStores, personStores, office } = given
  const custody = custodyParts(identity, given)
  const house = identity.config.ZENOPS_INTERNAL_TENANT_ID
  const exporting = { ttlHours: identity.config.EXPORT_TTL_HOURS, metrics, mail, house }
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
    loops: [...sealingLoops(identity.config), ...exportLoops({ ...exporting, stores: exportStores.worker })],
  }
}
