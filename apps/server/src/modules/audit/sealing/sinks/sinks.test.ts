import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { signCheckpoint, signerOf } from '@zenops/audit/notes'
import { readConfig } from '../../../../config.ts'
import { type AuditDesk, openAuditDesk, sealAll } from '../../../../../test/harness/audit.ts'
import { startSwift, type Swift } from '../../../../../test/harness/swift.ts'
import { startTsa, type TestTsa } from '../../../../../test/harness/tsa.ts'
import { createOutgoing } from '../../../../platform/outgoing/client.ts'
import { isSigned, newWebhookSecret } from '../../../../platform/outgoing/standard-webhooks.ts'
import { uuidv7 } from '../../../../platform/ids.ts'
import { deliverTurn, sinkStates } from '../deliver-turn.ts'
import { keyNameOf } from '../ground.ts'
import { keyNote } from '../key-note.ts'
import type { NotarySink } from '../notary.ts'
import { publishTurn } from '../publish-turn.ts'
import { signTurn } from '../sign-turn.ts'
import { readDer, writeDer, writeInteger } from './der.ts'
import { timeStampSink } from './rfc3161.ts'
import { lockedBucketSink } from './s3.ts'
import { readTimeStamp, timeStampRequest } from './time-stamp.ts'
import { webhookSink } from './webhook.ts'

let desk: AuditDesk
let swift: Swift
let tsa: TestTsa
before(async () => {
  ;[desk, swift, tsa] = await Promise.all([openAuditDesk(), startSwift(), startTsa()])
})
after(async () => {
  await desk.close()
  await swift.stop()
  await tsa.close()
})

const HOST = 'zenops.test'
const signer = signerOf(keyNameOf(HOST), Buffer.alloc(32, 7))
const noteOf = (origin: string, size: number): string =>
  signCheckpoint({ origin: `${HOST}/audit/${origin}`, size, root: Buffer.alloc(32, size % 250), link: null }, [signer])

interface Heard {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
/** A server of somebody else, that keeps what it hears. */
async function listening(reply: (request: IncomingMessage, response: ServerResponse) => void) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      const { method, url, headers } = request
      heard.push({ method, url, headers, body: Buffer.concat(parts).toString('utf8') })
      reply(request, response)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a listening TCP server has a port
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(resolve))
    },
  }
}

test('AU-10 the webhook carries each note with a signature that its receiver believes, and equal notes by one id', async () => {
  const receiver = await listening((_, response) => void response.writeHead(204).end())
  const secret = newWebhookSecret()
  const sink = webhookSink({
    url: receiver.url,
    secret,
    outgoing: createOutgoing({ allowLoopback: true }),
    now: () => new Date(),
  })
  const [one, two] = [noteOf('root', 1), noteOf('root', 2)]
  await sink.publish([one, two])
  await sink.publish([one])
  await receiver.close()
  const ids = receiver.heard.map(({ headers }) => headers['webhook-id'])
  assert.deepEqual([ids.length, ids[0] === ids[2], ids[0] === ids[1]], [3, true, false])
  for (const { headers, body } of receiver.heard) {
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    assert.ok(isSigned({ headers: given, body }, secret, Date.now() / 1000))
    assert.ok(!isSigned({ headers: given, body: body.replace('audit', 'other') }, secret, Date.now() / 1000))
  }
  assert.equal((JSON.parse(receiver.heard[0]?.body ?? '') as { data: { note: string } }).data.note, one)
})

test('AU-10 the webhook goes nowhere but to public addresses over TLS, and follows no redirect', async () => {
  const sink = (url: string, allowLoopback: boolean): NotarySink =>
    webhookSink({ url, secret: newWebhookSecret(), outgoing: createOutgoing({ allowLoopback }), now: () => new Date() })
  for (const url of [
    'http://127.0.0.1:9',
    'https://127.0.0.1',
    'https://10.1.2.3',
    'https://[::1]',
    'http://example.test',
    'https://user:x@example.test',
  ])
    await assert.rejects(sink(url, false).publish([noteOf('root', 1)]), url)
  const elsewhere = await listening(
    (_, response) => void response.writeHead(302, { location: 'https://example.test' }).end(),
  )
  await assert.rejects(sink(elsewhere.url, true).publish([noteOf('root', 1)]), /redirect_refused/)
  await elsewhere.close()
})

