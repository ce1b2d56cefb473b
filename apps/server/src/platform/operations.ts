import type { Capability, Scope as CapabilityScope } from '@zenops/contracts/capabilities'
import type { Operation, ParsedOf, ResultOf } from '@zenops/contracts/kit'
import type { CompiledQuery, Kysely } from 'kysely'
import type { z } from 'zod'
import type { DB } from '../../db/types.ts'
import type { AuditEntry, NOTHING_CHANGED } from './audit/record.ts'
import type { Actor } from './auth/actor.ts'
import { compileOnly, type Database, type ModuleDb, type RowsOf, type UnitOfWork } from './db/database.ts'
import type { Scope } from './db/scope.ts'
import type { Refusal } from './errors.ts'
import type { EnqueueOptions, JobKind } from './jobs/port.ts'
import type { Services } from './services.ts'

/** What a caller's transport tells: never trusted for rights. */
export interface Transport {
  /** Upper case; HEAD where a raw GET is asked for its headers alone. */
  readonly method?: string
  readonly ip: string
  readonly userAgent: string | undefined
  readonly origin: string | undefined
  readonly cookies: Readonly<Record<string, string | undefined>>
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body of a raw operation, unread. */
  readonly stream?: NodeJS.ReadableStream
}

export interface CallContext {
  readonly services: Services
  readonly traceId: string
  /** The process's time when the call arrived; the database's time decides leases and expiries. */
  readonly now: Date
  readonly log: Services['log']
  readonly transport: Transport
}

/** A call by somebody who is signed in. */
export interface ActorContext extends CallContext {
  readonly actor: Actor
  /** The actor's scope of a capability, or null. */
  can(capability: Capability): CapabilityScope | null
}

export interface QueryContext<Schemas extends string> extends ActorContext {
  /** Builds statements for `read`; runs nothing itself. */
  readonly build: Kysely<ModuleDb<Schemas>>
  /** Runs a read-only batch in one round trip, as this caller. */
  read<const Q extends readonly CompiledQuery<unknown>[]>(...queries: Q): Promise<RowsOf<Q>>
  /** Several dependent reads in one read-only transaction. */
  snapshot<T>(work: (tx: Kysely<ModuleDb<Schemas>>) => Promise<T>): Promise<T>
}

export interface CommandContext<Schemas extends string> extends ActorContext {
  readonly tx: Kysely<ModuleDb<Schemas>>
  readonly unit: UnitOfWork
  /** Asks for background work within this transaction. Returns the run's id. */
  enqueue<P extends z.ZodType>(job: JobKind<P>, payload: z.input<P>, options?: EnqueueOptions): Promise<string>
}

/** Before the transaction: what is slow. May open transactions of its own. */
export interface PrepareContext<Schemas extends string> extends ActorContext {
  readonly build: Kysely<ModuleDb<Schemas>>
  read<const Q extends readonly CompiledQuery<unknown>[]>(...queries: Q): Promise<RowsOf<Q>>
  transact<T>(work: (tx: Kysely<ModuleDb<Schemas>>) => Promise<T>): Promise<T>
}

export interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  readonly maxAgeSeconds: number
}
/** What an answer carries beside its body. */
export interface ReplyExtras {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly Cookie[]
}
/** The answer of a raw operation. */
export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: NodeJS.ReadableStream | Uint8Array | string
}

export type Audited = readonly [AuditEntry, ...AuditEntry[]] | AuditEntry | typeof NOTHING_CHANGED

/** What a command hands back: the answer and its audit events. One without the other does not compile. */
export interface CommandResult<R> {
  readonly body: R
  readonly audit: Audited
  readonly reply?: ReplyExtras
  /** Answered in place of the body; what was written stays, with its events. */
  readonly refusal?: Refusal
}

/** A handler bound to its contract; the platform runs it, nobody else. */
export interface Bound {
  readonly operation: Operation
  readonly kind: 'command' | 'query' | 'open' | 'raw'
  // The runner knows the handler only by kind; types are checked where it is bound.
  readonly handler: unknown
}

