import { createHmac } from 'node:crypto'
import { login } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import type { IdentityParts } from '../parts.ts'
import { FAILURE_WINDOW_SECONDS, tenantOfSignIn } from '../rules/surfaces.ts'
import { enter, type Entered, entryReply, type SignIn } from '../entry.ts'

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
}

/** Lock, credential and membership of a sign-in name in one read; the same shape for known and unknown names. */
const candidateOf = (key: { hmac: Buffer; email: string; tenantId: string; aud: string }): CompiledQuery<Candidate> =>
  sql<Candidate>`
    select ceil(extract(epoch from c.locked_until - now()))::int as locked_seconds, u.id as user_id, a.password_phc,
      u.status as user_status, m.status as membership_status, t.status as tenant_status,
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

export const locked = (seconds: number): Refusal =>
  new Refusal('AUTH_LOCKED', 'Too many wrong passwords. Please wait before the next try.', {
    headers: { 'retry-after': String(seconds) },
    details: [{ reason: 'locked', retry_after_seconds: seconds }],
  })

const notEnabled = (): Refusal => new Refusal('TENANT_NOT_ENABLED', 'This firm is not enabled here.')

export const wrong = (): Refusal => new Refusal('AUTH_INVALID', 'E-mail or password is not right.')

/** Counts a failure; the threshold's one sets the lock. Answers how long the name is locked now, or null. */
export async function countFailure(tx: Kysely<DB>, hmac: Buffer, parts: IdentityParts): Promise<boolean> {
  const { AUTH_LOCK_THRESHOLD, AUTH_LOCK_SECONDS } = parts.config
  const { rows } = await sql<{ locked: boolean }>`
    insert into identity.auth_login_counters as c (login_hmac, failed_count, last_failed_at) values (${hmac}::bytea, 1, now())
    on conflict (login_hmac) do update set
      failed_count = case when c.last_failed_at > now() - make_interval(secs => ${FAILURE_WINDOW_SECONDS})
        and (c.locked_until is null or c.locked_until > now()) then c.failed_count + 1 else 1 end,
      last_failed_at = now(),
      locked_until = case when c.last_failed_at > now() - make_interval(secs => ${FAILURE_WINDOW_SECONDS})
        and (c.locked_until is null or c.locked_until > now()) and c.failed_count + 1 >= ${AUTH_LOCK_THRESHOLD}
        then now() + make_interval(secs => ${AUTH_LOCK_SECONDS}) end
    returning locked_until is not null as locked`.execute(tx)
  return rows[0]?.locked ?? false
}

/** After a right password: what may still stand in the way. */
function assertMayEnter(candidate: Candidate, aud: string): void {
  if (candidate.user_status !== 'active' || candidate.membership_status !== 'active') {
    throw new Refusal('AUTH_ACCOUNT_DISABLED', 'This account is switched off.')
  }
  if (!candidate.aud_allowed) throw refuse.forbidden('audience_not_allowed', { audience: aud })
}

interface Entry {
  readonly userId: string
  readonly tenantId: string
  readonly hmac: Buffer
  /** The password hashed with today's parameters, when the stored hash is older. */
  readonly rehashed: string | null
  readonly parts: IdentityParts
}

async function open(context: OpenContext, body: Body, entry: Entry): Promise<Entered> {
  const { userId, tenantId, hmac, rehashed, parts } = entry
  return context.record(authScope(tenantId, userId), async (tx) => {
    await sql`delete from identity.auth_login_counters where login_hmac = ${hmac}::bytea`.execute(tx)
    if (rehashed !== null) {
      await sql`update identity.auth_credentials set password_phc = ${rehashed} where user_id = ${userId}::uuid`.execute(
        tx,
      )
    }
    const signIn: SignIn = {
      userId,
      tenantId,
      aud: body.aud,
      clientType: body.client_type,
      deviceName: body.device_name ?? context.transport.userAgent?.slice(0, 120) ?? null,
      ip: context.transport.ip,
      amr: ['pwd'],
    }
    const entered = await enter(tx, signIn, parts)
    const session = entered.kind === 'session' ? { session_id: entered.principal.session_id } : { second_factor: 'due' }
    const after = { aud: body.aud, client_type: body.client_type, ...session }
    const audit = { action: 'AUTH_LOGIN_SUCCESS', target_id: userId, tenant_id: tenantId, after } as const
    return { value: entered, audit }
  })
}

async function tenantOf(body: Body, parts: IdentityParts): Promise<string> {
  const named = body.tenant_id ?? (body.tenant === undefined ? undefined : await parts.tenantIdOfSlug(body.tenant))
  const tenantId = tenantOfSignIn(body.aud, named, parts.gate)
  if (tenantId === null) throw notEnabled()
  return tenantId
}

/** The pinned order: gate, lock, one password check, account, session (`identity.md` 5). */
export const loginOperation = (parts: IdentityParts) =>
  on.open(login, async (context, { body }) => {
    const tenantId = await tenantOf(body, parts)
    const hmac = createHmac('sha256', parts.config.AUTH_PEPPER).update(`login:${body.email}`).digest()
    const key = { hmac, email: body.email, tenantId, aud: body.aud }
    const [[candidate]] = await context.database.read(authScope(), candidateOf(key))
    if (candidate?.tenant_status !== 'active') throw notEnabled()
    if (candidate.locked_seconds !== null) throw locked(candidate.locked_seconds)
    const phc = candidate.password_phc
    const right = await parts.passwords.verify(phc, body.password)
    if (!right || phc === null || candidate.user_id === null) return failed(context, { tenantId, hmac }, parts)
    assertMayEnter(candidate, body.aud)
    const rehashed = parts.passwords.isOutdated(phc) ? await parts.passwords.hash(body.password) : null
    const entered = await open(context, body, { userId: candidate.user_id, tenantId, hmac, rehashed, parts })
    context.services.metrics.events.inc({ key: 'auth_login_success' })
    return entryReply(entered, parts)
  })

async function failed(
  context: OpenContext,
  aim: { tenantId: string; hmac: Buffer },
  parts: IdentityParts,
): Promise<never> {
  context.services.metrics.events.inc({ key: 'auth_login_failed' })
  await context.record(authScope(aim.tenantId), async (tx) => {
    const isLocked = await countFailure(tx, aim.hmac, parts)
    const target_id = aim.hmac.toString('hex').slice(0, 32)
    const entry = { target_id, tenant_id: aim.tenantId, outcome: 'denied' } as const
    return {
      value: isLocked ? locked(parts.config.AUTH_LOCK_SECONDS) : wrong(),
      audit: isLocked
        ? [
            { ...entry, action: 'AUTH_LOGIN_FAILED' },
            { ...entry, action: 'AUTH_ACCOUNT_LOCKED' },
          ]
        : { ...entry, action: 'AUTH_LOGIN_FAILED' },
    }
  })
  // record() throws the refusal it is handed, after its commit.
  throw wrong()
}
