import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'

export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

const START_MS = 120_000

async function answers(url: string): Promise<boolean> {
  return fetch(new URL('/v1/health', url)).then(
    (response) => response.ok,
    () => false,
  )
}

/** The server that runs at `wanted`, else one of the demo's own in a folder that goes away with it. */
export async function findServer(wanted: string, environment: NodeJS.ProcessEnv): Promise<RunningServer> {
  if (await answers(wanted)) return { url: wanted, stop: async () => {} }
  const port = await freePorts()
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-demo-'))
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, '../../apps/server/src/main.ts')],
    {
      env: {
        ...environment,
        PORT: String(port),
        METRICS_PORT: String(port + 3),
        ZENOPS_HOME: home,
        ZENOPS_DEMO_MODE: 'on',
        LOG_LEVEL: 'warn',
        // The whole demo is one person at one address, faster than any.
        RATE_LIMIT_ANONYMOUS_RPM: '100000',
        RATE_LIMIT_SIGNED_IN_RPM: '100000',
        AUTH_LOGIN_RPM: '0',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM')
    await ended
    await rm(home, { recursive: true, force: true })
  }
  const url = `http://localhost:${port}`
  const until = Date.now() + START_MS
  while (!(await answers(url))) {
    if (server.exitCode !== null || Date.now() > until) {
      await stop()
      throw new Error('the server did not start')
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return { url, stop }
}
