import type { Audience, InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { ApiError, NetworkError, isAbort, readApiError } from './api-error.ts'
import { requestOf, type LooseInput } from './request.ts'
import { SessionHolder, type Channel, type Locks, type SessionState } from './session.ts'
import { readEvents, type ServerEvent } from './server-events.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** One key per opened dialog or draft; a fresh one is drawn for a POST that names none. */
  readonly idempotencyKey?: string
}

export interface ClientOptions {
  readonly aud: Audience
  readonly fetch?: typeof fetch
  readonly locks?: Locks
  readonly channel?: Channel | null
  readonly now?: () => number
  readonly newKey?: () => string
  readonly onSession?: (state: SessionState) => void
  /** Asks the person to prove a factor; true when he did, and the request goes out again. Default: nobody is asked. */
  readonly stepUp?: (methods: readonly StepUpMethod[]) => Promise<boolean>
}

/** Ways to prove a factor again; the password only for who has no factor. */
export type StepUpMethod = 'TOTP' | 'WEBAUTHN' | 'PASSWORD'

export interface Client {
  readonly session: SessionHolder
  /** Asks one operation. Throws ApiError, NetworkError, or the AbortError of `signal`. */
  call<E extends Operation>(operation: E, input: InputOf<E>, options?: CallOptions): Promise<OutputOf<E>>
  /** Server-sent events of a path, with the token; ends when the server closes the stream. */
  events(
    path: string,
    options?: { readonly signal?: AbortSignal; readonly lastEventId?: string },
  ): AsyncIterable<ServerEvent>
  /** A file as bytes, with the token. */
  download(path: string, options?: { readonly signal?: AbortSignal }): Promise<Blob>
}

/** A token with less than this left is renewed before it is used. */
const EARLY_MS = 15_000

/** Without Web Locks (an old browser, a test) tabs cannot see one another; within one tab the order still holds. */
export function localLocks(): Locks {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    request<T>(
      _name: string,
      { ifAvailable = false }: { readonly ifAvailable?: boolean },
      work: (lock: unknown) => Promise<T>,
    ): Promise<T> {
      if (ifAvailable && waiting > 0) return work(null)
      waiting += 1
      const run = () => work({})
      const next = last.then(run, run).finally(() => {
        waiting -= 1
      })
      last = next.catch(() => null)
      return next
    },
  }
}

