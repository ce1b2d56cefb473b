import type { Audience } from '@zenops/contracts/kit'
import type { Capability, JobTemplate, Role, Scope } from '@zenops/contracts/capabilities'
import type { Session as SessionBody } from '@zenops/contracts/identity'
import { ApiError, NetworkError, isAbort, readApiError } from './api-error.ts'

/** The body of a successful sign-in or refresh (`identity.md` 5). */
export interface Session {
  readonly result: 'accepted'
  readonly access_token: string
  /** Seconds. */
  readonly expires_in: number
  readonly session_id: string
  readonly user: {
    readonly id: string
    readonly kind: string
    /** Null for a guest. */
    readonly email: string | null
    readonly name: string
    readonly locale: string
  }
  readonly tenant: {
    readonly id: string
    readonly slug: string
    readonly name: string
    readonly lane: string
    readonly time_zone: string
  }
  readonly aud: Audience
  readonly role: Role
  readonly admin_level: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly job_templates: readonly JobTemplate[]
  readonly capabilities: readonly { readonly capability: Capability; readonly scope: Scope }[]
  readonly permission_version: number
}

/** A first factor was right, a second one is due: no session yet, but a ticket for the next page. */
export interface FactorDue {
  readonly result: 'mfa_required' | 'mfa_setup_required'
  readonly mfa_ticket_id: string
  readonly mfa_methods: readonly ('TOTP' | 'WEBAUTHN' | 'RECOVERY')[]
  /** Seconds. */
  readonly expires_in: number
}

export interface Credentials {
  readonly email: string
  readonly password: string
  /** Short name of a firm; without it the one used last. */
  readonly tenant?: string
  /** How the sign-in is called in one's own list of sessions. */
  readonly device_name?: string
}

/** Why nobody is signed in: never was, ended by the server, ended here, or the refresh token was seen twice. */
export type SignedOutReason = 'none' | 'ended' | 'signed_out' | 'reuse'

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed_in'; readonly session: Session; readonly expiresAt: number }
  | { readonly kind: 'signed_out'; readonly reason: SignedOutReason }
  /** The launch gate or a block: a full page with the until-time. */
  | { readonly kind: 'refused'; readonly error: ApiError }

/** The part of Web Locks that is used. With `ifAvailable`, `work` gets null where somebody else holds the lock. */
export interface Locks {
  request<T>(name: string, options: { readonly ifAvailable?: boolean }, work: (lock: unknown) => Promise<T>): Promise<T>
}

/** The part of BroadcastChannel that is used. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: { data: unknown }) => void) | null
}

export interface SessionPorts {
  readonly aud: Audience
  readonly fetch: typeof fetch
  readonly locks: Locks
  readonly channel: Channel | null
  readonly now: () => number
}

type TabMessage =
  | { readonly kind: 'session'; readonly session: Session; readonly expiresAt: number }
  | { readonly kind: 'signed_out' }
  /** Whoever has a session says it again: the asker waited for a renewal and may have missed its message. */
  | { readonly kind: 'ask' }

/** How long a tab waits for the token that another one has just renewed. */
const ASK_MS = 300

const isTabMessage = (value: unknown): value is TabMessage =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  (value.kind === 'session' || value.kind === 'signed_out' || value.kind === 'ask')

/**
 * Holds the access token in memory only. Of all tabs of one audience a single one refreshes at a time: two refreshes
 * with one cookie would look like theft to the server and end the family.
 */
export class SessionHolder {
  readonly #ports: SessionPorts
  readonly #listeners = new Set<(state: SessionState) => void>()
  #state: SessionState = { kind: 'starting' }
  #renewing: Promise<string | null> | null = null

  constructor(ports: SessionPorts) {
    this.#ports = ports
    if (ports.channel) ports.channel.onmessage = ({ data }) => this.#hear(data)
  }

  readonly state = (): SessionState => this.#state

