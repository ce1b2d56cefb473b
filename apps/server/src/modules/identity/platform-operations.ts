import type { Bound } from '../../platform/operations.ts'
import { applyBlockOperation, changeBlockOperation, liftBlockOperation, putBlockOperation } from './commands/blocks.ts'
import { createControlTenantOperation, createTenantOperation } from './commands/create-tenant.ts'
import { deleteTenantOperation, restoreTenantOperation } from './commands/delete-tenant.ts'
import { endFirmSupportSessionOperation, endSupportSessionOperation } from './commands/end-support-session.ts'
import { onboardOperation } from './commands/onboard.ts'
import { openSupportSessionOperation } from './commands/open-support-session.ts'
import { createServiceTokenOperation, revokeServiceTokenOperation } from './commands/service-tokens.ts'
import { updateTenantOperation } from './commands/update-tenant.ts'
import type { IdentityParts } from './parts.ts'
import { listBlocksOperation } from './queries/blocks.ts'
import { listServiceTokensOperation } from './queries/service-tokens.ts'
import { listFirmSupportSessionsOperation, listSupportSessionsOperation } from './queries/support-sessions.ts'
import { getTenantOperation, listControlTenantsOperation, listTenantsOperation } from './queries/tenants.ts'

/** Firms, the platform's looks into them, programs and blocks. */
export const platformOperations = (parts: IdentityParts): Bound[] => [
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
  listBlocksOperation,
  applyBlockOperation,
  changeBlockOperation,
  liftBlockOperation,
  putBlockOperation,
]