test('AU-10 a time-stamp authority stamps each note, and its token is held against request, signature and root', async () => {
  const sink = timeStampSink({ url: tsa.url, roots: tsa.roots })
  const receipt = (await sink.publish([noteOf('root', 1)])) as {
    stamps: { at: string; serial: string; signer: string; token: string }[]
  }
  const [stamp] = receipt.stamps
  assert.ok(stamp)
  assert.ok(Math.abs(Date.parse(stamp.at) - Date.now()) < 120_000)
  assert.match(stamp.signer, /^[0-9a-f]{64}$/)
  assert.ok(Buffer.from(stamp.token, 'base64').length > 500)
  try {
    tsa.mode = 'refuses'
    await assert.rejects(sink.publish([noteOf('root', 2)]), /granted no time stamp/)
    tsa.mode = 'breaks'
    await assert.rejects(sink.publish([noteOf('root', 2)]), /answered 503/)
    // An old answer is for another text, and for another request of the same text.
    tsa.mode = 'repeats'
    await assert.rejects(sink.publish([noteOf('root', 2)]), /another text/)
    await assert.rejects(sink.publish([noteOf('root', 1)]), /another request/)
  } finally {
    tsa.mode = 'stamps'
  }
  const stranger = await startTsa()
  await assert.rejects(
    timeStampSink({ url: tsa.url, roots: stranger.roots }).publish([noteOf('root', 1)]),
    /not trusted/,
  )
  await stranger.close()
})

test('AU-10 no changed byte of a token passes', async () => {
  const { X509Certificate } = await import('node:crypto')
  const request = timeStampRequest('a note')
  const response = await fetch(tsa.url, { method: 'POST', body: new Uint8Array(request.der) })
  const answer = Buffer.from(await response.arrayBuffer())
  const trusted = [new X509Certificate(tsa.roots)]
  readTimeStamp(answer, request, trusted)
  // The certificate of the root may come along; nothing hangs on its bytes, so they are left out.
  const [, token] = [0, readDer(answer)]
  const root = answer.indexOf(new X509Certificate(tsa.roots).raw)
  const rootEnd = root < 0 ? -1 : root + new X509Certificate(tsa.roots).raw.length
  let passed = 0
  for (let at = 0; at < token.whole.length; at += 3) {
    if (at >= root && at < rootEnd) continue
    const changed = Buffer.from(answer)
    changed[at] = (changed[at] ?? 0) ^ 0x41
    try {
      const stamp = readTimeStamp(changed, request, trusted)
      // Unsigned wrapping may differ while content, signature and signer stay.
      const sound = readTimeStamp(answer, request, trusted)
      assert.deepEqual([stamp.at, stamp.serial, stamp.signer], [sound.at, sound.serial, sound.signer])
      passed++
    } catch (error) {
      assert.ok(error instanceof Error && !(error instanceof assert.AssertionError), String(error))
    }
  }
  assert.ok(passed < token.whole.length / 30, `${passed} changes of the wrapping`)
  assert.throws(() => readTimeStamp(answer.subarray(0, answer.length - 1), request, trusted))
  assert.throws(() => readTimeStamp(Buffer.alloc(0), request, trusted))
})

test('AU-10 DER is written and read by its rules', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 70_000]) {
    const whole = writeDer(0x04, Buffer.alloc(length, 5))
    assert.deepEqual([readDer(whole).body.length, readDer(whole).whole.length], [length, whole.length])
    assert.throws(() => readDer(whole.subarray(0, whole.length - 1)), TypeError)
  }
  assert.deepEqual(writeInteger(Buffer.of(0, 0, 0x80)), Buffer.of(2, 2, 0, 0x80))
  assert.deepEqual(writeInteger(Buffer.of(0, 0)), Buffer.of(2, 1, 0))
  for (const bad of ['30', '3080', '308500', '1f01']) assert.throws(() => readDer(Buffer.from(bad, 'hex')), TypeError)
})

const bucketOf = (extra: { endpoint?: string; now?: () => Date } = {}) =>
  lockedBucketSink({
    endpoint: extra.endpoint ?? swift.endpoint,
    region: swift.region,
    bucket: swift.bucket,
    accessKeyId: swift.accessKeyId,
    secretAccessKey: swift.secret,
    pathStyle: true,
    years: 8,
    now: extra.now ?? (() => new Date()),
  })

