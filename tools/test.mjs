// `npm test`: everything that CI runs, in the order in which a fault is cheapest to find.
// `npm test -- path …` runs only the Node tests whose path holds one of the words.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Complaint, foreground, root, runMain, runtimeEnv, say, track } from './bootstrap.mjs'
import { check } from './check.mjs'
import { filesOf } from './checks/tree.mjs'
import { ensure, ensureBrowser } from './debian.mjs'
import { runStories } from './e2e.mjs'
import { endLeftovers, markRun } from './leftovers.mjs'

const TEST_FILE = /^(packages|apps|tools|bench)\/.*\.test\.(ts|mjs)$/
const CLOSING = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /
const TEST_LIMIT_MS = 300_000
/** After its program has ended, output that somebody still holds open is waited for this long. */
const OUTPUT_LIMIT_MS = 5_000
const MINUTE_MS = 60_000
/** A part that hangs fails with the names of what hung, long before whoever runs us loses patience. */
const PART_LIMITS = { tests: 20, 'browser stories': 18, 'goals, correctness': 15 }

/** Looks at what all tests together have shown, when they are over; no test of its own. */
const WHOLE_RUN = 'apps/server/test/whole-run.ts'

/**
 * Runs test files under Node's own runner; gives whether all passed, the closing lines it printed, and all of it. Tests
 * leave what they show of the product in the folder `proofs`, if there is one.
 */
function runNodeTests(files, proofs) {
  const reporter = join(root, 'tools/quiet-reporter.mjs')
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${TEST_LIMIT_MS}`,
  ]
  const child = track(
    spawn(process.execPath, [...flags, `--test-reporter=${reporter}`, ...files], {
      cwd: root,
      env: runtimeEnv(process.execPath, proofs === undefined ? {} : { ZENOPS_TEST_PROOFS: proofs }),
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  let rest = ''
  const closing = []
  const output = []
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    process.stdout.write(chunk)
    output.push(chunk)
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    closing.push(...lines.filter((line) => CLOSING.test(line)))
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ok: code === 0, closing, output }))
    child.once('exit', (code) => {
      setTimeout(() => {
        child.stdout.destroy()
        resolve({ ok: code === 0, closing, output })
      }, OUTPUT_LIMIT_MS).unref()
    })
  })
}

function testFiles(words) {
  const files = filesOf(root).filter((path) => TEST_FILE.test(path))
  const chosen = words.length === 0 ? files : files.filter((path) => words.some((word) => path.includes(word)))
  if (chosen.length === 0) throw new Complaint(`No test file has ${words.join(' or ')} in its path.`)
  return chosen
}

/** Work within its limit; past it everything that was started for it is ended, and it has failed. */
function within(name, mark, work) {
  const minutes = PART_LIMITS[name]
  if (minutes === undefined) return work()
  let timer
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const hung = endLeftovers(mark).map(({ pid, command }) => `  ${pid} ${command}`)
      reject(new Complaint(`${name}: not done within ${minutes} minutes. Still running:\n${hung.join('\n')}`))
    }, minutes * MINUTE_MS)
  })
  return Promise.race([work(), limit]).finally(() => clearTimeout(timer))
}

/** Runs one part; a complaint is printed and counts as failed, so that the later parts still tell what they know. */
async function part({ results, mark }, name, work) {
  say(`── ${name}`)
  const started = performance.now()
  let ok = false
  try {
    ok = await within(name, mark, work)
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    process.stdout.write(`${error.message}\n`)
  }
  results.push({ name, ok, seconds: ((performance.now() - started) / 1000).toFixed(1) })
}

/** The system's packages arrive while the sources are checked; a failure is told when its turn comes. */
function inBackground(promise) {
  const settled = promise.then(
    () => undefined,
    (error) => error,
  )
  return async () => {
    const error = await settled
    if (error) throw error
    return true
  }
}

async function testAll() {
  const results = []
  const run = { results, mark: markRun() }
  let closing = []
  const proofs = mkdtempSync(join(tmpdir(), 'zenops-proofs-'))
  const packages = inBackground(ensure(['libreoffice', 'poppler', 'fonts', 'pgbouncer']).then(ensureBrowser))
  await part(run, 'check', () => check())
  await part(run, 'system packages', packages)
  await part(run, 'tests', async () => {
    const outcome = await runNodeTests(testFiles([]), proofs)
    closing = outcome.closing
    writeFileSync(join(proofs, 'output.log'), outcome.output.join(''))
    return outcome.ok
  })
  await part(run, 'browser stories', async () => (await runStories()) === 0)
  if (existsSync(join(root, 'bench/goal.ts'))) {
    const flags = ['--disable-warning=ExperimentalWarning', join(root, 'bench/goal.ts'), '--correctness']
    await part(run, 'goals, correctness', async () => (await foreground(process.execPath, flags)) === 0)
  }
  await part(run, 'the run as a whole', async () => (await runNodeTests([WHOLE_RUN], proofs)).ok)
  rmSync(proofs, { recursive: true, force: true })
  for (const { pid, command } of endLeftovers(run.mark))
    process.stdout.write(`left running, ended: ${pid} ${command}\n`)
  process.stdout.write('\n')
  for (const { name, ok, seconds } of results)
    process.stdout.write(`${ok ? '✔' : '✖'} ${name.padEnd(20)} ${seconds.padStart(6)} s\n`)
  process.stdout.write(`${closing.join('\n')}\n`)
  return results.every(({ ok }) => ok) ? 0 : 1
}

await runMain(async () => {
  const words = process.argv.slice(2)
  if (words.length === 0) return testAll()
  return (await runNodeTests(testFiles(words))).ok ? 0 : 1
})
