import type { NoteSigner } from '@zenops/audit/notes'
import { sql } from 'kysely'
import { appendAudit } from '../../../platform/audit/record.ts'
import { systemActor } from '../../../platform/auth/actor.ts'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import { SEALER, takeLock, type Tx } from './ground.ts'
import { keyNote } from './key-note.ts'
import type { Journal } from './notary.ts'

/** Both keys sign for this long after a rotation. */
const OVERLAP_DAYS = 7
/** A key that no signer has shown for this long signs nothing. */
const UNSEEN_SECONDS = 60

interface Listed {
  readonly public_key: Buffer
  readonly valid_from: string
  readonly valid_to: string | null
  readonly is_over: boolean
}

interface Registration {
  readonly host: string
  /** Those of the configuration, the one that stays first. */
  readonly signers: readonly NoteSigner[]
  readonly journal: Journal
  readonly internalTenantId: string
  readonly workerUserId: string
  readonly traceId: string
}

const hexOf = (key: Buffer): string => key.toString('hex')
const base64Of = (key: Buffer): string => key.toString('base64')

interface Rotation {
  /** Keys that begin to sign, again or for the first time. */
  readonly begins: readonly Buffer[]
  /** Keys that sign for the days of overlap still. */
  readonly overlaps: readonly Buffer[]
  /** Keys that were taken out of the configuration. */
  readonly ends: readonly Buffer[]
}

/**
 * What the configuration changes in the list. Whoever has not heard of a newer key yet neither ends that key nor brings
 * his own back.
 */
function rotationOf(listed: readonly Listed[], signers: readonly NoteSigner[]): Rotation {
  const [first, ...others] = signers.map(({ publicKey }) => publicKey)
  if (!first) return { begins: [], overlaps: [], ends: [] }
  const known = new Map(listed.map((row) => [hexOf(row.public_key), row]))
  const mine = new Set(signers.map(({ publicKey }) => hexOf(publicKey)))
  const own = known.get(hexOf(first))
  const isFresh = (key: Buffer): boolean => !known.has(hexOf(key))
  const isOlder = (row: Listed): boolean => own === undefined || row.valid_from <= own.valid_from
  const isReplaced = listed.some((row) => row.valid_to === null && !mine.has(hexOf(row.public_key)) && !isOlder(row))
  const returns = own?.is_over === true && !isReplaced
  return {
    begins: returns || isFresh(first) ? [first] : [],
    overlaps: others.filter((key) => isFresh(key) || known.get(hexOf(key))?.valid_to === null),
    ends: listed
      .filter((row) => !mine.has(hexOf(row.public_key)) && !row.is_over && isOlder(row))
      .map((row) => row.public_key),
  }
}

async function listRotation(tx: Tx, { begins, overlaps, ends }: Rotation): Promise<void> {
  await sql`
    insert into audit.signing_keys (public_key, seen_at) select key, now() from unnest(${begins}::bytea[]) key
    on conflict (public_key) do update set valid_to = null`.execute(tx)
  await sql`
    insert into audit.signing_keys (public_key, valid_to) select key, now() + make_interval(days => ${OVERLAP_DAYS}) from unnest(${overlaps}::bytea[]) key
    on conflict (public_key) do update set valid_to = excluded.valid_to`.execute(tx)
  await sql`update audit.signing_keys set valid_to = now() where public_key = any (${ends}::bytea[])`.execute(tx)
}

/**
 * Enters the public halves of the configured keys in the list that is never shortened, and makes them known in the
 * journal first, where nobody who owns the database can add one. A key that gives way to another signs beside it for
 * seven days. Throws while the journal is down.
 */
export const registerKeys = (database: Database, wish: Registration): Promise<void> =>
  database.transact(SEALER, async (tx, unit) => {
    await takeLock(tx, 'sign')
    const { rows } = await sql<Listed>`
      select public_key, valid_from, valid_to, coalesce(valid_to <= now(), false) as is_over from audit.signing_keys`.execute(
      tx,
    )
    const told = new Set((await wish.journal.latest()).keys.map((key) => hexOf(key.publicKey)))
    if (wish.signers.some(({ publicKey }) => !told.has(hexOf(publicKey))))
      await wish.journal.publish([keyNote(wish.host, wish.signers)])
    const rotation = rotationOf(rows, wish.signers)
    await listRotation(tx, rotation)
    // A first key is no rotation.
    if (rows.length === 0 || rotation.begins.length === 0) return
    const entry = {
      action: 'AUDIT_KEY_ROTATED',
      target_id: wish.host,
      tenant_id: wish.internalTenantId,
      after: {
        added: rotation.begins.map(base64Of),
        ended: [...rotation.overlaps, ...rotation.ends].map(base64Of),
      },
    } as const
    const actor = systemActor(wish.internalTenantId, wish.workerUserId, new Map())
    unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId: wish.traceId, actor, ipHash: null }))
  })

/** Who of the signers signs now, by the list and the database's clock. */
export async function signersNow(tx: Tx, signers: readonly NoteSigner[]): Promise<NoteSigner[]> {
  const keys = signers.map(({ publicKey }) => publicKey)
  const { rows } = await sql<{ public_key: Buffer }>`
    select public_key from audit.signing_keys where public_key = any (${keys}::bytea[]) and valid_to <= now()`.execute(
    tx,
  )
  const over = new Set(rows.map((row) => hexOf(row.public_key)))
  return signers.filter(({ publicKey }) => !over.has(hexOf(publicKey)))
}

/** Shows the keys of this process, and answers whether any process has one that signs. */
export const keysAreSeen = (database: Database, signers: readonly NoteSigner[]): Promise<boolean> =>
  database.transact(SEALER, async (tx) => {
    const keys = signers.map(({ publicKey }) => publicKey)
    if (keys.length > 0)
      await sql`update audit.signing_keys set seen_at = now() where public_key = any (${keys}::bytea[])`.execute(tx)
    const { rows } = await sql<{ seen: boolean }>`
      select exists (select from audit.signing_keys where coalesce(valid_to > now(), true)
        and seen_at > now() - make_interval(secs => ${UNSEEN_SECONDS})) as seen`.execute(tx)
    return rows[0]?.seen === true
  })

/** The public halves that are listed, oldest first. */
export const keyRows = sql<{ public_key: Buffer; valid_from: string; valid_to: string | null }>`
  select public_key, valid_from, valid_to from audit.signing_keys order by valid_from`.compile(compileOnly)
