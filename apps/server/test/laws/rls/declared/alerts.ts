import {
  aud,
  change,
  every,
  L,
  may,
  moveTenant,
  reads,
  scopeAll,
  some,
  T,
  tenantRows,
  W,
  yes,
  workerPurges,
} from '../classes.ts'
import type { Names, Row, Rule, TableLaw } from '../model.ts'

const studio = aud('studio')
const worker = aud('worker')
const studioHere = every(studio, T)
const reader = every(T, scopeAll('ops.read'))
const manager = every(T, scopeAll('ops.jobs.manage'))
const TRACE = '0af7651916cd43dd8448eb211c80319d'
const REASON = 'a law is tried out'

/** A switch names its firm in `scope_tenant_id`; without one it stands everywhere. */
const scoped: Rule = (row, view) => view.tenant !== null && row['scope_tenant_id'] === view.tenant
const everywhere: Rule = (row) => (row['scope_tenant_id'] ?? null) === null
const cutter = every(scoped, scopeAll('ops.killswitch'))
const SWITCHED = ['key', 'scope_tenant_id', 'state', 'reason', 'incident_id', 'effective_until', 'changed_by']
const MOVED = ['state', 'reason', 'incident_id', 'effective_until', 'changed_by', 'changed_at', 'version']

const CHANNEL_SHOWN = [
  'tenant_id',
  'id',
  'kind',
  'name',
  'min_severity',
  'level',
  'enabled',
  'address',
  'last_ok_at',
  'last_error_at',
  'last_error_code',
  'created_by',
  'created_at',
  'deleted_at',
  'version',
  'deleted_by',
  'delete_reason',
  'purge_after',
]
const CHANNEL_MADE = [
  'tenant_id',
  'id',
  'kind',
  'name',
  'min_severity',
  'level',
  'enabled',
  'address',
  'sealed',
  'sealed_key',
  'created_by',
]
const CHANNEL_CHANGED = [
  'name',
  'min_severity',
  'level',
  'enabled',
  'address',
  'sealed',
  'sealed_key',
  'deleted_at',
  'deleted_by',
  'delete_reason',
  'purge_after',
  'version',
]
const ROLLBACK_MADE = [
  'tenant_id',
  'id',
  'target_type',
  'target_id',
  'from_version',
  'to_version',
  'reason',
  'incident_id',
  'requested_by',
  'trace_id',
]
const RULE_MADE = ['tenant_id', 'rule_key', 'enabled', 'thresholds', 'updated_by']
const RULE_CHANGED = ['enabled', 'thresholds', 'updated_by', 'updated_at', 'version']
const ACKED = ['state', 'acked_by', 'acked_at', 'ack_note']
const TEST_MADE = ['tenant_id', 'id', 'channel_id', 'notice', 'message', 'trace_id']

const alertRow = (names: Names): Record<string, Row> =>
  tenantRows(names, { rule_key: 'job_dead', fingerprint: 'law', severity: 'warning', trace_id: TRACE })
const rollbackRow: Row = {
  target_type: 'bank_ruleset',
  reason: REASON,
  trace_id: TRACE,
  from_version: '2',
  to_version: '1',
}

