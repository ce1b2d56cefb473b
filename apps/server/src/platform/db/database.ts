import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import pg from 'pg'
import type { DB } from '../../../db/types.ts'
import type { Scope } from './scope.ts'

const SET_CONTEXT = {
  name: 'zen_context',
  text: "select set_config('role',$1,true),set_config('app.tenant_id',$2,true),set_config('app.user_id',$3,true),set_config('app.aud',$4,true),now() as at",
}
const contextOf = (scope: Scope): string[] => [scope.role, scope.tenantId ?? '', scope.userId ?? '', scope.aud ?? '']

const NAMED_STATEMENTS_MAX = 1000
const statementNames = new Map<string, string>()
/** Names are shared by all connections; beyond the limit a statement goes unnamed, so memory stays bounded. */
function statementName(sql: string): string | undefined {
  let name = statementNames.get(sql)
  if (name === undefined && statementNames.size < NAMED_STATEMENTS_MAX) {
    name = `z${statementNames.size}`
    statementNames.set(sql, name)
  }
  return name
}

/** `2026-11-20 09:04:46.12+00` → `2026-11-20T09:04:46.120Z`; sessions run in UTC and columns keep milliseconds. */
export function instantOf(value: string): string {
  const fraction = value.length > 22 ? value.slice(20, -3) : ''
  return `${value.slice(0, 10)}T${value.slice(11, 19)}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
}
const wholeNumber = (value: string): number => {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError('bigint beyond what JSON keeps exact')
  return number
}
const PARSERS: Readonly<Record<number, (value: string) => unknown>> = { 20: wholeNumber, 1082: (v) => v, 1114: (v) => v, 1184: instantOf }
const types: pg.CustomTypesConfig = {
  // Cast: pg's overloads for text and binary cannot be expressed by one function; every parser here is a text parser.
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    PARSERS[oid] ?? pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

interface CorkableClient {
  readonly connection: { readonly stream: { cork(): void; uncork(): void } }
}
// Cast: pg's public types leave out the socket; corking it is what sends several messages in one flush.
const corkable = (client: pg.PoolClient): CorkableClient => client as unknown as CorkableClient

/** Sends everything that `send` queues in one write, and waits for all answers; the first failure is thrown. */
async function oneFlush(client: pg.PoolClient, send: () => Promise<unknown>[]): Promise<unknown[]> {
  const stream = corkable(client).connection.stream
  stream.cork()
  let pending: Promise<PromiseSettledResult<unknown>[]>
  try {
    pending = Promise.allSettled(send())
  } finally {
    stream.uncork()
  }
  const results = await pending
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value)
}

class ScopedConnection implements DatabaseConnection {
  readonly client: pg.PoolClient
  readonly #prepared: boolean
  #scope: Scope | undefined
  #readOnly = false
  #open = false
  #statements = 0
  #startedAt: string | undefined

  constructor(client: pg.PoolClient, prepared: boolean) {
    this.client = client
    this.#prepared = prepared
  }

  get opened(): boolean {
    return this.#open
  }
  get statements(): number {
    return this.#statements
  }
  /** Database time of the transaction; known once its first statement has answered. */
  get startedAt(): string | undefined {
    return this.#startedAt
  }

  begin(scope: Scope, readOnly: boolean): void {
    this.#scope = scope
    this.#readOnly = readOnly
    this.#open = false
    this.#statements = 0
    this.#startedAt = undefined
  }
  end(): void {
    this.#scope = undefined
    this.#open = false
  }

  configOf(query: CompiledQuery): pg.QueryConfig {
    const name = this.#prepared ? statementName(query.sql) : undefined
    // Cast: kysely types parameters as readonly; pg never writes to them.
    return { ...(name ? { name } : {}), text: query.sql, values: query.parameters as unknown[], types }
  }
  contextConfig(scope: Scope): pg.QueryConfig {
    return { ...(this.#prepared ? SET_CONTEXT : { text: SET_CONTEXT.text }), values: contextOf(scope), types }
  }

  /** BEGIN and the context leave in the same flush as the first statement. */
  async #first(query: CompiledQuery, scope: Scope): Promise<pg.QueryResult> {
    this.#open = true
    const results = await oneFlush(this.client, () => [
      this.client.query(this.#readOnly ? 'begin read only' : 'begin'),
      this.client.query(this.contextConfig(scope)),
      this.client.query(this.configOf(query)),
    ])
    // Casts: oneFlush answers in the order of the queries above.
    this.#startedAt = (results[1] as pg.QueryResult<{ at: string }>).rows[0]?.at
    return results[2] as pg.QueryResult
  }

  /** The last statements and COMMIT in one flush. A statement that fails turns the COMMIT into a rollback. */
  async commitWith(last: readonly CompiledQuery[]): Promise<void> {
    const results = await oneFlush(this.client, () => [
      ...last.map((query) => this.client.query(this.configOf(query))),
      this.client.query('commit'),
    ])
    const done = results.at(-1) as pg.QueryResult // the answer to COMMIT
    if (done.command !== 'COMMIT') throw new Error('the transaction was rolled back')
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const scope = this.#scope
    if (!scope) throw new Error('a query outside of a transaction has no context')
    this.#statements += 1
    const result = this.#open ? await this.client.query(this.configOf(query)) : await this.#first(query, scope)
    // Cast: the row type is the builder's own for this statement.
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
  }

  // eslint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('streaming is not available on a pipelined connection')
  }
}

class ScopedDriver implements Driver {
  readonly #connection: ScopedConnection
  constructor(connection: ScopedConnection) {
    this.#connection = connection
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  async beginTransaction(): Promise<void> {
    throw new Error('transactions are opened by the operation, not by the builder')
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

const dialectOf = (driver: () => Driver): Dialect => ({
  createAdapter: () => new PostgresAdapter(),
  createDriver: driver,
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (db) => new PostgresIntrospector(db),
})

class NoDriver implements Driver {
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    throw new Error('this builder only compiles; hand its queries to read()')
  }
  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

/** Builds statements without running them. */
export const compileOnly = new Kysely<DB>({ dialect: dialectOf(() => new NoDriver()) })

/** Rows of each query handed to `read`, in order. */
export type RowsOf<Q extends readonly CompiledQuery<unknown>[]> = {
  [I in keyof Q]: Q[I] extends CompiledQuery<infer R> ? R[] : never
}

/** What a transaction offers beside its builder. */
export interface UnitOfWork {
  /** Database time of the transaction, RFC 3339 with milliseconds. */
  startedAt(): Promise<string>
  /** Sends a statement in the same flush as COMMIT; its failure rolls everything back. */
  withCommit(query: CompiledQuery): void
}

export interface DatabaseOptions {
  readonly url: string
  readonly poolSize: number
  readonly prepared: boolean
  readonly applicationName: string
  /** Longest statement, milliseconds. */
  readonly statementTimeoutMs?: number
  /** Longest transaction, milliseconds. */
  readonly transactionTimeoutMs?: number
  readonly onError?: (error: Error) => void
}

/**
 * PostgreSQL behind forced row-level security. Every statement runs in a transaction that has taken a role and a
 * context; without one nothing is sent.
 */
export class Database {
  readonly pool: pg.Pool
  readonly #prepared: boolean
  readonly #bound = new WeakMap<pg.PoolClient, { connection: ScopedConnection; builder: Kysely<DB> }>()

  constructor(options: DatabaseOptions) {
    this.#prepared = options.prepared
    const settings = [
      '-c timezone=UTC',
      `-c statement_timeout=${options.statementTimeoutMs ?? 10_000}`,
      `-c transaction_timeout=${options.transactionTimeoutMs ?? 30_000}`,
      '-c idle_in_transaction_session_timeout=30000',
    ].join(' ')
    const config = {
      connectionString: options.url,
      max: options.poolSize,
      pipeline: true,
      application_name: options.applicationName,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      options: settings,
    }
    // Cast: `pipeline` is newer than the published types of pg.
    this.pool = new pg.Pool(config as pg.PoolConfig)
    const report = options.onError ?? ((): void => {})
    this.pool.on('error', report)
    this.pool.on('connect', (client) => client.on('error', report))
  }

  #bind(client: pg.PoolClient): { connection: ScopedConnection; builder: Kysely<DB> } {
    let bound = this.#bound.get(client)
    if (!bound) {
      const connection = new ScopedConnection(client, this.#prepared)
      bound = { connection, builder: new Kysely<DB>({ dialect: dialectOf(() => new ScopedDriver(connection)) }) }
      this.#bound.set(client, bound)
    }
    return bound
  }

  /**
   * Read-only batch in one round trip: BEGIN READ ONLY, context, statements and COMMIT leave in one flush.
   * The queries see one snapshot each (read committed).
   */
  async read<const Q extends readonly CompiledQuery<unknown>[]>(scope: Scope, ...queries: Q): Promise<RowsOf<Q>> {
    const client = await this.pool.connect()
    const { connection } = this.#bind(client)
    let broken: Error | undefined
    try {
      const results = await oneFlush(client, () => [
        client.query('begin read only'),
        client.query(connection.contextConfig(scope)),
        ...queries.map((query) => client.query(connection.configOf(query))),
        client.query('commit'),
      ])
      // Cast: results stand in the order of the queries, between the context and the commit.
      return results.slice(2, -1).map((result) => (result as pg.QueryResult).rows) as RowsOf<Q>
    } catch (error) {
      broken = await this.#leave(client)
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** A transaction in one scope. Commits when `work` resolves, rolls back when it throws. */
  transact<T>(scope: Scope, work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>): Promise<T> {
    return this.#transaction(scope, false, work)
  }

  /** Several dependent reads in one read-only transaction. */
  readTransaction<T>(scope: Scope, work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>): Promise<T> {
    return this.#transaction(scope, true, work)
  }

  async #transaction<T>(
    scope: Scope,
    readOnly: boolean,
    work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool.connect()
    const { connection, builder } = this.#bind(client)
    connection.begin(scope, readOnly)
    const last: CompiledQuery[] = []
    const unit: UnitOfWork = {
      startedAt: async () => {
        if (connection.startedAt === undefined) await connection.executeQuery(CompiledQuery.raw('select 1'))
        return connection.startedAt ?? ''
      },
      withCommit: (query) => void last.push(query),
    }
    let broken: Error | undefined
    try {
      const result = await work(builder, unit)
      if (last.length > 0) await unit.startedAt()
      if (connection.opened) await connection.commitWith(last)
      return result
    } catch (error) {
      if (connection.opened) broken = await this.#leave(client)
      throw error
    } finally {
      connection.end()
      client.release(broken)
    }
  }

  /** Rolls back whatever is open; a connection that cannot is thrown away by the pool. */
  async #leave(client: pg.PoolClient): Promise<Error | undefined> {
    try {
      await client.query('rollback')
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  async close(): Promise<void> {
    await this.pool.end()
  }
}

/** The tables a module may name: its own schema and those it declares to read. */
export type ModuleDb<Schemas extends string> = { [K in keyof DB as K extends `${Schemas}.${string}` ? K : never]: DB[K] }
