import path from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import pg from 'pg'
import { type App, bootstrap, BootstrapError, catalogue, createApp, type FirstInvitation } from './app.ts'
import { ConfigError, type ReadyConfig, readConfig } from './config.ts'
import { demoPeople, loadDemoFirm } from './demo/load.ts'
import { homeSecrets, type Secrets, withSecrets } from './home.ts'
import { launchPostgres, type RunningPostgres } from './platform/db/embedded-postgres.ts'
import { type LoginRole, migrate } from './platform/db/migrate.ts'
import { startWorker } from './platform/jobs/worker.ts'
import { listenMetrics } from './platform/telemetry/metrics.ts'

const EXIT_CONFIG = 78
const STOP_LIMIT_MS = 40_000
const SURFACES = ['web', 'portal', 'studio'] as const
const TITLES = { web: 'Workspace', portal: 'Portal', studio: 'Studio' } as const

const say = (line: string): void => void process.stdout.write(`${line}\n`)

interface Connections {
  readonly owner: string
  readonly api: string
  readonly worker: string
  readonly sealer: string
  readonly keeper: string
  readonly postgres: RunningPostgres | null
}

const withLogin = (url: string, user: string, password: string): string => {
  const address = new URL(url)
  address.username = user
  address.password = password
  return address.href
}

/** The embedded server by default; any other through DATABASE_URL. */
async function connect(config: ReadyConfig, secrets: Secrets): Promise<Connections> {
  if (config.DATABASE_URL !== undefined) {
    return {
      owner: config.DATABASE_URL_ROOT ?? config.DATABASE_URL,
      api: config.DATABASE_URL_API ?? withLogin(config.DATABASE_URL, 'zen_api', secrets.database.zen_api),
      worker: config.DATABASE_URL_WORKER ?? withLogin(config.DATABASE_URL, 'zen_worker', secrets.database.zen_worker),
      sealer: config.DATABASE_URL_SEALER ?? withLogin(config.DATABASE_URL, 'zen_sealer', secrets.database.zen_sealer),
      keeper: config.DATABASE_URL_KEEPER ?? withLogin(config.DATABASE_URL, 'zen_keeper', secrets.database.zen_keeper),
      postgres: null,
    }
  }
  say('starting PostgreSQL')
  const postgres = await launchPostgres({
    dataDir: path.join(config.ZENOPS_HOME, 'postgres'),
    ...(config.EMBEDDED_PG_PORT ? { port: config.EMBEDDED_PG_PORT } : {}),
    password: secrets.database.root,
    settings: { shared_buffers: '256MB', max_connections: 60 },
  })
  const root = postgres.url('postgres')
  const client = new pg.Client({ connectionString: root })
  await client.connect()
  try {
    const known = await client.query("select 1 from pg_database where datname = 'zenops'")
    if (known.rowCount === 0) await client.query('create database zenops')
  } finally {
    await client.end()
  }
  return {
    owner: postgres.url('zenops'),
    api: postgres.url('zenops', 'zen_api', secrets.database.zen_api),
    worker: postgres.url('zenops', 'zen_worker', secrets.database.zen_worker),
    sealer: postgres.url('zenops', 'zen_sealer', secrets.database.zen_sealer),
    keeper: postgres.url('zenops', 'zen_keeper', secrets.database.zen_keeper),
    postgres,
  }
}

const OWN_CONNECTIONS = [
  'DATABASE_URL_API',
  'DATABASE_URL_WORKER',
  'DATABASE_URL_SEALER',
  'DATABASE_URL_KEEPER',
] as const
const loginsOf = ({ database }: Secrets): Readonly<Record<LoginRole, string>> => ({
  zen_api: database.zen_api,
  zen_worker: database.zen_worker,
  zen_sealer: database.zen_sealer,
  zen_keeper: database.zen_keeper,
})

const prepareDatabase = (config: ReadyConfig, connections: Connections, secrets: Secrets): Promise<number> =>
  migrate({
    ownerUrl: connections.owner,
    // Whoever brings connections of his own sets their passwords himself.
    ...(OWN_CONNECTIONS.every((name) => config[name] === undefined) ? { passwords: loginsOf(secrets) } : {}),
    seed: catalogue(),
    onProgress: (done, total, name) => say(`migrating ${done} of ${total}: ${name}`),
  })

