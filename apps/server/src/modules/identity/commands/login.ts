import { login } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type CompiledQuery, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import { aimOf } from '../aim.ts'
import { enter, type Entered, entryReply } from '../entry.ts'
import { signInLimit, underLimits } from '../limits.ts'
import { liftLock, locked, loginHmac, wrongPassword } from '../lockout.ts'
import type { IdentityParts } from '../parts.ts'
import { addressBlock, assertAddressFree, blocked } from '../queries/address-block.ts'
import { deviceOf } from '../session.ts'

const on = operationsOf<'identity'>()

type Body = ParsedOf<typeof login>['body']

interface Candidate {
  readonly locked_seconds: number | null
  readonly user_id: string | null
  readonly password_phc: string | null
  readonly user_status: string | null
  readonly membership_status: string | null
  readonly aud_allowed: boolean | null
  readonly tenant_status: string | null
  readonly blocked_until: string | null
}

/** Lock, credential and membership of a sign-in name in one read; the same shape for known and unknown names. */
const candidateOf = (key: { hmac: Buffer; email: string; tenantId: string; aud: string }): CompiledQuery<Candidate> =>
  sql<Candidate>`
    select ceil(extract(epoch from c.locked_until - now()))::int as locked_seconds, u.id as user_id, a.password_phc,
      u.status as user_status, m.status as membership_status, t.status as tenant_status,
      (select max(b.expires_at) from identity.auth_blocks b where b.user_id = u.id and b.lifted_at is null
        and b.expires_at > now() and (b.tenant_id is null or b.tenant_id = t.id)) as blocked_until,
      exists (
        select 1 from identity.membership_job_templates mt
        join identity.job_templates j on j.key = mt.job_template and ${key.aud} = any (j.aud)
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id
      ) as aud_allowed
    from (select 1) as one
    left join identity.auth_login_counters c on c.login_hmac = ${key.hmac}::bytea and c.locked_until > now()
    left join identity.tenants t on t.id = ${key.tenantId}::uuid and t.deleted_at is null
    left join identity.users u on u.email = ${key.email}::citext and u.kind = 'PERSON' and u.deleted_at is null
    left join identity.memberships m on m.user_id = u.id and m.tenant_id = t.id and m.deleted_at is null and m.status <> 'invited'
    left join identity.auth_credentials a on a.user_id = u.id and m.user_id is not null`.compile(compileOnly)

/** After a right password: what may still stand in the way. */
function barrierOf(candidate: Candidate, aud: string): Refusal | null {
  if (candidate.blocked_until !== null) return blocked('account', candidate.blocked_until)
  if (candidate.user_status !== 'active' || candidate.membership_status !== 'active') {
    return new Refusal('AUTH_ACCOUNT_DISABLED', 'This account is switched off.')
  }
  return candidate.aud_allowed ? null : refuse.forbidden('audience_not_allowed', { audience: aud })
}

interface Proven {
  readonly userId: string
  readonly tenantId: string
  readonly hmac: Buffer
  readonly barrier: Refusal | null
  /** The password hashed with today's parameters, when the stored hash is older. */
  readonly rehashed: string | null
  readonly parts: IdentityParts
}

/** Steps 7 to 10, after the right password. */
async function open(context: OpenContext, body: Body, proven: Proven): Promise<Entered> {
  const { userId, tenantId, hmac, barrier, rehashed, parts } = proven
  const entry = { target_id: userId, tenant_id: tenantId } as const
  const entered = await context.record(
    authScope(tenantId, userId),
    async (tx): Promise<{ value: Refusal | Entered; audit: AuditEntry }> => {
      if (barrier) return { value: barrier, audit: { ...entry, action: 'AUTH_LOGIN_FAILED', outcome: 'denied' } }
      await liftLock(tx, hmac)
      if (rehashed !== null) {
        await sql`update identity.auth_credentials set password_phc = ${rehashed} where user_id = ${userId}::uuid`.execute(
          tx,
        )
      }
      const { aud, client_type: clientType } = body
      const deviceName = body.device_name ?? deviceOf(context.transport)
      const { ip } = context.transport
      const opened = await enter(tx, { userId, tenantId, aud, clientType, deviceName, ip, amr: ['pwd'] }, parts)
      const session = opened.kind === 'session' ? { session_id: opened.principal.session_id } : { second_factor: 'due' }
      const after = { aud, client_type: clientType, ...session }
      return { value: opened, audit: { ...entry, action: 'AUTH_LOGIN_SUCCESS', after } }
    },
  )
  // A refusal handed to record() was thrown after its commit.
  if (entered instanceof Refusal) throw entered
  return entered
}

/** The pinned order: limit, gate, address, lock, one password check, account, session (`identity.md` 5). */
export const loginOperation = (parts: IdentityParts) =>
  on.open(login, async (context, { body }) => {
    const aim = await aimOf(body, context.database, parts)
    return underLimits(context, signInLimit(context, aim.key), async () => {
      const { events } = context.services.metrics
      try {
        const entered = await signIn(context, { body, tenantId: await aim.tenantId(body.email) }, parts)
        events.inc({ key: 'auth_login_success' })
        return await entryReply(entered, parts)
      } catch (error) {
        if (error instanceof Refusal) events.inc({ key: 'auth_login_failed' })
        throw error
      }
    })
  })

async function signIn(
  context: OpenContext,
  { body, tenantId }: { body: Body; tenantId: string },
  parts: IdentityParts,
): Promise<Entered> {
  const hmac = loginHmac(body.email, parts)
  const candidates = candidateOf({ hmac, email: body.email, tenantId, aud: body.aud })
  const block = addressBlock(context.transport.ip, tenantId)
  const [[candidate], blocks] = await context.database.read(authScope(), candidates, block)
  if (candidate?.tenant_status !== 'active') throw tenantNotEnabled()
  assertAddressFree(blocks)
  if (candidate.locked_seconds !== null) throw locked(candidate.locked_seconds)
  const { password_phc: phc, user_id: userId } = candidate
  const right = await parts.passwords.verify(phc, body.password)
  if (!right || phc === null || userId === null) return wrongPassword(context, { tenantId, hmac }, parts)
  const rehashed = parts.passwords.isOutdated(phc) ? await parts.passwords.hash(body.password) : null
  return open(context, body, { userId, tenantId, hmac, barrier: barrierOf(candidate, body.aud), rehashed, parts })
}
