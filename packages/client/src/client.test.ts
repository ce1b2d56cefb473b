import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operation } from '@zenops/contracts/kit'
import { z } from 'zod'
import { ApiError, NetworkError, readRetryAfter } from './api-error.ts'
import { createClient, isPassing, localLocks } from './client.ts'
import { followJob, pollDelay } from './job-progress.ts'
import { addressOf } from './request.ts'
import { eventCollector, readEvents } from './server-events.ts'
import type { Channel, Session, SessionState } from './session.ts'
import { putFile, type UploadRequest } from './upload.ts'

const getThing = operation({
  id: 'things.getThing',
  method: 'GET',
  path: '/v1/things/:id',
  summary: 'One thing.',
  access: 'person',
  params: z.strictObject({ id: z.string() }),
  ok: z.object({ name: z.string() }),
})
const makeThing = operation({
  id: 'things.makeThing',
  method: 'POST',
  path: '/v1/things',
  summary: 'Makes a thing.',
  access: 'person',
  body: z.strictObject({ name: z.string() }),
  ok: z.object({ name: z.string() }),
  status: 201,
})
const listThings = operation({
  id: 'things.listThings',
  method: 'GET',
  path: '/v1/things',
  summary: 'Things.',
  access: 'public',
  query: z.strictObject({ state: z.array(z.string()).optional(), q: z.string().optional() }),
  ok: z.object({}),
})
const useTicket = operation({
  id: 'things.useTicket',
  method: 'POST',
  path: '/v1/auth/ticket',
  summary: 'By a ticket, or by who is signed in.',
  access: 'ticket',
  ok: z.object({}),
})

const session = (token: string): Session => ({
  result: 'accepted',
  access_token: token,
  expires_in: 900,
  session_id: 's',
  user: { id: 'u1', kind: 'internal', email: 'a@example.in', name: 'Valuer 2', locale: 'en' },
  tenant: { id: 't1', slug: 'firm', name: 'Firm', lane: 'internal', time_zone: 'Asia/Kolkata' },
  aud: 'web',
  role: 'AGENT',
  admin_level: null,
  job_templates: ['valuer'],
  capabilities: [],
  permission_version: 1,
})
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
const told = (status: number, error_code: string, details: object[]) =>
  json(status, { error_code, message: error_code, trace_id: 'a'.repeat(32), details })
/** As the server refuses a token; `Retry-After` and other headers as needed. */
const refusal = (status: number, error_code: string, headers: Record<string, string> = {}) =>
  json(
    status,
    { error_code, message: error_code, trace_id: 'a'.repeat(32), details: [{ reason: 'session_revoked' }] },
    headers,
  )
const stepUpDue = () => told(401, 'AUTH_STEP_UP_REQUIRED', [{ reason: 'step_up', methods: ['TOTP', 'WEBAUTHN'] }])

interface Seen {
  readonly path: string
  readonly bearer: string | null
  readonly key: string | null
  readonly credentials: string | undefined
}

/** A server that knows one good token at a time and refreshes it by an (invisible) cookie. */
function fakeServer() {
  const seen: Seen[] = []
  const server = {
    seen,
    token: 'token-1',
    refreshes: 0,
    refreshAnswer: null as (() => Response) | null,
    answer: null as ((seen: Seen) => Response | null) | null,
    fetch: (async (input: string, init?: RequestInit) => {
      const headers = new Headers(init?.headers)
      const one = {
        path: input,
        bearer: headers.get('authorization'),
        key: headers.get('idempotency-key'),
        credentials: init?.credentials,
      }
      seen.push(one)
      if (input === '/v1/auth/refresh') {
        server.refreshes += 1
        await new Promise((resolve) => setTimeout(resolve, 5))
        if (server.refreshAnswer) return server.refreshAnswer()
        server.token = `token-${server.refreshes + 1}`
        return json(200, session(server.token))
      }
      if (input === '/v1/auth/login') return json(200, session(server.token))
      if (input === '/v1/auth/logout') return new Response(null, { status: 204 })
      const own = server.answer?.(one)
      if (own) return own
      return one.bearer === `Bearer ${server.token}` ? json(200, { name: 'x' }) : refusal(401, 'AUTH_INVALID')
      // Cast: the client under test only ever calls with a path and an init.
    }) as unknown as typeof fetch,
  }
  return server
}

