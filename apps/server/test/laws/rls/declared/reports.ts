import type { Capability } from '@zenops/contracts/capabilities'
import {
  change,
  DELETED,
  every,
  everything,
  has,
  keeperPurges,
  keeperReads,
  L,
  may,
  me,
  moveTenant,
  myJob,
  not,
  reads,
  S,
  scopeAll,
  scopeIs,
  some,
  T,
  tenantRows,
  softRows,
  workerAppends,
  workerPurges,
  workerRows,
  yes,
} from '../classes.ts'
import type { Names, Rights, Row, Rule, TableLaw } from '../model.ts'

const READ = 'reports.read'
const WRITE = 'reports.write'
const REPORT = 'reports.reports'
const HASH = '0'.repeat(64)

const mineBy = (capability: Capability): Rule =>
  some(scopeAll(capability), every(scopeIs(capability, 'assigned'), some(me('created_by'), myJob())))
const reportSeen: Rule = (row, view) =>
  view.sees(REPORT, (r) => r['tenant_id'] === row['tenant_id'] && r['id'] === row['report_id'])
const partRead = every(T, some(scopeAll(READ), reportSeen))
const partWritten = every(T, some(scopeAll(WRITE), every(scopeIs(WRITE, 'assigned'), reportSeen)))

const shipped = (name: string, touch: string, rows: Row): TableLaw => ({
  table: `reports.${name}`,
  class: 1,
  noTenant: true,
  touch,
  rights: { zen_definer: reads(yes), zen_owner: everything },
  rows: () => ({ any: rows }),
})

const reportRows = (names: Names): Record<string, Row> => ({
  'created by me': { tenant_id: names.firm, id: names.id('report created by me'), created_by: names.me },
  'created by me, deleted': { tenant_id: names.firm, id: names.id('deleted report'), created_by: names.me, ...DELETED },
  'of my job': {
    tenant_id: names.firm,
    id: names.id('report of my job'),
    assignment_id: names.id('job that names me'),
  },
  'of the job that named me once': {
    tenant_id: names.firm,
    id: names.id('report of a job that named me once'),
    assignment_id: names.id('job that named me once'),
  },
  "a colleague's": { tenant_id: names.firm, id: names.id("a colleague's report") },
  'of another firm': { tenant_id: names.otherFirm, id: names.id('report of another firm'), created_by: names.me },
})
const partRows = (names: Names, extra: Row = {}): Record<string, Row> =>
  Object.fromEntries(
    Object.entries(reportRows(names)).map(([label, report]) => [
      label,
      { tenant_id: report['tenant_id'], report_id: report['id'], ...extra },
    ]),
  )

interface PartSpec {
  readonly class: 3 | 4 | 6
  readonly changes?: readonly string[]
  readonly soft?: true
  readonly touch?: string
  readonly extra?: Row
  /** Columns that the functions of zen_definer read. */
  readonly seenByFunctions?: readonly string[]
  readonly seenByKeeper?: true
  readonly rows?: (names: Names) => Record<string, Row>
}
const part = (name: string, spec: PartSpec): TableLaw => ({
  table: `reports.${name}`,
  class: spec.class,
  capabilities: [READ, WRITE],
  rights: {
    zen_web: {
      select: may(spec.soft ? every(partRead, L) : partRead),
      insert: may(partWritten),
      ...(spec.changes ? { update: change(partWritten, T, spec.changes) } : {}),
    },
    zen_studio: reads(S),
    zen_worker: spec.class === 6 ? workerAppends : workerPurges,
    ...(spec.class === 6 ? { zen_keeper: keeperPurges } : {}),
    ...(spec.seenByKeeper ? { zen_keeper: keeperReads } : {}),
    ...(spec.seenByFunctions ? { zen_definer: reads(yes, spec.seenByFunctions) } : {}),
  },
  rows: (names) => ({
    ...partRows(names, spec.extra),
    ...(spec.soft
      ? {
          'deleted, of mine': {
            tenant_id: names.firm,
            report_id: names.id('report created by me'),
            ...spec.extra,
            ...DELETED,
          },
        }
      : {}),
  }),
  ...(spec.touch ? { touch: spec.touch } : {}),
  moves: moveTenant,
})

