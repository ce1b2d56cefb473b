import { connect, type Socket } from 'node:net'
import { patchContract } from '@zenops/contracts/reports'
import { addressOf } from '../apps/server/test/harness/house.ts'

/** A report that one connection patches again and again; each patch names the version that the last one made. */
export interface PatchedReport {
  readonly id: string
  readonly token: string
  version: number
}

export interface PatchLoad {
  readonly url: string
  readonly reports: readonly PatchedReport[]
  readonly seconds: number
  /** The patch that follows a version. */
  patch(version: number): object
}

/** One keep-alive connection that knows of HTTP what it needs here: answers with a length, one after the other. */
class Line {
  readonly #socket: Socket
  #head = ''
  /** Bytes of the answer's body that are still to come. */
  #left = 0
  #answered: { resolve(): void; reject(error: Error): void } | undefined

  constructor(url: URL) {
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    this.#socket.on('data', (bytes) => this.#hear(bytes))
    this.#socket.on('error', (error) => this.#answered?.reject(error))
    this.#socket.on('close', () => this.#answered?.reject(new Error('the connection was closed')))
  }

  ask(request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject }
      this.#socket.write(request)
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
    if (!head.startsWith('HTTP/1.1 200 ') || length === undefined)
      return this.#answered?.reject(new Error(`a patch was answered: ${this.#head.slice(0, 400)}`))
    this.#left = Number(length) - (this.#head.length - end - 4)
    this.#head = ''
    if (this.#left === 0) this.#answered?.resolve()
  }
}

function requestOf({ url, patch }: PatchLoad, report: PatchedReport): string {
  const body = JSON.stringify({ patch: patch(report.version), expected_version: report.version })
  const path = addressOf(patchContract, { params: { id: report.id } })
  return (
    `${patchContract.method} ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\nauthorization: Bearer ${report.token}\r\n` +
    `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

/**
 * Patches every report over a keep-alive connection of its own, one patch after the other, and lets the last ones end.
 * It neither unpacks nor reads the answers: on a machine that both share, the load is to spend little beside the server.
 * Throws when a patch is refused. Answers each patch's milliseconds.
 */
export async function patchLoad(load: PatchLoad): Promise<number[]> {
  const ms: number[] = []
  const until = performance.now() + load.seconds * 1000
  await Promise.all(
    load.reports.map(async (report) => {
      const line = new Line(new URL(load.url))
      try {
        while (performance.now() < until) {
          const at = performance.now()
          await line.ask(requestOf(load, report))
          report.version += 1
          ms.push(performance.now() - at)
        }
      } finally {
        line.close()
      }
    }),
  )
  return ms
}
