import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { startSwift } from '../../../test/harness/swift.ts'
import { PUT_REFUSALS, receivePut, serveGet } from './local-http.ts'
import { LOCAL_ROUTE, type LocalStorage, openLocalStorage } from './local.ts'
import { type PutGrant, type SignedPut, StorageError, type StorageFault, type StoragePort } from './port.ts'
import { openS3Storage } from './s3.ts'
import { type KeyRing, randomKeyRing, verifyToken } from './signing.ts'

/** One driver behind real HTTP. `later` is the same store seen through a clock that is wrong by so many seconds. */
type Stand = {
  storage: StoragePort
  at(offsetSeconds: number): StoragePort
  foreign: StoragePort
  tamper(url: string): string
  /** Status of an over-long body, of an expired URL. */
  tooLong: number
  expired: number
  stop(): Promise<void>
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const shifted = (seconds: number) => () => new Date(Date.now() + seconds * 1000)

const localStand = async (): Promise<Stand> => {
  const directory = await mkdtemp(join(tmpdir(), 'storage-'))
  const keys = randomKeyRing()
  const server = createServer((req, res) => {
    void answer(storage, keys, { req, res }).catch((error: unknown) => {
      const missing = error instanceof StorageError && error.fault === 'not_found'
      res.writeHead(missing ? 404 : 500).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const origin = `http://127.0.0.1:${address.port}`
  const open = (ring: KeyRing, now?: () => Date) =>
    openLocalStorage({ directory, keys: ring, origin, ...(now ? { now } : {}) })
  const storage = await open(keys)
  const early = await open(keys, shifted(-120))
  return {
    storage,
    at: (offset) => (offset === 0 ? storage : early),
    foreign: await open(randomKeyRing()),
    tamper: (url) => {
      const [kid = '', payload = '', mac = ''] = (url.split('/').at(-1) ?? '').split('.')
      const claims = Buffer.from(payload, 'base64url').toString('utf8').replace('incoming/', 'outgoing/')
      return `${origin}${LOCAL_ROUTE}/${kid}.${Buffer.from(claims).toString('base64url')}.${mac}`
    },
    tooLong: 413,
    expired: 410,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      assert.deepEqual(await readdir(join(directory, '.staging')), [], 'nothing half-written stays')
      await rm(directory, { recursive: true })
    },
  }
}

/** The route as the product mounts it, on bare node:http. */
const answer = async (storage: LocalStorage, keys: KeyRing, on: { req: IncomingMessage; res: ServerResponse }) => {
  const { req, res } = on
  const token = (req.url ?? '').slice(LOCAL_ROUTE.length + 1)
  if (req.method === 'PUT') {
    const verified = verifyToken(keys, token, { op: 'put', now: new Date() })
    if (verified.result !== 'ok') return res.writeHead(verified.result === 'expired' ? 410 : 403).end()
    const outcome = await receivePut(storage.disk, verified.claims, { headers: req.headers, body: req })
    req.resume()
    if (outcome.result === 'stored') return res.writeHead(200, { etag: outcome.etag }).end()
    return res.writeHead(PUT_REFUSALS[outcome.result].status).end()
  }
  const verified = verifyToken(keys, token, { op: 'get', now: new Date() })
  if (verified.result !== 'ok') return res.writeHead(verified.result === 'expired' ? 410 : 403).end()
  const method = req.method === 'HEAD' ? 'HEAD' : 'GET'
  const reply = await serveGet(storage.disk, verified.claims, { method, headers: req.headers })
  res.writeHead(reply.status, reply.headers)
  return reply.body ? pipeline(reply.body, res) : res.end()
}

const s3Stand = async (): Promise<Stand> => {
  const swift = await startSwift()
  const open = (secretAccessKey: string, now?: () => Date) =>
    openS3Storage({
      endpoint: swift.endpoint,
      region: swift.region,
      bucket: swift.bucket,
      accessKeyId: swift.accessKeyId,
      secretAccessKey,
      pathStyle: true,
      ...(now ? { now } : {}),
    })
  const storage = open(swift.secret)
  const early = open(swift.secret, shifted(-120))
  const foreign = open('x'.repeat(40))
  return {
    storage,
    at: (offset) => (offset === 0 ? storage : early),
    foreign,
    tamper: (url) => url.replace('/incoming/', '/outgoing/'),
    // The length is a signed header: another one is another request.
    tooLong: 403,
    expired: 403,
    stop: async () => {
      for (const port of [storage, early, foreign]) port.close()
      await swift.stop()
    },
  }
}

const upload = (signed: SignedPut, body: Uint8Array, headers: Record<string, string> = signed.headers) =>
  fetch(signed.url, { method: signed.method, headers, body: Buffer.from(body) })

const faultOf = async (work: Promise<unknown>): Promise<StorageFault | 'none'> => {
  try {
    await work
    return 'none'
  } catch (error) {
    assert.ok(error instanceof StorageError, String(error))
    return error.fault
  }
}

let counter = 0
const fresh = (folder = 'incoming') => `${folder}/${process.pid}-${(counter += 1)}`
const grantFor = (key: string, body: Uint8Array, more: Partial<PutGrant> = {}): PutGrant => ({
  key,
  contentType: 'image/jpeg',
  sizeBytes: body.byteLength,
  expiresIn: 60,
  ...more,
})

for (const [name, stand] of [
  ['local', localStand],
  ['s3', s3Stand],
] as const) {
  describe(`storage driver ${name}`, () => {
    let on: Stand
    before(async () => {
      on = await stand()
    })
    after(() => on?.stop())
    const keep = async (key: string, body: Uint8Array) => on.storage.write(key, body, { contentType: 'image/jpeg' })
    const bytesOf = async (key: string) => buffer(await on.storage.read(key))
    const linkTo = (key: string) =>
      on.storage.presignGet({
        key,
        filename: 'Front view.jpg',
        contentType: 'image/jpeg',
        disposition: 'inline',
        expiresIn: 60,
      })

    test('OP-03 a signed PUT stores the bytes, a signed GET gives them back with name and type', async () => {
      const body = randomBytes(300_000)
      const key = fresh()
      const signed = await on.storage.presignPut(grantFor(key, body, { sha256: digest(body) }))
      assert.equal(signed.method, 'PUT')
      assert.equal((await upload(signed, body)).status, 200)
      assert.equal((await on.storage.head(key)).size, body.length)
      const got = await fetch((await linkTo(key)).url)
      assert.equal(got.status, 200)
      assert.equal(got.headers.get('content-type'), 'image/jpeg')
      assert.match(got.headers.get('content-disposition') ?? '', /^inline; filename="Front view.jpg"/)
      assert.equal(digest(new Uint8Array(await got.arrayBuffer())), digest(body))
    })

    test('OP-50 PUT again with the old URL does not change the copy', async () => {
      const [verified, later] = [randomBytes(5000), randomBytes(5000)]
      const [incoming, final] = [fresh(), fresh('t/documents')]
      const signed = await on.storage.presignPut(grantFor(incoming, verified))
      assert.equal((await upload(signed, verified)).status, 200)
      await on.storage.copy(incoming, final)
      assert.equal((await upload(signed, later)).status, 200, 'the URL may repeat')
      assert.equal(digest(await bytesOf(incoming)), digest(later))
      assert.equal(digest(await bytesOf(final)), digest(verified))
      await on.storage.remove([incoming])
      assert.equal(digest(await bytesOf(final)), digest(verified))
    })

    test('OP-51 a tampered URL, and one of a wrong secret, store nothing and open nothing', async () => {
      const body = randomBytes(100)
      const key = fresh()
      const grant = grantFor(key, body)
      const signed = await on.storage.presignPut(grant)
      assert.equal((await upload({ ...signed, url: on.tamper(signed.url) }, body)).status, 403)
      assert.equal(await faultOf(on.storage.head(key.replace('incoming/', 'outgoing/'))), 'not_found')
      assert.equal((await upload(await on.foreign.presignPut(grant), body)).status, 403)
      assert.equal(await faultOf(on.storage.head(key)), 'not_found')
      await keep(key, body)
      assert.equal((await fetch(on.tamper((await linkTo(key)).url))).status, 403)
      const foreign = await on.foreign.presignGet({ ...grant, filename: 'a.jpg', disposition: 'inline' })
      assert.equal((await fetch(foreign.url)).status, 403)
    })

    test('OP-51 an expired URL is refused, for PUT and for GET', async () => {
      const body = randomBytes(100)
      const key = fresh()
      const early = on.at(-120)
      const signed = await early.presignPut(grantFor(key, body))
      assert.ok(new Date(signed.expires_at) < new Date())
      assert.equal((await upload(signed, body)).status, on.expired)
      assert.equal(await faultOf(on.storage.head(key)), 'not_found')
      await keep(key, body)
      const grant = { key, filename: 'a.jpg', contentType: 'image/jpeg', disposition: 'inline', expiresIn: 60 } as const
      assert.equal((await fetch((await early.presignGet(grant)).url)).status, on.expired)
    })

    test('OP-51 a URL signed for one operation does not serve the other', async () => {
      const body = randomBytes(100)
      const key = fresh()
      await keep(key, body)
      const link = await linkTo(key)
      const put = await upload({ ...link, method: 'PUT', headers: { 'content-type': 'image/jpeg' } }, randomBytes(100))
      assert.equal(put.status, 403)
      assert.equal((await fetch((await on.storage.presignPut(grantFor(key, body))).url)).status, 403)
      assert.equal(digest(await bytesOf(key)), digest(body))
    })

    test('OP-51 an over-long body is refused and leaves no file', async () => {
      const key = fresh()
      const signed = await on.storage.presignPut(grantFor(key, Buffer.alloc(1000)))
      assert.equal((await upload(signed, Buffer.alloc(1001))).status, on.tooLong)
      assert.equal(await faultOf(on.storage.head(key)), 'not_found')
    })

    test('OP-49 another type than the signed one is refused', async () => {
      const key = fresh()
      const body = randomBytes(10)
      const signed = await on.storage.presignPut(grantFor(key, body))
      const answered = await upload(signed, body, { ...signed.headers, 'content-type': 'text/html' })
      assert.ok([403, 415].includes(answered.status), String(answered.status))
      assert.equal(await faultOf(on.storage.head(key)), 'not_found')
    })

    test('OP-51 a Range request answers 206 with just these bytes, and 416 behind the end', async () => {
      const body = randomBytes(2000)
      const key = fresh()
      await keep(key, body)
      const { url } = await linkTo(key)
      const part = await fetch(url, { headers: { range: 'bytes=100-199' } })
      assert.equal(part.status, 206)
      assert.equal(part.headers.get('content-range'), 'bytes 100-199/2000')
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), body.subarray(100, 200))
      const tail = await fetch(url, { headers: { range: 'bytes=-10' } })
      assert.deepEqual(Buffer.from(await tail.arrayBuffer()), body.subarray(1990))
      assert.equal((await fetch(url, { headers: { range: 'bytes=2000-' } })).status, 416)
    })

    test('an unchanged object answers 304 to its ETag', async () => {
      const key = fresh()
      await keep(key, randomBytes(50))
      const { url } = await linkTo(key)
      const first = await fetch(url)
      await first.arrayBuffer()
      const etag = first.headers.get('etag') ?? ''
      assert.match(etag, /^"[^"]+"$/)
      assert.equal((await fetch(url, { headers: { 'if-none-match': etag } })).status, 304)
      await keep(key, randomBytes(50))
      assert.equal((await fetch(url, { headers: { 'if-none-match': etag } })).status, 200)
    })

    test('reads ranges through the port, and says when there is nothing', async () => {
      const body = randomBytes(1000)
      const key = fresh()
      await keep(key, body)
      assert.deepEqual(await buffer(await on.storage.read(key, { start: 10, end: 19 })), body.subarray(10, 20))
      assert.deepEqual(await buffer(await on.storage.read(key, { start: 990, end: 5000 })), body.subarray(990))
      assert.deepEqual(await buffer(await on.storage.read(key, { start: 995 })), body.subarray(995))
      assert.equal(await faultOf(on.storage.read(key, { start: 1000 })), 'out_of_range')
      assert.equal(await faultOf(on.storage.read(fresh())), 'not_found')
      assert.equal(await faultOf(on.storage.head(fresh())), 'not_found')
      assert.equal(await faultOf(on.storage.copy(fresh(), fresh())), 'not_found')
    })

    test('writes bytes and streams, hashes what passed, keeps an empty object', async () => {
      const body = randomBytes(20_000_000)
      const key = fresh()
      const slices = Array.from({ length: 20 }, (_, n) => body.subarray(n * 1_000_000, (n + 1) * 1_000_000))
      const written = await on.storage.write(key, Readable.from(slices), { contentType: 'application/pdf' })
      assert.deepEqual(written, { size: body.length, sha256: digest(body) })
      assert.equal(digest(await bytesOf(key)), digest(body))
      const empty = fresh()
      assert.equal((await keep(empty, new Uint8Array())).size, 0)
      assert.equal((await on.storage.head(empty)).size, 0)
      assert.equal((await bytesOf(empty)).length, 0)
    })

    test('a write over its limit, or whose source breaks, leaves what was there before', async () => {
      const key = fresh()
      const old = randomBytes(100)
      await keep(key, old)
      const long = on.storage.write(key, Readable.from([randomBytes(600), randomBytes(600)]), {
        contentType: 'text/plain',
        maxBytes: 1000,
      })
      assert.equal(await faultOf(long), 'too_large')
      const breaking = Readable.from(
        (async function* () {
          yield randomBytes(500)
          throw new Error('the source broke')
        })(),
      )
      assert.equal(await faultOf(on.storage.write(key, breaking, { contentType: 'text/plain' })), 'unavailable')
      assert.equal(digest(await bytesOf(key)), digest(old))
    })

    test('OP-61 a 25 MB upload in parts: what arrived is listed, only the rest is sent again, the joined copy is whole', async () => {
      const body = randomBytes(25_000_000)
      const size = 5 * 1024 * 1024
      const folder = `${fresh()}.parts`
      const pieces = Array.from({ length: 5 }, (_, n) => body.subarray(n * size, (n + 1) * size))
      const keyOf = (n: number) => `${folder}/${String(n + 1).padStart(4, '0')}`
      const send = async (n: number) => {
        const piece = pieces[n] ?? Buffer.alloc(0)
        const signed = await on.storage.presignPut(grantFor(keyOf(n), piece, { part: n + 1, document: 'd' }))
        return (await upload(signed, piece)).status
      }
      for (const n of [0, 1, 2]) assert.equal(await send(n), 200)
      const signed = await on.storage.presignPut(grantFor(keyOf(3), pieces[3] ?? Buffer.alloc(0), { part: 4 }))
      await cutUpload(signed, pieces[3] ?? Buffer.alloc(0))
      const listed = await on.storage.list(`${folder}/`)
      assert.deepEqual(
        listed.items.map((item) => [item.key, item.size]),
        [0, 1, 2].map((n) => [keyOf(n), size]),
      )
      for (const n of [3, 4]) assert.equal(await send(n), 200)
      const final = fresh('t/documents')
      await on.storage.join(
        pieces.map((_, n) => keyOf(n)),
        final,
        { contentType: 'image/jpeg' },
      )
      await on.storage.remove(pieces.map((_, n) => keyOf(n)))
      assert.equal((await on.storage.list(`${folder}/`)).items.length, 0)
      assert.equal(digest(await bytesOf(final)), digest(body))
    })

    test('joining a missing part changes nothing', async () => {
      const [part, final] = [fresh(), fresh('t/documents')]
      await keep(part, randomBytes(10))
      const joined = on.storage.join([part, fresh()], final, { contentType: 'image/jpeg' })
      assert.equal(await faultOf(joined), 'not_found')
      assert.equal(await faultOf(on.storage.head(final)), 'not_found')
    })

    test('lists by prefix in key order and within its limit; removing twice is no error', async () => {
      const root = fresh('listed')
      const keys = ['a-b', 'a.txt', 'a/1', 'a/2', 'b'].map((end) => `${root}/${end}`)
      for (const key of keys) await keep(key, Buffer.from(key))
      const all = await on.storage.list(`${root}/`)
      assert.deepEqual(
        all.items.map((item) => item.key),
        keys,
      )
      assert.equal(all.truncated, false)
      const two = await on.storage.list(`${root}/a`, { limit: 2 })
      assert.deepEqual([two.items.map((item) => item.key), two.truncated], [keys.slice(0, 2), true])
      await on.storage.remove(keys)
      await on.storage.remove(keys)
      assert.deepEqual((await on.storage.list(`${root}/`)).items, [])
    })

    test('OP-51 keys with .. or foreign characters are refused by every call', async () => {
      for (const key of ['../x', 'a/../../x', 'a//b', '/a', 'a/', '', '.staging/x', 'a b', 'a\\b', 'ä', 'a\0b', '.']) {
        const bytes = new Uint8Array(1)
        const calls = [
          () => on.storage.presignPut(grantFor(key, bytes)),
          () => on.storage.presignGet({ ...grantFor(key, bytes), filename: 'a', disposition: 'inline' }),
          () => on.storage.head(key),
          () => on.storage.read(key),
          () => keep(key, bytes),
          () => on.storage.copy('a', key),
          () => on.storage.copy(key, 'a'),
          () => on.storage.remove([key]),
        ]
        for (const call of calls) assert.equal(await faultOf(call()), 'invalid_key', JSON.stringify(key))
      }
      assert.equal(await faultOf(on.storage.list('../')), 'invalid_key')
    })

    test('a signature lasts at most an hour', async () => {
      await assert.rejects(on.storage.presignPut(grantFor('a', new Uint8Array(1), { expiresIn: 3601 })), RangeError)
    })
  })
}

/** Sends half of the body and drops the connection, as a phone in a lift does. */
const cutUpload = async (signed: SignedPut, body: Uint8Array): Promise<void> => {
  const sending = request(signed.url, {
    method: 'PUT',
    headers: { ...signed.headers, 'content-length': body.byteLength },
  })
  const closed = new Promise<void>((resolve) => {
    sending.once('close', () => resolve())
  })
  sending.once('error', () => {})
  sending.write(body.subarray(0, body.byteLength / 2), () => sending.destroy())
  await closed
}
