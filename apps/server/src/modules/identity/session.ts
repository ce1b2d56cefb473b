import { createHash, randomBytes } from 'node:crypto'
import type { Session, Surface } from '@zenops/contracts/identity'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AccessTokens } from '../../platform/auth/access-tokens.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Cookie, Transport } from '../../platform/operations.ts'
import { type Principal, principalOf, whoOf } from './queries/principal.ts'
import { limitsOf, REFRESH_COOKIE_PATH, refreshCookieName } from './rules/surfaces.ts'

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What the family list calls the device that signs in. */
export const deviceOf = ({ userAgent }: Transport): string | null => userAgent?.slice(0, 120) ?? null

export interface FamilyStart {
  readonly userId: string
  readonly tenantId: string
  readonly aud: Surface
  readonly clientType: string
  readonly deviceName: string | null
  readonly ip: string
  readonly amr: readonly string[]
}

/** Opens a family and its first refresh token; one sign-in too many ends the least recently seen family. */
export async function openFamily(
  tx: Kysely<DB>,
  start: FamilyStart,
): Promise<{ familyId: string; refreshToken: string }> {
  const limits = limitsOf(start.aud, start.amr.includes('guest'))
  const stepsUp = start.amr.some((factor) => factor === 'otp' || factor === 'webauthn')
  const refreshToken = newToken()
  const [, { rows }] = await Promise.all([
    // Two sign-ins at once count one after the other.
    sql`select 1 from identity.users where id = ${start.userId}::uuid for no key update`.execute(tx),
    sql<{ id: string }>`
    with surplus as (
      select id from identity.auth_families
      where user_id = ${start.userId}::uuid and aud = ${start.aud} and revoked_at is null and absolute_expires_at > now()
      order by last_seen_at desc, id desc offset ${limits.families - 1}
    ), ended as (
      update identity.auth_families f set revoked_at = now(), revoked_reason = 'session_limit' from surplus s where f.id = s.id
    ), family as (
      insert into identity.auth_families (user_id, tenant_id, aud, client_type, device_name, created_ip, last_ip, amr, stepped_up_at, absolute_expires_at)
      values (${start.userId}::uuid, ${start.tenantId}::uuid, ${start.aud}, ${start.clientType}, ${start.deviceName},
        ${start.ip}::inet, ${start.ip}::inet, ${[...start.amr]}::text[], case when ${stepsUp}::boolean then now() end, now() + make_interval(secs => ${limits.absolute}))
      returning id
    ), seen as (
      update identity.memberships set last_used_at = now() where tenant_id = ${start.tenantId}::uuid and user_id = ${start.userId}::uuid
    )
    insert into identity.auth_refresh_tokens (family_id, token_sha256, expires_at)
    select id, ${sha256(refreshToken)}::bytea, now() + make_interval(secs => ${limits.sliding}) from family
    returning family_id as id`.execute(tx),
  ])
  const familyId = rows[0]?.id
  if (familyId === undefined) throw new Error('the family was not opened')
  return { familyId, refreshToken }
}

/** Ends all live families of a person, or all but one. Answers those that ended. */
export async function endFamilies(
  tx: Kysely<DB>,
  whose: {
    readonly userId: string
    readonly reason: string
    readonly by: string | null
    readonly except?: string | null
  },
): Promise<{ id: string; tenant_id: string }[]> {
  const { rows } = await sql<{ id: string; tenant_id: string }>`
    update identity.auth_families set revoked_at = now(), revoked_reason = ${whose.reason}, revoked_by = ${whose.by}::uuid
    where user_id = ${whose.userId}::uuid and revoked_at is null and absolute_expires_at > now()
      and id is distinct from ${whose.except ?? null}::uuid
    returning id, tenant_id`.execute(tx)
  return rows
}

export async function readPrincipal(tx: Kysely<DB>, familyId: string): Promise<Principal> {
  const { rows } = await tx.executeQuery(principalOf(familyId))
  const principal = rows[0]
  if (!principal)
    throw new Refusal('AUTH_INVALID', 'Please sign in again.', { details: [{ reason: 'session_revoked' }] })
  return principal
}

/** The session body with a fresh access token. */
export async function sessionBody(tokens: AccessTokens, principal: Principal): Promise<Session> {
  const access_token = await tokens.sign({
    sub: principal.user_id,
    aud: principal.aud,
    tenant_id: principal.tenant_id,
    sid: principal.session_id,
    role: principal.role,
    admin_level: principal.admin_level,
    permission_version: principal.permission_version,
    amr: principal.amr,
    auth_time: Math.floor(Date.parse(principal.auth_time) / 1000),
  })
  return {
    result: 'accepted',
    access_token,
    token_type: 'Bearer',
    expires_in: tokens.ttlSeconds,
    ...whoOf(principal),
  }
}

/** The refresh cookie of a session; an empty value clears it. */
export const refreshCookie = (whose: { aud: Surface; user_kind?: Principal['user_kind'] }, value: string): Cookie => ({
  name: refreshCookieName(whose.aud),
  value,
  path: REFRESH_COOKIE_PATH,
  maxAgeSeconds: value === '' ? 0 : limitsOf(whose.aud, whose.user_kind === 'GUEST').sliding,
})