export interface CommandSpec<E extends Operation, Schemas extends string, Prepared> {
  /** Identity's own commands: they run as zen_auth, which sees every tenant, so each statement names its own. */
  readonly asIdentity?: true
  /** Slow or outside work before the transaction: hashing, storage, mail. */
  prepare?(context: PrepareContext<Schemas>, input: ParsedOf<E>): Promise<Prepared>
  run(context: CommandContext<Schemas>, input: ParsedOf<E>, prepared: Prepared): Promise<CommandResult<ResultOf<E>>>
  /** After the commit; a failure here does not undo anything and is only logged. */
  after?(context: ActorContext, input: ParsedOf<E>, result: CommandResult<ResultOf<E>>): Promise<void>
}

/** A command that the contract declares as `auditNone`. */
export interface UnauditedSpec<E extends Operation, Schemas extends string> {
  run(context: CommandContext<Schemas>, input: ParsedOf<E>): Promise<{ body: ResultOf<E>; reply?: ReplyExtras }>
}

export type QueryHandler<E extends Operation, Schemas extends string> = (
  context: QueryContext<Schemas>,
  input: ParsedOf<E>,
) => Promise<ResultOf<E> | Replied<ResultOf<E>>>

/** A query's answer with headers of its own. */
export class Replied<R> {
  readonly body: R
  readonly reply: ReplyExtras
  constructor(body: R, reply: ReplyExtras) {
    this.body = body
    this.reply = reply
  }
}

/** An operation that opens its scopes itself: sign-in, public pages, long leases. Its events are its own to write. */
export type OpenHandler<E extends Operation> = (
  context: OpenContext,
  input: ParsedOf<E>,
) => Promise<{ body: ResultOf<E>; reply?: ReplyExtras }>

export interface OpenContext extends CallContext {
  /** Null when nobody is signed in. */
  readonly actor: Actor | null
  readonly database: Database
  /**
   * A transaction in the given scope that cannot commit without its events. A refusal handed back as `value` keeps what
   * was written, and is thrown after the commit; one that is thrown undoes it.
   */
  record<T>(
    scope: Scope,
    work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<{ value: T | Refusal; audit: Audited }>,
  ): Promise<T>
}

export type RawHandler<E extends Operation> = (context: OpenContext, input: ParsedOf<E>) => Promise<RawReply>

/**
 * The binders of one module: `Schemas` names the database schemas its statements may see.
 * Example: `const on = operationsOf<'assignments' | 'directory'>()`.
 */
export function operationsOf<Schemas extends string>() {
  return {
    command: <E extends Operation, Prepared = undefined>(
      operation: E,
      handler: CommandSpec<NoInfer<E>, Schemas, Prepared>,
    ): Bound => ({
      operation,
      kind: 'command',
      handler,
    }),
    unaudited: <E extends Operation>(
      operation: E & { readonly auditNone?: string },
      handler: UnauditedSpec<NoInfer<E>, Schemas>,
    ): Bound => {
      if (operation.auditNone === undefined) throw new Error(`${operation.id} must write an audit event`)
      const spec = {
        run: async (context: CommandContext<Schemas>, input: ParsedOf<E>) => ({
          ...(await handler.run(context, input)),
          audit: 'none',
        }),
      }
      return { operation, kind: 'command', handler: spec }
    },
    query: <E extends Operation>(operation: E, handler: QueryHandler<NoInfer<E>, Schemas>): Bound => ({
      operation,
      kind: 'query',
      handler,
    }),
    open: <E extends Operation>(operation: E, handler: OpenHandler<NoInfer<E>>): Bound => ({
      operation,
      kind: 'open',
      handler,
    }),
    raw: <E extends Operation>(operation: E, handler: RawHandler<NoInfer<E>>): Bound => ({
      operation,
      kind: 'raw',
      handler,
    }),
  }
}

/** The builder that only compiles, seen through a module's schemas. */
export const builderOf = <Schemas extends string>(): Kysely<ModuleDb<Schemas>> =>
  compileOnly as unknown as Kysely<ModuleDb<Schemas>> // narrowing the visible tables never adds one
