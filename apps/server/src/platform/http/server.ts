import { Readable } from 'node:stream'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Actor } from '../auth/actor.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { Refusal } from '../errors.ts'
import type { Bound, CallContext, Cookie, RawReply, Transport } from '../operations.ts'
import { type Answer, type Call, perform, performRaw } from '../perform.ts'
import type { Services } from '../services.ts'
import { errorClassOf } from '@zenops/contracts/error-class'
import type { LogLine } from '../telemetry/log.ts'
import { traceIdOf } from '../telemetry/trace.ts'
import { type Surface, serveApp } from './apps.ts'
import { asRefusal, type ConstraintRefusals } from './failures.ts'
import { isControlPath, noteAdminToken, paceControl } from './control-plane.ts'
import { countCall } from './general-limits.ts'
import { parseJsonBody } from './json-body.ts'
import { createOpenStreams, type OpenStreams } from './open-streams.ts'

declare module 'fastify' {
  interface FastifyRequest {
    traceId: string
    startedAt: number
    caller: Actor | null
    /** Code of the refusal that was answered. */
    refusedWith: string
  }
}

export interface HttpOptions {
  readonly surface: Surface
  readonly services: Services
  readonly operations: readonly Bound[]
  readonly authenticator: Authenticator
  readonly constraints: ConstraintRefusals
  /** Origins whose pages may call this surface from elsewhere. */
  readonly origins: ReadonlySet<string>
  /** Folder of the built app; absent = only the API. */
  readonly dist?: string
  /** Further routes of the house: health, reference page. */
  readonly extend?: (server: FastifyInstance) => Promise<void>
}

interface RawOptions extends HttpOptions {
  readonly streams: OpenStreams
}

/** Longest time a JSON body may take to arrive, and a file. */
const JSON_TIMEOUT_MS = 30_000
const UPLOAD_TIMEOUT_MS = 15 * 60_000
const MAX_URL = 8_192

/** One surface's server: its app and the whole API. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    trustProxy:
      options.services.config.TRUSTED_PROXIES.length > 0 ? [...options.services.config.TRUSTED_PROXIES] : false,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    // Longer addresses are refused in the product's own shape (`MAX_URL`), not in the router's.
    routerOptions: { maxParamLength: 65_536, ignoreTrailingSlash: false, querystringParser: parseQuery },
    bodyLimit: 1024 * 1024,
    exposeHeadRoutes: false,
    // While the process ends, what still arrives is answered; the answer takes the connection with it (`secure`).
    return503OnClosing: false,
  })
  const streams = createOpenStreams(options.authenticator, options.services.log)
  server.addHook('onClose', async () => streams.close())
  server.decorateRequest('traceId', '')
  server.decorateRequest('startedAt', 0)
  server.decorateRequest('caller', null)
  server.decorateRequest('refusedWith', '')
  // First, so that answers to preflights carry it too.
  secure(server, options)
  await server.register(cookie)
  await server.register(cors, {
    // Each surface serves its own API, so a browser asks across origins only where the operator listed them.
    origin: [...options.origins],
    credentials: true,
    exposedHeaders: [
      'x-trace-id',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'etag',
      'idempotent-replay',
    ],
    maxAge: 600,
  })
  await server.register(compress, {
    global: true,
    threshold: 1_024,
    // A stream and a thread for a small answer cost more than compressing it.
    syncThreshold: 64 * 1024,
    zlibOptions: { level: 3 },
    encodings: ['br', 'gzip'],
    customTypes: /^(application\/(json|vnd|javascript)|text\/)/,
  })
  server.removeContentTypeParser(['application/json', 'text/plain'])
  // Text until the caller is known: whoever may not ask is told so before his body is looked at.
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  limitSlowBodies(server)
  observe(server, options)
  fail(server, options)
  for (const bound of options.operations) if (bound.kind !== 'raw') mount(server, bound, options)
  await server.register(async (raw) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const bound of options.operations) if (bound.kind === 'raw') mountRaw(raw, bound, { ...options, streams })
  })
  await options.extend?.(server)
  if (options.dist !== undefined)
    await serveApp(server, { dist: options.dist, storageOrigin: storageOriginOf(options.services) })
  return server
}

/** A JSON body that trickles in is cut off; files have their own, longer limit. */
function limitSlowBodies(server: FastifyInstance): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>()
  server.addHook('onRequest', (request, reply, done) => {
    if (request.headers['content-type']?.startsWith('application/json') === true) {
      const late = (): void => {
        reply.send(new Refusal('REQUEST_TIMEOUT', 'The request took too long to arrive.'))
        request.raw.destroy()
      }
      timers.set(request, setTimeout(late, JSON_TIMEOUT_MS).unref())
    }
    done()
  })
  const arrived = (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    clearTimeout(timers.get(request))
    done()
  }
  server.addHook('preValidation', arrived)
  server.addHook('onResponse', arrived)
}

