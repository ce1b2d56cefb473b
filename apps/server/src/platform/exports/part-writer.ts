import { createHash, type Hash } from 'node:crypto'
import { createGzip, type Gzip } from 'node:zlib'
import type { ExportJob, ExportStorage, Fence } from './port.ts'

export interface WriterStart {
  /** Bytes of the file that lie before what comes. */
  readonly position: number
  readonly chunkNo: number
  /** Bytes up to here are stored already and only counted. */
  readonly storedUpTo: number
}

/**
 * Cuts bytes into chunks and stores each while the next is filled. Two buffers in turn: memory does not grow with the
 * file. A chunk that fails fails the next call.
 */
export class ChunkWriter {
  readonly #storage: ExportStorage
  readonly #job: ExportJob
  readonly #fence: Fence
  #buffers: [Buffer, Buffer]
  #filled = 0
  #chunkNo: number
  #position: number
  readonly #storedUpTo: number
  #storing: Promise<void> = Promise.resolve()

  constructor(storage: ExportStorage, job: ExportJob, given: { readonly fence: Fence; readonly start: WriterStart }) {
    this.#storage = storage
    this.#job = job
    this.#fence = given.fence
    this.#position = given.start.position
    this.#chunkNo = given.start.chunkNo
    this.#storedUpTo = given.start.storedUpTo
    this.#buffers = [Buffer.allocUnsafeSlow(storage.chunkBytes), Buffer.allocUnsafeSlow(storage.chunkBytes)]
  }

  /** Bytes of the file so far. */
  get position(): number {
    return this.#position
  }

  async write(bytes: Uint8Array, part: number): Promise<void> {
    let from = Math.min(bytes.byteLength, Math.max(0, this.#storedUpTo - this.#position))
    this.#position += from
    while (from < bytes.byteLength) {
      const [buffer] = this.#buffers
      const taken = Math.min(bytes.byteLength - from, buffer.byteLength - this.#filled)
      buffer.set(bytes.subarray(from, from + taken), this.#filled)
      this.#filled += taken
      this.#position += taken
      from += taken
      if (this.#filled === buffer.byteLength) await this.#store(part)
    }
  }

  /** Everything of the part is stored afterwards, where chunks end with parts. */
  async endPart(part: number): Promise<void> {
    if (!this.#storage.spansParts && this.#filled > 0) await this.#store(part)
    await this.#storing
  }

  async end(part: number): Promise<void> {
    if (this.#filled > 0) await this.#store(part)
    await this.#storing
  }

  async #store(part: number): Promise<void> {
    await this.#storing
    const [full, free] = this.#buffers
    const bytes = full.subarray(0, this.#filled)
    const chunk = { no: this.#chunkNo, part, offset: this.#position - this.#filled, bytes }
    this.#storing = this.#storage.storeChunk(this.#job, chunk, this.#fence)
    // Whoever writes next hears of a failure; until then nobody else does.
    this.#storing.catch(() => {})
    this.#buffers = [free, full]
    this.#filled = 0
    this.#chunkNo += 1
  }
}

export interface PartSum {
  readonly bytes: number
  readonly sha256: string
}

interface PartGiven {
  readonly chunks: ChunkWriter
  readonly part: number
  readonly compress: ExportJob['compress']
  /** Hash over the whole file, where it is kept on the way. */
  readonly whole: Hash | null
}

/** One part on its way: plain, or one gzip member (level 1, no time in its header, so equal rows make equal bytes). */
export class PartWriter {
  readonly #given: PartGiven
  readonly #hash = createHash('sha256')
  #bytes = 0
  readonly #gzip: Gzip | null
  #out: Buffer[] = []
  #input = Buffer.alloc(0)
  #packing: Promise<void> = Promise.resolve()

  constructor(given: PartGiven) {
    this.#given = given
    this.#gzip = given.compress === 'gzip' ? createGzip({ level: 1 }) : null
    this.#gzip?.on('data', (piece: Buffer) => void this.#out.push(piece))
  }

  /** Resolves when the block may be overwritten; packing goes on behind the caller's back, one block at a time. */
  async write(block: Uint8Array): Promise<void> {
    const gzip = this.#gzip
    if (!gzip) return this.#pass(block)
    await this.#packed()
    if (block.byteLength > this.#input.byteLength) this.#input = Buffer.allocUnsafeSlow(block.byteLength * 2)
    this.#input.set(block)
    this.#packing = new Promise<void>((resolve, reject) => {
      gzip.write(this.#input.subarray(0, block.byteLength), (error) => (error ? reject(error) : resolve()))
    })
    // Whoever writes next hears of a failure.
    this.#packing.catch(() => {})
  }

  async end(): Promise<PartSum> {
    const gzip = this.#gzip
    if (gzip) {
      await this.#packed()
      const ended = new Promise<void>((resolve, reject) => {
        gzip.once('end', resolve)
        gzip.once('error', reject)
      })
      gzip.end()
      await ended
      await this.#drain()
    }
    await this.#given.chunks.endPart(this.#given.part)
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  async #packed(): Promise<void> {
    await this.#packing
    await this.#drain()
  }

  /** Lets go of what compresses; for a part that is given up. */
  abandon(): void {
    this.#gzip?.destroy()
  }

  async #drain(): Promise<void> {
    const pieces = this.#out
    this.#out = []
    for (const piece of pieces) await this.#pass(piece)
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.byteLength
    this.#hash.update(bytes)
    this.#given.whole?.update(bytes)
    await this.#given.chunks.write(bytes, this.#given.part)
  }
}