  readonly subscribe = (listener: (state: SessionState) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Signs in, or answers that a second factor is due. Throws ApiError (AUTH_INVALID, AUTH_LOCKED, …) or NetworkError. */
  async signIn(credentials: Credentials): Promise<Session | FactorDue> {
    const response = await this.#post('/v1/auth/login', { aud: this.#ports.aud, ...credentials })
    const answer = await this.#read<Session | FactorDue>(response)
    if (answer.result === 'accepted') this.#accept(answer)
    return answer
  }

  /** Takes over the session that another way in has answered: second factor, passkey, invitation, another firm. */
  accept(session: SessionBody): void {
    // Cast: the contract names capabilities and templates as text; here they have their closed types.
    this.#accept(session as Session)
  }

  /** At start: a session by the refresh cookie, or signed out. Never throws. */
  async restore(): Promise<SessionState> {
    try {
      await this.renew(null)
    } catch {
      if (this.#state.kind === 'starting') this.#become({ kind: 'unreachable' })
    }
    return this.#state
  }

  /** Ends the family here and in every tab; local state goes even when the server cannot be reached. */
  async signOut(): Promise<void> {
    await this.#post('/v1/auth/logout', { aud: this.#ports.aud }).catch(() => null)
    this.forget()
  }

  /** Every tab forgets the session that the server has already ended. */
  forget(): void {
    this.#tell({ kind: 'signed_out' })
    this.#become({ kind: 'signed_out', reason: 'signed_out' })
  }

  /** The person has another name or language from now on. */
  rename(user: Pick<Session['user'], 'name' | 'locale'>): void {
    const state = this.#state
    if (state.kind !== 'signed_in') return
    const session = { ...state.session, user: { ...state.session.user, ...user } }
    this.#become({ ...state, session })
    this.#tell({ kind: 'session', session, expiresAt: state.expiresAt })
  }

  /** The launch gate or a block met in the middle of work: a full page takes its place. */
  refuse(error: ApiError): void {
    this.#become({ kind: 'refused', error })
  }

  /** A newer token than `stale`, from another tab or by one refresh; null when the session is over. Throws NetworkError or 429/503. */
  renew(stale: string | null): Promise<string | null> {
    this.#renewing ??= this.#renewAlone(stale).finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  /** Clears local state after the server refused a fresh token. */
  drop(reason: SignedOutReason): void {
    this.#become({ kind: 'signed_out', reason })
  }

  #become(next: SessionState): void {
    this.#state = next
    for (const listener of this.#listeners) listener(next)
  }

  #tell(message: TabMessage): void {
    this.#ports.channel?.postMessage(message)
  }

  #hear(data: unknown): void {
    if (!isTabMessage(data)) return
    const state = this.#state
    if (data.kind === 'session') {
      if (!this.#isOlder(data)) this.#become({ kind: 'signed_in', session: data.session, expiresAt: data.expiresAt })
    } else if (state.kind !== 'signed_in') return
    else if (data.kind === 'signed_out') this.drop('signed_out')
    else this.#tell({ kind: 'session', session: state.session, expiresAt: state.expiresAt })
  }

  /** A token of the same sign-in that this tab has already replaced. */
  #isOlder({ session, expiresAt }: { readonly session: Session; readonly expiresAt: number }): boolean {
    const state = this.#state
    return state.kind === 'signed_in' && state.session.session_id === session.session_id && expiresAt < state.expiresAt
  }

  #accept(session: Session): void {
    const expiresAt = this.#ports.now() + session.expires_in * 1000
    this.#become({ kind: 'signed_in', session, expiresAt })
    this.#tell({ kind: 'session', session, expiresAt })
  }

  async #post(path: string, body: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json' }
    if (this.#state.kind === 'signed_in') headers.authorization = `Bearer ${this.#state.session.access_token}`
    const init: RequestInit = { method: 'POST', headers, body: JSON.stringify(body), credentials: 'same-origin' }
    try {
      return await this.#ports.fetch(path, init)
    } catch (error) {
      throw isAbort(error) ? error : new NetworkError(error)
    }
  }

  async #read<T>(response: Response): Promise<T> {
    if (!response.ok) throw await readApiError(response, this.#ports.now())
    // Cast: the server checks this answer against the same contract before it sends it.
    return (await response.json()) as T
  }

  async #renewAlone(stale: string | null): Promise<string | null> {
    const { locks, aud } = this.#ports
    const name = `zenops-session-${aud}`
    const free = await locks.request(name, { ifAvailable: true }, async (lock) =>
      lock === null ? null : { token: await this.#renewLocked(stale) },
    )
    if (free) return free.token
    return await locks.request(name, {}, async () => {
      await this.#hearNewer(stale)
      return await this.#renewLocked(stale)
    })
  }

  /** After another tab's renewal: its lock may come free before its message arrives, so it is asked for. */
  async #hearNewer(stale: string | null): Promise<void> {
    const isNewer = (state: SessionState) => state.kind === 'signed_in' && state.session.access_token !== stale
    if (!this.#ports.channel || isNewer(this.#state)) return
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        stop()
        resolve()
      }
      const timer = setTimeout(done, ASK_MS)
      const stop = this.subscribe((state) => {
        if (isNewer(state)) done()
      })
      this.#tell({ kind: 'ask' })
    })
  }

  async #renewLocked(stale: string | null): Promise<string | null> {
    if (this.#state.kind === 'signed_in' && this.#state.session.access_token !== stale)
      return this.#state.session.access_token
    const response = await this.#post('/v1/auth/refresh', { aud: this.#ports.aud })
    try {
      const session = await this.#read<Session>(response)
      this.#accept(session)
      return session.access_token
    } catch (error) {
      if (error instanceof ApiError) return this.#fail(error)
      throw error
    }
  }

  #fail(error: ApiError): null {
    if (error.status === 429 || error.status >= 500) throw error
    if (error.is('TENANT_NOT_ENABLED', 'AUTH_BLOCKED')) this.#become({ kind: 'refused', error })
    else if (error.is('AUTH_REFRESH_REUSE_DETECTED')) this.drop('reuse')
    else this.drop(this.#state.kind === 'signed_in' ? 'ended' : 'none')
    return null
  }
}
