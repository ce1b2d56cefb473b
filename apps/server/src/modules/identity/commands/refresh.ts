import { refresh } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import { admit, familyLimit, refreshLimit, underLimits } from '../limits.ts'
import { originOf, tellPerson } from '../notices.ts'
import { assertOrigin } from '../origin.ts'
import type { IdentityParts } from '../parts.ts'
import { addressBlock, assertAddressFree, blocked } from '../queries/address-block.ts'
import { type Principal, principalOf } from '../queries/principal.ts'
import { bodyIsTaken } from '../rules/refresh-source.ts'
import { limitsOf, refreshCookieName } from '../rules/surfaces.ts'
import { newToken, refreshCookie, sessionBody, sha256 } from '../session.ts'

const on = operationsOf<'identity'>()

const invalid = (reason: string): Refusal =>
  new Refusal('AUTH_INVALID', 'Please sign in again.', { details: [{ reason }] })
const reused = (): Refusal =>
  new Refusal(
    'AUTH_REFRESH_REUSE_DETECTED',
    'This session was used from two places at once and has been ended. Please sign in again.',
  )

/** The family a token belongs to. */
export interface Held {
  readonly family_id: string
  readonly user_id: string
  readonly tenant_id: string
  readonly aud: string
  readonly client_type: string
  readonly is_guest: boolean
}

/** Who holds a token of a surface; no row where nobody does. */
export const holderOf = (token: string, aud: string): CompiledQuery<Held> =>
  sql<Held>`
    select f.id as family_id, f.user_id, f.tenant_id, f.aud, f.client_type, 'guest' = any (f.amr) as is_guest
    from identity.auth_refresh_tokens r join identity.auth_families f on f.id = r.family_id
    where r.token_sha256 = ${sha256(token)}::bytea and f.aud = ${aud}`.compile(compileOnly)

interface Rotation {
  readonly token: string
  readonly child: string
  readonly held: Held
  readonly ip: string
}

/** Consumes the token by compare-and-set and adds its child; false when it could not be consumed. */
async function rotate(tx: Kysely<DB>, { token, child, held, ip }: Rotation): Promise<boolean> {
  const { sliding } = limitsOf(held.aud as Principal['aud'], held.is_guest) // the column admits the three surfaces only
  const { rows } = await sql`
    with spent as (
      update identity.auth_refresh_tokens r set consumed_at = now(), consumed_ip = ${ip}::inet
      from identity.auth_families f
      where r.token_sha256 = ${sha256(token)}::bytea and r.consumed_at is null and r.expires_at > now()
        and f.id = r.family_id and f.revoked_at is null and f.absolute_expires_at > now()
      returning r.id, r.family_id, f.absolute_expires_at
    ), seen as (
      update identity.auth_families f set last_seen_at = now(), last_ip = ${ip}::inet from spent s where f.id = s.family_id
    )
    insert into identity.auth_refresh_tokens (family_id, token_sha256, parent_id, expires_at)
    select family_id, ${sha256(child)}::bytea, id, least(absolute_expires_at, now() + make_interval(secs => ${sliding}))
    from spent returning family_id`.execute(tx)
  return rows.length > 0
}

interface Outcome {
  readonly value: Refusal | { readonly principal: Principal }
  readonly events: readonly AuditEntry[]
}

/** Why a token could not be consumed. One that was used before ends its family, and that is kept although we refuse. */
async function refusal(tx: Kysely<DB>, context: OpenContext, { token, held }: Rotation): Promise<Outcome> {
  const { rows } = await sql<{ consumed: boolean; expired: boolean }>`
    select consumed_at is not null as consumed, expires_at <= now() as expired from identity.auth_refresh_tokens
    where token_sha256 = ${sha256(token)}::bytea`.execute(tx)
  if (!rows[0]?.consumed)
    return { value: invalid(rows[0]?.expired ? 'refresh_expired' : 'session_revoked'), events: [] }
  const ended = await sql`update identity.auth_families set revoked_at = now(), revoked_reason = 'refresh_reuse'
    where id = ${held.family_id}::uuid and revoked_at is null returning id`.execute(tx)
  // One mail for the end of the session, not for every further try with its dead tokens.
  if (ended.rows.length > 0)
    await tellPerson(tx, originOf(context), { userId: held.user_id, tenantId: held.tenant_id, kind: 'refresh_reuse' })
  const event: AuditEntry = {
    action: 'AUTH_REFRESH_REUSE_DETECTED',
    target_id: held.family_id,
    tenant_id: held.tenant_id,
    outcome: 'denied',
    refs: [held.user_id],
  }
  return { value: reused(), events: [event] }
}

/**
 * What bars a principal although his token is good. A closed gate and a block keep the token unspent, so that the same
 * one works later: they are thrown. A person who is gone ends the family, and that is kept: it is handed back.
 */
