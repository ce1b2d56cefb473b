import { randomBytes } from 'node:crypto'
import { type NoteSigner, signerOf } from '@zenops/audit/notes'
import { sql } from 'kysely'
import type { ReadyConfig } from '../../../config.ts'
import type { Clock } from '../../../platform/clock.ts'
import { Database } from '../../../platform/db/database.ts'
import type { Loop } from '../../../platform/jobs/recurring.ts'
import type { Log } from '../../../platform/telemetry/log.ts'
import type { OpsTally } from '../../../platform/ops-tally.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'
import { deliverTurn, markDelivered, markFailed, sinkStates } from './deliver-turn.ts'
import { flushRefusals } from './flush-refusals.ts'
import type { Alarm } from '@zenops/contracts/audit-alarms'
import type { Vitals } from '../../../platform/telemetry/vitals.ts'
import { keyNameOf, SEALER } from './ground.ts'
import { keysAreSeen, registerKeys } from './keys.ts'
import type { Journal, NotarySink, Published } from './notary.ts'
import { STALE_SECONDS } from './promises.ts'
import { publishTurn } from './publish-turn.ts'
import { reopenLogs } from './reopen.ts'
import { sealTurn } from './seal-turn.ts'
import { signTurn } from './sign-turn.ts'
import { openSinks } from './sinks/open.ts'
import { loopOf } from '../../../platform/scheduler/timetable.ts'

export interface SealerOptions {
  readonly config: ReadyConfig
  /** Connection as zen_sealer. */
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Where alarms ring for everybody, and what is counted; absent in tests of the sealer alone. */
  readonly vitals?: Vitals
  readonly tally?: OpsTally
  readonly workerUserId: string
  /** Told after each turn of a loop of the schedule. */
  readonly report?: (loop: string, isGood: boolean) => void
  /** Absent = the configured first sink. */
  readonly journal?: Journal
  /** Absent = the configured further ones. */
  readonly sinks?: readonly NotarySink[]
}

const LAG_ALARM_SECONDS = 10
const MEASURE_MS = 1_000
/** Tenants that were stuck are tried again after this time. */
const FORGIVE_MS = 60_000
const SIGN_MS = 1_000
const FLUSH_MS = 5_000
const IDLE_PUBLISH_SECONDS = 3_600
const DELIVER_MS = 5_000
const WATCH_MS = 15_000
const LONGEST_REST_MS = 10_000

/** Says each alarm once when it rises and once when it ends, and shows it in the metrics meanwhile. */
function alarmBell({ log, metrics, vitals }: SealerOptions) {
  const up = new Set<Alarm>()
  return (alarm: Alarm, isUp: boolean, details: object = {}): void => {
    vitals?.ring(alarm, isUp, details)
    if (isUp === up.has(alarm)) return
    metrics.auditAlarm.set({ alarm }, isUp ? 1 : 0)
    if (isUp) {
      up.add(alarm)
      log.warn({ outcome: alarm, about: details }, 'alarm_raised')
    } else {
      up.delete(alarm)
      log.info({ outcome: alarm }, 'alarm_cleared')
    }
  }
}

/** State of one running sealer. */
interface Run {
  readonly options: SealerOptions
  readonly database: Database
  readonly journal: Journal
  readonly published: Map<string, Published>
  readonly ring: ReturnType<typeof alarmBell>
  /** Keys of the configuration. */
  readonly signers: readonly NoteSigner[]
  readonly stopping: AbortSignal
}

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })

type Next = 'again' | 'rest' | 'done'
type SealingLoop = 'audit_sealer' | 'audit_checkpoint' | 'audit_notary'

/** The sealer's loops as the schedule names them; they keep their own time and single flight and report there. */
export const sealingLoops = (config: ReadyConfig): Loop[] => [
  loopOf('audit_sealer', { every_ms: config.AUDIT_SEAL_INTERVAL_MS }),
  loopOf('audit_checkpoint', { every_ms: config.AUDIT_CHECKPOINT_SECONDS * 1_000 }),
  loopOf('audit_notary', { every_ms: config.AUDIT_NOTARY_SECONDS * 1_000 }),
]

/** Repeats a turn until it is done or the sealer is asked to stop. A failure is said, and the rest before the next try grows. */
async function loop(
  run: Run,
  { every, name }: { every: number; name?: SealingLoop },
  turn: () => Promise<Next>,
): Promise<void> {
  let wait = every
  const report = (isGood: boolean): void => void (name && run.options.report?.(name, isGood))
  while (!run.stopping.aborted) {
    try {
      const next = await turn()
      report(true)
      if (next === 'done') return
      if (next === 'again') continue
      wait = every
    } catch (error) {
      if (run.stopping.aborted) return
      wait = Math.min(wait * 2, LONGEST_REST_MS)
      report(false)
      run.options.log.warn({ err: error }, 'audit_turn_failed')
    }
    await rest(wait, run.stopping)
  }
}

