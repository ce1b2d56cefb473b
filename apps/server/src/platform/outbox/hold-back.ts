import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'

const LOOK_AGAIN_SECONDS = 60

export interface HeldBack {
  readonly tenantId: string
  readonly id: string
  /** RFC 3339. */
  readonly until: string
}

/**
 * What is cut off waits where it lies and uses up no attempt. Answers when it is looked at again: at the end, or soon, for
 * it may be restored early; null when it does not wait.
 */
export async function holdBack(tx: Kysely<DB>, { tenantId, id, until }: HeldBack): Promise<string | null> {
  const { rows } = await sql<{ at: string }>`
    update notifications.outbox set hold_reason = 'switched_off', version = version + 1,
      next_attempt_at = least(${until}::timestamptz, now() + make_interval(secs => ${LOOK_AGAIN_SECONDS}))
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and status in ('queued', 'failed') returning next_attempt_at as at`.execute(
    tx,
  )
  return rows[0]?.at ?? null
}