async function barredReason(tx: Kysely<DB>, held: Held, principal: Principal | undefined): Promise<Refusal | null> {
  if (principal?.revoked || principal?.expired) throw invalid('session_revoked')
  if (principal?.user_status !== 'active' || principal.membership_status !== 'active') {
    await sql`update identity.auth_families set revoked_at = now(), revoked_reason = 'account'
      where id = ${held.family_id}::uuid and revoked_at is null`.execute(tx)
    return invalid('session_revoked')
  }
  if (principal.tenant_status !== 'active') throw tenantNotEnabled()
  if (principal.blocked_until !== null) throw blocked('account', principal.blocked_until)
  return null
}

type Body = ParsedOf<typeof refresh>['body']
interface Source {
  readonly token: string
  readonly inBody: boolean
}

/** Cookie first; the token of the body only from clients that may carry it there. */
function sourceOf(context: OpenContext, body: Body, parts: IdentityParts) {
  const cookie = context.transport.cookies[refreshCookieName(body.aud)]
  if (cookie) return { token: cookie, inBody: false, assertTaken: () => {} }
  if (body.refresh_token === undefined) return null
  return {
    token: body.refresh_token,
    inBody: true,
    /** By what the client says it is and by what it signed in as. */
    assertTaken: (held: Held | undefined) => {
      const types = [body.client_type, held?.client_type].filter((type) => type !== undefined)
      const taken = (types.length > 0 ? types : ['web']).every((clientType) =>
        bodyIsTaken({ aud: body.aud, clientType }, parts.config),
      )
      if (!taken) throw refuse.invalid('refresh_token', 'refresh_body_fallback_disallowed')
    },
  }
}

const fallbackEntry = (held: Held): AuditEntry => ({
  action: 'AUTH_REFRESH_FALLBACK_USED',
  target_id: held.family_id,
  tenant_id: held.tenant_id,
  after: { aud: held.aud, client_type: held.client_type },
  refs: [held.user_id],
})

/** One transaction: rotation, the principal as he is now, and what bars him. */
async function exchange(
  context: OpenContext,
  source: Source & { held: Held },
  parts: IdentityParts,
): Promise<{ principal: Principal; child: string }> {
  const { held, token, inBody } = source
  const { gate } = parts
  if (held.aud === 'web' && !gate.multiTenant && held.tenant_id !== gate.internalTenantId) throw tenantNotEnabled()
  const rotation = { token, child: newToken(), held, ip: context.transport.ip }
  const opened = await context.record(authScope(), async (tx) => {
    const rotated = await rotate(tx, rotation)
    const { value, events } = rotated ? await taken(tx, held) : await refusal(tx, context, rotation)
    const [first, ...rest] = inBody ? [...events, fallbackEntry(held)] : events
    return { value, audit: first ? ([first, ...rest] as const) : NOTHING_CHANGED }
  })
  // A refusal handed to record() was thrown after its commit.
  if (opened instanceof Refusal) throw opened
  return { principal: opened.principal, child: rotation.child }
}

async function taken(tx: Kysely<DB>, held: Held): Promise<Outcome> {
  const { rows } = await tx.executeQuery(principalOf(held.family_id))
  const principal = rows[0]
  const barred = await barredReason(tx, held, principal)
  return { value: barred ?? { principal: principal as Principal }, events: [] } // who is missing is barred
}

export const refreshOperation = (parts: IdentityParts) =>
  on.open(refresh, (context, { body }) =>
    underLimits(context, refreshLimit(context), async () => {
      const source = sourceOf(context, body, parts)
      const [[held]] = await context.database.read(authScope(), holderOf(source?.token ?? '', body.aud))
      const clientType = held?.client_type ?? body.client_type ?? 'web'
      await assertOrigin(context, { aud: body.aud, clientType, session: held ?? null }, parts)
      if (!source) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
      source.assertTaken(held)
      if (!held) throw invalid('refresh_unknown')
      await admit(context, [familyLimit(context, held.family_id)])
      const [block] = await context.database.read(authScope(), addressBlock(context.transport.ip, held.tenant_id))
      assertAddressFree(block)
      const { events } = context.services.metrics
      const { principal, child } = await exchange(context, { ...source, held }, parts).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'AUTH_REFRESH_REUSE_DETECTED')
          events.inc({ key: 'auth_refresh_reuse_detected' })
        throw error
      })
      events.inc({ key: 'auth_refresh_success' })
      // Leaves no event of its own, so it is added up in memory.
      context.services.tally.add(
        { metric_key: 'auth_refresh_success', tenant_id: principal.tenant_id },
        context.traceId,
      )
      const session = await sessionBody(parts.tokens, principal)
      return source.inBody
        ? { body: { ...session, refresh_token: child }, reply: {} }
        : { body: session, reply: { cookies: [refreshCookie(principal, child)] } }
    }),
  )