test('AU-10 the bucket keeps every note, and tells the newest of each origin at the next start', async () => {
  let at = new Date('2026-03-01T23:59:00Z')
  const now = (): Date => (at = new Date(at.getTime() + 20_000))
  const first = bucketOf({ now })
  assert.deepEqual([...(await first.latest()).notes], [])
  await first.publish([noteOf('root', 1), noteOf('a', 5)])
  await first.publish([noteOf('a', 9)])
  // Over midnight, so that a sum of the day before lies there.
  for (let size = 10; size < 16; size++) await first.publish([noteOf('a', size), noteOf('b', size)])
  const receipt = await first.publish([noteOf('root', 2)])
  const { notes: latest } = await bucketOf({ now }).latest()
  const sizes = Object.fromEntries([...latest].map(([origin, note]) => [origin.split('/').at(-1), note.size]))
  assert.deepEqual(sizes, { root: 2, a: 15, b: 15 })
  // A reader goes on from where it was, and keys outlive the day on which they were told, whoever sums it up.
  const reader = bucketOf({ now })
  assert.equal((await reader.latest()).keys.length, 0)
  const later = bucketOf({ now })
  await later.latest()
  await later.publish([keyNote(HOST, [signer]), noteOf('c', 4)])
  const told = await reader.latest()
  assert.deepEqual([told.notes.get(`${HOST}/audit/c`)?.size, told.notes.get(`${HOST}/audit/a`)?.size], [4, 15])
  assert.deepEqual(
    told.keys.map((key) => key.publicKey),
    [signer.publicKey],
  )
  at = new Date(at.getTime() + 86_400_000)
  await later.publish([noteOf('c', 5)])
  assert.equal((await bucketOf({ now }).latest()).keys.length, 1)
  // This store has no object lock, and the receipt says so.
  assert.equal(receipt['locked'], false)
  const wrong = lockedBucketSink({
    endpoint: swift.endpoint,
    region: swift.region,
    bucket: swift.bucket,
    accessKeyId: swift.accessKeyId,
    secretAccessKey: 'wrong',
    pathStyle: true,
    years: 8,
    now,
  })
  await assert.rejects(wrong.publish([noteOf('root', 3)]))
})

test('AU-10 every note is put under a lock of eight years, which the receipt confirms', async () => {
  const locks = new Map<string, IncomingHttpHeaders>()
  const store = await listening((request, response) => {
    const [key = ''] = (request.url ?? '').split('?')
    if (request.method === 'PUT') locks.set(key, request.headers)
    const given = locks.get(key)
    const headers =
      request.method === 'HEAD' && given
        ? {
            'x-amz-object-lock-mode': String(given['x-amz-object-lock-mode']),
            'x-amz-object-lock-retain-until-date': String(given['x-amz-object-lock-retain-until-date']),
          }
        : {}
    response.writeHead(200, { etag: '"x"', ...headers }).end()
  })
  const at = new Date('2026-03-01T10:00:00Z')
  const receipt = await bucketOf({ endpoint: store.url, now: () => at }).publish([noteOf('root', 1)])
  await store.close()
  assert.equal(receipt['locked'], true)
  for (const headers of locks.values()) {
    assert.equal(headers['x-amz-object-lock-mode'], 'COMPLIANCE')
    assert.equal(new Date(String(headers['x-amz-object-lock-retain-until-date'])).getUTCFullYear(), 2034)
    assert.ok(headers['content-md5'])
  }
})

const memory = (name: string) => {
  const sink = {
    name,
    notes: [] as string[],
    fails: false,
    publish: async (notes: readonly string[]) => {
      if (sink.fails) throw new Error(`${name} is down`)
      sink.notes.push(...notes)
      return { at: 'memory' }
    },
    latest: async () => ({ notes: new Map(), keys: [] }),
  }
  return sink
}
const OPTIONS = { internalTenantId: '11111111-1111-1111-1111-111111111111', traceId: 'a'.repeat(32) }

