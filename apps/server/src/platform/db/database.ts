import {
  CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryResult,
} from 'kysely'
import pg from 'pg'
import { Batch, type Parsed, type Result } from './batch.ts'
import type { DB } from '../../../db/types.ts'
import type { Scope } from './scope.ts'
import { StatementCompiler } from './statement-compiler.ts'

const CONTEXT =
  "select set_config('role',$1,true),set_config('app.tenant_id',$2,true),set_config('app.user_id',$3,true),set_config('app.aud',$4,true),now()::timestamptz(3) as at"
const READ_CONTEXT = CONTEXT.replace('now()', "set_config('transaction_read_only','on',true),now()")
const BEGIN = CompiledQuery.raw('begin')
const BEGIN_READ_ONLY = CompiledQuery.raw('begin read only')
const COMMIT = CompiledQuery.raw('commit')

const contextOf = (scope: Scope): string[] => [scope.role, scope.tenantId ?? '', scope.userId ?? '', scope.aud ?? '']

interface Waiting {
  readonly query: CompiledQuery
  resolve(result: Result): void
  reject(error: Error): void
}

class ScopedConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #prepared: boolean
  readonly #parsed: Parsed = new Map()
  #scope: Scope | undefined
  #readOnly = false
  #open = false
  #startedAt: string | undefined
  #waiting: Waiting[] = []

  constructor(client: pg.PoolClient, prepared: boolean) {
    this.#client = client
    this.#prepared = prepared
  }

  get opened(): boolean {
    return this.#open
  }
  /** Database time of the transaction; known once its first statement has answered. */
  get startedAt(): string | undefined {
    return this.#startedAt
  }

  begin(scope: Scope, readOnly: boolean): void {
    this.#scope = scope
    this.#readOnly = readOnly
    this.#open = false
    this.#startedAt = undefined
  }
  end(): void {
    this.#scope = undefined
    this.#open = false
  }

  send(queries: readonly CompiledQuery[]): Promise<Result[]> {
    const batch = new Batch(queries, this.#parsed, this.#prepared)
    this.#client.query(batch)
    return batch.done
  }

  /** Context and statements in one implicit transaction: one Sync, one round trip. */
  async once(scope: Scope, context: string, queries: readonly CompiledQuery[]): Promise<Result[]> {
    const results = await this.send([CompiledQuery.raw(context, contextOf(scope)), ...queries])
    return results.slice(1)
  }

  /** Statements asked for in the same turn leave together. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#scope) throw new Error('a query outside of a transaction has no context')
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.#waiting.push({ query, resolve, reject })
    if (this.#waiting.length === 1) queueMicrotask(() => void this.#flush())
    const result = await promise
    // Cast: the row type is the builder's own for this statement.
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount) }
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      const results = await this.#inTransaction(waiting.map((one) => one.query))
      for (const [index, one] of waiting.entries())
        one.resolve(results[index] ?? { rows: [], rowCount: 0, command: '' })
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error))
      for (const one of waiting) one.reject(failure)
    }
  }

  /** BEGIN and the context leave in the same flush as the first statements. */
  async #inTransaction(queries: readonly CompiledQuery[]): Promise<Result[]> {
    const scope = this.#scope
    if (!scope) throw new Error('a query outside of a transaction has no context')
    if (this.#open) return this.send(queries)
    this.#open = true
    const begin = this.#readOnly ? BEGIN_READ_ONLY : BEGIN
    const results = await this.send([begin, CompiledQuery.raw(CONTEXT, contextOf(scope)), ...queries])
    this.#startedAt = String(results[1]?.rows[0]?.['at'])
    return results.slice(2)
  }

  /** The last statements and COMMIT in one flush. A statement that fails skips the COMMIT. */
  async commitWith(last: readonly CompiledQuery[]): Promise<void> {
    const results = await this.send([...last, COMMIT])
    if (results.at(-1)?.command !== 'COMMIT') throw new Error('the transaction was rolled back')
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('this connection reads results whole; exports use a pool of their own')
  }
}

/** Connections come from the scopes above, never from a builder's own driver. */
class NoDriver implements Driver {
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    throw new Error('this builder only compiles; hand its queries to read()')
  }
  async beginTransaction(): Promise<void> {
    throw new Error('transactions are opened by the operation, not by the builder')
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

const compiler = new StatementCompiler()
const adapter = new PostgresAdapter()
const driver = new NoDriver()
const dialect: Dialect = {
  createAdapter: () => adapter,
  createDriver: () => driver,
  createQueryCompiler: () => compiler,
  createIntrospector: (db) => new PostgresIntrospector(db),
}

/** Statements go straight to the one connection of their transaction. */
class ScopedExecutor extends DefaultQueryExecutor {
  readonly #connection: ScopedConnection
  constructor(connection: ScopedConnection) {
    super(compiler, adapter, { provideConnection: (consumer) => consumer(connection) })
    this.#connection = connection
  }
  override executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#connection.executeQuery(query)
  }
}
const builderOn = (connection: ScopedConnection): Kysely<DB> =>
  new Kysely<DB>({ config: { dialect }, dialect, driver, executor: new ScopedExecutor(connection) })

/** Builds statements without running them. */
export const compileOnly = new Kysely<DB>({ dialect })

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
  /** Runs once the commit stands, and never otherwise. For what the process remembers; it must not throw. */
  afterCommit(act: () => void): void
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
  /** Told how long a caller waited for a connection, seconds; only when none was free. */
  readonly onWait?: (seconds: number) => void
  /** Told of each job that a committed transaction asked for. */
  readonly onJob?: (queue: string) => void
}

