import { uuidv7 } from '../ids.ts'
import { AttemptSuperseded, type BadEnd, type ClaimedJob, type Envelope, type JobPort } from './queue.ts'

interface MemoryJob extends Omit<ClaimedJob, 'worker_id' | 'run_at'> {
  state: 'queued' | 'running' | 'failed' | 'done' | 'dead'
  attempts: number
  max_attempts: number
  runAt: number
  serialKey: string | null
  worker: string | null
  heardAt: number
  errorCode: string | null
}

/** Changes that take effect together, or not at all. */
export class MemoryTransaction {
  readonly changes: (() => void)[] = []
}

async function inTransaction<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T> {
  const tx = new MemoryTransaction()
  const result = await work(tx)
  for (const change of tx.changes) change()
  return result
}

/** What the store tells of a job. */
export interface MemoryView {
  readonly state: MemoryJob['state']
  readonly attempts: number
  readonly errorCode: string | null
}

export interface MemoryQueue extends JobPort<MemoryTransaction> {
  transact<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T>
  look(id: string): MemoryView | undefined
  /** A paused queue gives nothing out. */
  setPaused(queue: string, paused: boolean): void
}

const claimed = (job: MemoryJob): ClaimedJob => ({
  ...job,
  run_at: new Date(job.runAt).toISOString(),
  worker_id: job.worker ?? '',
})

const endBadly = (job: MemoryJob, end: BadEnd, now: number): void =>
  void Object.assign(job, { state: end.state, worker: null, errorCode: end.code, runAt: now + end.retryMs })

interface AtWork {
  /** Places that each firm has at one worker. */
  readonly places: Map<string, number>
  /** Serial keys that are taken, at any worker. */
  readonly keys: Set<string>
}

function running(worker: string, jobs: Iterable<MemoryJob>): AtWork {
  const at: AtWork = { places: new Map(), keys: new Set() }
  for (const job of jobs) {
    if (job.state !== 'running') continue
    if (job.worker === worker) at.places.set(job.tenant_id, (at.places.get(job.tenant_id) ?? 0) + 1)
    if (job.serialKey !== null) at.keys.add(job.serialKey)
  }
  return at
}

/** Each due job with its turn: how many of its firm come before it. Of one moment, in the order of their asking. */
function inTurns(due: MemoryJob[], { places, keys }: AtWork): { job: MemoryJob; turn: number }[] {
  const turns: { job: MemoryJob; turn: number }[] = []
  for (const job of due.sort((a, b) => a.runAt - b.runAt)) {
    if (job.serialKey !== null && keys.has(job.serialKey)) continue
    if (job.serialKey !== null) keys.add(job.serialKey)
    const turn = (places.get(job.tenant_id) ?? 0) + 1
    places.set(job.tenant_id, turn)
    turns.push({ job, turn })
  }
  return turns
}

/** The queue in memory of one process: for tests of what is built on it, and a yardstick of the other driver. */
export function memoryQueue(now: () => number = Date.now): MemoryQueue {
  const jobs = new Map<string, MemoryJob>()
  const paused = new Set<string>()
  const held = ({ id, attempts }: ClaimedJob): MemoryJob | undefined => {
    const job = jobs.get(id)
    return job?.state === 'running' && job.attempts === attempts ? job : undefined
  }
  const owned = (claim: ClaimedJob): MemoryJob => {
    const job = held(claim)
    if (!job) throw new AttemptSuperseded('another attempt owns this job')
    return job
  }
  const isDue = (job: MemoryJob): boolean =>
    (job.state === 'queued' || job.state === 'failed') && job.runAt <= now() && !paused.has(job.kind)
  const done = (job: MemoryJob): void => void Object.assign(job, { state: 'done', worker: null })
  return {
    enqueue: async (tx, envelope, order = {}) => {
      const job = newJob(envelope, order.run_at === undefined ? now() : Date.parse(order.run_at))
      const given = { max_attempts: order.max_attempts ?? 5, serialKey: order.serial_key ?? null }
      tx.changes.push(() => void jobs.set(job.id, { ...job, ...given }))
      return job.id
    },
    claim: async ({ worker, kinds, limit, group }) => {
      const due = [...jobs.values()].filter((job) => kinds.includes(job.kind) && isDue(job))
      const picked = inTurns(due, running(worker, jobs.values()))
        .filter(({ turn }) => turn <= group)
        .sort((a, b) => a.turn - b.turn)
        .slice(0, limit)
      for (const { job } of picked)
        Object.assign(job, { state: 'running', worker, attempts: job.attempts + 1, heardAt: now() })
      return picked.map(({ job }) => claimed(job))
    },
    heartbeat: async (worker, claims) => {
      const own = claims.map(held).filter((job) => job?.worker === worker)
      for (const job of own) if (job) job.heardAt = now()
      return new Set(own.flatMap((job) => (job ? [job.id] : [])))
    },
    complete: async (tx, claim) => {
      owned(claim)
      tx.changes.push(() => done(owned(claim)))
    },
    completeAll: async (worker, claims) => {
      const own = claims.map(held).filter((job) => job?.worker === worker)
      for (const job of own) if (job) done(job)
      return new Set(own.flatMap((job) => (job ? [job.id] : [])))
    },
    fail: async (tx, claim, end) => {
      const job = held(claim)
      if (job) tx.changes.push(() => endBadly(job, end, now()))
      return job !== undefined
    },
    postpone: async (claim, ms) => {
      const job = held(claim)
      if (job)
        Object.assign(job, { state: 'queued', worker: null, max_attempts: job.max_attempts + 1, runAt: now() + ms })
    },
    freeLost: async (silentMs) => {
      const lost = [...jobs.values()].filter((job) => job.state === 'running' && job.heardAt < now() - silentMs)
      for (const job of lost) Object.assign(job, { state: 'queued', worker: null, runAt: now() })
      return lost.length
    },
    transact: inTransaction,
    look: (id) => jobs.get(id),
    setPaused: (queue, isPaused) => void (isPaused ? paused.add(queue) : paused.delete(queue)),
  }
}

function newJob(envelope: Envelope, runAt: number): MemoryJob {
  const id = uuidv7()
  return {
    tenant_id: envelope.tenant_id,
    id,
    kind: envelope.queue,
    payload: structuredClone(envelope.payload),
    actor_user_id: null,
    trace_id: envelope.trace_id,
    effect_key: envelope.effect_key ?? id,
    task: null,
    slot: null,
    state: 'queued',
    attempts: 0,
    max_attempts: 5,
    runAt,
    serialKey: null,
    worker: null,
    heardAt: 0,
    errorCode: null,
  }
}
