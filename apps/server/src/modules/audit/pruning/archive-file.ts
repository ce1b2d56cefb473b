import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createGunzip, createGzip } from 'node:zlib'
import type { Sealing } from '../../../platform/auth/sealing.ts'

/**
 * An archive: one line of JSON with the wrapped key, then frames of AES-256-GCM over the gzipped bundle. A frame is kind
 * (1 byte: 0 or 1 = the last), length of its ciphertext (4 bytes), nonce, tag, ciphertext; its number and kind are
 * associated data, so none can be left out, moved or cut off.
 */
const FORMAT = 'zenops-audit-archive/1'
const FRAME = 1024 * 1024
const NONCE = 12
const TAG = 16
const HEAD = 1 + 4 + NONCE + TAG
const MAX_HEADER = 4_096

const aad = (index: number, last: boolean): Buffer => Buffer.from(`${FORMAT}|${index}|${last ? 1 : 0}`)

function sealFrame(key: Buffer, { index, last }: { index: number; last: boolean }, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad(index, last))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  const head = Buffer.alloc(5)
  head.writeUInt8(last ? 1 : 0, 0)
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body])
}

async function* gzipped(plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gzip = createGzip({ level: 6 })
  const feeding = (async () => {
    for await (const bytes of plain)
      if (!gzip.write(bytes)) await new Promise<void>((resolve) => void gzip.once('drain', resolve))
    gzip.end()
  })().catch((error: unknown) => void gzip.destroy(error instanceof Error ? error : new Error(String(error))))
  for await (const bytes of gzip) yield bytes as Buffer // no encoding is set
  await feeding
}

/** Encrypts a bundle as it flows by. `about` binds the key to the place the archive has. */
export async function* sealArchive(
  bundle: AsyncIterable<Buffer>,
  sealing: Sealing,
  about: string,
): AsyncGenerator<Buffer> {
  const key = randomBytes(32)
  const { kid, bytes } = sealing.seal(key.toString('base64'), about)
  yield Buffer.from(`${JSON.stringify({ format: FORMAT, kid, key: bytes.toString('base64') })}\n`)
  let waiting = Buffer.alloc(0)
  let index = 0
  for await (const piece of gzipped(bundle)) {
    waiting = Buffer.concat([waiting, piece])
    for (; waiting.length > FRAME; waiting = waiting.subarray(FRAME))
      yield sealFrame(key, { index: index++, last: false }, waiting.subarray(0, FRAME))
  }
  yield sealFrame(key, { index, last: true }, waiting)
}

/** Hands out bytes of a stream in the lengths that are asked for. */
class Source {
  readonly #stream: AsyncIterator<Buffer>
  #held = Buffer.alloc(0)
  constructor(stream: AsyncIterable<Buffer>) {
    this.#stream = stream[Symbol.asyncIterator]()
  }
  /** Null at the end; throws when the stream ends within. */
  async take(length: number): Promise<Buffer | null> {
    while (this.#held.length < length) {
      const next = await this.#stream.next()
      if (next.done === true) {
        if (this.#held.length === 0) return null
        throw new Error('the archive is cut')
      }
      this.#held = Buffer.concat([this.#held, next.value])
    }
    const bytes = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return bytes
  }
  async line(): Promise<string> {
    const signs: number[] = []
    for (;;) {
      const byte = (await this.take(1))?.[0]
      if (byte === 0x0a) return Buffer.from(signs).toString('utf8')
      if (byte === undefined || signs.length > MAX_HEADER) throw new Error('not an archive')
      signs.push(byte)
    }
  }
}

interface Header {
  readonly format?: unknown
  readonly kid?: unknown
  readonly key?: unknown
}

async function* frames(source: Source, key: Buffer): AsyncGenerator<Buffer> {
  for (let index = 0; ; index++) {
    const head = await source.take(HEAD)
    if (!head) throw new Error('the archive is cut')
    const last = head[0] === 1
    const length = head.readUInt32BE(1)
    if (length > FRAME) throw new Error('not an archive')
    const body = length === 0 ? Buffer.alloc(0) : await source.take(length)
    if (!body) throw new Error('the archive is cut')
    const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(5, 5 + NONCE), { authTagLength: TAG })
    decipher.setAAD(aad(index, last)).setAuthTag(head.subarray(5 + NONCE, HEAD))
    yield Buffer.concat([decipher.update(body), decipher.final()])
    if (last) {
      if ((await source.take(1)) !== null) throw new Error('something follows the archive')
      return
    }
  }
}

/** The bundle of an archive. Throws when a byte of it was changed, moved or cut off, or its key is not there. */
export async function* openArchive(
  archive: AsyncIterable<Buffer>,
  sealing: Sealing,
  about: string,
): AsyncGenerator<Buffer> {
  const source = new Source(archive)
  const header = JSON.parse(await source.line()) as Header // judged here
  if (header.format !== FORMAT || typeof header.kid !== 'string' || typeof header.key !== 'string')
    throw new Error('not an archive')
  const wrapped = { kid: header.kid, bytes: Buffer.from(header.key, 'base64') }
  const key = Buffer.from(sealing.open(wrapped, about), 'base64')
  const gunzip = createGunzip()
  const feeding = (async () => {
    for await (const plain of frames(source, key))
      if (!gunzip.write(plain)) await new Promise<void>((resolve) => void gunzip.once('drain', resolve))
    gunzip.end()
  })().catch((error: unknown) => void gunzip.destroy(error instanceof Error ? error : new Error(String(error))))
  for await (const bytes of gunzip) yield bytes as Buffer // no encoding is set
  await feeding
}