/** Tabs of one browser: channels that hear one another, but not themselves. */
function fakeTabs() {
  const channels: Channel[] = []
  return (): Channel => {
    const channel: Channel = {
      onmessage: null,
      postMessage(data) {
        for (const other of channels) if (other !== channel) other.onmessage?.({ data: structuredClone(data) })
      },
    }
    channels.push(channel)
    return channel
  }
}
const clientOf = (server: ReturnType<typeof fakeServer>, channel: Channel | null = null, locks = localLocks()) =>
  createClient({ aud: 'web', fetch: server.fetch, channel, locks, newKey: () => `key-${server.seen.length}` })
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ApiError, String(error))
  return error.errorCode
}

test('addresses: parameters are encoded, lists repeat, missing values are left out', () => {
  assert.equal(addressOf(getThing, { params: { id: 'a/b' } }), '/v1/things/a%2Fb')
  assert.equal(addressOf(listThings, { query: { state: ['A', 'B'], q: undefined } }), '/v1/things?state=A&state=B')
  assert.throws(() => addressOf(getThing, {}), TypeError)
})

test('a start with a cookie signs in, one without does not', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  assert.equal((await client.session.restore()).kind, 'signed_in')
  assert.equal(server.seen[0]?.credentials, 'same-origin')
  server.refreshAnswer = () => refusal(401, 'AUTH_REQUIRED')
  assert.deepEqual(await clientOf(server).session.restore(), { kind: 'signed_out', reason: 'none' })
})

test('ID-44 a wrong password or code inside a session is no fault of the token: nothing is renewed or repeated', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  for (const [code, details] of [
    ['AUTH_INVALID', []],
    ['AUTH_INVALID', [{ path: 'current_password', reason: 'wrong' }]],
    ['AUTH_MFA_INVALID_CODE', [{ reason: 'code' }]],
    ['AUTH_TOKEN_INVALID', []],
  ] as const) {
    server.answer = () => told(401, code, [...details])
    const before = server.seen.length
    assert.equal(await codeOf(client.call(makeThing, { body: { name: 'x' } })), code)
    assert.equal(server.seen.length, before + 1)
  }
  assert.equal(server.refreshes, 1)
  assert.equal(client.session.state().kind, 'signed_in')
})

test('a ticket call carries the token of who is signed in, and none otherwise; it never demands a session', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  server.answer = (one) => (one.path === '/v1/auth/ticket' ? json(200, {}) : null)
  await client.call(useTicket, {})
  assert.deepEqual([server.seen.at(-1)?.bearer, server.refreshes], [null, 0])
  server.answer = () => refusal(401, 'AUTH_REQUIRED')
  assert.equal(await codeOf(client.call(useTicket, {})), 'AUTH_REQUIRED')
  assert.deepEqual([client.session.state().kind, server.refreshes], ['starting', 0])
  server.answer = null
  await client.session.restore()
  server.token = 'revoked elsewhere'
  await client.call(useTicket, {})
  assert.deepEqual([server.seen.at(-1)?.bearer, server.refreshes], ['Bearer token-3', 2])
})

