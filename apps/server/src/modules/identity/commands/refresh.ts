import { refresh } from '@zenops/contracts/identity'
import type { Surface } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { audited, type AuditEntry } from '../../../platform/audit/record.ts'
import type { Database } from '../../../platform/db/database.ts'
import { first, look, type Tx } from '../../../platform/db/rows.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import {
  admit,
  assertAddressFree,
  blocked,
  type IdentityParts,
  isGated,
  limitOf,
  type Principal,
  principalOf,
  tellPerson,
  underLimits,
} from '../../access/index.ts'
import { assertOrigin } from '../origin.ts'
import { bodyIsTaken } from '../rules/refresh-source.ts'
import { limitsOf, refreshCookieName } from '../rules/session-life.ts'
import { endFamilies, type Entered, newToken, sessionAnswer, sha256 } from '../session.ts'

const on = operationsOf<'identity'>()

/** The family a token belongs to. */
export interface Held {
  readonly family_id: string
  readonly user_id: string
  readonly tenant_id: string
  readonly aud: Surface
  readonly client_type: string
  readonly is_guest: boolean
}

/** Who holds a token of a surface; undefined where nobody does. */
export const findHeld = (database: Database, token: string, aud: Surface): Promise<Held | undefined> =>
  look(database)<Held>`
    select f.id as family_id, f.user_id, f.tenant_id, f.aud, f.client_type, 'guest' = any (f.amr) as is_guest
    from identity.auth_refresh_tokens r join identity.auth_families f on f.id = r.family_id
    where r.token_sha256 = ${sha256(token)}::bytea and f.aud = ${aud}`

interface Use {
  readonly context: OpenContext
  readonly parts: IdentityParts
  readonly token: string
  readonly inBody: boolean
  readonly held: Held
}

/** Consumes the token by compare-and-set and adds its child; false when it could not be consumed. */
async function rotate(tx: Tx, { token, held, context }: Use, child: string): Promise<boolean> {
  const { ip } = context.transport
  const rotated = await first(tx)`
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
    select family_id, ${sha256(child)}::bytea, id,
      least(absolute_expires_at, now() + make_interval(secs => ${limitsOf(held.aud, held.is_guest).sliding}))
    from spent returning family_id`
  return rotated !== undefined
}

interface Outcome {
  readonly value: Refusal | Entered
  readonly events: readonly AuditEntry[]
}
const endFamily = (tx: Tx, { family_id }: Held, reason: 'refresh_reuse' | 'account') =>
  endFamilies(tx, sql`f.id = ${family_id}::uuid`, { reason, by: null })

/** Why a token could not be consumed. One that was used before ends its family, and that is kept although we refuse. */
async function unspent(tx: Tx, { context, token, held }: Use): Promise<Outcome> {
  const state = await first(tx)<{ consumed: boolean; expired: boolean }>`
    select consumed_at is not null as consumed, expires_at <= now() as expired from identity.auth_refresh_tokens
    where token_sha256 = ${sha256(token)}::bytea`
  if (!state?.consumed)
    return { value: refuse.credential(state?.expired ? 'refresh_expired' : 'session_revoked'), events: [] }
  const { family_id, user_id, tenant_id } = held
  // One mail for the end of the session, not for every further try with its dead tokens.
  if ((await endFamily(tx, held, 'refresh_reuse')).length > 0) {
    await tellPerson(tx, context, { userId: user_id, tenantId: tenant_id, kind: 'refresh_reuse' })
  }
  context.services.metrics.events.inc({ key: 'auth_refresh_reuse_detected' })
  const event = { action: 'AUTH_REFRESH_REUSE_DETECTED', target_id: family_id, tenant_id, refs: [user_id] } as const
  const reused = 'This session was used from two places at once and has been ended. Please sign in again.'
  return { value: new Refusal('AUTH_REFRESH_REUSE_DETECTED', reused), events: [{ ...event, outcome: 'denied' }] }
}

/**
 * Rotation, and the principal as he is now. A closed gate and a block keep the token unspent, so that the same one
 * works later: they are thrown. A person who is gone ends the family, and that is kept: it is handed back.
 */
async function exchange(tx: Tx, use: Use): Promise<Outcome> {
  const { held, context, parts, inBody } = use
  if (isGated(held.aud, held.tenant_id, parts.gate)) throw tenantNotEnabled()
  await assertAddressFree(tx, context.transport.ip, [held.tenant_id])
  const child = newToken()
  if (!(await rotate(tx, use, child))) return unspent(tx, use)
  const principal = await first(tx)<Principal>`${principalOf(held.family_id)}`
  if (!principal?.account_live) {
    await endFamily(tx, held, 'account')
    return { value: refuse.credential('session_revoked'), events: [] }
  }
  if (!principal.tenant_active) throw tenantNotEnabled()
  if (principal.blocked_until !== null) throw blocked('account', principal.blocked_until)
  return { value: await sessionAnswer(principal, { token: child, inBody }, parts), events: [] }
}

function fallbackEntry({ family_id, tenant_id, user_id, aud, client_type }: Held): AuditEntry {
  const entry = { action: 'AUTH_REFRESH_FALLBACK_USED', target_id: family_id, tenant_id, refs: [user_id] } as const
  return { ...entry, after: { aud, client_type } }
}

/** A token of the body only from clients that may carry it there: by what they say they are and what they signed in as. */
function assertBodyTaken(body: ParsedOf<typeof refresh>['body'], held: Held | undefined, parts: IdentityParts): void {
  const types = [body.client_type, held?.client_type].filter((type) => type !== undefined)
  const taken = (types.length > 0 ? types : ['web']).every((clientType) =>
    bodyIsTaken({ aud: body.aud, clientType }, parts.config),
  )
  if (!taken) throw refuse.invalid('refresh_token', 'refresh_body_fallback_disallowed')
}

/** The cookie first, else the body's token. */
export const refreshOperation = (parts: IdentityParts) =>
  on.open(refresh, (context, { body }) =>
    underLimits(context, 'refresh', async () => {
      const cookie = context.transport.cookies[refreshCookieName(body.aud)] || undefined
      const token = cookie ?? body.refresh_token
      const inBody = cookie === undefined
      const held = await findHeld(context.database, token ?? '', body.aud)
      const clientType = held?.client_type ?? body.client_type ?? 'web'
      await assertOrigin(context, { aud: body.aud, clientType, session: held }, parts)
      if (token === undefined) throw refuse.anonymous()
      if (inBody) assertBodyTaken(body, held, parts)
      if (!held) throw refuse.credential('refresh_unknown')
      await admit(context, [limitOf(context, 'family', held.family_id)])
      const answer = await context.record(authScope(), async (tx) => {
        const { value, events } = await exchange(tx, { context, parts, token, inBody, held })
        return { value, audit: audited(inBody ? [...events, fallbackEntry(held)] : events) }
      })
      const { metrics, tally } = context.services
      metrics.events.inc({ key: 'auth_refresh_success' })
      // Leaves no event of its own, so it is added up in memory.
      tally.add({ metric_key: 'auth_refresh_success', tenant_id: held.tenant_id }, context.traceId)
      return answer
    }),
  )
