import { connect, type Socket } from 'node:net'

/** What one request sends beside its line, host and length. */
export interface LineRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * One keep-alive connection that knows of HTTP what a load needs: answers of 2xx with a length, one after the other. It
 * neither unpacks nor reads them: on a machine that both share, the load is to spend little beside the server.
 */
export class Line {
  readonly #socket: Socket
  readonly #host: string
  #head = ''
  /** Bytes of the answer's body that are still to come. */
  #left = 0
  #answered: { resolve(): void; reject(error: Error): void } | undefined

  constructor(url: URL) {
    this.#host = url.host
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    this.#socket.on('data', (bytes) => this.#hear(bytes))
    this.#socket.on('error', (error) => this.#answered?.reject(error))
    this.#socket.on('close', () => this.#answered?.reject(new Error('the connection was closed')))
  }

  /** Sends a request and waits for the end of its answer. Throws when it is not of 2xx. */
  ask({ method, path, headers = {}, body = '' }: LineRequest): Promise<void> {
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject }
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${fields.join('')}content-type: application/json\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }
  close(): void {
    this.#answered = undefined
    this.#socket.destroy()
  }

  #hear(bytes: Buffer): void {
    if (this.#left > 0) {
      this.#left -= bytes.length
      if (this.#left === 0) this.#answered?.resolve()
      return
    }
    this.#head += bytes.toString('latin1')
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#head.slice(0, end)
    const length = /^content-length: (\d+)$/im.exec(head)?.[1]
    if (!head.startsWith('HTTP/1.1 2') || length === undefined)
      return this.#answered?.reject(new Error(`a request was answered: ${this.#head.slice(0, 400)}`))
    this.#left = Number(length) - (this.#head.length - end - 4)
    this.#head = ''
    if (this.#left === 0) this.#answered?.resolve()
  }
}

export interface LineLoad {
  readonly url: string
  readonly seconds: number
  /** How many connections; 16 unless told. */
  readonly connections?: number
  /** The next request of a connection; called when the one before it was answered. */
  request(connection: number): LineRequest
  /** Told of each answer, before the next request of its connection is made. */
  answered?(connection: number): void
}

/**
 * Asks over every connection, one request after the other, and lets the last ones end. Answers each request's
 * milliseconds. Throws when one is refused.
 */
export async function lineLoad(load: LineLoad): Promise<number[]> {
  const ms: number[] = []
  const until = performance.now() + load.seconds * 1000
  await Promise.all(
    Array.from({ length: load.connections ?? 16 }, async (_, connection) => {
      const line = new Line(new URL(load.url))
      try {
        while (performance.now() < until) {
          const at = performance.now()
          await line.ask(load.request(connection))
          load.answered?.(connection)
          ms.push(performance.now() - at)
        }
      } finally {
        line.close()
      }
    }),
  )
  return ms
}
