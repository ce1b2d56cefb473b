import type { Capability } from '@zenops/contracts/capabilities'
import { requestMatrixChange } from '@zenops/contracts/identity-rights'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { cellSubject } from '../queries/matrix.ts'
import { assertMayRequest, createRequest } from '../requests.ts'
import { effectOf, readMatrix } from '../rights.ts'
import { mayOverride } from '../rules/matrix.ts'

const on = operationsOf<'identity'>()

/** Asks for another scope in one cell of the firm's matrix. */
export const requestMatrixChangeOperation = (parts: IdentityParts) =>
  on.command(requestMatrixChange, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { params, body }) => {
      assertMayRequest(actor)
      const { job_template, scope, reason } = body
      const capability = params.capability as Capability // the contract takes capabilities of the catalogue alone
      if (!mayOverride({ capability, template: job_template }, scope)) {
        throw refuse.invalid('scope', 'not_overridable', 'This cell cannot be set like that.')
      }
      const { tenantId } = actor
      const [matrix, { rows }] = await Promise.all([
        readMatrix(tx, tenantId),
        sql<{ people: number }>`
          select count(*)::int as people from identity.membership_job_templates t
          join identity.memberships m using (tenant_id, user_id)
          where t.tenant_id = ${tenantId}::uuid and t.job_template = ${job_template} and m.status = 'active' and m.deleted_at is null`.execute(
          tx,
        ),
      ])
      const cell = matrix.cell(job_template, capability)
      if (effectOf(cell) === scope) throw refuse.invalid('scope', 'unchanged', 'The cell says so already.')
      const { pending, audit } = await createRequest(
        tx,
        {
          kind: 'rbac_matrix',
          tenantId,
          subject: cellSubject(job_template, capability),
          payload: { capability, job_template, scope },
          before: { scope: effectOf(cell), override: cell.override },
          after: { scope },
          reason,
          peopleAffected: rows[0]?.people ?? 0,
        },
        { parts, services, actor, traceId },
      )
      return { body: pending, audit }
    },
  })
