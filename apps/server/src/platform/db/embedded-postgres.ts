import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { underLock } from './launch-lock.ts'
import { type Binaries, findBinaries, isRoot, PostgresLaunchError, runAs } from './postgres-binaries.ts'
import {
  clearStalePidFile,
  findPostmaster,
  isAlive,
  livesStill,
  type Postmaster,
  processIdentity,
  stopPostmaster,
} from './postmaster.ts'

export { PostgresLaunchError } from './postgres-binaries.ts'

export interface LaunchOptions {
  /** Absolute folder of the data; made with mode 700 when missing. Its neighbours `<dataDir>.log`, `.lock`, `.users`, `.launch` are ours too. */
  readonly dataDir: string
  /** Port on 127.0.0.1; a free one is picked when absent. */
  readonly port?: number
  /** Password of the superuser `postgres`, set when the data are made. */
  readonly password: string
  /** Server settings as in postgresql.conf, `shared_buffers` and the like. */
  readonly settings?: Readonly<Record<string, string | number>>
}

export interface RunningPostgres {
  readonly port: number
  readonly pid: number
  /** True when the server was already running: left over from a killed process, or shared with a living one. */
  readonly adopted: boolean
  /** Connection address; the password is the superuser's unless another is given. */
  url(database: string, user?: string, password?: string): string
  /** Leaves the server; the last one to leave stops it (fast within `limitMs`, then immediate). May be called twice. */
  stop(limitMs?: number): Promise<void>
}

const MAJOR = '18'
const START_LIMIT_MS = 120_000
const STOP_LIMIT_MS = 15_000
const LOG_LIMIT_BYTES = 8 * 1024 * 1024
const PORT_ATTEMPTS = 5
const run = promisify(execFile)
// Nothing of our environment is for the server: PGPORT, PGDATA or a password would reach it otherwise.
const SERVER_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }

/**
 * How PostgreSQL is told its data folder. Under root it runs as nobody, who may not walk through the folders above
 * (a home of mode 700); its own working directory it may always name.
 */
function dataDirArgument(folder: string): string {
  return isRoot() && process.platform === 'linux' ? '/proc/self/cwd' : folder
}

function makeFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, gid } = runAs()
  if (uid !== undefined && gid !== undefined) fs.chownSync(folder, uid, gid)
  fs.chmodSync(folder, 0o700)
}

