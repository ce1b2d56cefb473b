import type { JobTemplate, Role } from '@zenops/contracts/capabilities'
import { getUser, type UserDetail } from '@zenops/contracts/identity-people'
import type { Audience } from '@zenops/contracts/kit'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { IdentityParts } from '../../access/index.ts'
import { loginHmac } from '../../identity/index.ts'
import { readMatrix, seenTenants } from '../../rights/index.ts'
import { wholeProfessional } from '../professional.ts'
import { hasFactor, lastSeen, shownState } from './person-columns.ts'

const on = operationsOf<'identity'>()
type Detail = z.input<typeof UserDetail>

interface Row {
  readonly tenant_id: string
  readonly lane: 'internal' | 'external' | 'tenant'
  readonly id: string
  readonly kind: 'PERSON' | 'GUEST' | 'SERVICE'
  readonly email: string | null
  readonly name: string
  readonly phone: string | null
  readonly locale: string
  readonly email_verified: boolean
  readonly status: 'invited' | 'active' | 'disabled' | 'ended' | 'erased'
  readonly role: Role
  readonly admin_level: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly job_templates: JobTemplate[]
  readonly professional: Partial<Detail['professional']>
  readonly totp: boolean
  readonly passkeys: number
  readonly recovery_left: number
  readonly mfa: boolean
  readonly last_seen_at: string | null
  readonly invited_at: string | null
  readonly invitation_expires_at: string | null
  readonly invitation_expired: boolean | null
  readonly sessions: number
  readonly open_requests: { id: string; kind: string; created_at: string }[]
  readonly created_at: string
  readonly version: number
}

const personIn = (tenants: RawBuilder<boolean>, userId: string): RawBuilder<Row> => sql<Row>`
  select m.tenant_id, t.lane, u.id, u.kind, u.email, u.name, u.phone, u.locale, u.email_verified_at is not null as email_verified,
    ${shownState} as status, m.role, m.admin_level, m.professional,
    array(select j.job_template from identity.membership_job_templates j
      where j.tenant_id = m.tenant_id and j.user_id = m.user_id order by 1) as job_templates,
    exists (select 1 from identity.auth_totp x where x.user_id = u.id and x.enabled_at is not null) as totp,
    (select count(*)::int from identity.webauthn_credentials w
      where w.user_id = u.id and w.revoked_at is null and w.suspended_at is null) as passkeys,
    (select count(*)::int from identity.auth_recovery_codes r
      where r.user_id = u.id and r.used_at is null and r.expires_at > now()) as recovery_left,
    ${hasFactor} as mfa, ${lastSeen} as last_seen_at,
    link.created_at as invited_at, link.expires_at as invitation_expires_at, link.expires_at <= now() as invitation_expired,
    (select count(*)::int from identity.auth_families f where f.user_id = u.id and f.tenant_id = m.tenant_id
      and f.revoked_at is null and f.absolute_expires_at > now()) as sessions,
    coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'kind', r.kind,
        'created_at', to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by r.created_at)
      from identity.rbac_requests r where r.tenant_id = m.tenant_id and r.status = 'PENDING' and r.expires_at > now()
        and r.payload ->> 'user_id' = u.id::text), '[]'::jsonb) as open_requests,
    m.created_at, m.version + u.version - 1 as version
  from identity.memberships m join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
  left join lateral (
    select l.created_at, l.expires_at from identity.auth_links l
    where m.status = 'invited' and l.purpose = 'INVITE' and l.user_id = u.id and l.tenant_id = m.tenant_id and l.consumed_at is null
      and coalesce(l.payload ->> 'aud', '') <> 'portal'
    order by l.created_at desc limit 1) link on true
  where ${tenants} and m.user_id = ${userId}::uuid and u.kind = 'PERSON'
  order by t.lane = 'internal' desc, m.last_used_at desc nulls last, m.tenant_id limit 1`

async function lockedUntil(tx: Kysely<DB>, email: string | null, parts: IdentityParts): Promise<string | null> {
  if (email === null) return null
  const { rows } = await sql<{ locked_until: string }>`
    select locked_until from identity.auth_login_counters
    where login_hmac = ${loginHmac(email, parts)}::bytea and locked_until > now()`.execute(tx)
  return rows[0]?.locked_until ?? null
}

/** A person as the firm sees him; NOT_FOUND when no membership here names him. Reads as zen_auth. */
async function readPerson(
  tx: Kysely<DB>,
  whose: { readonly tenants: RawBuilder<boolean>; readonly userId: string; readonly aud: Audience },
  parts: IdentityParts,
): Promise<Detail> {
  const { rows } = await personIn(whose.tenants, whose.userId).execute(tx)
  const row = rows[0]
  if (!row) throw refuse.notFound('The person')
  const [locked_until, matrix] = await Promise.all([lockedUntil(tx, row.email, parts), readMatrix(tx, row.tenant_id)])
  const { totp, passkeys, recovery_left, lane, tenant_id, ...person } = row
  // The control plane is not in reach of other firms, whatever their matrix says.
  const capabilities = [...matrix.grantsOf(row.job_templates)]
    .filter(([capability]) => lane === 'internal' || !capability.startsWith('control.'))
    .map(([capability, scope]) => ({ capability, scope }))
    .sort((a, b) => a.capability.localeCompare(b.capability))
  return {
    ...person,
    professional: wholeProfessional(row.professional) ?? null,
    status: row.status === 'active' && locked_until !== null ? 'locked' : row.status,
    locked_until,
    factors: { totp, passkeys, recovery_left },
    invitation:
      row.invited_at === null || row.invitation_expires_at === null
        ? null
        : {
            sent_at: row.invited_at,
            expires_at: row.invitation_expires_at,
            expired: row.invitation_expired ?? false,
          },
    capabilities,
    ...(whose.aud === 'studio' ? { tenant_id } : {}),
  }
}

/** The person after a change; `tenantId` null = a change that goes beyond one firm. */
export const readUser = (
  tx: Kysely<DB>,
  { tenantId, userId, aud }: { readonly tenantId: string | null; readonly userId: string; readonly aud: Audience },
  parts: IdentityParts,
): Promise<Detail> => {
  const tenants = tenantId === null ? sql<boolean>`true` : sql<boolean>`m.tenant_id = ${tenantId}::uuid`
  return readPerson(tx, { tenants, userId, aud }, parts)
}

export const getUserOperation = (parts: IdentityParts) =>
  on.query(getUser, async ({ services, actor }, { params, query }) => {
    const tenants = seenTenants(sql.ref('m.tenant_id'), { actor, named: query.tenant_id, gate: parts.gate })
    return services.database.readTransaction(authScope(actor.tenantId, actor.userId), (tx) =>
      readPerson(tx, { tenants, userId: params.id, aud: actor.aud }, parts),
    )
  })
