import { type NoteSigner, signerOf } from '@zenops/audit/notes'
import { sql } from 'kysely'
import { appendAudit } from '../../../platform/audit/record.ts'
import { systemActor } from '../../../platform/auth/actor.ts'
import type { Database } from '../../../platform/db/database.ts'
import { keyNameOf, SEALER, tryLock } from './ground.ts'

interface KeyRow {
  readonly public_key: Buffer
  readonly valid_from: string
  readonly valid_to: string | null
}

/** Both keys sign for this long after a rotation. */
const OVERLAP_DAYS = 7

interface Registration {
  readonly host: string
  readonly seeds: readonly Buffer[]
  readonly internalTenantId: string
  readonly workerUserId: string
  readonly traceId: string
  readonly now: Date
}

/**
 * Enters the public halves of the configured keys in the list that is never shortened, ends those that are configured
 * no more, and answers who signs now: the first key, and further ones for seven days after the first appeared.
 */
export const registerKeys = (database: Database, wish: Registration): Promise<NoteSigner[]> =>
  database.transact(SEALER, async (tx, unit) => {
    const signers = wish.seeds.map((seed) => signerOf(keyNameOf(wish.host), seed))
    if (!(await tryLock(tx, 'sign'))) return signers.slice(0, 1)
    const { rows } = await sql<KeyRow>`select public_key, valid_from, valid_to from audit.signing_keys`.execute(tx)
    const known = new Map(rows.map((row) => [row.public_key.toString('hex'), row]))
    const fresh = signers.filter(({ publicKey }) => !known.has(publicKey.toString('hex')))
    const configured = new Set(signers.map(({ publicKey }) => publicKey.toString('hex')))
    const ended = rows.filter((row) => row.valid_to === null && !configured.has(row.public_key.toString('hex')))
    for (const { publicKey } of fresh)
      await sql`insert into audit.signing_keys (public_key) values (${publicKey})`.execute(tx)
    for (const { public_key } of ended)
      await sql`update audit.signing_keys set valid_to = now() where public_key = ${public_key}`.execute(tx)
    if (rows.length > 0 && fresh.length + ended.length > 0) {
      const entry = {
        action: 'AUDIT_KEY_ROTATED',
        target_id: wish.host,
        tenant_id: wish.internalTenantId,
        after: {
          added: fresh.map(({ publicKey }) => publicKey.toString('base64')),
          ended: ended.map(({ public_key }) => public_key.toString('base64')),
        },
      } as const
      const actor = systemActor(wish.internalTenantId, wish.workerUserId, new Map())
      unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId: wish.traceId, actor, ipHash: null }))
    }
    const [first] = signers
    const since = first && known.get(first.publicKey.toString('hex'))?.valid_from
    const overlaps = since === undefined || wish.now.getTime() - Date.parse(since) < OVERLAP_DAYS * 86_400_000
    return overlaps ? signers : signers.slice(0, 1)
  })
