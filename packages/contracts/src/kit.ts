import { z } from 'zod'
import type { Capability } from './capabilities.ts'
import type { ErrorCode } from './errors.ts'

/** The audience of a token: the surface it was issued for. */
export type Audience = 'web' | 'portal' | 'studio' | 'worker' | 'service'

/**
 * Who may call an operation.
 * - `public`: nobody needs to be signed in, and a credential is not looked at;
 * - `ticket`: a signed-in human, or whoever holds the ticket, link or guest session that the body or header carries;
 * - `person`: any signed-in human of the listed audiences;
 * - a capability: a principal whose effective scope of it (or of the one under `or`) is not "none".
 */
export type Access = 'public' | 'ticket' | 'person' | { readonly capability: Capability; readonly or?: Capability }

/** The capabilities that open an operation; empty where none is asked for. */
export const capabilitiesOf = (access: Access): readonly Capability[] =>
  typeof access === 'string' ? [] : access.or === undefined ? [access.capability] : [access.capability, access.or]

/** GET reads; the rest are commands and leave an audit event. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** Statuses of success. */
export type OkStatus = 200 | 201 | 202 | 204

/** How `Idempotency-Key` is treated: demanded, honoured when sent, or ignored (sign-in routes). */
export type IdempotencyRule = 'required' | 'honoured' | 'ignored'

/**
 * What may be asked: the one description that feeds the server's types, the checks of the wire, OpenAPI, the typed
 * client, the abilities of the screens and the law tests.
 */
export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  /** `module.verbNoun`, unique; becomes the OpenAPI operationId. */
  readonly id: string
  readonly method: Method
  /** Path with `:name` parameters, beginning with `/v1/`. */
  readonly path: string
  /** One sentence for the reference page. */
  readonly summary: string
  readonly access: Access
  /** Audiences whose tokens are accepted; empty for public operations. */
  readonly audiences: readonly Audience[]
  /** A factor must have been proven within 300 s; on a `ticket` operation only of who is signed in. */
  readonly stepUp: boolean
  /** A guest has no factor: his session is proof enough here. */
  readonly guestProof: boolean
  /** Makes, restores or removes a firm: refused as a whole while there is only the house firm. */
  readonly multiTenantOnly: boolean
  /** In the studio the call acts in the firm that its tenant field names; elsewhere in one's own. */
  readonly actsInTenant: boolean
  readonly params: P
  readonly query: Q
  readonly body: B
  /** The answer's body; `z.undefined()` for 204. */
  readonly ok: R
  readonly status: OkStatus
  /** Other statuses of success the handler may choose, with the same body schema (an existing row: 200 for 201). */
  readonly alsoStatus: readonly OkStatus[]
  /** Codes of its own, beyond the general ones every operation may answer. */
  readonly errors: readonly ErrorCode[]
  readonly idempotency: IdempotencyRule
  /** The answer holds a secret: it is never stored for replay. */
  readonly secretAnswer: boolean
  /** Why no audit event is written; absent = a command must write one. */
  readonly auditNone?: string
  /** A GET that leaves an audit event all the same: a download link is handed out. */
  readonly recordsAccess: boolean
  /** What a GET with an address shows, as the target of an event: `ASSIGNMENT`. Read in a support session it leaves one. */
  readonly opens?: string
  /** The code with which the token of an audience is refused where it is not FORBIDDEN. */
  readonly refusals: Partial<Readonly<Record<Audience, ErrorCode>>>
  /** Media type of the answer when it is not JSON. */
  readonly produces?: string
  /** `stream`: the body arrives as bytes and is not parsed; the answer may be bytes. */
  readonly raw: boolean
  /** Largest body in bytes; bodies are cut off with 413 beyond it. */
  readonly bodyLimit: number
  /** Calls of one person a minute, beside the general limit: 429 RATE_LIMITED beyond them. */
  readonly perMinute?: number
}

const none = z.strictObject({})
type None = typeof none

export interface OperationSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  readonly id: string
  readonly method: Method
  readonly path: `/v1/${string}`
  readonly summary: string
  readonly access: Access
  readonly audiences?: readonly Audience[]
  readonly stepUp?: boolean
  readonly guestProof?: boolean
  readonly multiTenantOnly?: boolean
  readonly actsInTenant?: boolean
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly ok: R
  readonly status?: OkStatus
  readonly alsoStatus?: readonly OkStatus[]
  readonly errors?: readonly ErrorCode[]
  readonly idempotency?: IdempotencyRule
  readonly secretAnswer?: boolean
  readonly auditNone?: string
  readonly recordsAccess?: boolean
  readonly opens?: string
  readonly refusals?: Partial<Readonly<Record<Audience, ErrorCode>>>
  readonly produces?: string
  readonly raw?: boolean
  readonly bodyLimit?: number
  readonly perMinute?: number
}

/** Default body limit: 1 MiB. */
export const DEFAULT_BODY_LIMIT = 1024 * 1024

/** Declares an operation. Schemas left out accept nothing but an empty object (parameters, query) or no body. */
export function operation<
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodUndefined,
>(spec: OperationSpec<P, Q, B, R>): Operation<P, Q, B, R> {
  // Casts: the defaults stand exactly where the generic parameter was left at its default type.
  return {
    stepUp: false,
    guestProof: false,
    multiTenantOnly: false,
    actsInTenant: false,
    status: 200,
    alsoStatus: [],
    errors: [],
    recordsAccess: false,
    refusals: {},
    secretAnswer: false,
    raw: false,
    bodyLimit: DEFAULT_BODY_LIMIT,
    ...spec,
    audiences: spec.audiences ?? (spec.access === 'public' ? [] : ['web']),
    idempotency: spec.idempotency ?? (spec.method === 'POST' ? 'honoured' : 'ignored'),
    params: (spec.params ?? none) as P,
    query: (spec.query ?? none) as Q,
    body: (spec.body ?? z.undefined()) as unknown as B,
  }
}

type Part<K extends string, V> = unknown extends V
  ? Record<never, never>
  : V extends undefined
    ? Record<never, never>
    : Record<never, never> extends V
      ? { readonly [k in K]?: V }
      : { readonly [k in K]: V }

/** What a caller sends: `{params?, query?, body?}`, each demanded when it has required members. */
export type InputOf<E extends Operation> = Part<'params', z.input<E['params']>> &
  Part<'query', z.input<E['query']>> &
  Part<'body', z.input<E['body']>>

/** What a handler gets after parsing. */
export interface ParsedOf<E extends Operation> {
  readonly params: z.output<E['params']>
  readonly query: z.output<E['query']>
  readonly body: z.output<E['body']>
}

/** What the caller receives. */
export type OutputOf<E extends Operation> = z.output<E['ok']>
/** What the handler must produce. */
export type ResultOf<E extends Operation> = z.input<E['ok']>
