import type { Claim, ClaimedJob, JobPort } from './queue.ts'

export interface WorkOptions {
  /** The id under which this worker holds jobs. */
  readonly worker: string
  /** Queues it serves; a hot one with the size of its batches. */
  readonly queues: ReadonlyMap<string, { readonly batch?: number }>
  /** Jobs, or batches, at a time. */
  readonly concurrency: number
  /** Asks again this often, as the net under lost notices. */
  readonly pollMs: number
  readonly heartbeatMs: number
  /** A claim that is not answered by then counts as lost, with the connection that it was made on; default 20,000. */
  readonly claimMs?: number
  /** Runs one job, or a batch; never rejects. The signal of a lost job is aborted. */
  run(jobs: readonly ClaimedJob[], signalOf: (job: ClaimedJob) => AbortSignal): Promise<void>
  report(error: Error): void
}

export interface Working {
  /** Something may be due. */
  wake(): void
  /** Claims nothing more; resolves when what runs has ended. After `graceMs` the rest is aborted. */
  stop(graceMs?: number): Promise<void>
  /** Runs everything that is due now, then resolves. */
  drain(): Promise<void>
}

/** Longer than the database lets a statement run. */
const CLAIM_MS = 20_000

/** So that one firm's long jobs leave a place for others. */
const groupOf = (concurrency: number): number => Math.max(1, concurrency - Math.max(1, Math.floor(concurrency / 4)))

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** Claims and runs jobs until stopped; a burst is taken as fast as places come free. */
class Loop<Tx> implements Working {
  readonly #port: JobPort<Tx>
  readonly #options: WorkOptions
  readonly #single: readonly string[]
  readonly #hot: readonly (readonly [kind: string, size: number])[]
  readonly #running = new Map<ClaimedJob, AbortController>()
  readonly #turns = new Set<Promise<void>>()
  readonly #timers: NodeJS.Timeout[] = []
  #places: number
  #fetching: Promise<void> | null = null
  #again = false
  #stopping = false

  constructor(port: JobPort<Tx>, options: WorkOptions) {
    this.#port = port
    this.#options = options
    this.#places = options.concurrency
    const kinds = [...options.queues]
    this.#single = kinds.flatMap(([kind, { batch }]) => (batch === undefined ? [kind] : []))
    this.#hot = kinds.flatMap(([kind, { batch }]) => (batch === undefined ? [] : [[kind, batch] as const]))
  }

  start(): void {
    const { pollMs, heartbeatMs, report } = this.#options
    this.#timers.push(
      setInterval(() => this.wake(), pollMs),
      setInterval(() => void this.#heartbeat().catch((error: unknown) => report(asError(error))), heartbeatMs),
    )
    this.wake()
  }

  wake(): void {
    if (this.#stopping) return
    this.#again = true
    if (this.#fetching === null) this.#fetching = this.#fetch()
  }

  async #fetch(): Promise<void> {
    while (this.#again && !this.#stopping) {
      this.#again = false
      try {
        await this.#claimOnce()
      } catch (error) {
        this.#options.report(asError(error))
      }
    }
    // In the same breath as the last look at `again`, so that no wake falls between.
    this.#fetching = null
  }

  async #claimOnce(): Promise<void> {
    const { worker, concurrency } = this.#options
    if (this.#places > 0 && this.#single.length > 0) {
      const limit = this.#places
      const jobs = await this.#claim({ worker, kinds: this.#single, limit, group: groupOf(concurrency) })
      for (const job of jobs) this.#begin([job])
    }
    for (const [kind, size] of this.#hot) {
      if (this.#places === 0) break
      const jobs = await this.#claim({ worker, kinds: [kind], limit: size, group: size })
      if (jobs.length > 0) this.#begin(jobs)
      // A full batch: there is more, and it does not wait for a notice.
      if (jobs.length === size) this.#again = true
    }
    // The next place that comes free asks again.
    if (this.#places === 0) this.#again = false
  }

  /**
   * A connection that broke without a word never answers, and nothing may wait for it: the next claim goes by another
   * one. What the lost claim took is silent and comes back by the sweep.
   */
  #claim(claim: Claim): Promise<ClaimedJob[]> {
    const { promise: over, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('a claim was not answered')), this.#options.claimMs ?? CLAIM_MS)
    return Promise.race([this.#port.claim(claim), over]).finally(() => clearTimeout(timer))
  }

  #begin(jobs: readonly ClaimedJob[]): void {
    this.#places--
    const aborts = new Map(jobs.map((job) => [job, new AbortController()] as const))
    for (const [job, abort] of aborts) this.#running.set(job, abort)
    const never = new AbortController().signal
    const turn = this.#options
      .run(jobs, (job) => aborts.get(job)?.signal ?? never)
      .catch((error: unknown) => this.#options.report(asError(error)))
      .finally(() => {
        for (const job of jobs) this.#running.delete(job)
        this.#turns.delete(turn)
        this.#places++
        // Its firm's place or its serial key may have held another job back.
        this.wake()
      })
    this.#turns.add(turn)
  }

  async #heartbeat(): Promise<void> {
    const jobs = [...this.#running.keys()]
    if (jobs.length === 0) return
    const held = await this.#port.heartbeat(this.#options.worker, jobs)
    for (const job of jobs) if (!held.has(job.id)) this.#running.get(job)?.abort(new Error('the lease is lost'))
  }

  async drain(): Promise<void> {
    do {
      this.wake()
      await this.#fetching
      await Promise.all(this.#turns)
    } while (this.#fetching !== null || this.#turns.size > 0)
  }

  async stop(graceMs = 30_000): Promise<void> {
    this.#stopping = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#fetching
    const limit = setTimeout(() => {
      for (const abort of this.#running.values()) abort.abort(new Error('the worker stops'))
    }, graceMs)
    await Promise.all(this.#turns)
    clearTimeout(limit)
  }
}

/** Works for a queue until stopped. */
export function work<Tx>(port: JobPort<Tx>, options: WorkOptions): Working {
  const loop = new Loop(port, options)
  loop.start()
  return loop
}

/** Runs what is due and returns; for tests and scripts. */
export async function workOff<Tx>(port: JobPort<Tx>, options: WorkOptions): Promise<void> {
  const loop = new Loop(port, options)
  await loop.drain()
  await loop.stop()
}
