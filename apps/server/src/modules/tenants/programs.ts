import type { Capability } from '@zenops/contracts/capabilities'
import type { ReadyConfig } from '../../config.ts'
import { type Actor, programActor } from '../../platform/auth/actor.ts'
import type { Presented } from '../../platform/auth/authenticator.ts'
import type { Database } from '../../platform/db/database.ts'
import { first } from '../../platform/db/rows.ts'
import { authScope } from '../../platform/db/scope.ts'
import { refuse } from '../../platform/errors.ts'
import type { Principals } from '../access/index.ts'
import { sha256 } from '../identity/index.ts'
import { staticToken } from './static-token.ts'

export const STUDIO_ADMIN_TOKEN_USER_ID = '66666666-6666-6666-6666-666666666666'
export const STUDIO_SERVICE_USER_ID = '77777777-7777-7777-7777-777777777777'
/** What a scoped token begins with. */
export const PROGRAM_TOKEN = 'zst_'

const ADMIN_CAPABILITIES: readonly Capability[] = [
  'control.read',
  'control.billing.write',
  'control.credits.write',
  'control.plans.write',
  'control.flags.write',
  'billing.read',
]

interface ProgramState {
  readonly token_id: string
  readonly user_id: string
  readonly live: boolean
  readonly tenant_ids: string[]
  readonly closed: string[]
  readonly capabilities: Capability[]
}

/** A scoped token's state by its hash; its use is noted at most once a minute. */
const readProgram = (database: Database, token: string): Promise<ProgramState | undefined> =>
  database.transact(
    authScope(),
    (tx) => first(tx)<ProgramState>`
      with found as (
        select t.*, t.revoked_at is null and t.expires_at > now() as usable, u.status = 'active' and u.deleted_at is null as user_active
        from identity.service_tokens t join identity.users u on u.id = t.user_id where t.token_sha256 = ${sha256(token)}::bytea
      ), used as (
        update identity.service_tokens t set last_used_at = now() from found f
        where t.id = f.id and f.usable and (t.last_used_at is null or t.last_used_at <= now() - interval '1 minute')
      )
      select f.id as token_id, f.user_id, f.usable and f.user_active as live, f.tenant_ids, f.capabilities, array(
        select x.id from identity.tenants x where (x.status <> 'active' or x.deleted_at is not null)
          and (cardinality(f.tenant_ids) = 0 or x.id = any (f.tenant_ids))) as closed
      from found f`,
  )

export interface ProgramParts {
  readonly config: ReadyConfig
  readonly database: Database
  readonly principals: Principals
}

/** Who a bearer stands for that is no person's: a scoped token, or the operators' fallback token; null = a person's. */
export function createPrograms({ config, database, principals }: ProgramParts) {
  const tenantId = config.ZENOPS_INTERNAL_TENANT_ID
  const fallback = staticToken(config.STUDIO_ADMIN_TOKEN, config.STUDIO_ADMIN_TOKEN_PREVIOUS)
  const operator = programActor(
    { userId: STUDIO_ADMIN_TOKEN_USER_ID, tenantId, aud: 'studio', role: 'OPS', viaAdminToken: true },
    ADMIN_CAPABILITIES,
  )
  const asOperator = async (at: Presented): Promise<Actor> => {
    if (!at.path.startsWith('/v1/control/')) throw refuse.credential('token')
    await principals.assertAddressFree(at.ip, tenantId)
    return operator
  }
  const asProgram = async (bearer: string, at: Presented): Promise<Actor> => {
    // Cast: the memory holds what is read here, and nobody else's.
    const state = (await principals.programs.recall(sha256(bearer).toString('hex'), async () => {
      const found = await readProgram(database, bearer)
      return { state: found, names: found ? [`token:${found.token_id}`, `user:${found.user_id}`] : [] }
    })) as ProgramState | undefined
    if (!state?.live) throw refuse.credential('token')
    const [only] = state.tenant_ids.length === 1 ? state.tenant_ids : []
    await principals.assertAddressFree(at.ip, only ?? tenantId)
    const bounds = { tenantIds: state.tenant_ids, closed: state.closed }
    const who = { userId: state.user_id, tenantId, aud: 'service', role: 'SYSTEM', bounds } as const
    return programActor(who, state.capabilities)
  }
  return (bearer: string, at: Presented): Promise<Actor> | null => {
    if (bearer.startsWith(PROGRAM_TOKEN)) return asProgram(bearer, at)
    return fallback.matches(bearer) ? asOperator(at) : null
  }
}

/** Who the billing client is, in the tenant of the account that it names. Its credential: `assertStudioServiceToken`. */
export const studioServiceActor = (tenantId: string): Actor =>
  programActor({ userId: STUDIO_SERVICE_USER_ID, tenantId, aud: 'service', role: 'SYSTEM' }, [
    'billing.read',
    'billing.usage.write',
  ])