test('ID-44 step-up: asked once, then the same request goes out with the same key; declined, the refusal stays', async () => {
  const server = fakeServer()
  const asked: (readonly string[])[] = []
  let prove = true
  const client = createClient({
    aud: 'web',
    fetch: server.fetch,
    channel: null,
    locks: localLocks(),
    stepUp: async (methods) => (asked.push(methods), prove),
  })
  await client.session.restore()
  let fresh = false
  server.answer = (one) => (one.path === '/v1/things' && !fresh ? ((fresh = true), stepUpDue()) : null)
  assert.deepEqual(await client.call(makeThing, { body: { name: 'x' } }, { idempotencyKey: 'wish' }), { name: 'x' })
  assert.deepEqual(asked, [['WEBAUTHN', 'TOTP']])
  assert.deepEqual(
    server.seen.filter((one) => one.path === '/v1/things').map((one) => one.key),
    ['wish', 'wish'],
  )
  server.answer = () => stepUpDue()
  assert.equal(await codeOf(client.call(makeThing, { body: { name: 'x' } })), 'AUTH_STEP_UP_REQUIRED')
  assert.equal(asked.length, 2)
  prove = false
  assert.equal(await codeOf(client.call(makeThing, { body: { name: 'x' } })), 'AUTH_STEP_UP_REQUIRED')
  assert.deepEqual([asked.length, server.refreshes, client.session.state().kind], [3, 1, 'signed_in'])
})

test('a block in the middle of work takes the page; a shut firm does when the refresh says so too', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  server.answer = () => refusal(403, 'TENANT_NOT_ENABLED')
  assert.equal(await codeOf(client.call(getThing, { params: { id: '1' } })), 'TENANT_NOT_ENABLED')
  assert.equal(client.session.state().kind, 'signed_in')
  server.refreshAnswer = () => refusal(403, 'TENANT_NOT_ENABLED')
  await codeOf(client.call(getThing, { params: { id: '1' } }))
  assert.equal(client.session.state().kind, 'refused')
  server.refreshAnswer = null
  await client.session.restore()
  server.answer = () => told(403, 'AUTH_BLOCKED', [{ reason: 'account', until: '2026-11-20T18:00:00Z' }])
  await codeOf(client.call(getThing, { params: { id: '1' } }))
  assert.equal(client.session.state().kind, 'refused')
})

test('a second factor that is due opens no session; the answer of the next page does', async () => {
  const server = fakeServer()
  const due = { result: 'mfa_required', mfa_ticket_id: 'ticket', mfa_methods: ['TOTP'], expires_in: 600 } as const
  const client = createClient({
    aud: 'web',
    channel: null,
    locks: localLocks(),
    fetch: async (path) => (path === '/v1/auth/login' ? json(202, due) : server.fetch(path)),
  })
  assert.deepEqual(await client.session.signIn({ email: 'a@example.in', password: 'long enough words' }), due)
  assert.equal(client.session.state().kind, 'starting')
  // Cast: the contract has the same members with open text where the client has closed types.
  client.session.accept(session('by factor') as Parameters<typeof client.session.accept>[0])
  assert.equal(client.session.state().kind, 'signed_in')
})

test('ID-44 a tab that waited for the renewal of another asks for its token when the message is late', async () => {
  const server = fakeServer()
  const tab = fakeTabs()
  const locks = localLocks()
  let deaf = false
  const channel = tab()
  const lossy: Channel = {
    postMessage: (data) => channel.postMessage(data),
    set onmessage(listen: Channel['onmessage']) {
      channel.onmessage = (event) => (deaf ? (deaf = false) : listen?.(event))
    },
    get onmessage() {
      return channel.onmessage
    },
  }
  const [first, second] = [clientOf(server, tab(), locks), clientOf(server, lossy, locks)]
  await first.session.restore()
  server.token = 'revoked elsewhere'
  deaf = true
  await Promise.all([first, second].map((client) => client.call(getThing, { params: { id: '1' } })))
  assert.equal(server.refreshes, 2)
})

test('ten calls meeting an old token refresh once and each repeats once with its own key', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  server.token = 'revoked elsewhere'
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      client.call(makeThing, { body: { name: 'x' } }, { idempotencyKey: `key-${at}` }),
    ),
  )
  assert.equal(answers.length, 10)
  assert.equal(server.refreshes, 2)
  for (let at = 0; at < 10; at += 1)
    assert.equal(server.seen.filter((one) => one.path === '/v1/things' && one.key === `key-${at}`).length, 2)
  assert.equal(server.seen.find((one) => one.path === '/v1/things')?.credentials, 'omit')
})