// Cast: the lock manager is looked for in whatever runtime this is; the shape is that of the Web Locks standard.
const browserLocks = (): Locks | undefined => (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks

const browserChannel = (aud: Audience): Channel | null => {
  if (typeof BroadcastChannel === 'undefined') return null
  // Cast: `onmessage` of the standard hands over a MessageEvent, of which only `data` is read.
  return new BroadcastChannel(`zenops-session-${aud}`) as unknown as Channel
}

type Build = (token: string | null) => [string, RequestInit]

/** How much a call has to do with the session: nothing, a token if there is one, or always one. */
type Need = 'none' | 'if_signed_in' | 'session'

const needOf = ({ access }: Operation): Need =>
  access === 'public' ? 'none' : access === 'ticket' ? 'if_signed_in' : 'session'

/** A 401 that is about the token. One about a password or code carries no such reason and is the caller's. */
const isSessionFault = (error: ApiError): boolean =>
  error.is('AUTH_REQUIRED', 'AUTH_STALE_PERMISSION') ||
  (error.is('AUTH_INVALID') && error.details.some((detail) => detail.path === undefined))

const METHODS: readonly StepUpMethod[] = ['WEBAUTHN', 'TOTP', 'PASSWORD']
function stepUpMethodsOf(error: ApiError): readonly StepUpMethod[] {
  const named = error.detail('step_up')?.methods
  return Array.isArray(named) ? METHODS.filter((method) => named.includes(method)) : []
}

interface SenderParts {
  readonly send: typeof fetch
  readonly session: SessionHolder
  readonly now: () => number
  readonly stepUp: (methods: readonly StepUpMethod[]) => Promise<boolean>
}

/**
 * Sends; `build` makes the same request with another token. After a 401 that a new token can heal it is sent once more,
 * and once more when a factor was asked for and proven.
 */
function authorisedSender({ send, session, now, stepUp }: SenderParts) {
  async function token(): Promise<string | null> {
    const state = session.state()
    if (state.kind !== 'signed_in') return null
    if (state.expiresAt - now() > EARLY_MS) return state.session.access_token
    return await session.renew(state.session.access_token)
  }
  async function once(build: Build, withToken: string | null): Promise<Response | ApiError> {
    const [address, init] = build(withToken)
    const response = await send(address, init).catch((error: unknown) => {
      throw isAbort(error) ? error : new NetworkError(error)
    })
    return response.ok ? response : await readApiError(response, now())
  }
  /** The refresh says whether the person's own firm is shut, or only one that the call names. */
  const mayHeal = (error: ApiError): boolean => isSessionFault(error) || error.is('TENANT_NOT_ENABLED')
  async function healed(build: Build, need: Need): Promise<Response | ApiError> {
    const first = need === 'none' ? null : await token()
    const answer = await once(build, first)
    if (answer instanceof Response || need === 'none') return answer
    if (first === null && need === 'if_signed_in') return answer
    if (answer.is('AUTH_BLOCKED')) session.refuse(answer)
    if (!mayHeal(answer)) return answer
    const renewed = await session.renew(first)
    if (renewed === null || !isSessionFault(answer)) return answer
    const again = await once(build, renewed)
    if (again instanceof ApiError && isSessionFault(again)) session.drop('ended')
    return again
  }
  return async (build: Build, need: Need): Promise<Response> => {
    let answer = await healed(build, need)
    if (answer instanceof ApiError && answer.is('AUTH_STEP_UP_REQUIRED') && (await stepUp(stepUpMethodsOf(answer))))
      answer = await healed(build, need)
    if (answer instanceof ApiError) throw answer
    return answer
  }
}

/** A GET outside the operations: streams and files. */
function plainRequest(path: string, headers: Record<string, string>, signal: AbortSignal | undefined): Build {
  return (token) => {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
    return [path, { headers: { ...headers, ...authorization }, credentials: 'omit', ...(signal ? { signal } : {}) }]
  }
}

/** The typed client of one surface. Its token lives in memory; see `SessionHolder` for how it is renewed. */
export function createClient(options: ClientOptions): Client {
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))
  const now = options.now ?? (() => Date.now())
  const newKey = options.newKey ?? (() => crypto.randomUUID())
  const session = new SessionHolder({
    aud: options.aud,
    fetch: send,
    locks: options.locks ?? browserLocks() ?? localLocks(),
    channel: options.channel === undefined ? browserChannel(options.aud) : options.channel,
    now,
  })
  if (options.onSession) session.subscribe(options.onSession)
  const stepUp = options.stepUp ?? (() => Promise.resolve(false))
  const authorised = authorisedSender({ send, session, now, stepUp })

  return {
    session,
    async call(operation, input, { signal, idempotencyKey = newKey() } = {}) {
      // Cast: InputOf is this loose shape, narrowed by the operation's schemas.
      const loose = input as LooseInput
      const response = await authorised(
        (token) => requestOf(operation, loose, { token, idempotencyKey, signal }),
        needOf(operation),
      )
      // Cast: the server checks every answer against the same contract before it sends it.
      return (response.status === 204 ? undefined : await response.json()) as OutputOf<typeof operation>
    },
    async *events(path, { signal, lastEventId } = {}) {
      const headers: Record<string, string> = { accept: 'text/event-stream' }
      if (lastEventId !== undefined) headers['last-event-id'] = lastEventId
      const response = await authorised(plainRequest(path, headers, signal), 'session')
      if (response.body) yield* readEvents(response.body)
    },
    async download(path, { signal } = {}) {
      return await (await authorised(plainRequest(path, {}, signal), 'session')).blob()
    },
  }
}

/** True when a failure is worth another try by hand or by the query cache: no answer, or the server says "later". */
export const isPassing = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && (error.status === 503 || error.status === 408))
