import * as assignments from './assignments.ts'
import * as audit from './audit.ts'
import * as auditChain from './audit-chain.ts'
import * as directory from './directory.ts'
import * as documents from './documents.ts'
import * as identity from './identity.ts'
import * as identityBlocks from './identity-blocks.ts'
import * as identityEntry from './identity-entry.ts'
import * as identityFactors from './identity-factors.ts'
import * as identityPeople from './identity-people.ts'
import * as identityPlatform from './identity-platform.ts'
import * as identityRights from './identity-rights.ts'
import type { Operation } from './kit.ts'
import * as meta from './meta.ts'
import * as opsActions from './ops-actions.ts'
import * as opsAlerts from './ops-alerts.ts'
import * as opsDashboard from './ops-dashboard.ts'
import * as opsQueue from './ops-queue.ts'
import * as opsScheduler from './ops-scheduler.ts'
import * as reportsEvidence from './reports-evidence.ts'
import * as reportsPacks from './reports-packs.ts'
import * as reportsRules from './reports-rules.ts'
import * as reports from './reports.ts'

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value

/** Every operation there is, in the order of the reference page. Whatever a listed file exports is in it. */
export const ALL_OPERATIONS: readonly Operation[] = [
  meta,
  identity,
  identityEntry,
  identityFactors,
  identityPeople,
  identityRights,
  identityPlatform,
  identityBlocks,
  audit,
  opsQueue,
  opsScheduler,
  auditChain,
  opsDashboard,
  opsActions,
  opsAlerts,
  directory,
  assignments,
  documents,
  reports,
  reportsEvidence,
  reportsRules,
  reportsPacks,
].flatMap((file): Operation[] => Object.values(file).filter(isOperation))

/** A command changes something and leaves an audit event, unless its contract says why not. */
export const isCommand = (operation: Operation): boolean => operation.method !== 'GET'
/** Whether the act must leave an audit event. */
export const isAudited = (operation: Operation): boolean =>
  isCommand(operation) ? operation.auditNone === undefined : operation.recordsAccess
