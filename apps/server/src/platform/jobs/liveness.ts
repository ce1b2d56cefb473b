import pg from 'pg'

export interface LivenessOptions {
  readonly url: string
  readonly worker: string
  /** How often the connection is asked whether it lives, and how long it may take to answer; default 5,000. */
  readonly pingMs?: number
  report(error: Error): void
  /** Once for each connection that died while it was needed. */
  onLost?(): void
}

const PING_MS = 5_000
const AGAIN_MS = 1_000

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/**
 * The worker's one connection of its own. While it lives it holds an advisory lock on the worker's id, by which others
 * know that the process does; and it listens for new jobs. A connection that dies, or no longer answers, is replaced.
 */
export class Liveness {
  /** Something was enqueued, or may have been while nobody listened. */
  onWake: (() => void) | null = null
  readonly #options: LivenessOptions
  readonly #pingMs: number
  #client: pg.Client | null = null
  #holdsLock = false
  #ended = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#pingMs = options.pingMs ?? PING_MS
  }

  async open(): Promise<this> {
    await this.#connect()
    this.#again()
    return this
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'zenops-liveness',
      options: '-c app.aud=worker -c timezone=UTC',
      connectionTimeoutMillis: this.#pingMs,
      query_timeout: this.#pingMs,
      keepAlive: true,
    })
    client.on('error', (error) => this.#ended || this.#options.report(error))
    client.on('end', () => this.#lost(client))
    client.on('notification', () => this.onWake?.())
    await client.connect()
    this.#holdsLock = false
    await client.query('listen ops_jobs')
    this.#client = client
    await this.#mark()
    this.onWake?.()
  }

  /** The lock first, then the row: whoever finds the row cannot take the lock. Both are made good where they were lost. */
  async #mark(): Promise<void> {
    const { worker } = this.#options
    if (!this.#holdsLock) {
      // After a break the server may still know the old session: that one speaks for this worker until it goes.
      const answer = await this.#client?.query<{ mine: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 42)) as mine',
        [worker],
      )
      this.#holdsLock = answer?.rows[0]?.mine === true
    }
    await this.#client?.query('insert into ops.workers (worker_id) values ($1) on conflict do nothing', [worker])
  }

  async #tend(): Promise<void> {
    const client = this.#client
    try {
      await (client ? this.#mark() : this.#connect())
    } catch (error) {
      this.#options.report(asError(error))
      if (client) this.#lost(client)
      // A half-open socket does not say goodbye.
      client?.connection.stream.destroy()
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = null
    if (!this.#ended) this.#options.onLost?.()
  }

  #again(): void {
    if (this.#ended) return
    this.#timer = setTimeout(
      () => void this.#tend().finally(() => this.#again()),
      this.#client ? this.#pingMs : AGAIN_MS,
    )
  }

  async end(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    const client = this.#client
    await client?.query('delete from ops.workers where worker_id = $1', [this.#options.worker]).catch(() => {
      // The row goes with the next sweep.
    })
    await client?.end().catch(() => {
      // Gone already.
    })
  }
}

export const openLiveness = (options: LivenessOptions): Promise<Liveness> => new Liveness(options).open()
