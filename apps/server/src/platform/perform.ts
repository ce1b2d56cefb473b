import { hash } from 'node:crypto'
import { capabilitiesOf, type Operation, type ParsedOf } from '@zenops/contracts/kit'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../db/types.ts'
import { writeDown } from './audit/counted.ts'
import { type AuditEntry, keysOfPeople, NOTHING_CHANGED } from './audit/record.ts'
import { type Actor, scopeFor } from './auth/actor.ts'
import type { UnitOfWork } from './db/database.ts'
import { authScope, scopeOf } from './db/scope.ts'
import { recordDenial, unwritten } from './denials.ts'
import { Refusal, refuse } from './errors.ts'
import { ipHashOf } from './ip-hash.ts'
import { beginKey, isKeyRace, type KeyUse, keepAnswer } from './idempotency.ts'
import { enqueue } from './jobs/port.ts'
import {
  type Audited,
  type Bound,
  builderOf,
  type CallContext,
  type CommandContext,
  type CommandResult,
  type CommandSpec,
  type OpenContext,
  type OpenHandler,
  type PrepareContext,
  type QueryContext,
  type QueryHandler,
  type RawHandler,
  type RawReply,
  Replied,
  type ReplyExtras,
} from './operations.ts'
import { noteOpened, underSupport } from './support.ts'
import { actingIn, assertTenantsEnabled, firmLookedAt } from './tenant-context.ts'

export { tenantNotEnabled } from './tenant-context.ts'

/** A call as it arrives from HTTP, a job or a script; nothing in it is parsed yet. */
export interface Call {
  readonly context: CallContext
  readonly actor: Actor | null
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly idempotencyKey?: string | undefined
  readonly ifMatch?: string | undefined
  /** `x-tenant-id`: the firm that the control plane or a program looks at. */
  readonly tenantHeader?: string | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: ReplyExtras['cookies']
  readonly body: unknown
  /** The body as it was kept under a key: it leaves with the same bytes. */
  readonly text?: string
}

const STEP_UP_MS = 300_000

/** The call behind the gate, its actor in the tenant that it names. */
async function admitted(operation: Operation, call: Call): Promise<Call> {
  gate(operation, call)
  if (call.actor === null) return call
  const acting = actingIn(operation, call.actor, call)
  const actor = await underSupport(acting, firmLookedAt(operation, call.actor, call), call.context.services)
  return { ...call, actor }
}

/**
 * A lack of rights is written down wherever it was found: at the gate, or by the handler that looked closer; what an
 * operator reads in a support session before he has it.
 */
async function noted<T>(operation: Operation, call: Call, work: (call: Call) => Promise<T>): Promise<T> {
  let admittedCall = call
  try {
    admittedCall = await admitted(operation, call)
    const result = await work(admittedCall)
    await noteOpened(operation, { ...admittedCall, record: openContext(admittedCall).record })
    return result
  } catch (error) {
    await recordDenial(error, operation, { ...admittedCall, record: openContext(admittedCall).record })
    throw error
  }
}

/** Launch gate of the fields, audience, capability and step-up, in that order of the pipeline. Throws the refusal. */
function gate(operation: Operation, call: Call): void {
  const { actor, context } = call
  if (operation.access === 'public') return
  if (!actor) {
    if (operation.access === 'ticket') return
    throw refuse.anonymous()
  }
  assertTenantsEnabled(operation, { ...call, actor }, context.services.config)
  if (!admits(operation, actor)) throw wrongAudience(operation, actor)
  const capabilities = capabilitiesOf(operation.access)
  if (capabilities.length === 0) {
    if (actor.kind !== 'user') throw refuse.forbidden('person_required')
  } else if (capabilities.every((capability) => scopeFor(actor, capability) === null)) {
    throw refuse.forbidden('missing_capability', { capability: capabilities[0], scope: 'none' })
  }
  // A ticket may stand in for the fresh factor: the handler that reads it decides.
  const isProof = operation.guestProof && actor.jobTemplates.includes('guest')
  if (operation.stepUp && operation.access !== 'ticket' && !isProof) assertSteppedUp(actor, context.now)
}

