import { lookup as dnsLookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isLoopbackAddress, isPublicAddress } from './addresses.ts'

/** Why a call did not go out, or what came back. `permanent`: no repeat can mend it. */
export class OutgoingFailed extends Error {
  readonly code: OutgoingFault
  readonly permanent: boolean
  readonly status: number | null
  constructor(code: OutgoingFault, { permanent = false, status = null as number | null } = {}) {
    super(code)
    this.name = 'OutgoingFailed'
    this.code = code
    this.permanent = permanent
    this.status = status
  }
}
export type OutgoingFault =
  | 'url_invalid'
  | 'url_scheme'
  | 'url_credentials'
  | 'url_port'
  | 'ip_literal'
  | 'address_not_public'
  | 'host_unknown'
  | 'connection_failed'
  | 'timeout'
  | 'redirect_refused'
  | 'answer_too_large'
  | `status_${number}`

export interface OutgoingCall {
  readonly url: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}
export interface OutgoingAnswer {
  readonly status: number
}

export interface OutgoingOptions {
  /** This machine may be called, without TLS and on any port: tests alone. */
  readonly allowLoopback: boolean
  readonly resolve?: (host: string) => Promise<readonly string[]>
  /** The whole call, milliseconds. */
  readonly timeoutMs?: number
}

/** Calls of addresses that people typed in. Redirects are never followed. */
export interface Outgoing {
  /** POSTs a JSON text. Anything but 2xx, and every refusal, is thrown as OutgoingFailed. */
  post(call: OutgoingCall): Promise<OutgoingAnswer>
  /** Throws OutgoingFailed where `post` would never go out: for whoever saves an address. */
  assertAllowed(url: string): Promise<void>
}

const PORTS = new Set(['', '443', '8443'])
const ANSWER_MAX = 64 * 1024
const TIMEOUT_MS = 10_000

interface Pinned {
  readonly url: URL
  readonly address: string
}

const resolveHost = async (host: string): Promise<readonly string[]> =>
  (await dnsLookup(host, { all: true, verbatim: true })).map((found) => found.address)

/** Reads and judges an address: scheme, credentials, port. */
function readUrl(text: string, allowLoopback: boolean): URL {
  if (!URL.canParse(text)) throw new OutgoingFailed('url_invalid', { permanent: true })
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw new OutgoingFailed('url_credentials', { permanent: true })
  const tls = url.protocol === 'https:'
  if (!tls && !(allowLoopback && url.protocol === 'http:')) throw new OutgoingFailed('url_scheme', { permanent: true })
  if (!PORTS.has(url.port) && !allowLoopback) throw new OutgoingFailed('url_port', { permanent: true })
  return url
}

export function createOutgoing({
  allowLoopback,
  resolve = resolveHost,
  timeoutMs = TIMEOUT_MS,
}: OutgoingOptions): Outgoing {
  const allowed = (address: string, url: URL): boolean =>
    (isPublicAddress(address) && url.protocol === 'https:') || (allowLoopback && isLoopbackAddress(address))
  /** The one address that is called: every address of the name must be allowed, so that none can be slipped in later. */
  const pin = async (text: string): Promise<Pinned> => {
    const url = readUrl(text, allowLoopback)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) && !(allowLoopback && isLoopbackAddress(host)))
      throw new OutgoingFailed('ip_literal', { permanent: true })
    const addresses = isIP(host) ? [host] : await resolve(host).catch(() => [])
    const [address] = addresses
    if (address === undefined) throw new OutgoingFailed('host_unknown')
    if (!addresses.every((one) => allowed(one, url)))
      throw new OutgoingFailed('address_not_public', { permanent: true })
    return { url, address }
  }
  return {
    assertAllowed: async (url) => void (await pin(url)),
    post: async (call) => {
      const pinned = await pin(call.url)
      const status = await send(pinned, call, timeoutMs)
      if (status >= 200 && status < 300) return { status }
      if (status >= 300 && status < 400) throw new OutgoingFailed('redirect_refused', { permanent: true, status })
      const passing = status >= 500 || status === 408 || status === 425 || status === 429
      throw new OutgoingFailed(`status_${status}`, { permanent: !passing, status })
    },
  }
}

function send({ url, address }: Pinned, { body, headers }: OutgoingCall, timeoutMs: number): Promise<number> {
  const lookup: LookupFunction = (_host, options, done) => {
    const family = isIP(address)
    if (options.all) done(null, [{ address, family }])
    else done(null, address, family)
  }
  return new Promise((answered, failed) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      // The name is looked up once, above; the connection goes to that address and no other.
      lookup,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'ZenOps',
        ...headers,
      },
    })
    request.on('error', (error) =>
      failed(
        new OutgoingFailed(
          error.name === 'TimeoutError' || error.name === 'AbortError' ? 'timeout' : 'connection_failed',
        ),
      ),
    )
    request.on('response', (response) => {
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= ANSWER_MAX) return
        request.destroy()
        failed(new OutgoingFailed('answer_too_large', { permanent: true }))
      })
      response.on('error', () => failed(new OutgoingFailed('connection_failed')))
      response.on('end', () => answered(response.statusCode ?? 0))
    })
    request.end(body)
  })
}
