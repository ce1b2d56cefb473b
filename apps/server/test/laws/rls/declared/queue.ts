import {
  aud,
  change,
  every,
  has,
  may,
  me,
  moveTenant,
  not,
  reads,
  scopeAll,
  some,
  T,
  tenantRows,
  worker,
  yes,
} from '../classes.ts'
import type { Names, Rights, Row, Rule, TableLaw } from '../model.ts'

const studio = aud('studio')
const program = aud('worker')
const TRACE = '0af7651916cd43dd8448eb211c80319d'
const FAILED = '2026-01-01 00:00:00+00'
const seesQueue = every(T, scopeAll('ops.read'))
const managesQueue = every(T, scopeAll('ops.jobs.manage'))
const forAll: Rule = has('tenant_id', null)
const RESOLVING = ['state', 'resolved_by', 'resolved_at', 'reason', 'replay_job_id']
const dead = {
  queue: 'law',
  effect_key: 'law',
  error_code: 'LAW',
  trace_id: TRACE,
  first_failed_at: FAILED,
  last_failed_at: FAILED,
}
/** What alerts look at: never what a job is about. */
const JOB_FIGURES = [
  'tenant_id',
  'id',
  'kind',
  'state',
  'hold_reason',
  'run_at',
  'created_at',
  'started_at',
  'finished_at',
]
/** Which calls to the outside are open: never what was sent or answered. */
const EFFECT_FIGURES = ['tenant_id', 'effect_key', 'job_id', 'attempt', 'queue', 'state', 'created_at', 'done_at']
const ended = { state: 'DISCARDED', resolved_at: FAILED, reason: 'a law of the matrix' }

/** Workers keep them; the studio looks, and changes what an operator may change. */
const schedulerTable = (table: string, columns: readonly string[] | null, touch?: string): TableLaw => ({
  table,
  class: 8,
  noTenant: true,
  ...(touch ? { touch } : {}),
  rights: {
    zen_worker: { select: may(program), insert: may(program), update: change(program, program), delete: may(program) },
    zen_studio: columns ? { select: may(studio), update: change(studio, studio, columns) } : reads(studio),
  },
  rows: () => ({ any: {} }),
})
const LOCK_COLUMNS = [
  'state',
  'owner_id',
  'lease_until',
  'fencing_token',
  'last_recovered_at',
  'recovery_count',
  'paused_at',
  'paused_by',
  'pause_reason',
  'wanted_at',
  'wanted_by',
  'updated_at',
]
const definerSlots: Rights = { select: may(yes), insert: may(yes) }
const pauseRows = (names: Names): Record<string, Row> => ({
  ...tenantRows(names, { queue: 'law', reason: 'a law of the matrix' }),
  'of all firms': { queue: 'law', reason: 'a law of the matrix' },
})

export const queueLaws: readonly TableLaw[] = [
  {
    table: 'ops.jobs',
    class: 8,
    capabilities: ['ops.read'],
    rights: {
      zen_web: reads(every(T, some(me('actor_user_id'), scopeAll('ops.read')))),
      zen_studio: reads(studio),
      zen_worker: { select: may(worker), insert: may(worker), update: change(worker, worker), delete: may(worker) },
      zen_definer: { select: may(yes), insert: may(yes), update: change(yes, yes) },
      zen_keeper: reads(yes, JOB_FIGURES),
    },
    rows: (names) => ({ ...tenantRows(names), 'asked for by me': { tenant_id: names.firm, actor_user_id: names.me } }),
    moves: moveTenant,
    touch: 'progress',
  },
  {
    table: 'ops.queue_pauses',
    class: 8,
    capabilities: ['ops.read', 'ops.jobs.manage'],
    rights: {
      zen_web: {
        select: may(every(some(T, forAll), scopeAll('ops.read'))),
        insert: may(managesQueue),
        delete: may(managesQueue),
      },
      zen_studio: { select: may(studio), insert: may(studio), delete: may(studio) },
      zen_worker: reads(every(some(T, forAll), program)),
      zen_definer: reads(yes),
    },
    rows: pauseRows,
  },
  {
    table: 'ops.job_effects',
    class: 8,
    capabilities: ['ops.read'],
    touch: 'done_at',
    rights: {
      zen_web: reads(seesQueue, EFFECT_FIGURES),
      zen_studio: reads(studio, EFFECT_FIGURES),
      zen_definer: {
        select: may(yes),
        update: change(yes, yes, ['state', 'done_at']),
        delete: may(yes),
      },
      zen_worker: {
        select: may(worker),
        insert: may(worker),
        update: change(worker, worker, ['state', 'result', 'done_at', 'job_id', 'attempt']),
        delete: may(worker),
      },
      zen_keeper: reads(yes, ['tenant_id', 'effect_key', 'state']),
    },
    rows: (names) => tenantRows(names),
    moves: moveTenant,
  },
  {
    table: 'ops.dead_jobs',
    class: 8,
    capabilities: ['ops.read', 'ops.jobs.manage'],
    touch: 'resolved_by',
    rights: {
      zen_web: { select: may(seesQueue), update: change(managesQueue, managesQueue, RESOLVING) },
      zen_studio: { select: may(studio), update: change(studio, studio, RESOLVING) },
      zen_worker: {
        select: may(worker),
        insert: may(worker),
        update: change(worker, worker, ['error', 'payload', 'reason']),
        delete: may(every(worker, not(has('state', 'DEAD')))),
      },
      zen_definer: reads(yes),
      zen_keeper: reads(yes, ['tenant_id', 'id', 'queue', 'critical', 'state', 'last_failed_at']),
    },
    rows: (names) => ({
      ...tenantRows(names, dead),
      'mine, resolved': { tenant_id: names.firm, ...dead, ...ended },
      'of another firm, resolved': { tenant_id: names.otherFirm, ...dead, ...ended },
    }),
    moves: moveTenant,
  },
  {
    table: 'ops.workers',
    class: 8,
    noTenant: true,
    rights: {
      zen_worker: { select: may(program), insert: may(program), delete: may(program) },
      zen_studio: reads(studio),
      zen_definer: { select: may(yes), delete: may(yes) },
    },
    rows: () => ({ any: {} }),
  },
  (() => {
    const law = schedulerTable('ops.scheduler_locks', LOCK_COLUMNS, 'updated_at')
    return {
      ...law,
      rights: {
        ...law.rights,
        zen_keeper: reads(yes),
        zen_definer: reads(yes, ['task', 'last_heartbeat_at', 'last_success_at']),
      },
    }
  })(),
  schedulerTable('ops.scheduler_fences', ['high_token'], 'high_token'),
  schedulerTable('ops.job_runs', ['status', 'ended_at', 'error_code', 'error'], 'error'),
  (() => {
    const law = schedulerTable('ops.task_slots', null, 'created_at')
    return { ...law, rights: { ...law.rights, zen_definer: definerSlots } }
  })(),
]