/** A program's token belongs to no surface; what needs a person refuses it next. */
const admits = (operation: Operation, actor: Actor): boolean =>
  operation.audiences.includes(actor.aud) || actor.aud === 'service'

/** Who calls an open operation; AUTH_REQUIRED where nobody is signed in. */
export function callerOf({ actor }: Pick<OpenContext, 'actor'>): Actor {
  if (!actor) throw refuse.anonymous()
  return actor
}

/** A factor was proven within the last 300 seconds; else AUTH_STEP_UP_REQUIRED with the ways to prove one. */
export function assertSteppedUp(actor: Actor, now: Date): void {
  if (actor.kind !== 'user') throw refuse.forbidden('person_required')
  if (actor.steppedUpAt !== null && now.getTime() - actor.steppedUpAt <= STEP_UP_MS) return
  throw new Refusal('AUTH_STEP_UP_REQUIRED', 'Please confirm that it is you.', {
    details: [{ reason: 'step_up', methods: [...actor.stepUpMethods] }],
  })
}

/** Some routes refuse a surface's tokens by a code of their own. */
function wrongAudience(operation: Operation, actor: Actor): Refusal {
  const code = operation.refusals[actor.aud]
  const details = [{ reason: 'audience_not_allowed', audience: actor.aud }]
  return new Refusal(code ?? 'FORBIDDEN', 'This surface does not offer it.', { details })
}

const MAX_ISSUES = 50

function parse(operation: Operation, call: Call): ParsedOf<Operation> {
  const issues: { path: string; reason: string; message: string }[] = []
  const part = (schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues.slice(0, MAX_ISSUES)) {
      // An unknown member is named by its own path, not by that of the object around it.
      const paths =
        issue.code === 'unrecognized_keys'
          ? issue.keys.slice(0, MAX_ISSUES).map((key) => [...issue.path, key])
          : [issue.path]
      for (const path of paths) issues.push({ path: path.join('.'), reason: issue.code, message: issue.message })
    }
    return undefined
  }
  const parsed = {
    params: part(operation.params, call.params ?? {}),
    query: part(operation.query, call.query ?? {}),
    body: operation.raw ? undefined : part(operation.body, withIfMatch(operation, call)),
  }
  if (issues.length > 0) throw new Refusal('VALIDATION_FAILED', 'The request is not valid.', { details: issues })
  // Cast: each part is the output of its schema.
  return parsed as ParsedOf<Operation>
}

/** `If-Match: "7"` stands for `expected_version` where the body does not carry one. */
function withIfMatch(operation: Operation, call: Call): unknown {
  const { body, ifMatch } = call
  if (
    ifMatch === undefined ||
    !(operation.body instanceof z.ZodObject) ||
    !('expected_version' in operation.body.shape)
  )
    return body
  if (typeof body !== 'object' || body === null || Array.isArray(body) || 'expected_version' in body) return body
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch)?.[1]
  return version === undefined ? body : { ...body, expected_version: Number(version) }
}

/** The output check: what does not fit the contract never leaves. */
function checked(operation: Operation, body: unknown): unknown {
  const result = operation.ok.safeParse(body)
  if (result.success) return result.data
  throw new Error(`${operation.id} answered outside its contract: ${z.prettifyError(result.error)}`)
}

async function appendEvents(
  audited: Audited | 'none',
  { tx, unit }: { readonly tx: Kysely<DB>; readonly unit: UnitOfWork },
  call: CallContext & { actor: Actor | null },
): Promise<void> {
  if (audited === 'none' || audited === NOTHING_CHANGED) return
  const entries = (Array.isArray(audited) ? audited : [audited]) as readonly AuditEntry[] // either form of Audited
  const at = await unit.startedAt()
  const ipHash = call.actor?.kind === 'system' ? null : ipHashOf(call.services, call.transport.ip)
  const keys = await keysOfPeople(tx, call.services.subjectKeys, { entries, stamp: call })
  const stamp = { at, traceId: call.traceId, actor: call.actor, ipHash }
  writeDown(unit, entries, keys ? { ...stamp, keys } : stamp)
  for (const entry of entries) {
    call.services.metrics.auditEvents.inc({ area: entry.action.split('_', 1)[0] ?? '', outcome: entry.outcome ?? 'ok' })
  }
}

