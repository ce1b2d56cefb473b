import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePorts } from '../../tools/free-ports.ts'
import { type Goal, type GoalResult, median, round } from '../goal-kit.ts'

const run = promisify(execFile)
const ROOT = path.join(import.meta.dirname, '../..')
const LIMIT_MS = 180_000

interface Start {
  readonly folder: string
  readonly home: string
  /** Of the Workspace; the other two follow. Free ones are looked for when absent. */
  readonly port?: number
}

/** Seconds from `npm start` to a healthy answer on all three surfaces; then Ctrl-C, which must end it. */
async function secondsToHealthy({ folder, home, port: given }: Start): Promise<number> {
  const port = given ?? (await freePorts())
  const started = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...process.env, ZENOPS_HOME: home, PORT: String(port), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  try {
    for (;;) {
      if (performance.now() - started > LIMIT_MS || child.exitCode !== null)
        throw new Error(`npm start did not get healthy:\n${said}`)
      const healthy = await Promise.all(
        [0, 1, 2].map((step) =>
          fetch(`http://127.0.0.1:${port + step}/v1/ready`, { signal: AbortSignal.timeout(2_000) }).then(
            (r) => r.ok,
            () => false,
          ),
        ),
      )
      if (healthy.every(Boolean)) return (performance.now() - started) / 1000
      await sleep(50)
    }
  } finally {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
    const code = await Promise.race([ended, sleep(45_000, 'late' as const, { ref: false })])
    if (code === 'late' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
}

/** What must hold at any size: this very tree comes up on all its surfaces and ends when it is told to. */
async function startHere(planted: boolean): Promise<GoalResult> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-start-'))
  const port = await freePorts()
  // The planted defect: a surface that cannot come up, for another program has its port.
  const thief = createServer((_request, response) => response.writeHead(404).end())
  if (planted) await new Promise<void>((resolve) => thief.listen(port + 1, '127.0.0.1', resolve))
  try {
    await secondsToHealthy({ folder: ROOT, home, port })
    return { ok: true, figures: { surfaces_ready: 3 } }
  } finally {
    thief.close()
    await rm(home, { recursive: true, force: true })
  }
}

const HELD_UP_SECONDS = 40
/** The planted defect of the cold start: it waits before it begins. */
async function holdUp(folder: string): Promise<void> {
  const file = path.join(folder, 'package.json')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"start": "', `"start": "sleep ${HELD_UP_SECONDS} && `))
}

async function withClone<T>(work: (folder: string, home: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-start-'))
  try {
    await run('git', ['clone', '-q', ROOT, path.join(folder, 'clone')])
    return await work(path.join(folder, 'clone'), path.join(folder, 'home'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const LIMITS = { cold: 60, unbuilt: 25, warm: 4 } as const

interface How {
  readonly full: boolean
  readonly planted: boolean
}

async function startCold({ full, planted }: How): Promise<GoalResult> {
  if (!full) return startHere(planted)
  return withClone(async (folder, home) => {
    if (planted) await holdUp(folder)
    const cold = await secondsToHealthy({ folder, home })
    for (const app of ['web', 'portal', 'studio'])
      await rm(path.join(folder, 'apps', app, 'dist'), { recursive: true, force: true })
    const unbuilt = await secondsToHealthy({ folder, home: `${home}-2` })
    return {
      ok: cold <= LIMITS.cold && unbuilt <= LIMITS.unbuilt,
      figures: {
        fresh_clone_s: round(cold, 1),
        limit_fresh_s: LIMITS.cold,
        nothing_built_s: round(unbuilt, 1),
        limit_built_s: LIMITS.unbuilt,
      },
    }
  })
}

async function startWarm({ planted }: How): Promise<GoalResult> {
  return withClone(async (folder, home) => {
    await secondsToHealthy({ folder, home })
    const seconds: number[] = []
    for (let i = 0; i < 3; i++) {
      // The planted defect: a start that builds again although nothing changed.
      if (planted)
        for (const app of ['web', 'portal', 'studio'])
          await rm(path.join(folder, 'apps', app, 'dist'), { recursive: true, force: true })
      seconds.push(await secondsToHealthy({ folder, home }))
    }
    return {
      ok: median(seconds) <= LIMITS.warm,
      figures: { later_start_s: round(median(seconds)), limit_s: LIMITS.warm },
    }
  })
}

export const goals: readonly Goal[] = [
  { name: 'start:cold', correctness: true, run: startCold },
  { name: 'start:warm', correctness: false, run: startWarm },
]
