import { createHash, randomBytes } from 'node:crypto'
import type { Session, Surface } from '@zenops/contracts/identity'
import { type RawBuilder, sql } from 'kysely'
import { all, type AnyTx, first, type Tx } from '../../platform/db/rows.ts'
import type { Cookie, ReplyExtras, Transport } from '../../platform/operations.ts'
import type { IdentityParts, Principal } from '../access/index.ts'
import { limitsOf, REFRESH_COOKIE_PATH, refreshCookieName } from './rules/session-life.ts'

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What the family list calls the device that signs in. */
export const deviceOf = ({ userAgent }: Transport): string | null => userAgent?.slice(0, 120) ?? null

/** A sign-in; `amr` names what was proven so far. */
export interface SignIn {
  readonly userId: string
  readonly tenantId: string
  readonly aud: Surface
  readonly clientType: string
  readonly deviceName: string | null
  readonly ip: string
  readonly amr: readonly ('pwd' | 'otp' | 'recovery' | 'webauthn' | 'link' | 'guest')[]
}

export const SECOND_FACTORS: readonly string[] = ['otp', 'recovery', 'webauthn']

/**
 * Opens a family and its first refresh token; one sign-in too many ends the least recently seen family. A second
 * factor just proven counts as a step-up, a recovery code does not.
 */
export async function openFamily(tx: Tx, start: SignIn): Promise<{ familyId: string; refreshToken: string }> {
  const { userId, tenantId, aud, ip, amr } = start
  const limits = limitsOf(aud, amr.includes('guest'))
  const stepsUp = amr.includes('otp') || amr.includes('webauthn')
  const refreshToken = newToken()
  const [, opened] = await Promise.all([
    // Two sign-ins at once count one after the other.
    first(tx)`select 1 from identity.users where id = ${userId}::uuid for no key update`,
    first(tx)<{ id: string }>`
      with surplus as (
        select id from identity.auth_families
        where user_id = ${userId}::uuid and aud = ${aud} and revoked_at is null and absolute_expires_at > now()
        order by last_seen_at desc, id desc offset ${limits.families - 1}
      ), ended as (
        update identity.auth_families f set revoked_at = now(), revoked_reason = 'session_limit' from surplus s where f.id = s.id
      ), family as (
        insert into identity.auth_families (user_id, tenant_id, aud, client_type, device_name, created_ip, last_ip, amr, stepped_up_at, absolute_expires_at)
        values (${userId}::uuid, ${tenantId}::uuid, ${aud}, ${start.clientType}, ${start.deviceName}, ${ip}::inet, ${ip}::inet,
          ${[...amr]}::text[], case when ${stepsUp}::boolean then now() end, now() + make_interval(secs => ${limits.absolute}))
        returning id
      ), seen as (
        update identity.memberships set last_used_at = now() where tenant_id = ${tenantId}::uuid and user_id = ${userId}::uuid
      )
      insert into identity.auth_refresh_tokens (family_id, token_sha256, expires_at)
      select id, ${sha256(refreshToken)}::bytea, now() + make_interval(secs => ${limits.sliding}) from family
      returning family_id as id`,
  ])
  if (!opened) throw new Error('the family was not opened')
  return { familyId: opened.id, refreshToken }
}

export interface EndedFamily {
  readonly id: string
  readonly user_id: string
  readonly tenant_id: string
  readonly client_type: string
  readonly device_name: string | null
}

export interface Ending {
  readonly reason: string
  readonly by: string | null
}

/** Ends the live families `f` that `which` names. Answers those that ended. */
export const endFamilies = (tx: AnyTx, which: RawBuilder<unknown>, why: Ending): Promise<EndedFamily[]> =>
  all(tx)<EndedFamily>`
    update identity.auth_families f set revoked_at = now(), revoked_reason = ${why.reason}, revoked_by = ${why.by}::uuid
    where f.revoked_at is null and f.absolute_expires_at > now() and ${which}
    returning id, user_id, tenant_id, client_type, device_name`

/** The families of a person, or all but one. */
export const familiesOf = (userId: string, except: string | null = null): RawBuilder<unknown> =>
  sql`f.user_id = ${userId}::uuid and f.id is distinct from ${except}::uuid`

/** What a sign-in or a refresh answers. */
export interface Entered<B = Session> {
  readonly body: B
  readonly reply: ReplyExtras
  /** Null where a second factor is due first. */
  readonly sessionId: string | null
}

interface Refresh {
  readonly token: string
  /** For clients without cookies. */
  readonly inBody: boolean
}

/** The session's body with a fresh access token; the refresh token lies in the cookie, or in the body beside it. */
export async function sessionAnswer(
  principal: Principal,
  refresh: Refresh,
  { tokens }: IdentityParts,
): Promise<Entered> {
  const { who, aud, amr, user_id: sub, session_id: sid, tenant_id, permission_version } = principal
  const { role, admin_level } = who
  const auth_time = Math.floor(Date.parse(principal.auth_time) / 1000)
  const claims = { sub, aud, tenant_id, sid, role, admin_level, permission_version, amr, auth_time }
  const signed = {
    access_token: await tokens.sign(claims),
    token_type: 'Bearer',
    expires_in: tokens.ttlSeconds,
  } as const
  const body: Session = { result: 'accepted', ...signed, ...who }
  return refresh.inBody
    ? { body: { ...body, refresh_token: refresh.token }, reply: {}, sessionId: sid }
    : { body, reply: { cookies: [refreshCookie(aud, refresh.token, who.user.kind === 'GUEST')] }, sessionId: sid }
}

/** The refresh cookie of a session; an empty value clears it. */
export const refreshCookie = (aud: Surface, value: string, isGuest = false): Cookie => ({
  name: refreshCookieName(aud),
  value,
  path: REFRESH_COOKIE_PATH,
  maxAgeSeconds: value === '' ? 0 : limitsOf(aud, isGuest).sliding,
})