const answerOf = (operation: Operation, body: unknown, reply: ReplyExtras = {}): Answer => ({
  status: reply.status ?? operation.status,
  headers: reply.headers ?? {},
  cookies: reply.cookies,
  body,
})

/** Runs one operation as everyone runs it: gate, parse, transaction, handler, audit, output check, commit. */
export const perform = (bound: Bound, asked: Call): Promise<Answer> =>
  noted(bound.operation, asked, (call) => performAdmitted(bound, call))

async function performAdmitted(bound: Bound, call: Call): Promise<Answer> {
  const key = keyOf(bound, call)
  const input = parse(bound.operation, call)
  if (bound.kind === 'open') return performOpen(bound, call, input)
  // The gate has refused calls without an actor; public operations are bound as `open` or `raw`.
  const actor = call.actor
  if (!actor) throw new Error(`${bound.operation.id} is public and must be bound as open`)
  if (bound.kind === 'query') return performQuery(bound, { ...call, actor }, input)
  return performCommand(bound, { ...call, actor, key }, input)
}

interface SignedCall extends Call {
  readonly actor: Actor
}

const contextOf = (call: SignedCall) => ({
  ...call.context,
  actor: call.actor,
  can: (capability: Parameters<QueryContext<never>['can']>[0]) => scopeFor(call.actor, capability),
})

async function performQuery(bound: Bound, call: SignedCall, input: ParsedOf<Operation>): Promise<Answer> {
  const { database } = call.context.services
  const scope = scopeOf(call.actor)
  const context: QueryContext<string> = {
    ...contextOf(call),
    build: builderOf<string>(),
    read: (...queries) => database.read(scope, ...queries),
    snapshot: (work) => database.readTransaction(scope, (tx) => work(tx as never)), // fewer visible tables, same builder
  }
  const handler = bound.handler as QueryHandler<Operation, string> // bound by operationsOf().query
  const result = await handler(context, input)
  const replied = result instanceof Replied ? result : new Replied(result, {})
  return answerOf(bound.operation, checked(bound.operation, replied.body), replied.reply)
}

interface Performed {
  readonly answer: Answer
  /** Absent for a repeated call, which did nothing. */
  readonly result?: CommandResult<unknown>
}

/** Ends the transaction of a repeated call: whatever it began is rolled back and the stored answer given. */
class Repeated extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('repeated')
    this.answer = answer
  }
}

/**
 * Runs a command under its key. Both set out together, so that looking for a stored answer costs no round trip of its
 * own; a repeated call is found out before anything is committed.
 */
async function underKey<T>(tx: Kysely<DB>, key: KeyUse | null, run: () => Promise<T>): Promise<T> {
  if (!key) return run()
  const [stored, ran] = await Promise.allSettled([beginKey(tx, key), run()])
  if (stored.status === 'rejected') throw stored.reason
  if (stored.value) throw new Repeated(stored.value)
  if (ran.status === 'rejected') throw ran.reason
  return ran.value
}