test('AU-10 an outage of a sink is kept, retried with back-off, grows stale, and ends with a receipt', async () => {
  const journal = memory('file')
  const published = new Map()
  const grow = async (): Promise<void> => {
    const tenant = uuidv7()
    await desk.write(tenant, 2)
    await sealAll(desk.sealer, async () =>
      Number((await desk.sql<{ n: string }>('select count(*) as n from audit.inbox'))[0]?.n),
    )
    await signTurn(desk.sealer, { host: HOST, signers: [signer], journal, published, events: 1, seconds: 3_600 })
    await publishTurn(desk.sealer, { host: HOST, signers: [signer], journal, published, idleSeconds: 3_600 })
  }
  const sink = memory('webhook')
  const turn = () => deliverTurn(desk.sealer, sink, OPTIONS)
  const state = async () => {
    const [row] = await desk.sql<{ attempts: number; last_error: string | null; wait: string; waits: boolean }>(
      "select attempts, last_error, extract(epoch from next_try_at - updated_at)::int as wait, waiting_since is not null as waits from audit.notary_sinks where sink = 'webhook'",
    )
    return row
  }
  assert.equal(await turn(), 'nothing')
  await grow()
  assert.equal(await turn(), 'delivered')
  assert.equal(await turn(), 'nothing')
  sink.fails = true
  await grow()
  assert.equal(await turn(), 'failed')
  assert.deepEqual(await state(), { attempts: 1, last_error: 'webhook is down', wait: 5, waits: true })
  // Not before its time; then again, and each wait is longer than the one before, up to five minutes.
  assert.equal(await turn(), 'nothing')
  const waits: number[] = []
  for (let attempt = 2; attempt <= 9; attempt++) {
    await desk.sql("update audit.notary_sinks set next_try_at = now() - interval '1 second' where sink = 'webhook'")
    assert.equal(await turn(), 'failed')
    waits.push(Number((await state())?.wait))
  }
  assert.deepEqual(waits, [10, 20, 40, 80, 160, 300, 300, 300])
  await desk.sql(
    "update audit.notary_sinks set waiting_since = now() - interval '16 minutes', next_try_at = now() where sink = 'webhook'",
  )
  const stale = (await sinkStates(desk.sealer, false)).find((one) => one.sink === 'webhook')
  assert.ok((stale?.waiting_seconds ?? 0) > 900)
  const counted = await desk.sql("select 1 from ops.events where metric_key = 'audit_notary_failed'")
  assert.equal(counted.length, 9)
  sink.fails = false
  assert.equal(await turn(), 'delivered')
  assert.deepEqual([(await state())?.attempts, (await state())?.waits, sink.notes.length], [0, false, 2])
  const receipts = await desk.sql("select 1 from audit.notary_receipts where sink = 'webhook'")
  assert.equal(receipts.length, 2)
})

test('AU-10 of two processes one tells a sink', async () => {
  await desk.sql('delete from audit.notary_sinks')
  const [one, two] = [memory('rfc3161'), memory('rfc3161')]
  const turns = await Promise.all([deliverTurn(desk.sealer, one, OPTIONS), deliverTurn(desk.sealer, two, OPTIONS)])
  assert.deepEqual(turns.toSorted(), ['delivered', 'nothing'])
  assert.equal(one.notes.length + two.notes.length, 1)
})

test('AU-10 a sink without its address, a journal that cannot tell, and borrowed credentials are faults of the configuration', () => {
  const faults = (environment: Record<string, string>): string[] => {
    try {
      readConfig({ NODE_ENV: 'test', ...environment })
      return []
    } catch (error) {
      return (error as { faults: { variable: string }[] }).faults.map((fault) => fault.variable)
    }
  }
  assert.deepEqual(faults({ AUDIT_NOTARY_SINKS: 'webhook,file' }), [
    'AUDIT_NOTARY_SINKS',
    'AUDIT_NOTARY_WEBHOOK_URL',
    'AUDIT_NOTARY_WEBHOOK_SECRET',
  ])
  assert.deepEqual(faults({ AUDIT_NOTARY_SINKS: 'file,file' }), ['AUDIT_NOTARY_SINKS'])
  assert.deepEqual(faults({ AUDIT_NOTARY_SINKS: 'file,rfc3161' }), ['AUDIT_NOTARY_TSA_URL', 'AUDIT_NOTARY_TSA_CA'])
  const bucket = {
    AUDIT_NOTARY_SINKS: 's3',
    AUDIT_NOTARY_S3_BUCKET: 'b',
    AUDIT_NOTARY_S3_ACCESS_KEY_ID: 'k',
    AUDIT_NOTARY_S3_SECRET_ACCESS_KEY: 's',
  }
  assert.deepEqual(faults({ ...bucket, S3_ACCESS_KEY_ID: 'k' }), ['AUDIT_NOTARY_S3_ACCESS_KEY_ID'])
  assert.deepEqual(faults({ ...bucket, AUDIT_NOTARY_S3_YEARS: '7' }), ['AUDIT_NOTARY_S3_YEARS'])
  assert.deepEqual(faults({ ...bucket, S3_ACCESS_KEY_ID: 'other' }), [])
})
