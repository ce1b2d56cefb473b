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
}

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
  return {
    request<T>(_name: string, work: () => Promise<T>): Promise<T> {
      const next = last.then(work, work)
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

/** Sends, and after a 401 that a new token can heal repeats once; `build` makes the same request with another token. */
function authorisedSender(send: typeof fetch, session: SessionHolder, now: () => number) {
  async function token(): Promise<string | null> {
    const state = session.state()
    if (state.kind !== 'signed_in') return null
    if (state.expiresAt - now() > EARLY_MS) return state.session.access_token
    return await session.renew(state.session.access_token)
  }
  async function once(address: string, init: RequestInit): Promise<Response> {
    try {
      return await send(address, init)
    } catch (error) {
      throw isAbort(error) ? error : new NetworkError(error)
    }
  }
  return async (build: Build, heal: boolean): Promise<Response> => {
    const first = heal ? await token() : null
    const response = await once(...build(first))
    if (response.ok) return response
    const error = await readApiError(response, now())
    if (!heal || response.status !== 401 || error.is('AUTH_STEP_UP_REQUIRED')) throw error
    const renewed = await session.renew(first)
    if (renewed === null) throw error
    const second = await once(...build(renewed))
    if (second.ok) return second
    const again = await readApiError(second, now())
    if (second.status === 401 && !again.is('AUTH_STEP_UP_REQUIRED')) session.drop('ended')
    throw again
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
  const authorised = authorisedSender(send, session, now)

  return {
    session,
    async call(operation, input, { signal, idempotencyKey = newKey() } = {}) {
      // Cast: InputOf is this loose shape, narrowed by the operation's schemas.
      const loose = input as LooseInput
      const response = await authorised(
        (token) => requestOf(operation, loose, { token, idempotencyKey, signal }),
        operation.access !== 'public',
      )
      // Cast: the server checks every answer against the same contract before it sends it.
      return (response.status === 204 ? undefined : await response.json()) as OutputOf<typeof operation>
    },
    async *events(path, { signal, lastEventId } = {}) {
      const headers: Record<string, string> = { accept: 'text/event-stream' }
      if (lastEventId !== undefined) headers['last-event-id'] = lastEventId
      const response = await authorised(plainRequest(path, headers, signal), true)
      if (response.body) yield* readEvents(response.body)
    },
    async download(path, { signal } = {}) {
      return await (await authorised(plainRequest(path, {}, signal), true)).blob()
    },
  }
}

/** True when a failure is worth another try by hand or by the query cache: no answer, or the server says "later". */
export const isPassing = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && (error.status === 503 || error.status === 408))
