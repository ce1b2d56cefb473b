import { sql } from 'kysely'
import { appendAudit } from '../../platform/audit/record.ts'
import { systemActor } from '../../platform/auth/actor.ts'
import type { Database } from '../../platform/db/database.ts'
import type { SubjectKeys } from '../../platform/privacy/subject-keys.ts'
import type { Tombstones } from '../../platform/privacy/tombstones.ts'
import { randomBytes } from 'node:crypto'

const BATCH = 500

interface Revived {
  readonly tenant_id: string
  readonly subject_id: string
  readonly key_id: string
}

/**
 * After a restore, before traffic: keys that were destroyed since the backup are destroyed again, and what names their
 * people goes with the next turn of the runner. Answers how many keys.
 */
export async function replayTombstones(given: {
  readonly database: Database
  readonly tombstones: Tombstones
  readonly keys: SubjectKeys
  readonly workerUserId: string
}): Promise<number> {
  const { database, tombstones, keys, workerUserId } = given
  const keyIds = await tombstones.all()
  const traceId = randomBytes(16).toString('hex')
  let replayed = 0
  for (let from = 0; from < keyIds.length; from += BATCH) {
    const batch = keyIds.slice(from, from + BATCH)
    const scope = { role: 'zen_worker', tenantId: null, userId: workerUserId, aud: 'worker' } as const
    const revived = await database.transact(scope, async (tx) => {
      const { rows } = await sql<Revived>`select * from privacy.replay_tombstones(${batch}::uuid[])`.execute(tx)
      return rows
    })
    for (const one of revived) await askAgain(database, one, { workerUserId, traceId })
    replayed += revived.length
  }
  if (replayed > 0) keys.clear()
  return replayed
}

/** The backup also brought back the person's rows: the erasure is asked for once more. */
async function askAgain(
  database: Database,
  { tenant_id, subject_id, key_id }: Revived,
  by: { workerUserId: string; traceId: string },
): Promise<void> {
  const scope = { role: 'zen_worker', tenantId: tenant_id, userId: by.workerUserId, aud: 'worker' } as const
  await database.transact(scope, async (tx, unit) => {
    await sql`insert into privacy.requests (tenant_id, kind, subject_kind, subject_id, requested_by, evidence, trace_id)
      select ${tenant_id}::uuid, 'erasure', case when exists (select 1 from directory.contacts c where c.tenant_id = ${tenant_id}::uuid
          and c.id = ${subject_id}::uuid) then 'contact' else 'user' end, ${subject_id}::uuid, ${by.workerUserId}::uuid,
        'replayed after a restore from a backup', ${by.traceId}
      on conflict do nothing`.execute(tx)
    const entry = { action: 'PRIVACY_KEY_DESTROYED', target_id: key_id, after: { subject_id, replayed: true } } as const
    const actor = systemActor(tenant_id, by.workerUserId, new Map())
    unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId: by.traceId, actor, ipHash: null }))
  })
}