function sealing(run: Run): () => Promise<Next> {
  const { config, metrics } = run.options
  const stuck = new Set<string>()
  let [measuredAt, forgivenAt] = [0, performance.now()]
  return async () => {
    const turn = await sealTurn(run.database, config.AUDIT_SEAL_BATCH, stuck)
    const rows = turn.kind === 'sealed' ? turn.rows : 0
    // Whose turn it was not has seen nothing that could raise or end an alarm.
    if (turn.kind !== 'busy') run.ring('audit_foreign_cluster', turn.kind === 'foreign_cluster')
    if (turn.kind === 'sealed') {
      for (const tenant of turn.stuck) stuck.add(tenant)
      run.ring('audit_head_tampered', stuck.size > 0, { tenants: [...stuck].slice(0, 20) })
    }
    if (rows > 0) {
      metrics.auditSealed.inc(rows)
      countSealed(run.options, rows)
    }
    const now = performance.now()
    if (now - measuredAt > MEASURE_MS) {
      measuredAt = now
      await measure(run)
    }
    if (now - forgivenAt > FORGIVE_MS) {
      forgivenAt = now
      stuck.clear()
    }
    return rows === config.AUDIT_SEAL_BATCH ? 'again' : 'rest'
  }
}

/** Added up in memory: the sealer turns five times a second. */
function countSealed({ tally, config }: SealerOptions, value: number): void {
  const event = { metric_key: 'audit_events_sealed', value, tenant_id: config.ZENOPS_INTERNAL_TENANT_ID } as const
  tally?.add(event, randomBytes(16).toString('hex'))
}

async function measure(run: Run): Promise<void> {
  const { metrics } = run.options
  const found = await run.database.readTransaction(SEALER, async (tx) => {
    const { rows } = await sql<{ rows: number; lag: string }>`
      select count(*) as rows, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::text as lag from audit.inbox`.execute(
      tx,
    )
    const [age] = (
      await sql<{ seconds: number }>`
        select extract(epoch from now() - max(created_at))::bigint as seconds from audit.checkpoints having count(*) > 0`.execute(
        tx,
      )
    ).rows
    if (age) metrics.auditCheckpointAge.set(age.seconds)
    return rows[0]
  })
  const lag = Number(found?.lag ?? 0)
  metrics.auditSealLag.set(Math.max(lag, 0))
  metrics.auditInboxRows.set(found?.rows ?? 0)
  run.ring('audit_seal_lag', lag > LAG_ALARM_SECONDS, { seconds: Math.round(lag) })
}

function signing(run: Run): () => Promise<Next> {
  const { config } = run.options
  const options = {
    host: config.AUDIT_ORIGIN,
    signers: run.signers,
    journal: run.journal,
    published: run.published,
    events: config.AUDIT_CHECKPOINT_EVENTS,
    seconds: config.AUDIT_CHECKPOINT_SECONDS,
  }
  return async () => {
    const { signed, forks } = await signTurn(run.database, options)
    if (signed !== null) run.ring('audit_fork_suspected', forks.length > 0, { tenants: forks.slice(0, 20) })
    return 'rest'
  }
}

function publishing(run: Run): () => Promise<Next> {
  const { config } = run.options
  const options = {
    host: config.AUDIT_ORIGIN,
    signers: run.signers,
    journal: run.journal,
    published: run.published,
    idleSeconds: IDLE_PUBLISH_SECONDS,
  }
  return async () => {
    await publishTurn(run.database, options)
    return 'rest'
  }
}

const deliveryOf = ({ options }: Pick<Run, 'options'>) => ({
  internalTenantId: options.config.ZENOPS_INTERNAL_TENANT_ID,
  traceId: randomBytes(16).toString('hex'),
})

/** Tells one of the further sinks what was published, on its own: a slow one holds up nobody. */
function delivering(run: Run, sink: NotarySink): () => Promise<Next> {
  return async () => {
    await deliverTurn(run.database, sink, deliveryOf(run))
    return 'rest'
  }
}

/** Alarm and metrics of sinks that have not answered. */
function watching(run: Run): () => Promise<Next> {
  return async () => {
    const states = await sinkStates(run.database, run.options.config.AUDIT_NOTARY_SINKS.includes('mail'))
    for (const { sink, waiting_seconds } of states) run.options.metrics.auditNotaryAge.set({ sink }, waiting_seconds)
    const stale = states.filter(({ waiting_seconds }) => waiting_seconds > STALE_SECONDS).map(({ sink }) => sink)
    run.ring('audit_notary_stale', stale.length > 0, { sinks: stale })
    return 'rest'
  }
}