/** Repeated parameters become lists; nothing else is interpreted. */
function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>
  if (text === '') return query
  for (const [name, value] of new URLSearchParams(text)) {
    const known = query[name]
    if (known === undefined) query[name] = value
    else query[name] = Array.isArray(known) ? [...known, value] : [known, value]
  }
  return query
}

function observe(server: FastifyInstance, { services }: HttpOptions): void {
  const { metrics, log, vitals, latencies } = services
  server.addHook('onRequest', (request, reply, done) => {
    request.traceId = traceIdOf(one(request.headers.traceparent))
    request.startedAt = performance.now()
    reply.header('x-trace-id', request.traceId)
    metrics.inFlight.inc()
    if (request.url.length > MAX_URL)
      return done(new Refusal('BAD_REQUEST', 'The address is too long.') as unknown as FastifyError)
    done()
  })
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const seconds = (performance.now() - request.startedAt) / 1000
    metrics.inFlight.dec()
    metrics.requests.inc({ route, method: request.method, status_class: `${Math.floor(reply.statusCode / 100)}xx` })
    metrics.requestSeconds.observe({ route, method: request.method }, seconds)
    if (route.startsWith('/v1')) {
      // What is cut off on purpose is no failure of the product.
      const failed = reply.statusCode >= 400 && request.refusedWith !== 'FEATURE_SWITCHED_OFF'
      vitals.answered(failed ? errorClassOf(reply.statusCode) : null)
      latencies.observe(route, reply.statusCode, seconds * 1_000)
      if (log.isLevelEnabled('info')) log.info(requestLine(request, reply, seconds), 'request')
    }
    done()
  })
}

/** What is logged of a call: who, what, how it ended; nothing of what was said. */
const requestLine = (request: FastifyRequest, reply: FastifyReply, seconds: number): LogLine => ({
  trace_id: request.traceId,
  route: request.routeOptions.url,
  method: request.method,
  status: reply.statusCode,
  latency_ms: Math.round(seconds * 1e4) / 10,
  ...(request.caller
    ? {
        tenant_id: request.caller.tenantId,
        user_id: request.caller.userId,
        user_kind: request.caller.kind,
        aud: request.caller.aud,
      }
    : {}),
  ...(request.refusedWith === ''
    ? {}
    : { error_code: request.refusedWith, error_class: errorClassOf(reply.statusCode) }),
})

const SECURE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(self), microphone=()',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const
const SECURE_API = { ...SECURE, 'cache-control': 'no-store' } as const

/** What every answer carries; a route that says otherwise wins. */
function secure(server: FastifyInstance, { services }: HttpOptions): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (services.draining?.() === true) reply.header('connection', 'close')
    reply.headers(request.url.startsWith('/v1') ? SECURE_API : SECURE)
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
    done()
  })
}

function fail(server: FastifyInstance, { services, constraints }: HttpOptions): void {
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = asRefusal(error, constraints)
    const refusal = known ?? new Refusal('INTERNAL', 'Something went wrong on our side. Nothing was saved.')
    if (!known)
      services.log.error(
        { err: error, trace_id: request.traceId, route: request.routeOptions.url },
        'unexpected_failure',
      )
    services.metrics.errors.inc({ class: errorClassOf(refusal.status), code: refusal.code })
    request.refusedWith = refusal.code
    return reply
      .code(refusal.status)
      .headers({ ...refusal.headers })
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(refusal.toBody(request.traceId)))
  }
  server.setErrorHandler((error, request, reply) => answer(error, request, reply))
  server.setNotFoundHandler((request, reply) =>
    answer(new Refusal('NOT_FOUND', 'There is nothing at this address.'), request, reply),
  )
}

/** Where the browser sends files to and reads them from, when that is not this product itself. */
function storageOriginOf({ config }: Services): string | null {
  if (config.STORAGE_DRIVER !== 's3' || config.S3_ENDPOINT === undefined) return null
  const endpoint = new URL(config.S3_ENDPOINT)
  if (!config.S3_PATH_STYLE) endpoint.hostname = `${config.S3_BUCKET}.${endpoint.hostname}`
  return endpoint.origin
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

/** Whoever the request says it is, checked. Public operations take no credential: a stale one cannot bar signing in. */
async function actorOf(request: FastifyRequest, bound: Bound, options: HttpOptions): Promise<Actor | null> {
  const given = request.headers.authorization
  if (given === undefined || bound.operation.access === 'public') return null
  const bearer = /^Bearer ([\w.~+/=-]+)$/i.exec(given)?.[1]
  if (bearer === undefined) throw new Refusal('AUTH_INVALID', 'The credential is not readable.')
  const at = { surface: options.surface, ip: request.ip, path: bound.operation.path }
  return options.authenticator.authenticate(bearer, at)
}

function transportOf(request: FastifyRequest, raw: boolean): Transport {
  const stream = request.body as NodeJS.ReadableStream | undefined // unparsed payload of a raw operation
  return {
    method: request.method,
    ip: request.ip,
    userAgent: request.headers['user-agent'],
    origin: request.headers.origin,
    cookies: request.cookies,
    // Few operations look at them.
    get headers() {
      return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, one(value)]))
    },
    ...(raw ? { stream: stream ?? request.raw } : {}),
  }
}

