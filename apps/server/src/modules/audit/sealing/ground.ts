import { logIdOf } from '@zenops/audit/hashes'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Scope } from '../../../platform/db/scope.ts'

export type Tx = Kysely<DB>

/** Runs one read-only statement with the rights of whoever reads. */
export type ReadRows = <R>(query: CompiledQuery<R>) => Promise<R[]>
/** Reads within a transaction. */
export const readsOf =
  (tx: Tx): ReadRows =>
  async (query) =>
    (await tx.executeQuery(query)).rows

/** The sealer's own scope: it alone crosses tenants, with a login of its own. */
export const SEALER: Scope = { role: 'zen_sealer', tenantId: null, userId: null, aud: null }

const LOCKS = { seal: 6_401, sign: 6_402 } as const

/** One process of all at a time; held until the transaction ends. */
export async function tryLock(tx: Tx, what: keyof typeof LOCKS): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCKS[what]}) as mine`.execute(tx)
  return rows[0]?.mine === true
}

/** The same, waiting until it is this process's turn. */
export const takeLock = (tx: Tx, what: keyof typeof LOCKS): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(${LOCKS[what]})`.execute(tx)

/** One log: a tenant's in one epoch. */
export interface LogKey {
  readonly tenantId: string
  readonly epoch: number
}

/** Key name and first line of a log's notes. */
export const originOf = (host: string, { tenantId, epoch }: LogKey): string =>
  `${host}/audit/${logIdOf(tenantId, epoch)}`
/** The same of the root log. */
export const rootOriginOf = (host: string, epoch: number): string =>
  `${host}/audit/root${epoch === 1 ? '' : `/${epoch}`}`
/** Name of the key that signs all logs of an installation. */
export const keyNameOf = (host: string): string => `${host}/audit`

const ORIGIN = /^(.+)\/audit\/(root|[0-9a-f-]{36})(?:\/(\d{1,9}))?$/
/** Reads an origin back; null for one of another host. */
export function readOrigin(host: string, origin: string): { readonly log: string; readonly epoch: number } | null {
  const [, name, log, epoch = '1'] = ORIGIN.exec(origin) ?? []
  return name === host && log !== undefined ? { log, epoch: Number(epoch) } : null
}
