import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Goal } from './goal-kit.ts'

/**
 * `npm run goal -- NAME…` measures goals at full size, one JSON line each, exit 1 on a miss.
 * `--correctness` runs only what must hold at any size, reduced, without figures of time; CI runs that.
 * `--plant` runs with the goal's planted defect, which must make it fail.
 */
async function goals(): Promise<Map<string, Goal>> {
  const folder = path.join(import.meta.dirname, 'goals')
  const all = new Map<string, Goal>()
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()) {
    const module = (await import(path.join(folder, file))) as { goals: readonly Goal[] } // the shape every goal file exports
    for (const goal of module.goals) all.set(goal.name, goal)
  }
  return all
}

/** A goal of CI that hangs has failed; at full size some take long. */
const CORRECTNESS_LIMIT_MS = 4 * 60_000

async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not done within ${limitMs / 1000} s`)), limitMs)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2)
  const correctness = asked.includes('--correctness')
  const planted = asked.includes('--plant')
  const names = asked.filter((word) => !word.startsWith('--'))
  const known = await goals()
  const matches = (name: string): boolean =>
    names.length === 0 ||
    names.some((wanted) => wanted === name || (wanted.endsWith(':*') && name.startsWith(wanted.slice(0, -1))))
  const chosen = [...known.values()].filter((goal) => matches(goal.name) && (!correctness || goal.correctness))
  if (chosen.length === 0) {
    process.stderr.write(`no such goal; there are: ${[...known.keys()].join(', ')}\n`)
    process.exitCode = 2
    return
  }
  for (const goal of chosen) {
    const started = performance.now()
    const run = goal.run({ full: !correctness, planted })
    const result = await (correctness ? inTime(run, CORRECTNESS_LIMIT_MS) : run).catch((error: unknown) => ({
      ok: false,
      figures: { failure: error instanceof Error ? error.message : String(error) },
    }))
    const seconds = Math.round((performance.now() - started) / 100) / 10
    process.stdout.write(`${JSON.stringify({ goal: goal.name, ok: result.ok, ...result.figures, seconds })}\n`)
    if (!result.ok) process.exitCode = 1
  }
}

await main()
// What a goal that hung still holds open must not keep the command alive.
process.exit(process.exitCode ?? 0)
