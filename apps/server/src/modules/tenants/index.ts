import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../identity/index.ts'
import { createControlTenantOperation, createTenantOperation } from './commands/create-tenant.ts'
import { deleteTenantOperation, restoreTenantOperation } from './commands/delete-tenant.ts'
import { endFirmSupportSessionOperation, endSupportSessionOperation } from './commands/end-support-session.ts'
import { onboardOperation } from './commands/onboard.ts'
import { openSupportSessionOperation } from './commands/open-support-session.ts'
import { createServiceTokenOperation, revokeServiceTokenOperation } from './commands/service-tokens.ts'
import { updateTenantOperation } from './commands/update-tenant.ts'
import { closeSupportSession } from './jobs/close-support-session.ts'
import { listServiceTokensOperation } from './queries/service-tokens.ts'
import { listFirmSupportSessionsOperation, listSupportSessionsOperation } from './queries/support-sessions.ts'
import { getTenantOperation, listControlTenantsOperation, listTenantsOperation } from './queries/tenants.ts'

/** Firms, the platform's looks into them, and tokens of programs. */
export const tenantOperations = (parts: IdentityParts): Bound[] => [
  listTenantsOperation,
  listControlTenantsOperation,
  createTenantOperation,
  createControlTenantOperation,
  getTenantOperation,
  updateTenantOperation,
  deleteTenantOperation,
  restoreTenantOperation,
  onboardOperation(parts),
  openSupportSessionOperation,
  listSupportSessionsOperation,
  endSupportSessionOperation,
  listFirmSupportSessionsOperation,
  endFirmSupportSessionOperation,
  listServiceTokensOperation,
  createServiceTokenOperation,
  revokeServiceTokenOperation,
]

export const tenantJobs = (mail: Mail): JobHandler[] => [closeSupportSession(mail)]

export {
  addMember,
  bootstrap,
  BootstrapError,
  type BootstrapOptions,
  type FirstInvitation,
  type NewMember,
  seedCatalogue,
  WORKER_USER_ID,
} from './bootstrap.ts'
export { tenantConstraints } from './constraints.ts'