test('ID-44 two tabs share one refresh: the second takes the token of the first', async () => {
  const server = fakeServer()
  const tab = fakeTabs()
  const locks = localLocks()
  const [first, second] = [clientOf(server, tab(), locks), clientOf(server, tab(), locks)]
  await first.session.restore()
  assert.equal(second.session.state().kind, 'signed_in')
  server.token = 'revoked elsewhere'
  await Promise.all([first, second].map((client) => client.call(getThing, { params: { id: '1' } })))
  assert.equal(server.refreshes, 2)
  await first.session.signOut()
  assert.deepEqual(second.session.state(), { kind: 'signed_out', reason: 'signed_out' })
})

test('ID-44 stale rights heal by refresh; twice in a row ends at the sign-in', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  let stale = 1
  server.answer = () => (stale-- > 0 ? refusal(401, 'AUTH_STALE_PERMISSION') : null)
  assert.deepEqual(await client.call(getThing, { params: { id: '1' } }), { name: 'x' })
  stale = 2
  assert.equal(await codeOf(client.call(getThing, { params: { id: '1' } })), 'AUTH_STALE_PERMISSION')
  assert.deepEqual(client.session.state(), { kind: 'signed_out', reason: 'ended' })
})

test('ID-44 a refresh token seen twice ends the session and says so; a block shows its page; step-up is left to its dialog', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  server.answer = () => refusal(401, 'AUTH_STEP_UP_REQUIRED')
  assert.equal(await codeOf(client.call(getThing, { params: { id: '1' } })), 'AUTH_STEP_UP_REQUIRED')
  assert.equal(server.refreshes, 1)
  server.answer = () => refusal(401, 'AUTH_INVALID')
  server.refreshAnswer = () => refusal(409, 'AUTH_REFRESH_REUSE_DETECTED')
  assert.equal(await codeOf(client.call(getThing, { params: { id: '1' } })), 'AUTH_INVALID')
  assert.deepEqual(client.session.state(), { kind: 'signed_out', reason: 'reuse' })
  server.refreshAnswer = () => refusal(403, 'AUTH_BLOCKED')
  assert.equal((await clientOf(server).session.restore()).kind, 'refused')
})

test('no net and a busy server do not sign anybody out', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  server.token = 'revoked elsewhere'
  server.refreshAnswer = () => refusal(503, 'DEPENDENCY_UNAVAILABLE', { 'retry-after': '7' })
  const error = await client.call(getThing, { params: { id: '1' } }).then(
    () => null,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ApiError && error.retryAfter === 7 && isPassing(error))
  assert.equal(client.session.state().kind, 'signed_in')
  const dead = createClient({
    aud: 'web',
    fetch: () => Promise.reject(new TypeError('failed')),
    channel: null,
    locks: localLocks(),
  })
  assert.equal((await dead.session.restore()).kind, 'unreachable')
  await assert.rejects(dead.call(getThing, { params: { id: '1' } }), NetworkError)
})

test('a token about to run out is renewed before it is used', async () => {
  const server = fakeServer()
  let time = 0
  const states: SessionState['kind'][] = []
  const client = createClient({
    aud: 'web',
    fetch: server.fetch,
    channel: null,
    locks: localLocks(),
    now: () => time,
    onSession: (state) => states.push(state.kind),
  })
  await client.session.signIn({ email: 'a@example.in', password: 'long enough words' })
  time = 890_000
  await client.call(getThing, { params: { id: '1' } })
  assert.deepEqual(
    server.seen.map((one) => one.path),
    ['/v1/auth/login', '/v1/auth/refresh', '/v1/things/1'],
  )
  assert.deepEqual(states, ['signed_in', 'signed_in'])
})

