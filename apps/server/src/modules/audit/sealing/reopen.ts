import { leafHash } from '@zenops/audit/hashes'
import { sql } from 'kysely'
import { canonicalEvent } from '../../../platform/audit/record.ts'
import { SANITISER_VERSION } from '../../../platform/audit/sanitise.ts'
import { systemActor } from '../../../platform/auth/actor.ts'
import type { Database } from '../../../platform/db/database.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type LogKey, readOrigin, SEALER, tryLock, type Tx } from './ground.ts'
import type { Published } from './notary.ts'
import { beginning, extend, writeHeads } from './seal-turn.ts'

export interface Reopened extends LogKey {
  readonly lostFrom: number
  readonly lostTo: number
}

interface Stamp {
  readonly host: string
  readonly workerUserId: string
  readonly traceId: string
}

/** The newest published head of each tenant. */
function newestByTenant(
  host: string,
  published: ReadonlyMap<string, Published>,
): Map<string, { epoch: number; size: number }> {
  const newest = new Map<string, { epoch: number; size: number }>()
  for (const { origin, size } of published.values()) {
    const read = readOrigin(host, origin)
    if (!read || read.log === 'root') continue
    if (read.epoch >= (newest.get(read.log)?.epoch ?? 0)) newest.set(read.log, { epoch: read.epoch, size })
  }
  return newest
}

async function openEpoch(tx: Tx, lost: Reopened, stamp: Stamp): Promise<void> {
  const { rows } = await sql<{ at: string }>`select now() as at`.execute(tx)
  const id = uuidv7()
  const { canon } = canonicalEvent(
    {
      action: 'AUDIT_LOG_REOPENED',
      target_id: lost.tenantId,
      tenant_id: lost.tenantId,
      after: { epoch: lost.epoch, lost_from_seq: lost.lostFrom, lost_to_seq: lost.lostTo },
    },
    {
      at: rows[0]?.at ?? '',
      traceId: stamp.traceId,
      actor: systemActor(lost.tenantId, stamp.workerUserId, new Map()),
      ipHash: null,
    },
    id,
  )
  const log = beginning(lost.tenantId, lost.epoch)
  const leaf = leafHash(canon)
  const seq = extend(log, leaf)
  await sql`
    insert into audit.events (tenant_id, epoch, seq, canon, leaf, link, sanitiser_version)
    values (${lost.tenantId}::uuid, ${lost.epoch}, ${seq}, ${canon}, ${leaf}, ${log.link}, ${SANITISER_VERSION})`.execute(
    tx,
  )
  await writeHeads(tx, [log])
}

/**
 * Where more was published than the database holds, an older state was restored. The log goes on in a new epoch whose
 * first event names what was lost, so that two heads that contradict each other are never signed under one origin.
 * Null: another process seals just now.
 */
export const reopenLogs = (
  database: Database,
  published: ReadonlyMap<string, Published>,
  stamp: Stamp,
): Promise<Reopened[] | null> =>
  database.transact(SEALER, async (tx): Promise<Reopened[] | null> => {
    if (!(await tryLock(tx, 'seal'))) return null
    const newest = newestByTenant(stamp.host, published)
    const { rows } = await sql<{ tenant_id: string; epoch: number; size: number }>`
      select distinct on (tenant_id) tenant_id, epoch, size from audit.heads order by tenant_id, epoch desc`.execute(tx)
    const heads = new Map(rows.map((row) => [row.tenant_id, row]))
    const lost: Reopened[] = []
    for (const [tenantId, there] of newest) {
      const here = heads.get(tenantId)
      const size = here?.epoch === there.epoch ? here.size : 0
      if ((here?.epoch ?? 0) > there.epoch || size >= there.size) continue
      lost.push({ tenantId, epoch: there.epoch + 1, lostFrom: size + 1, lostTo: there.size })
    }
    for (const one of lost) await openEpoch(tx, one, stamp)
    return lost
  })
