import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { BenchDatabase } from './bench-database.ts'

export interface Pooler {
  /** Connection as zen_api through the pooler. */
  readonly url: string
  close(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })

interface Debian {
  ensure(needs: string[]): Promise<void>
  readonly NEEDS: { readonly pgbouncer: { readonly files: readonly string[] } }
}

const SERVERS = 4
const START_MS = 10_000

/** pgbouncer in transaction mode before the database: many clients, few server connections, handed on at each commit. */
export async function openPooler(database: BenchDatabase): Promise<Pooler> {
  const root = path.join(import.meta.dirname, '..')
  // Cast: the two exports of that script which are needed here.
  const { ensure, NEEDS } = (await import(path.join(root, 'tools/debian.mjs'))) as Debian
  await ensure(['pgbouncer'])
  const program = NEEDS.pgbouncer.files.find((file) => existsSync(file)) ?? 'pgbouncer'
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-pooler-'))
  const api = new URL(database.apiUrl)
  const port = await freePort()
  const lines = [
    '[databases]',
    `zenops = host=127.0.0.1 port=${database.port} dbname=${api.pathname.slice(1)} user=${api.username} password=${decodeURIComponent(api.password)}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${SERVERS}`,
    'max_client_conn = 400',
    'ignore_startup_parameters = options,extra_float_digits',
    // It refuses to serve as root.
    ...(process.getuid?.() === 0 ? ['user = nobody'] : []),
  ]
  const file = path.join(folder, 'pgbouncer.ini')
  await writeFile(file, `${lines.join('\n')}\n`)
  await chmod(folder, 0o755)
  const child = spawn(program, [file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => void said.push(text))
  const close = async (): Promise<void> => {
    await ended(child)
    await rm(folder, { recursive: true, force: true })
  }
  const until = Date.now() + START_MS
  while (!(await isOpen(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      await close()
      throw new Error(`pgbouncer did not start: ${said.join('').slice(-500)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { url: `postgres://zen_api@127.0.0.1:${port}/zenops`, close }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
  })
