import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** Debian's redis-server on a free loopback port and in a temporary folder, until `stop`. */
export interface RedisServer {
  readonly url: string
  /** The process's own signals: SIGKILL ends it, SIGSTOP makes it hang. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Starts it again at the same address, with what it had saved. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const PROGRAM = 'redis-server'
const ready = (line: string): boolean => line.includes('Ready to accept connections')

function install(): void {
  const there = (): boolean => spawnSync(PROGRAM, ['--version']).status === 0
  if (there()) return
  const wish = `The tests of shared limits need Debian's ${PROGRAM}: run "apt-get install -y --no-install-recommends ${PROGRAM}" as root.`
  if (process.getuid?.() !== 0) throw new Error(wish)
  const quiet = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300']
  const run = (words: string[]) => spawnSync('env', [...quiet, ...words], { timeout: 600_000 })
  const wanted = ['install', '-y', '--no-install-recommends', PROGRAM]
  if (run(wanted).status !== 0) run(['update'])
  if (!there() && run(wanted).status !== 0) throw new Error(wish)
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

export async function startRedis(): Promise<RedisServer> {
  install()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-redis-'))
  const port = await freePort()
  let child: ChildProcess
  let ended: Promise<void>
  const start = async (): Promise<void> => {
    // Every change is appended to disk a second later at the latest: a killed server comes back with old numbers.
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes']
    child = spawn(PROGRAM, options, { stdio: ['ignore', 'pipe', 'ignore'] })
    ended = new Promise((resolve) => child.once('close', () => resolve()))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    child.once('error', reject)
    void ended.then(() => reject(new Error('redis-server ended before it was ready')))
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (ready(line)) resolve()
      })
    await promise
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (name) => void child.kill(name),
    restart: async () => {
      await ended
      await start()
    },
    stop: async () => {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