/** What counts the jobs of an open transaction, by its builder. */
const counting = new WeakMap<object, (queue: string) => void>()
/** Counts a job when the transaction that asks for it has committed, and never otherwise. */
export const countJob = (tx: object, queue: string): void => counting.get(tx)?.(queue)

/**
 * PostgreSQL behind forced row-level security. Every statement runs in a transaction that has taken a role and a
 * context; without one nothing is sent.
 */
export class Database {
  readonly pool: pg.Pool
  readonly #prepared: boolean
  readonly #onWait: ((seconds: number) => void) | undefined
  readonly #onJob: ((queue: string) => void) | undefined
  #closing = false
  readonly #bound = new WeakMap<pg.PoolClient, { connection: ScopedConnection; builder: Kysely<DB> }>()

  constructor(options: DatabaseOptions) {
    this.#prepared = options.prepared
    this.#onWait = options.onWait
    this.#onJob = options.onJob
    const settings = [
      '-c timezone=UTC',
      `-c statement_timeout=${options.statementTimeoutMs ?? 10_000}`,
      `-c transaction_timeout=${options.transactionTimeoutMs ?? 30_000}`,
      '-c idle_in_transaction_session_timeout=30000',
      // Statements are composed for what is asked, so one plan fits all values; planning a list again costs more than it.
      '-c plan_cache_mode=force_generic_plan',
    ].join(' ')
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      application_name: options.applicationName,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      options: settings,
    })
    // pg ends its pool before the sockets are gone; what a leaving connection still hears is no news.
    const report = (error: Error): void => void (this.#closing || options.onError?.(error))
    this.pool.on('error', report)
    this.pool.on('connect', (client) => client.on('error', report))
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.pool.idleCount > 0 || !this.#onWait) return this.pool.connect()
    const asked = performance.now()
    const client = await this.pool.connect()
    this.#onWait((performance.now() - asked) / 1_000)
    return client
  }

  /** Connections that somebody uses now. */
  get inUse(): number {
    return this.pool.totalCount - this.pool.idleCount
  }

  #bind(client: pg.PoolClient): { connection: ScopedConnection; builder: Kysely<DB> } {
    let bound = this.#bound.get(client)
    if (!bound) {
      const connection = new ScopedConnection(client, this.#prepared)
      bound = { connection, builder: builderOn(connection) }
      this.#bound.set(client, bound)
    }
    return bound
  }

  /**
   * Read-only batch in one round trip: context and statements are one implicit transaction behind one Sync.
   * The queries see one snapshot each (read committed).
   */
  read<const Q extends readonly CompiledQuery<unknown>[]>(scope: Scope, ...queries: Q): Promise<RowsOf<Q>> {
    return this.#once(scope, READ_CONTEXT, queries)
  }

  /**
   * Writes whose statements need not look at each other's answers: all of them or none, in one round trip. For the
   * machinery's own rows; what people do goes through a command and leaves its event.
   */
  write<const Q extends readonly CompiledQuery<unknown>[]>(scope: Scope, ...queries: Q): Promise<RowsOf<Q>> {
    return this.#once(scope, CONTEXT, queries)
  }

  async #once<const Q extends readonly CompiledQuery<unknown>[]>(
    scope: Scope,
    context: string,
    queries: Q,
  ): Promise<RowsOf<Q>> {
    const client = await this.#connect()
    const { connection } = this.#bind(client)
    let broken: Error | undefined
    try {
      const results = await connection.once(scope, context, queries)
      // Cast: results stand in the order of the queries.
      return results.map((result) => result.rows) as RowsOf<Q>
    } catch (error) {
      broken = unusable(error)
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
    const client = await this.#connect()
    const { connection, builder } = this.#bind(client)
    connection.begin(scope, readOnly)
    const last: CompiledQuery[] = []
    const afterwards: (() => void)[] = []
    const unit: UnitOfWork = {
      startedAt: async () => {
        if (connection.startedAt === undefined) await connection.executeQuery(CompiledQuery.raw('select 1'))
        return connection.startedAt ?? ''
      },
      withCommit: (query) => void last.push(query),
      afterCommit: (act) => void afterwards.push(act),
    }
    counting.set(builder, (queue) => void afterwards.push(() => this.#onJob?.(queue)))
    let broken: Error | undefined
    try {
      const result = await work(builder, unit)
      if (last.length > 0) await unit.startedAt()
      if (connection.opened) await connection.commitWith(last)
      for (const act of afterwards) act()
      return result
    } catch (error) {
      broken = unusable(error)
      if (connection.opened && !broken) broken = await this.#leave(connection)
      throw error
    } finally {
      connection.end()
      client.release(broken)
    }
  }

  /** Rolls back whatever is open; a connection that cannot is thrown away by the pool. */
  async #leave(connection: ScopedConnection): Promise<Error | undefined> {
    try {
      await connection.send([CompiledQuery.raw('rollback')])
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.pool.end()
  }
}

/** Codes after which a connection is gone, or its remembered statements cannot be trusted. */
const FATAL_CODE = /^(08|57P|0A000|26000)/
const LOST = /^Connection terminated|^Client (was closed|has encountered)|ECONN|EPIPE|ETIMEDOUT/

/** The failure when the connection must be thrown away; a refusal or a violated constraint leaves it usable. */
function unusable(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'severity' in error && 'code' in error ? String(error.code) : ''
  return FATAL_CODE.test(code) || (code === '' && LOST.test(error.message)) ? error : undefined
}

/** The tables a module may name: its own schema and those it declares to read. */
export type ModuleDb<Schemas extends string> = {
  [K in keyof DB as K extends `${Schemas}.${string}` ? K : never]: DB[K]
}
