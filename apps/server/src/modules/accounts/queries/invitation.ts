import type { JobTemplate } from '@zenops/contracts/capabilities'
import type { Surface } from '@zenops/contracts/identity'
import { inspectInvitation } from '@zenops/contracts/identity-entry'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import {
  findLink,
  type IdentityParts,
  linkInvalid,
  linkLimit,
  tenantOfSignIn,
  underLimits,
} from '../../identity/index.ts'
import { maskEmail } from '../rules/mask-email.ts'

const on = operationsOf<'identity'>()

/** What a live invitation stands for. */
export interface Invitation {
  readonly user_id: string
  /** Where the membership is: the firm, or the portal's lane. */
  readonly tenant_id: string
  /** The firm that invites. */
  readonly firm_id: string
  readonly firm: string
  readonly email: string
  readonly user_status: string
  readonly password_phc: string | null
  readonly aud: Surface
  readonly job_templates: JobTemplate[]
  readonly expires_at: string
}

/**
 * A link names the firm that invites; the membership is there, or in the portal's lane when the person is invited as a
 * portal user (`payload.aud`) or is a member of the lane alone. AUTH_TOKEN_INVALID when it was withdrawn or accepted.
 */
export async function readInvitation(context: OpenContext, token: string, parts: IdentityParts): Promise<Invitation> {
  const link = await context.database.readTransaction(authScope(), (tx) => findLink(tx, token, 'INVITE'))
  const lane = parts.gate.externalTenantId
  const portal = link.payload['aud'] === 'portal'
  const query = sql<Omit<Invitation, 'expires_at'> & { firm_status: string; tenant_status: string }>`
    select u.id as user_id, m.tenant_id, f.id as firm_id, f.name as firm, u.email, u.status as user_status, a.password_phc,
      f.status as firm_status, t.status as tenant_status, held.aud, held.job_templates
    from identity.users u
    join identity.tenants f on f.id = ${link.tenant_id}::uuid and f.deleted_at is null
    join identity.memberships m on m.user_id = u.id and m.status = 'invited' and m.deleted_at is null
      and m.tenant_id in (case when ${portal}::boolean then null else f.id end, ${lane}::uuid)
    join identity.tenants t on t.id = m.tenant_id
    cross join lateral (
      select array_agg(mt.job_template order by mt.job_template) as job_templates,
        case when t.lane = 'external' then 'portal' when bool_or('web' = any (j.aud)) then 'web' else 'studio' end as aud
      from identity.membership_job_templates mt join identity.job_templates j on j.key = mt.job_template
      where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id
    ) held
    left join identity.auth_credentials a on a.user_id = u.id
    where u.id = ${link.user_id}::uuid and u.kind = 'PERSON' and u.deleted_at is null and held.job_templates is not null
    order by m.tenant_id = f.id desc limit 1`
  const [[found]] = await context.database.read(authScope(), query.compile(compileOnly))
  if (!found) throw linkInvalid()
  const admitted = tenantOfSignIn(found.aud, found.aud === 'portal' ? undefined : found.tenant_id, parts.gate)
  if (admitted === null || found.firm_status !== 'active' || found.tenant_status !== 'active') throw tenantNotEnabled()
  return { ...found, expires_at: link.expires_at }
}

export const inspectInvitationOperation = (parts: IdentityParts) =>
  on.open(inspectInvitation, (context, { body }) =>
    underLimits(context, linkLimit(context, 'inspect'), async () => {
      const invitation = await readInvitation(context, body.token, parts)
      return {
        body: {
          tenant_name: invitation.firm,
          email_masked: maskEmail(invitation.email),
          aud: invitation.aud,
          job_templates: invitation.job_templates,
          new_user: invitation.password_phc === null,
          expires_at: invitation.expires_at,
        },
      }
    }),
  )
