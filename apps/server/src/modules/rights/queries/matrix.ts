import { CAPABILITIES, JOB_TEMPLATES, type JobTemplate } from '@zenops/contracts/capabilities'
import { SURFACES } from '@zenops/contracts/identity'
import { getMatrix } from '@zenops/contracts/identity-rights'
import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { cellsOf, effectOf, matrixOf } from '../rights.ts'
import { isOverridable, widestOf } from '../rules/matrix.ts'
import { tenantOfChange } from '../seen-tenants.ts'

const on = operationsOf<'identity'>()

const peopleOf = (tenantId: string): CompiledQuery<{ job_template: JobTemplate; people: number }> =>
  sql<{ job_template: JobTemplate; people: number }>`
    select t.job_template, count(*)::int as people from identity.membership_job_templates t
    join identity.memberships m using (tenant_id, user_id)
    where t.tenant_id = ${tenantId}::uuid and m.status = 'active' and m.deleted_at is null group by t.job_template`.compile(
    compileOnly,
  )
const firmOf = (tenantId: string): CompiledQuery<{ rbac_approvals: number }> =>
  sql<{
    rbac_approvals: number
  }>`select rbac_approvals from identity.tenants where id = ${tenantId}::uuid and deleted_at is null`.compile(
    compileOnly,
  )
const waitingOf = (tenantId: string): CompiledQuery<{ id: string; subject: string }> =>
  sql<{ id: string; subject: string }>`
    select id, subject from identity.rbac_requests
    where tenant_id = ${tenantId}::uuid and kind = 'rbac_matrix' and status = 'PENDING' and expires_at > now()`.compile(
    compileOnly,
  )

/** One request may wait about a cell; this names it. */
export const cellSubject = (template: JobTemplate, capability: string): string => `${template} ${capability}`

/** Every cell with its default, what the firm has put in its place, and how far it may go. */
export const getMatrixOperation = on.query(getMatrix, async ({ services, actor }, { query }) => {
  const tenantId = tenantOfChange(actor, query.tenant_id ?? (actor.aud === 'studio' ? actor.tenantId : undefined))
  const [cells, people, firms, waiting] = await services.database.read(
    authScope(actor.tenantId, actor.userId),
    cellsOf(tenantId),
    peopleOf(tenantId),
    firmOf(tenantId),
    waitingOf(tenantId),
  )
  const firm = firms[0]
  if (!firm) throw refuse.notFound('The firm', 'tenant_id')
  const matrix = matrixOf(cells)
  const counts = new Map(people.map((row) => [row.job_template, row.people]))
  const requests = new Map(waiting.map((row) => [row.subject, row.id]))
  // Cast: Object.keys is typed string[]; the keys are exactly the templates.
  const keys = (Object.keys(JOB_TEMPLATES) as JobTemplate[]).filter((key) => JOB_TEMPLATES[key].role !== 'SYSTEM')
  return {
    approvals_needed: firm.rbac_approvals,
    job_templates: keys.map((key) => ({
      key,
      role: JOB_TEMPLATES[key].role,
      aud: SURFACES.filter((surface) => (JOB_TEMPLATES[key].aud as readonly string[]).includes(surface)), // a list of names
      people: counts.get(key) ?? 0,
    })),
    cells: CAPABILITIES.flatMap((capability) =>
      keys.map((template) => {
        const cell = matrix.cell(template, capability)
        const overridable = isOverridable({ capability, template })
        return {
          capability,
          area: capability.split('.', 1)[0] ?? '',
          job_template: template,
          default: cell.default ?? ('none' as const),
          override: cell.override,
          effective: effectOf(cell),
          overridable,
          widest: overridable ? widestOf({ capability, template }) : (cell.default ?? ('none' as const)),
          pending_request_id: requests.get(cellSubject(template, capability)) ?? null,
        }
      }),
    ),
  }
})
