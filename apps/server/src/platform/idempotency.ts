import type { CompiledQuery, Kysely } from 'kysely'
import type { DB } from '../../db/types.ts'
import { fixed } from './db/fixed.ts'
import { Refusal } from './errors.ts'
import type { Answer } from './perform.ts'

/** One use of an `Idempotency-Key`: its scope is tenant, user and route. */
export interface KeyUse {
  readonly tenantId: string
  readonly userId: string
  readonly route: string
  readonly key: string
  readonly hash: Buffer
  /** The answer holds a secret and is never stored. */
  readonly secret: boolean
}

interface Stored {
  readonly locked: boolean
  readonly request_hash: Buffer | null
  readonly status: number | null
  readonly body: string | null
  readonly expired: boolean | null
}

/**
 * Takes the key for this transaction. Answers the stored response of an equal call, or null when this call is the
 * first. Throws IDEMPOTENCY_CONFLICT for another request under the key, IDEMPOTENCY_IN_PROGRESS while one runs.
 */
export async function beginKey(tx: Kysely<DB>, use: KeyUse): Promise<Answer | null> {
  const name = `${use.tenantId}/${use.userId}/${use.route}/${use.key}`
  const { rows } = await tx.executeQuery(fixed<Stored>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 7)) as locked, k.request_hash, k.status, k.body, k.expires_at <= now() as expired
    from (select 1) as one
    left join ops.idempotency_keys k
      on k.tenant_id = ${use.tenantId}::uuid and k.user_id = ${use.userId}::uuid and k.route = ${use.route} and k.key = ${use.key}`)
  const found = rows[0]
  if (!found?.locked) {
    throw new Refusal('IDEMPOTENCY_IN_PROGRESS', 'The same request is still running.', {
      headers: { 'retry-after': '1' },
    })
  }
  if (found.request_hash === null || found.status === null) return null
  if (found.expired === true) {
    await tx.executeQuery(fixed`delete from ops.idempotency_keys
      where tenant_id = ${use.tenantId}::uuid and user_id = ${use.userId}::uuid and route = ${use.route} and key = ${use.key}`)
    return null
  }
  if (use.secret) {
    throw new Refusal('IDEMPOTENCY_CONFLICT', 'This answer held a secret and cannot be given twice.', {
      details: [{ reason: 'secret_not_replayable' }],
    })
  }
  if (!use.hash.equals(found.request_hash)) {
    throw new Refusal('IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used for another request.')
  }
  return {
    status: found.status,
    headers: { 'idempotent-replay': 'true' },
    cookies: undefined,
    body: undefined,
    text: found.body ?? 'null',
  }
}

/** The statement that keeps the answer; it leaves with the commit. */
export function keepAnswer(use: KeyUse, answer: { readonly status: number; readonly text?: string }): CompiledQuery {
  const body = use.secret ? null : (answer.text ?? null)
  return fixed`
    insert into ops.idempotency_keys (tenant_id, user_id, route, key, request_hash, status, body)
    values (${use.tenantId}::uuid, ${use.userId}::uuid, ${use.route}, ${use.key}, ${use.hash}::bytea, ${answer.status}::int, ${body})`
}

/** Two equal calls in the same instant: the second finds the first one's row only when it stores its own. */
export const isKeyRace = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'idempotency_keys_pkey'
