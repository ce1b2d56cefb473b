import type { Audience } from '@zenops/contracts/kit'
import type { Capability, JobTemplate, Role, Scope } from '@zenops/contracts/capabilities'
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
    readonly email: string
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

/** Why nobody is signed in: never was, ended by the server, ended here, or the refresh token was seen twice. */
export type SignedOutReason = 'none' | 'ended' | 'signed_out' | 'reuse'

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed_in'; readonly session: Session; readonly expiresAt: number }
  | { readonly kind: 'signed_out'; readonly reason: SignedOutReason }
  /** The launch gate or a block: a full page with the until-time. */
  | { readonly kind: 'refused'; readonly error: ApiError }

/** The part of Web Locks that is used. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>
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

const isTabMessage = (value: unknown): value is TabMessage =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  (value.kind === 'session' || value.kind === 'signed_out')

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

  /** Signs in; throws ApiError (AUTH_INVALID, AUTH_LOCKED, AUTH_RATE_LIMITED, …) or NetworkError. */
  async signIn(credentials: { readonly email: string; readonly password: string }): Promise<Session> {
    const session = await this.#read(await this.#post('/v1/auth/login', { aud: this.#ports.aud, ...credentials }))
    this.#accept(session)
    return session
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
    this.#tell({ kind: 'signed_out' })
    this.#become({ kind: 'signed_out', reason: 'signed_out' })
  }

  /** A newer token than `stale`, from another tab or by one refresh; null when the session is over. Throws NetworkError or 429/503. */
  renew(stale: string | null): Promise<string | null> {
    this.#renewing ??= this.#ports.locks
      .request(`zenops-session-${this.#ports.aud}`, () => this.#renewLocked(stale))
      .finally(() => {
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
    if (data.kind === 'session') this.#become({ kind: 'signed_in', session: data.session, expiresAt: data.expiresAt })
    else if (this.#state.kind === 'signed_in') this.drop('signed_out')
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

  async #read(response: Response): Promise<Session> {
    if (!response.ok) throw await readApiError(response, this.#ports.now())
    // Cast: the server checks this answer against the same contract before it sends it.
    return (await response.json()) as Session
  }

  async #renewLocked(stale: string | null): Promise<string | null> {
    if (this.#state.kind === 'signed_in' && this.#state.session.access_token !== stale)
      return this.#state.session.access_token
    const response = await this.#post('/v1/auth/refresh', { aud: this.#ports.aud })
    try {
      const session = await this.#read(response)
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
