import type { CompiledQuery } from 'kysely'
import pg from 'pg'
import type { Scope } from './scope.ts'

/** Whole rows of a COPY, as the server wrote them, one behind the other. `ends` are the offsets behind each row. */
export interface RowBlock {
  readonly bytes: Buffer
  readonly ends: readonly number[]
}

export interface CopyOptions {
  readonly pool: pg.Pool
  readonly scope: Scope
  /** `select …`, whose values become literals: COPY takes no parameters. */
  readonly query: CompiledQuery
  /** What stands behind `to stdout with`. */
  readonly format: string
  /** Longest statement, milliseconds; the wait for a slow reader counts. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Bytes after which a block is handed over. */
const BLOCK_BYTES = 256 * 1024
const SLACK_BYTES = 256 * 1024

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return pg.escapeLiteral(value)
  throw new TypeError('a value that has no literal')
}

/** The text of a statement with its values in place. */
export const inlined = ({ sql, parameters }: CompiledQuery): string =>
  sql.replaceAll(/\$(\d+)/g, (_all, place: string) => literal(parameters[Number(place) - 1]))

/** What pg's protocol layer offers a query that speaks for itself. */
interface Wire {
  readonly stream: { pause(): void; resume(): void }
  query(text: string): void
}

type Take = (block: RowBlock) => Promise<void>

/** Fills blocks with rows and hands them over one at a time; the socket rests while both buffers are full. */
class CopyOut {
  readonly #text: string
  readonly #take: Take
  #wire: Wire | undefined
  #buffers: [Buffer, Buffer] = [
    Buffer.allocUnsafeSlow(BLOCK_BYTES + SLACK_BYTES),
    Buffer.allocUnsafeSlow(BLOCK_BYTES + SLACK_BYTES),
  ]
  #ends: number[] = []
  #filled = 0
  #taking: Promise<void> | null = null
  /** Rows that came while both buffers were full: at most what one read of the socket held. */
  #waiting: Buffer[] = []
  #isResting = false
  #failure: Error | undefined
  readonly #settled = Promise.withResolvers<void>()

  constructor(text: string, take: Take) {
    this.#text = text
    this.#take = take
  }

  /** Resolves when the last row was taken; rejects with the server's error or with what `take` threw. */
  get done(): Promise<void> {
    return this.#settled.promise
  }

  submit(connection: unknown): void {
    this.#wire = connection as Wire // pg hands over its protocol layer
    this.#wire.query(this.#text)
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCommandComplete(): void {}

  handleCopyData(message: { readonly chunk: Buffer }): void {
    if (this.#failure) return
    if (this.#isResting) this.#waiting.push(Buffer.from(message.chunk))
    else this.#append(message.chunk)
  }

  handleError(error: Error): void {
    this.#fail(error)
    this.#settled.reject(error)
  }

  handleReadyForQuery(): void {
    this.#finish().then(this.#settled.resolve, this.#settled.reject)
  }

  #append(row: Buffer): void {
    let [buffer] = this.#buffers
    if (this.#filled + row.length > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(this.#filled + row.length + SLACK_BYTES)
      buffer.copy(larger, 0, 0, this.#filled)
      this.#buffers = [larger, this.#buffers[1]]
      buffer = larger
    }
    row.copy(buffer, this.#filled)
    this.#filled += row.length
    this.#ends.push(this.#filled)
    if (this.#filled >= BLOCK_BYTES) this.#hand()
  }

  /** Hands the full buffer over, or rests until the other one is free. */
  #hand(): void {
    if (this.#taking) {
      this.#isResting = true
      this.#wire?.stream.pause()
      return
    }
    this.#taking = this.#takeFull().then(
      () => this.#freed(),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    )
  }

  #takeFull(): Promise<void> {
    const [full, free] = this.#buffers
    const block = { bytes: full.subarray(0, this.#filled), ends: this.#ends }
    this.#buffers = [free, full]
    this.#filled = 0
    this.#ends = []
    return this.#take(block)
  }

  #freed(): void {
    this.#taking = null
    if (!this.#isResting) return
    this.#isResting = false
    this.#hand()
    const rows = this.#waiting
    this.#waiting = []
    for (const [place, row] of rows.entries()) {
      if (this.#isResting) {
        this.#waiting = rows.slice(place)
        return
      }
      this.#append(row)
    }
    if (!this.#isResting) this.#wire?.stream.resume()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#taking = null
    this.#waiting = []
    this.#isResting = false
    this.#settled.reject(error)
    // What still comes is thrown away until the connection is.
    this.#wire?.stream.resume()
  }

  async #finish(): Promise<void> {
    while (this.#taking) await this.#taking
    if (this.#failure) throw this.#failure
    if (this.#filled > 0) await this.#takeFull()
  }
}

const SETTINGS = `select set_config('role',$1,true), set_config('app.tenant_id',$2,true), set_config('app.user_id',$3,true),
  set_config('app.aud',$4,true), set_config('statement_timeout',$5,true)`

/**
 * The rows of a query in a short read-only transaction of its own, as the scope sees them, handed over block by block:
 * memory does not grow with the result, and a slow reader slows the server down. Blocks are the same for the same rows.
 * A connection that did not come to its end is thrown away.
 */
export async function copyOut(options: CopyOptions, take: Take): Promise<void> {
  const { pool, scope, query, format, timeoutMs, signal } = options
  signal.throwIfAborted()
  const client = await pool.connect()
  let broken: Error | undefined = new Error('the copy was not finished')
  const ended = Promise.withResolvers<never>()
  const abort = (): void => ended.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.query('begin read only')
    const timeout = String(Math.max(1, Math.min(Math.floor(timeoutMs), 2_147_483_647)))
    await client.query(SETTINGS, [scope.role, scope.tenantId ?? '', scope.userId ?? '', scope.aud ?? '', timeout])
    const copy = new CopyOut(`copy (${inlined(query)}) to stdout with (${format})`, take)
    client.query(copy)
    await Promise.race([copy.done, ended.promise])
    await client.query('commit')
    broken = undefined
  } finally {
    signal.removeEventListener('abort', abort)
    client.release(broken)
  }
}