/** With only the house firm no other is made, restored or removed: said before rights and body are looked at. */
function assertMayMakeFirms({ operation }: Bound, actor: Actor | null, { config }: Services): void {
  if (!operation.multiTenantOnly || config.ZENOPS_MULTI_TENANT_ENABLED) return
  if (actor) throw new Refusal('MULTI_TENANT_DISABLED', 'This installation serves one firm.')
}

/** The caller, counted against the general limits. Who fails to show who he is counts as nobody, by his address. */
async function countedActor(asked: Asked): Promise<Actor | null> {
  const { request, reply, bound, options } = asked
  const count = async (actor: Actor | null): Promise<void> => {
    const headers = await countCall(options.services, bound.operation, { actor, ip: request.ip })
    reply.headers(headers)
  }
  const paced = isControlPath(bound.operation.path)
  const { services } = options
  if (paced) reply.headers(await paceControl(services, { ip: request.ip }))
  let actor: Actor | null
  try {
    actor = await actorOf(request, bound, options)
  } catch (error) {
    await count(null)
    throw error
  }
  await count(actor)
  if (paced && actor) reply.headers(await paceControl(services, actor))
  if (actor?.viaAdminToken) {
    const { method, path } = bound.operation
    await noteAdminToken(services, actor, { method, path, ip: request.ip, traceId: request.traceId })
  }
  return actor
}

interface Asked {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly bound: Bound
  readonly options: HttpOptions
}

async function callOf(asked: Asked): Promise<Call> {
  const { request, bound, options } = asked
  const { services } = options
  const { raw } = bound.operation
  const actor = await countedActor(asked)
  request.caller = actor
  assertMayMakeFirms(bound, actor, services)
  const context: CallContext = {
    services,
    traceId: request.traceId,
    now: services.clock.now(),
    log: services.log.child({ trace_id: request.traceId }),
    transport: transportOf(request, raw),
  }
  return {
    context,
    actor,
    params: request.params,
    query: request.query,
    body: raw || typeof request.body !== 'string' ? undefined : parseJsonBody(request.body),
    idempotencyKey: one(request.headers['idempotency-key']),
    ifMatch: one(request.headers['if-match']),
    tenantHeader: one(request.headers['x-tenant-id']),
  }
}

/** Where probes look by habit. */
const PROBES: Readonly<Record<string, string>> = { '/v1/health': '/health', '/v1/ready': '/ready' }

function mount(server: FastifyInstance, bound: Bound, options: HttpOptions): void {
  const { path } = bound.operation
  for (const url of [path, PROBES[path]]) if (url !== undefined) mountAt(server, url, { ...options, bound })
}

function mountAt(
  server: FastifyInstance,
  url: string,
  { bound, ...options }: HttpOptions & { readonly bound: Bound },
): void {
  const { operation } = bound
  server.route({
    method: operation.method,
    url,
    bodyLimit: operation.bodyLimit,
    handler: async (request, reply) => {
      const answer = await perform(bound, await callOf({ request, reply, bound, options }))
      return send(reply, answer, options)
    },
  })
}

function send(reply: FastifyReply, answer: Answer, { services }: HttpOptions): FastifyReply {
  reply.code(answer.status).headers({ ...answer.headers })
  for (const item of answer.cookies ?? []) setCookie(reply, item, services)
  if (answer.status === 204) return reply.send()
  return reply.type('application/json; charset=utf-8').send(answer.text ?? JSON.stringify(answer.body))
}

function setCookie(reply: FastifyReply, item: Cookie, { config }: Services): void {
  const { AUTH_COOKIE_SAMESITE, NODE_ENV } = config
  reply.setCookie(item.name, item.value, {
    path: item.path,
    httpOnly: true,
    sameSite: AUTH_COOKIE_SAMESITE,
    secure: NODE_ENV === 'production' || AUTH_COOKIE_SAMESITE === 'none',
    maxAge: item.maxAgeSeconds,
  })
}

const isEventStream = ({ headers }: RawReply): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true

function mountRaw(server: FastifyInstance, bound: Bound, { streams, ...options }: RawOptions): void {
  const { operation } = bound
  const methods = operation.method === 'GET' ? ['GET', 'HEAD'] : [operation.method]
  server.route({
    method: methods,
    url: operation.path,
    bodyLimit: operation.bodyLimit,
    // Stored bytes leave as they are: ranges and lengths count them uncompressed.
    compress: false,
    handler: async (request, reply) => {
      const call = await callOf({ request, reply, bound, options })
      const answer: RawReply = await performRaw(bound, call)
      reply.code(answer.status).headers({ ...answer.headers })
      if (call.actor && answer.body instanceof Readable && isEventStream(answer)) {
        streams.watch(answer.body, { actor: call.actor, ip: request.ip })
      }
      return reply.send(answer.body)
    },
  })
}