const REMEMBER_OK_MS = 60_000
/** The journal, whose state is kept beside those of the other sinks: without it nothing is signed. */
function watched(run: Pick<Run, 'options' | 'database'>, journal: Journal): Journal {
  let [isWell, saidAt] = [false, Number.NEGATIVE_INFINITY]
  return {
    ...journal,
    publish: async (notes) => {
      try {
        const receipt = await journal.publish(notes)
        if (!isWell || performance.now() - saidAt > REMEMBER_OK_MS) {
          await markDelivered(run.database, journal.name)
          ;[isWell, saidAt] = [true, performance.now()]
        }
        return receipt
      } catch (error) {
        isWell = false
        await markFailed(run.database, { ...deliveryOf(run), sink: journal.name, since: null, error })
        throw error
      }
    },
  }
}

/** Looks at the journal before anything is sealed: an older state that was restored opens new epochs. */
async function begin(run: Run): Promise<boolean> {
  const { config, log, workerUserId } = run.options
  for (const [origin, note] of (await run.journal.latest()).notes) run.published.set(origin, note)
  const stamp = { host: config.AUDIT_ORIGIN, workerUserId, traceId: randomBytes(16).toString('hex') }
  const reopened = await reopenLogs(run.database, run.published, stamp)
  for (const { tenantId, epoch, lostFrom, lostTo } of reopened ?? [])
    log.warn(
      { trace_id: stamp.traceId, tenant_id: tenantId, about: { epoch, lost_from_seq: lostFrom, lost_to_seq: lostTo } },
      'audit_log_reopened',
    )
  return reopened !== null
}

/** Makes the configured keys known, before any of them signs. */
function registering(run: Run): () => Promise<Next> {
  const { config, workerUserId } = run.options
  return async () => {
    await registerKeys(run.database, {
      host: config.AUDIT_ORIGIN,
      signers: run.signers,
      journal: run.journal,
      internalTenantId: config.ZENOPS_INTERNAL_TENANT_ID,
      workerUserId,
      traceId: randomBytes(16).toString('hex'),
    })
    return 'done'
  }
}

/** Alarm of an installation in which no process signs; one that has no key of its own asks the others'. */
function showingKeys(run: Run): () => Promise<Next> {
  return async () => {
    run.ring('audit_signing_key_missing', !(await keysAreSeen(run.database, run.signers)))
    return 'rest'
  }
}

const signersOf = ({ AUDIT_ORIGIN, AUDIT_SIGNING_KEY = [] }: ReadyConfig): NoteSigner[] =>
  AUDIT_SIGNING_KEY.map((seed) => signerOf(keyNameOf(AUDIT_ORIGIN), seed))

export const sealerDatabase = (url: string, onError: (error: Error) => void): Database =>
  new Database({
    url,
    poolSize: 3,
    prepared: true,
    applicationName: 'zenops-sealer',
    transactionTimeoutMs: 60_000,
    statementTimeoutMs: 60_000,
    onError,
  })

/** Signs and publishes. A journal that is down holds this up and nothing else. */
async function signed(run: Run): Promise<void> {
  await loop(run, { every: SIGN_MS }, registering(run))
  await Promise.all([
    loop(run, { every: WATCH_MS }, showingKeys(run)),
    loop(run, { every: SIGN_MS, name: 'audit_checkpoint' }, signing(run)),
    loop(run, { every: run.options.config.AUDIT_NOTARY_SECONDS * 1_000, name: 'audit_notary' }, publishing(run)),
  ])
}

/** Seals, signs and publishes until stopped. Commands never wait for it. */
export async function startSealer(options: SealerOptions): Promise<{ stop(): Promise<void> }> {
  const { config, clock, log } = options
  const stop = new AbortController()
  const database = sealerDatabase(options.url, (error) => log.warn({ err: error }, 'database_connection'))
  const ring = alarmBell(options)
  const sinks = openSinks(config, () => clock.now())
  const journal = watched({ options, database }, options.journal ?? sinks.journal)
  const signers = signersOf(config)
  const run: Run = { options, database, journal, published: new Map(), ring, signers, stopping: stop.signal }
  const turns = (async () => {
    // Nothing is sealed or signed before the journal was read.
    await loop(run, { every: config.AUDIT_SEAL_INTERVAL_MS }, async () => ((await begin(run)) ? 'done' : 'rest'))
    await Promise.all([
      loop(run, { every: config.AUDIT_SEAL_INTERVAL_MS, name: 'audit_sealer' }, sealing(run)),
      signed(run),
      loop(run, { every: FLUSH_MS }, async () => {
        await flushRefusals(database)
        return 'rest'
      }),
      loop(run, { every: WATCH_MS }, watching(run)),
      ...(options.sinks ?? sinks.others).map((sink) => loop(run, { every: DELIVER_MS }, delivering(run, sink))),
    ])
  })()
  return {
    stop: async () => {
      stop.abort()
      await turns
      await database.close()
    },
  }
}