/** Makes the data beside their place and moves them there when they are whole: an interrupted start leaves no half cluster. */
async function initialise({ home }: Binaries, { dataDir, password }: LaunchOptions): Promise<void> {
  const fresh = `${dataDir}.fresh`
  const secret = fs.mkdtempSync(path.join(os.tmpdir(), 'zenops-'))
  fs.rmSync(fresh, { recursive: true, force: true })
  makeFolder(fresh)
  makeFolder(secret)
  const pwfile = path.join(secret, 'password')
  try {
    fs.writeFileSync(pwfile, password, { mode: 0o600 })
    const { uid, gid } = runAs()
    if (uid !== undefined && gid !== undefined) fs.chownSync(pwfile, uid, gid)
    const collation = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${pwfile}`]
    const args = ['-D', dataDirArgument(fresh), ...access, ...collation]
    await run(path.join(home, 'bin/initdb'), args, { ...runAs(), cwd: fresh, env: SERVER_ENV, timeout: START_LIMIT_MS })
    fs.rmSync(dataDir, { recursive: true, force: true })
    fs.renameSync(fresh, dataDir)
  } catch (error) {
    // execFile rejects with an Error that carries what the program printed.
    const { message, stderr } = error as Error & { stderr?: string }
    throw new PostgresLaunchError(`The database could not be created in ${dataDir}: ${stderr?.trim() || message}`)
  } finally {
    fs.rmSync(secret, { recursive: true, force: true })
    fs.rmSync(fresh, { recursive: true, force: true })
  }
}

async function ensureData(binaries: Binaries, options: LaunchOptions): Promise<void> {
  const file = path.join(options.dataDir, 'PG_VERSION')
  if (!fs.existsSync(file)) {
    const left = fs.existsSync(options.dataDir) ? fs.readdirSync(options.dataDir) : []
    if (left.length > 0) {
      throw new PostgresLaunchError(`${options.dataDir} holds files but no database; name another folder or empty it.`)
    }
    await initialise(binaries, options)
  }
  const found = fs.readFileSync(file, 'utf8').trim()
  if (found !== MAJOR) {
    throw new PostgresLaunchError(
      `${options.dataDir} holds a database of PostgreSQL ${found}; this ZenOps runs ${MAJOR}.`,
    )
  }
  makeFolder(options.dataDir)
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', resolve)
  })
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new PostgresLaunchError('No free port on 127.0.0.1.')
  return address.port
}

/** Opens the log for appending; the previous one is kept once. Gives the place from which this start writes. */
function openLog(dataDir: string): { fd: number; file: string; from: number } {
  const file = `${dataDir}.log`
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_LIMIT_BYTES) fs.renameSync(file, `${file}.1`)
  return { fd: fs.openSync(file, 'a', 0o600), file, from: size > LOG_LIMIT_BYTES ? 0 : size }
}

/** Waits until the server takes connections; gives undefined when it ended instead. */
async function untilReady(dataDir: string, over: () => boolean): Promise<Postmaster | undefined> {
  const until = performance.now() + START_LIMIT_MS
  while (!over()) {
    const server = findPostmaster(dataDir)
    if (server?.ready) return server
    if (performance.now() > until) {
      throw new PostgresLaunchError(
        `PostgreSQL did not become ready within ${START_LIMIT_MS / 1000} s; see ${dataDir}.log.`,
      )
    }
    await sleep(15)
  }
  return undefined
}

type Outcome = { readonly server: Postmaster } | { readonly log: string }

async function startOnce(binaries: Binaries, options: LaunchOptions, port: number): Promise<Outcome> {
  const { dataDir } = options
  const places = { listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC' }
  // Nobody reads the titles of its processes; writing one costs at every statement.
  const base = { ...places, update_process_title: 'off' }
  const settings = { ...base, ...options.settings, port }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openLog(dataDir)
  clearStalePidFile(dataDir)
  let ended = false
  let child: ChildProcess
  try {
    // A group of its own: Ctrl-C at the terminal is for us, and we stop the server last.
    child = spawn(path.join(binaries.home, 'bin/postgres'), ['-D', dataDirArgument(dataDir), ...flags], {
      ...runAs(),
      cwd: dataDir,
      env: SERVER_ENV,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
  } finally {
    fs.closeSync(log.fd)
  }
  child.once('exit', () => (ended = true))
  child.once('error', () => (ended = true))
  child.unref()
  const server = await untilReady(dataDir, () => ended)
  if (server) return { server }
  return { log: fs.readFileSync(log.file, 'utf8').slice(log.from).slice(-4000) }
}

/** Backends of a server that was killed hold its memory for a moment longer; a picked port may be taken in between. */
async function start(binaries: Binaries, options: LaunchOptions): Promise<Postmaster> {
  let log = ''
  for (let attempt = 1; attempt <= PORT_ATTEMPTS; attempt += 1) {
    const port = options.port ?? (await freePort())
    const outcome = await startOnce(binaries, options, port)
    if ('server' in outcome) return outcome.server
    log = outcome.log
    const taken = /Address already in use|could not create any TCP\/IP sockets/.test(log)
    if (taken && options.port !== undefined) {
      throw new PostgresLaunchError(`Port ${port} is taken by another program; the database needs another one.`)
    }
    const memoryHeld = /pre-existing shared memory block/.test(log)
    if (!taken && !memoryHeld) break
    if (memoryHeld) await sleep(500 * attempt)
  }
  throw new PostgresLaunchError(`PostgreSQL did not start:\n${log.trim()}`)
}

// --------------------------------------------------------------------------------------------- who uses the server

const usersFolder = (dataDir: string): string => `${dataDir}.users`

/** Those who still use the server; the marks of dead processes are swept away. */
function livingUsers(dataDir: string): string[] {
  const folder = usersFolder(dataDir)
  if (!fs.existsSync(folder)) return []
  return fs.readdirSync(folder).filter((mark) => {
    if (livesStill(mark.split('.')[0] ?? '')) return true
    fs.rmSync(path.join(folder, mark), { force: true })
    return false
  })
}

function enter(dataDir: string): string {
  const mark = path.join(usersFolder(dataDir), `${processIdentity(process.pid)}.${randomBytes(4).toString('hex')}`)
  fs.mkdirSync(path.dirname(mark), { recursive: true, mode: 0o700 })
  fs.writeFileSync(mark, '', { mode: 0o600 })
  return mark
}

/** What a server was started with; one that was left over is only taken on when it is the one we would start. */
function fingerprint({ version }: Binaries, { settings = {} }: LaunchOptions): string {
  return JSON.stringify([version, Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

function readFingerprint(dataDir: string): string {
  const file = `${dataDir}.launch`
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''
}

/** The server that already runs on these data, if it may be used as it is; an unsuitable one without users is stopped. */
async function adopt(binaries: Binaries, options: LaunchOptions): Promise<Postmaster | undefined> {
  const { dataDir, port } = options
  const found = findPostmaster(dataDir)
  if (!found) return undefined
  const shared = livingUsers(dataDir).length > 0
  const fits =
    readFingerprint(dataDir) === fingerprint(binaries, options) && (port === undefined || port === found.port)
  if (shared || fits) return untilReady(dataDir, () => !isAlive(found.pid))
  await stopPostmaster(found.pid, STOP_LIMIT_MS)
  return undefined
}

/**
 * Brings up PostgreSQL 18 on `dataDir`, or joins the one that already serves it. Works for root (the server runs as
 * nobody) and for a plain user, below folders of mode 700, and without install scripts.
 * @throws PostgresLaunchError with a sentence for the person who started ZenOps
 */
export async function launchPostgres(options: LaunchOptions): Promise<RunningPostgres> {
  const { dataDir, password } = options
  const binaries = findBinaries()
  fs.mkdirSync(path.dirname(dataDir), { recursive: true, mode: 0o700 })
  const lock = `${dataDir}.lock`
  const { server, adopted, mark } = await underLock(lock, async () => {
    const running = await adopt(binaries, options)
    if (!running) {
      await ensureData(binaries, options)
      fs.writeFileSync(`${dataDir}.launch`, fingerprint(binaries, options), { mode: 0o600 })
    }
    return { server: running ?? (await start(binaries, options)), adopted: running !== undefined, mark: enter(dataDir) }
  })
  const leave = (limitMs: number) =>
    underLock(lock, async () => {
      fs.rmSync(mark, { force: true })
      const running = findPostmaster(dataDir)
      if (running && livingUsers(dataDir).length === 0) await stopPostmaster(running.pid, limitMs)
    })
  let left: Promise<void> | undefined
  return {
    port: server.port,
    pid: server.pid,
    adopted,
    url: (database, user = 'postgres', secret = password) =>
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`,
    stop: (limitMs = STOP_LIMIT_MS) => (left ??= leave(limitMs)),
  }
}