export const alertsLaws: readonly TableLaw[] = [
  {
    table: 'ops.kill_switches',
    class: 8,
    noTenant: true,
    capabilities: ['ops.read', 'ops.killswitch'],
    touch: 'changed_at',
    rights: {
      zen_web: {
        select: may(every(some(everywhere, scoped), scopeAll('ops.read'))),
        insert: may(cutter, SWITCHED),
        update: change(cutter, cutter, MOVED),
      },
      zen_studio: { select: may(studio), insert: may(studio, SWITCHED), update: change(studio, studio, MOVED) },
      zen_worker: { select: may(worker), update: change(worker, worker, MOVED) },
      zen_auth: reads(yes),
      zen_keeper: reads(yes),
    },
    rows: ({ firm, otherFirm }) => ({
      mine: { key: 'exports', scope_tenant_id: firm, state: 'DISABLED', reason: REASON },
      'of another firm': { key: 'exports', scope_tenant_id: otherFirm, state: 'DISABLED', reason: REASON },
      everywhere: { key: 'signup', state: 'DISABLED', reason: REASON },
    }),
  },
  {
    table: 'ops.rollbacks',
    class: 2,
    capabilities: ['ops.read', 'ops.rollback'],
    touch: 'error_code',
    rights: {
      zen_web: { select: may(reader), insert: may(every(T, scopeAll('ops.rollback')), ROLLBACK_MADE) },
      zen_studio: { select: may(studio), insert: may(studioHere, ROLLBACK_MADE) },
      zen_worker: { select: may(W), update: change(W, W, ['status', 'error_code', 'finished_at', 'reason']) },
    },
    rows: (names) => tenantRows(names, rollbackRow),
    moves: moveTenant,
  },
  {
    table: 'ops.alert_rules',
    class: 2,
    capabilities: ['ops.read', 'ops.jobs.manage'],
    touch: 'updated_at',
    rights: {
      zen_web: { select: may(reader), insert: may(manager, RULE_MADE), update: change(manager, manager, RULE_CHANGED) },
      zen_studio: {
        select: may(studio),
        insert: may(studioHere, RULE_MADE),
        update: change(studioHere, studioHere, RULE_CHANGED),
      },
      zen_worker: reads(W),
      zen_keeper: reads(yes),
    },
    rows: (names) => tenantRows(names, { rule_key: 'job_dead' }),
    moves: moveTenant,
  },
  {
    table: 'ops.alerts',
    class: 2,
    capabilities: ['ops.read', 'ops.jobs.manage'],
    touch: 'ack_note',
    rights: {
      zen_web: { select: may(reader), update: change(manager, manager, ACKED) },
      zen_studio: { select: may(studio), update: change(studio, studio, ACKED) },
      zen_worker: workerPurges,
      zen_keeper: reads(yes),
    },
    rows: alertRow,
    moves: moveTenant,
  },
  {
    table: 'ops.alert_channels',
    class: 2,
    capabilities: ['ops.read', 'ops.jobs.manage'],
    touch: 'level',
    rights: {
      zen_web: {
        select: may(every(reader, L), CHANNEL_SHOWN),
        insert: may(manager, CHANNEL_MADE),
        update: change(manager, manager, CHANNEL_CHANGED),
      },
      zen_studio: {
        select: may(every(studio, L), CHANNEL_SHOWN),
        insert: may(studioHere, CHANNEL_MADE),
        update: change(studioHere, studioHere, CHANNEL_CHANGED),
      },
      zen_worker: {
        select: may(W),
        update: change(W, W, ['last_ok_at', 'last_error_at', 'last_error_code', 'name']),
        delete: may(W),
      },
    },
    rows: (names) => ({
      ...tenantRows(names, { kind: 'webhook' }),
      deleted: {
        tenant_id: names.firm,
        kind: 'slack',
        deleted_at: '2026-01-02T03:04:05.678Z',
        purge_after: '2026-02-02T03:04:05.678Z',
      },
    }),
    moves: moveTenant,
  },
  {
    table: 'ops.alert_deliveries',
    class: 2,
    capabilities: ['ops.read', 'ops.jobs.manage'],
    touch: 'attempts',
    rights: {
      zen_web: { select: may(reader), insert: may(manager, TEST_MADE) },
      zen_studio: { select: may(studio), insert: may(studioHere, TEST_MADE) },
      zen_worker: workerPurges,
      zen_keeper: reads(yes, ['tenant_id', 'state', 'finished_at']),
    },
    rows: (names) => tenantRows(names, { notice: 'test', message: '{}', trace_id: TRACE }),
    moves: moveTenant,
  },
  {
    table: 'ops.instances',
    class: 8,
    noTenant: true,
    capabilities: ['ops.read'],
    touch: 'seen_at',
    rights: {
      zen_web: reads(scopeAll('ops.read')),
      zen_studio: reads(studio),
      zen_worker: { select: may(worker), insert: may(worker), update: change(worker, worker), delete: may(worker) },
      zen_keeper: reads(yes),
    },
    rows: () => ({ any: { instance_id: 'law' } }),
  },
  {
    table: 'ops.watermarks',
    class: 8,
    noTenant: true,
    touch: 'updated_at',
    rights: {
      zen_keeper: { select: may(yes), insert: may(yes), update: change(yes, yes) },
      zen_definer: reads(yes, ['name', 'reached_at']),
    },
    rows: () => ({ any: { name: 'law' } }),
  },
]
