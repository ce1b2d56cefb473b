import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'

/** A time-stamp authority for tests: OpenSSL answers the requests, over HTTP as RFC 3161 says. */
export interface TestTsa {
  readonly url: string
  /** PEM of its root. */
  readonly roots: string
  /** What it does with the next requests. */
  mode: 'stamps' | 'refuses' | 'breaks' | 'repeats'
  close(): Promise<void>
}

const CONFIG = (folder: string): string => `
[tsa]
default_tsa = own
[own]
serial = ${folder}/serial
crypto_device = builtin
signer_cert = ${folder}/tsa.pem
signer_key = ${folder}/tsa.key
certs = ${folder}/root.pem
default_policy = 1.2.3.4.1
signer_digest = sha256
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_chain = no
[ext]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:false
`

export async function startTsa(): Promise<TestTsa> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tsa-'))
  const openssl = (...words: string[]): string =>
    execFileSync('openssl', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  await writeFile(path.join(folder, 'tsa.cnf'), CONFIG(folder))
  await writeFile(path.join(folder, 'serial'), '01\n')
  const subject = (name: string): string[] => ['-subj', `/CN=${name}`]
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-days',
    '30',
    ...subject('Test Root'),
  )
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', ...subject('Test TSA'))
  const signing = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '20']
  openssl('x509', '-req', '-in', 'tsa.csr', ...signing, '-out', 'tsa.pem', '-extfile', 'tsa.cnf', '-extensions', 'ext')
  const roots = openssl('x509', '-in', 'root.pem')
  let last: Buffer | null = null
  const tsa: { mode: TestTsa['mode'] } = { mode: 'stamps' }
  const answer = async (query: Buffer): Promise<Buffer> => {
    if (tsa.mode === 'repeats' && last) return last
    await writeFile(path.join(folder, 'query.tsq'), query)
    last = execFileSync(
      'openssl',
      ['ts', '-reply', '-queryfile', 'query.tsq', '-config', 'tsa.cnf', '-section', 'own'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    return last
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      if (tsa.mode === 'breaks') return void response.writeHead(503).end()
      // A status of "rejection" and no token.
      const reply =
        tsa.mode === 'refuses' ? Promise.resolve(Buffer.from('30053003020102', 'hex')) : answer(Buffer.concat(parts))
      reply.then(
        (der) => response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(der),
        () => response.writeHead(500).end(),
      )
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a listening TCP server has a port
  return Object.assign(tsa, {
    url: `http://127.0.0.1:${port}/`,
    roots,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  })
}
