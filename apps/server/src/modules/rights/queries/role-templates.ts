import { JOB_TEMPLATES, type JobTemplate } from '@zenops/contracts/capabilities'
import { SURFACES } from '@zenops/contracts/identity'
import { listRoleTemplates } from '@zenops/contracts/identity-people'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { tenantOfChange } from '../seen-tenants.ts'
import { cellsOf, matrixOf } from '../rights.ts'
import { adminLevelOf, needsApproval } from '../rules/reach.ts'

const on = operationsOf<'identity'>()

/** The HR label that belongs to a template where the names differ. */
const EMPLOYEE_ROLES: Partial<Readonly<Record<JobTemplate, string>>> = {
  super_admin: 'admin',
  ops_manager: 'manager',
  accounts: 'finance',
}

export const listRoleTemplatesOperation = on.query(listRoleTemplates, async ({ services, actor }, { query }) => {
  const tenantId = tenantOfChange(actor, query.tenant_id ?? (actor.aud === 'studio' ? actor.tenantId : undefined))
  const [rows] = await services.database.read(authScope(actor.tenantId, actor.userId), cellsOf(tenantId))
  const matrix = matrixOf(rows)
  // Cast: Object.keys is typed string[]; the keys are exactly the templates.
  const keys = (Object.keys(JOB_TEMPLATES) as JobTemplate[]).filter((key) => JOB_TEMPLATES[key].role !== 'SYSTEM')
  return {
    items: keys.map((key) => {
      const { role, aud } = JOB_TEMPLATES[key]
      return {
        key,
        role,
        admin_level: adminLevelOf(role, [key]),
        aud: SURFACES.filter((surface) => (aud as readonly string[]).includes(surface)), // a list of names
        employee_role: role === 'CUSTOMER' || role === 'OPS' ? null : (EMPLOYEE_ROLES[key] ?? key),
        needs_approval: needsApproval(role),
        capabilities: [...matrix.grantsOf([key])].map(([capability, scope]) => ({ capability, scope })),
      }
    }),
    next_cursor: null,
  }
})
