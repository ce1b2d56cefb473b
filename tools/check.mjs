// `npm run check [-- part …]`: all that can be known of the sources without a database. Parts run side by side.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { Complaint, root as house, runMain, runtimeEnv, track } from './bootstrap.mjs'
import { citationFaults } from './checks/citations.mjs'
import { sourceFaults } from './checks/sources.mjs'

const OUTPUT_LIMIT = 60_000
const TIME_LIMIT_MS = 120_000

/** Runs a program of node_modules (or a script) below `base`; gives `{ ok, text }`. */
function program(base, args) {
  const child = track(
    spawn(process.execPath, args, {
      cwd: base,
      env: runtimeEnv(process.execPath),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  let text = ''
  const keep = (chunk) => {
    if (text.length < OUTPUT_LIMIT) text += chunk
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const limit = setTimeout(() => {
    keep(`\nstopped after ${TIME_LIMIT_MS / 1000} s\n`)
    child.kill('SIGKILL')
  }, TIME_LIMIT_MS)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(limit)
      resolve({ ok: code === 0, text })
    })
  })
}

const BUDGET_PROGRAM = join(house, 'tools/checks/auth-budget.mjs')
const tool = (path) => join(house, 'node_modules', path)
const fromFaults = (faults) => ({ ok: faults.length === 0, text: faults.join('\n') })

async function fences(base) {
  const { fenceFaults } = await import('./checks/fences.mjs')
  const { files, faults } = await fenceFaults(base)
  return { ...fromFaults(faults), note: `${files} files` }
}

async function generated(base) {
  const script = 'apps/server/tools/generate.ts'
  if (!existsSync(join(base, script))) return { ok: true, text: '', note: 'nothing is generated yet' }
  return program(base, ['--disable-warning=ExperimentalWarning', script, '--check'])
}

/** How much of our own code authenticates: a process of its own, because erasing types is marked experimental. */
async function budget(base) {
  const result = await program(base, ['--disable-warning=ExperimentalWarning', BUDGET_PROGRAM, base])
  return { ...result, note: result.ok ? result.text.trim() : undefined }
}

/** The parts by name, slow ones first: they start first and the rest fills the second core. */
export const parts = {
  lint: (base) => program(base, [tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings']),
  types: (base) => program(base, [tool('@typescript/native/bin/tsc'), '-p', 'tsconfig.json']),
  'types-web': (base) => program(base, [tool('@typescript/native/bin/tsc'), '-p', 'tsconfig.web.json']),
  fences: async (base) => fences(base),
  generated,
  format: (base) => program(base, [tool('@biomejs/biome/bin/biome'), 'format', '--colors=off', '--max-diagnostics=20']),
  sources: async (base) => fromFaults(sourceFaults(base)),
  budget,
  docs: async (base) => fromFaults(citationFaults(base)),
}

async function runPart(name, base) {
  const started = performance.now()
  const result = await parts[name](base).catch((error) => ({ ok: false, text: error.stack ?? String(error) }))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(
    `${result.ok ? '✔' : '✖'} ${name.padEnd(10)} ${seconds.padStart(5)} s${result.note ? `  ${result.note}` : ''}\n`,
  )
  return { name, ...result }
}

/** Runs the named parts (all by default) below `base`; true when every one is clean. */
export async function check(names = Object.keys(parts), base = house) {
  const unknown = names.find((name) => !Object.hasOwn(parts, name))
  if (unknown) throw new Complaint(`There is no part "${unknown}". Parts: ${Object.keys(parts).join(', ')}.`)
  const started = performance.now()
  const queue = [...names]
  const results = []
  const lane = async () => {
    for (let name = queue.shift(); name; name = queue.shift()) results.push(await runPart(name, base))
  }
  await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, lane))
  const failed = results.filter((result) => !result.ok)
  for (const { name, text } of failed) process.stdout.write(`\n── ${name}\n${text.trim()}\n`)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const verdict = failed.length === 0 ? 'all clean' : `${failed.map(({ name }) => name).join(', ')} failed`
  process.stdout.write(`${failed.length === 0 ? '' : '\n'}check: ${verdict} (${seconds} s)\n`)
  return failed.length === 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2)
  await runMain(async () => ((await check(names.length > 0 ? names : undefined)) ? 0 : 1))
}