test('public calls carry no token; answers that are not ours still become errors', async () => {
  const server = fakeServer()
  const client = clientOf(server)
  await client.session.restore()
  server.answer = () => new Response('<html>Bad gateway</html>', { status: 502 })
  assert.equal(await codeOf(client.call(listThings, {})), 'DEPENDENCY_UNAVAILABLE')
  assert.equal(server.seen.at(-1)?.bearer, null)
  assert.equal(readRetryAfter('12', 0), 12)
  assert.equal(readRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 0), 60)
  assert.equal(readRetryAfter('nonsense', 0), null)
})

test('server-sent events: chunks cut anywhere give the same events', async () => {
  const text = ': hello\r\nid: 1\r\nevent: progress\r\ndata: {"done":1}\r\n\r\ndata: a\ndata: b\n\ndata: unfinished'
  const expected = [
    { event: 'progress', data: '{"done":1}', id: '1' },
    { event: 'message', data: 'a\nb', id: '1' },
  ]
  for (let size = 1; size < 12; size += 1) {
    const collector = eventCollector()
    const got = []
    for (let at = 0; at < text.length; at += size) got.push(...collector.push(text.slice(at, at + size)))
    assert.deepEqual(got, expected, `chunks of ${size}`)
  }
  const bytes = []
  for await (const event of readEvents(new Blob(['data: ₹\n\n']).stream())) bytes.push(event.data)
  assert.deepEqual(bytes, ['₹'])
})

test('a job whose stream breaks is polled to its end', async () => {
  const updates: number[] = []
  const pauses: number[] = []
  let polls = 1
  await followJob<{ done: number }>({
    async *events() {
      yield { event: 'message', data: '{"done":1}', id: null }
      throw new NetworkError()
    },
    poll: async () => ({ done: (polls += 1) }),
    parse: (data) => JSON.parse(data),
    isOver: (job) => job.done === 4,
    onUpdate: (job) => updates.push(job.done),
    pause: async (ms) => void pauses.push(ms),
  })
  assert.deepEqual(updates, [1, 2, 3, 4])
  assert.deepEqual(pauses, [1_500, 1_500])
  assert.equal(pollDelay(19), 1_500)
  assert.equal(pollDelay(20), 5_000)
})

function fakeUpload(status: number, responseText = ''): UploadRequest & { readonly sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    status,
    responseText,
    timeout: 0,
    upload: { onprogress: null },
    onload: null,
    onerror: null,
    onabort: null,
    ontimeout: null,
    open: (method, url) => void sent.push(`${method} ${url}`),
    setRequestHeader: (name, value) => void sent.push(`${name}: ${value}`),
    getResponseHeader: () => null,
    send() {
      if (status === 0) return
      this.upload.onprogress?.({ loaded: 1, total: 2 })
      this.onload?.()
    },
    abort() {
      this.onabort?.()
    },
  }
}

test('uploads report progress, turn refusals into errors and can be stopped', async () => {
  const file = new Blob(['ab'])
  const target = { url: '/put', headers: { 'content-type': 'image/jpeg' } }
  const good = fakeUpload(200)
  const progress: number[] = []
  await putFile(target, file, { newRequest: () => good, onProgress: (sent) => progress.push(sent) })
  assert.deepEqual(good.sent, ['PUT /put', 'content-type: image/jpeg'])
  assert.deepEqual(progress, [1])
  const body = JSON.stringify({ error_code: 'STORAGE_TOKEN_EXPIRED', message: 'gone', trace_id: 'b', details: [] })
  assert.equal(
    await codeOf(putFile(target, file, { newRequest: () => fakeUpload(410, body) })),
    'STORAGE_TOKEN_EXPIRED',
  )
  const stop = new AbortController()
  const stopped = putFile(target, file, { newRequest: () => fakeUpload(0), signal: stop.signal })
  stop.abort()
  await assert.rejects(stopped, { name: 'AbortError' })
})