async function performCommand(
  bound: Bound,
  call: SignedCall & { readonly key: KeyUse | null },
  input: ParsedOf<Operation>,
): Promise<Answer> {
  const { key } = call
  const { database, log } = call.context.services
  const base = contextOf(call)
  const spec = bound.handler as CommandSpec<Operation, string, unknown> // bound by operationsOf().command
  const scope = spec.asIdentity ? authScope(call.actor.tenantId, call.actor.userId) : scopeOf(call.actor)
  const prepareContext: PrepareContext<string> = {
    ...base,
    build: builderOf<string>(),
    read: (...queries) => database.read(scope, ...queries),
    transact: (work) => database.transact(scope, (tx) => work(tx as never)), // fewer visible tables, same builder
  }
  const once = (): Promise<Performed> =>
    database.transact(scope, async (tx, unit) => {
      const context: CommandContext<string> = {
        ...base,
        tx: tx as never, // fewer visible tables, same builder
        unit,
        enqueue: (job, payload, options) =>
          enqueue(tx, job, { payload, traceId: base.traceId, ...(options ? { options } : {}) }),
      }
      const result = await underKey(tx, key, () => spec.run(context, input, prepared))
      const answer = answerOf(bound.operation, checked(bound.operation, result.body), result.reply)
      await appendEvents(result.audit, { tx, unit }, { ...base })
      if (!key || result.refusal) return { answer, result }
      const text = JSON.stringify(answer.body)
      unit.withCommit(keepAnswer(key, { status: answer.status, text }))
      return { answer: { ...answer, text }, result }
    })
  if (key && spec.prepare) {
    // What is prepared would tell a repeated call of the state that the first one left.
    const known = await database.transact(scope, (tx) => beginKey(tx, key))
    if (known) return known
  }
  const prepared = spec.prepare ? await spec.prepare(prepareContext, input) : undefined
  const { answer, result } = await once().catch((error: unknown): Performed | Promise<Performed> => {
    if (error instanceof Repeated) return { answer: error.answer }
    return key && isKeyRace(error) ? once() : Promise.reject(error)
  })
  if (result?.refusal) throw result.refusal
  if (spec.after && result) {
    await spec
      .after(base, input, result)
      .catch((error: unknown) => log.error({ err: error, trace_id: base.traceId }, 'after_commit_failed'))
  }
  return answer
}

async function performOpen(bound: Bound, call: Call, input: ParsedOf<Operation>): Promise<Answer> {
  const handler = bound.handler as OpenHandler<Operation> // bound by operationsOf().open
  const result = await handler(openContext(call), input)
  return answerOf(bound.operation, checked(bound.operation, result.body), result.reply)
}

/** Runs a raw operation: bytes in, bytes out. */
export const performRaw = (bound: Bound, asked: Call): Promise<RawReply> =>
  noted(bound.operation, asked, async (call) => {
    const input = parse(bound.operation, call)
    const handler = bound.handler as RawHandler<Operation> // bound by operationsOf().raw
    return handler(openContext(call), input)
  })

export function openContext(call: Pick<Call, 'context' | 'actor'>): OpenContext {
  const { database } = call.context.services
  return {
    ...call.context,
    actor: call.actor,
    database,
    record: async (scope, work) => {
      let refused: Refusal | undefined
      const writing = database.transact(scope, async (tx: Kysely<DB>, unit) => {
        const { value, audit } = await work(tx, unit)
        // A refusal handed back (not thrown) keeps its writes: a counted failure, a revoked family.
        if (value instanceof Refusal) refused = value
        await appendEvents(audit, { tx, unit }, { ...call.context, actor: call.actor })
        return value
      })
      const value = await writing.catch((error: unknown) => {
        // Whoever is refused hears so, whether or not it could be written down.
        if (refused === undefined) throw error
        unwritten(error, call.context)
        return refused
      })
      if (value instanceof Refusal) throw value
      return value
    },
  }
}

const MAX_KEY = 120

function keyOf(bound: Bound, call: Call): KeyUse | null {
  const { operation } = bound
  const given = call.idempotencyKey?.trim()
  if (operation.idempotency === 'ignored' || bound.kind !== 'command') return null
  if (!given) {
    if (operation.idempotency === 'required') {
      throw new Refusal('IDEMPOTENCY_KEY_REQUIRED', 'This act needs an Idempotency-Key.')
    }
    return null
  }
  if (given.length > MAX_KEY) throw refuse.invalid('idempotency-key', 'too_long')
  if (!call.actor) return null
  const asked = JSON.stringify([call.params ?? null, call.query ?? null, call.body ?? null])
  return {
    tenantId: call.actor.tenantId,
    userId: call.actor.userId,
    route: `${operation.method} ${operation.path}`,
    key: given,
    hash: hash('sha256', asked, 'buffer'),
    secret: operation.secretAnswer,
  }
}