const rulesWritten: Rights = {
  select: may(T),
  insert: may(every(T, has('state', 'draft'), not(has('shipped', true)))),
  update: change(T, T, ['state', 'published_at', 'published_by']),
}

export const reportsLaws: readonly TableLaw[] = [
  shipped('shipped_rulesets', 'params', {}),
  shipped('shipped_profiles', 'items', {}),
  {
    table: 'reports.rulesets',
    class: 2,
    touch: 'published_by',
    rights: {
      zen_web: rulesWritten,
      zen_studio: reads(S),
      zen_worker: workerRows,
      zen_definer: { select: may(yes), insert: may(yes) },
    },
    rows: (names) => ({
      ...tenantRows(names),
      shipped: { tenant_id: names.firm, shipped: true },
      published: { tenant_id: names.firm, state: 'published', published_at: '2026-01-01T00:00:00.000Z' },
    }),
    moves: moveTenant,
  },
  {
    table: 'reports.evidence_profiles',
    class: 2,
    rights: {
      zen_web: reads(every(T, L)),
      zen_studio: reads(S),
      zen_worker: workerPurges,
      zen_definer: { select: may(yes), insert: may(yes) },
    },
    rows: (names) => softRows(names),
    moves: moveTenant,
  },
  {
    table: 'reports.evidence_profile_versions',
    class: 6,
    rights: {
      zen_web: reads(T),
      zen_studio: reads(S),
      zen_worker: workerAppends,
      zen_definer: { select: may(yes), insert: may(yes) },
    },
    rows: (names) => tenantRows(names),
  },
  {
    table: 'reports.report_counters',
    class: 2,
    touch: 'next',
    rights: { zen_web: { select: may(T), insert: may(T), update: change(T, T) }, zen_worker: workerRows },
    rows: (names) => tenantRows(names),
    moves: moveTenant,
  },
  {
    table: REPORT,
    class: 3,
    capabilities: [READ, WRITE],
    rights: {
      zen_web: {
        select: may(every(T, L, mineBy(READ))),
        insert: may(every(T, some(scopeAll(WRITE), every(scopeIs(WRITE, 'assigned'), me('created_by'))))),
        update: change(every(T, L, mineBy(WRITE)), T),
      },
      zen_studio: reads(S),
      zen_worker: workerPurges,
      zen_keeper: keeperReads,
      zen_definer: reads(yes, ['tenant_id', 'id', 'deleted_at', 'search_text', 'assignment_id', 'created_by']),
    },
    rows: reportRows,
    moves: moveTenant,
  },
  part('report_revisions', {
    class: 6,
    seenByFunctions: ['tenant_id', 'report_id', 'manifest', 'author_id'],
    extra: { content_hash: HASH, patch_hash: HASH, prev_hash: HASH, chain_hash: HASH },
  }),
  part('report_changed_paths', { class: 6 }),
  part('report_evidence_items', {
    class: 3,
    seenByFunctions: ['tenant_id', 'report_id', 'document_id'],
    soft: true,
    extra: { file_ref: 'law' },
    changes: [
      'document_id',
      'physical_copy_seen',
      'evidence_type',
      'doc_type',
      'tags',
      'label',
      'annexure_order',
      'include_in_annexure',
      'field_keys',
      'note',
      'file_ref',
      'version',
      'updated_at',
      'deleted_at',
      'deleted_by',
      'delete_reason',
      'purge_after',
    ],
  }),
  part('report_suggestions', { class: 3, changes: ['status', 'decided_by', 'decided_at'], touch: 'decided_by' }),
  part('report_packs', { class: 3, changes: ['status', 'stale'], touch: 'stale', seenByKeeper: true }),
  part('report_pack_artifacts', { class: 3, seenByKeeper: true, seenByFunctions: ['tenant_id', 'document_id'] }),
  part('report_generation_jobs', {
    class: 3,
    seenByKeeper: true,
    changes: ['run_id', 'status', 'progress', 'attempts', 'dead', 'error', 'started_at', 'finished_at'],
    touch: 'run_id',
  }),
]