/** Each server is put among what is to be stopped before it listens: where one cannot, the others must not keep us alive. */
async function listen(app: App, config: ReadyConfig, stops: (() => Promise<unknown>)[]): Promise<void> {
  for (const [index, surface] of SURFACES.entries()) {
    const server = await app.server(surface)
    stops.push(() => server.close())
    const port = config.PORT + index
    try {
      await server.listen({ host: config.HOST, port })
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken) throw error
      throw new ConfigError([
        {
          variable: 'PORT',
          fault: `port ${port} (${TITLES[surface]}) is taken; stop what listens there or start with another PORT`,
        },
      ])
    }
  }
}

function announce(config: ReadyConfig, people: ReturnType<typeof demoPeople> | null): void {
  say('')
  for (const [index, surface] of SURFACES.entries())
    say(`  ${TITLES[surface].padEnd(10)} http://localhost:${config.PORT + index}`)
  say(`  ${'API'.padEnd(10)} http://localhost:${config.PORT}/v1/docs`)
  if (people) {
    say('')
    say('  Demo sign-ins (one click on the sign-in page):')
    for (const person of people)
      say(`    ${person.surface.padEnd(7)} ${person.job.padEnd(20)} ${person.email}  ${person.password}`)
  }
  say('')
}

/** Shown once: the token is kept nowhere. */
function invitationLine(app: App, { email, surface, token }: FirstInvitation): string {
  const page = new URL('/invite', app.identity.origins[surface].values().next().value)
  page.hash = `token=${token}`
  return `  Invitation of ${email} (once, 7 days): ${page.href}`
}

async function start(): Promise<void> {
  const base = readConfig()
  const secrets = await homeSecrets(base.ZENOPS_HOME)
  const config = withSecrets(base, secrets)
  const connections = await connect(config, secrets)
  const stops: (() => Promise<unknown>)[] = []
  if (connections.postgres) stops.push(connections.postgres.stop)
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.reverse()) await stop()
  }
  // The limit counts from the signal.
  let waitedMs = 0
  try {
    await prepareDatabase(config, connections, secrets)
    const people = config.ZENOPS_DEMO_MODE ? demoPeople(secrets.demoPassword) : null
    const app = await createApp({
      config,
      urls: connections,
      apps: path.join(import.meta.dirname, '../..'),
      ...(people ? { demoPeople: people } : {}),
    })
    stops.push(app.close, app.startPulse().stop)
    const invitations = await bootstrap(app.services.database, config, app.passwords)
    const replayed = await app.replayTombstones()
    if (replayed > 0) say(`  ${replayed} destroyed keys came back with a backup and are destroyed again`)
    if (people) await loadDemoFirm(app, people)
    if (config.ZENOPS_ROLES.includes('worker')) {
      const worker = await startWorker(app.workerOptions())
      // Stopped after the worker; what is not sealed by then waits in the inbox for the next start.
      const sealer = await app.startSealer()
      stops.push(sealer.stop, worker.stop)
    }
    if (config.ZENOPS_ROLES.includes('api')) await listen(app, config, stops)
    const metrics = await listenMetrics(
      app.services.metrics,
      config.METRICS_LISTEN ?? { host: '127.0.0.1', port: config.METRICS_PORT },
    )
    stops.push(metrics.close)
    announce(config, people)
    for (const invitation of invitations) say(invitationLine(app, invitation))
    say('ready; Ctrl-C stops')
    const signal = await untilAskedToStop()
    app.drain()
    say('stopping')
    // Whoever hands out calls must see that this process is not ready before its doors close.
    if (signal === 'SIGTERM') {
      await rest(config.DRAIN_SECONDS * 1_000)
      waitedMs = config.DRAIN_SECONDS * 1_000
    }
  } finally {
    const limit = setTimeout(() => process.exit(1), STOP_LIMIT_MS - waitedMs)
    await stopAll()
    clearTimeout(limit)
  }
}

const untilAskedToStop = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })

try {
  await start()
} catch (error) {
  if (error instanceof ConfigError || error instanceof BootstrapError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = EXIT_CONFIG
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
  }
}
