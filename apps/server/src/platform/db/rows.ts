import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { compileOnly, type Database } from './database.ts'
import { authScope } from './scope.ts'

/** A transaction as it is handed out, and one of a module that sees fewer tables. */
export type Tx = Kysely<DB>
export type AnyTx = QueryExecutorProvider

// A statement stands where it runs: first(tx)<Row>`select …`. What is put in is a parameter, or a fragment.
type Values = readonly unknown[]

/** All rows of a statement within a transaction. */
export const all =
  (tx: QueryExecutorProvider) =>
  async <R>(text: TemplateStringsArray, ...values: Values): Promise<R[]> =>
    (await sql<R>(text, ...values).execute(tx)).rows

/** The first of them; undefined where there is none. */
export const first =
  (tx: QueryExecutorProvider) =>
  async <R>(text: TemplateStringsArray, ...values: Values): Promise<R | undefined> =>
    (await sql<R>(text, ...values).execute(tx)).rows[0]

/** Asks for the first row: within a transaction, or in a round trip of its own. */
export type Ask = ReturnType<typeof first>

/** The first row that identity sees, read in a round trip of its own. */
export const look =
  (database: Database) =>
  async <R>(text: TemplateStringsArray, ...values: Values): Promise<R | undefined> =>
    (await database.read(authScope(), sql<R>(text, ...values).compile(compileOnly)))[0][0]

/**
 * Waits until no other transaction has the turn of that name. A statement of its own: within one, what comes after the
 * wait would still see what was there before it.
 */
export const takeTurn = (tx: QueryExecutorProvider, name: string): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended(${name}, 11))`.execute(tx)
