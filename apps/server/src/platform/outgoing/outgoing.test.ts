import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { isPublicAddress } from './addresses.ts'
import { createOutgoing, OutgoingFailed } from './client.ts'
import { isSigned, newWebhookSecret, signedHeaders } from './standard-webhooks.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
let answer: Answer = (_request, response) => void response.end()
let calls = 0
const server = createServer((request, response) => {
  calls += 1
  answer(request, response)
})
let base = ''
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a listening TCP server has a port
})
after(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})

const faultOf = async (work: Promise<unknown>): Promise<{ code: string; permanent: boolean }> => {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof OutgoingFailed)
    return { code: error.code, permanent: error.permanent }
  }
  throw new Error('nothing was refused')
}
const trusting = createOutgoing({ allowLoopback: true, timeoutMs: 500 })

test('AU-32 addresses that are not the public internet', () => {
  const inside =
    '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.7 224.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1 64:ff9b::808:808 100::1 fc00::1 fd00:ec2::254 fe80::1 ff02::1 2001:db8::1 2002:7f00:1:: 2001::1 localhost'
  for (const address of inside.split(' ')) assert.equal(isPublicAddress(address), false, address)
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001:80b::200e'])
    assert.equal(isPublicAddress(address), true, address)
})

test('AU-32 an address is refused before anything goes out', async () => {
  const at = (addresses: readonly string[]) => createOutgoing({ allowLoopback: false, resolve: async () => addresses })
  const refused = async (url: string, addresses = ['8.8.8.8']) => (await faultOf(at(addresses).assertAllowed(url))).code
  assert.equal(await refused('not a url'), 'url_invalid')
  assert.equal(await refused('http://hooks.example/x'), 'url_scheme')
  assert.equal(await refused('ftp://hooks.example/x'), 'url_scheme')
  assert.equal(await refused('https://u:p@hooks.example/x'), 'url_credentials')
  assert.equal(await refused('https://hooks.example:5432/x'), 'url_port')
  for (const literal of ['8.8.8.8', '[2606:4700::1111]', '127.0.0.1', '2130706433', '0x7f.1', '017700000001'])
    assert.equal(await refused(`https://${literal}/x`), 'ip_literal', literal)
  assert.equal(await refused('https://hooks.example/x', []), 'host_unknown')
  assert.equal(await refused('https://hooks.example/x', ['8.8.8.8', '10.0.0.1']), 'address_not_public')
  assert.equal(await refused('https://metadata.example/x', ['169.254.169.254']), 'address_not_public')
  assert.equal(await refused('https://localhost/x', ['127.0.0.1']), 'address_not_public')
  await at(['8.8.8.8']).assertAllowed('https://hooks.example:8443/x')
  assert.equal(calls, 0)
})

test('AU-32 the name is looked up once and the connection goes to that address', async () => {
  let lookups = 0
  const client = createOutgoing({
    allowLoopback: true,
    resolve: async () => {
      lookups += 1
      return ['127.0.0.1']
    },
  })
  const seen: (string | undefined)[] = []
  answer = (request, response) => {
    seen.push(request.headers.host, request.headers['content-type'])
    response.end('thanks')
  }
  const { port } = new URL(base)
  assert.deepEqual(await client.post({ url: `http://rebinding.example:${port}/hook`, body: '{}' }), { status: 200 })
  assert.deepEqual(seen, [`rebinding.example:${port}`, 'application/json'])
  assert.equal(lookups, 1)
})

test('AU-32 redirects, refusals, failures, silence and floods are told apart', async () => {
  const failing = async (next: Answer) => {
    answer = next
    return faultOf(trusting.post({ url: `${base}/hook`, body: '{}' }))
  }
  const before = calls
  const moved = await failing((_request, response) => void response.writeHead(302, { location: `${base}/other` }).end())
  assert.deepEqual(moved, { code: 'redirect_refused', permanent: true })
  assert.equal(calls, before + 1)
  assert.deepEqual(await failing((_r, response) => void response.writeHead(410).end()), {
    code: 'status_410',
    permanent: true,
  })
  assert.deepEqual(await failing((_r, response) => void response.writeHead(503).end()), {
    code: 'status_503',
    permanent: false,
  })
  assert.deepEqual(await failing((_r, response) => void response.writeHead(429).end()), {
    code: 'status_429',
    permanent: false,
  })
  assert.deepEqual(await failing((request) => void request.socket.destroy()), {
    code: 'connection_failed',
    permanent: false,
  })
  assert.deepEqual(await failing(() => {}), { code: 'timeout', permanent: false })
  const flood = await failing((_r, response) => void response.end('x'.repeat(100_000)))
  assert.deepEqual(flood, { code: 'answer_too_large', permanent: true })
})

test('AU-32 messages are signed as Standard Webhooks has it', () => {
  const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
  const body = '{"event":"delivered","amount":49900,"note":"café 😀"}'
  const headers = signedHeaders({ id: 'msg_test_1', body, at: 1_763_620_000 }, secret)
  assert.equal(headers['webhook-signature'], 'v1,pk+YBzItzdsoEuUvu9myQDJqlLSUI/q5to8DYF+J5jY=')
  assert.equal(isSigned({ headers, body }, secret, 1_763_620_299), true)
  assert.equal(isSigned({ headers, body }, secret, 1_763_620_301), false)
  assert.equal(isSigned({ headers, body: body.replace('9', '8') }, secret, 1_763_620_000), false)
  assert.equal(isSigned({ headers, body }, newWebhookSecret(), 1_763_620_000), false)
  assert.match(newWebhookSecret(), /^whsec_[A-Za-z0-9+/]{43}=$/)
})
