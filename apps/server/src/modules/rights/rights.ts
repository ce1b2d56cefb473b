import { type Capability, JOB_TEMPLATES, type JobTemplate, type Scope } from '@zenops/contracts/capabilities'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import { compileOnly } from '../../platform/db/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { CellScope } from './rules/matrix.ts'
import { beyond, type Grants, unionOf } from './rules/reach.ts'

export interface CellRow {
  readonly job_template: JobTemplate
  readonly capability: Capability
  readonly default: Scope | null
  readonly override: CellScope | null
}

/** Every cell of a firm's matrix that says anything: the default, what the firm has put in its place, or both. */
export const cellsOf = (tenantId: string): CompiledQuery<CellRow> =>
  sql<CellRow>`
    select job_template, capability, d.scope as "default", o.scope as "override"
    from identity.job_template_capabilities d
    full join (select job_template, capability, scope from identity.rbac_overrides where tenant_id = ${tenantId}::uuid) o
      using (job_template, capability)`.compile(compileOnly)

export const effectOf = (cell: Pick<CellRow, 'default' | 'override'>): CellScope =>
  cell.override ?? cell.default ?? 'none'

/** A firm's matrix in force. */
export interface Matrix {
  cell(job_template: JobTemplate, capability: Capability): Pick<CellRow, 'default' | 'override'>
  grantsOf(templates: readonly JobTemplate[]): Grants
}

export function matrixOf(rows: readonly CellRow[]): Matrix {
  const cells = new Map(rows.map((row) => [`${row.job_template} ${row.capability}`, row]))
  const grants = new Map<JobTemplate, Map<Capability, Scope>>()
  for (const row of rows) {
    const scope = effectOf(row)
    if (scope === 'none') continue
    const held = grants.get(row.job_template) ?? new Map<Capability, Scope>()
    grants.set(row.job_template, held.set(row.capability, scope))
  }
  return {
    cell: (template, capability) => cells.get(`${template} ${capability}`) ?? { default: null, override: null },
    grantsOf: (templates) => unionOf(templates.map((template) => grants.get(template) ?? new Map())),
  }
}

export async function readMatrix(tx: Kysely<DB>, tenantId: string): Promise<Matrix> {
  const { rows } = await tx.executeQuery(cellsOf(tenantId))
  return matrixOf(rows)
}

/** Templates of somebody's active membership, on every surface: reach does not depend on where he signed in. */
async function templatesHeldBy(tx: Kysely<DB>, actor: Actor): Promise<JobTemplate[]> {
  const { rows } = await sql<{ job_template: JobTemplate }>`
    select t.job_template from identity.membership_job_templates t
    join identity.memberships m using (tenant_id, user_id)
    where t.tenant_id = ${actor.tenantId}::uuid and t.user_id = ${actor.userId}::uuid and m.status = 'active' and m.deleted_at is null`.execute(
    tx,
  )
  return rows.map((row) => row.job_template)
}

/** FORBIDDEN `grant_exceeds_own` when these templates, in that firm, go beyond what the caller holds himself. */
export async function assertReach(
  tx: Kysely<DB>,
  actor: Actor,
  asked: { readonly tenantId: string; readonly templates: readonly JobTemplate[] },
): Promise<void> {
  const [held, own] = await Promise.all([templatesHeldBy(tx, actor), readMatrix(tx, actor.tenantId)])
  const there = asked.tenantId === actor.tenantId ? own : await readMatrix(tx, asked.tenantId)
  const staff = asked.templates.filter((template) => JOB_TEMPLATES[template].role !== 'CUSTOMER')
  const excess = beyond(own.grantsOf(held), there.grantsOf(staff))
  if (excess === null) return
  throw new Refusal('FORBIDDEN', 'This goes beyond your own rights.', {
    details: [{ reason: 'grant_exceeds_own', ...excess }],
  })
}
