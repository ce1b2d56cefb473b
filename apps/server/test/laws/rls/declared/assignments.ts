import {
  change,
  DELETED,
  every,
  F,
  keeperPurges,
  keeperReads,
  L,
  may,
  me,
  moveTenant,
  myJob,
  reads,
  S,
  scopeAll,
  scopeIs,
  some,
  T,
  tenantRows,
  workerAppends,
  workerPurges,
  workerRows,
  yes,
} from '../classes.ts'
import type { Names, Row, Rule, TableLaw } from '../model.ts'

const READ = 'assignments.read'
const mine = some(scopeAll(READ), every(scopeIs(READ, 'assigned'), some(me('created_by'), myJob('id'))))
const ofMine = some(scopeAll(READ), every(scopeIs(READ, 'assigned'), myJob()))

/** Jobs of every standing; other modules hang their rows on them by name. */
export const jobRows = (names: Names): Record<string, Row> => ({
  'created by me': { tenant_id: names.firm, id: names.id('job created by me'), created_by: names.me },
  'names me': { tenant_id: names.firm, id: names.id('job that names me'), created_by: names.colleague },
  "a colleague's": { tenant_id: names.firm, id: names.id("a colleague's job"), created_by: names.colleague },
  'named me once': { tenant_id: names.firm, id: names.id('job that named me once'), created_by: names.colleague },
  'created by me, deleted': { tenant_id: names.firm, id: names.id('deleted job'), created_by: names.me, ...DELETED },
  'deleted, of a colleague': {
    tenant_id: names.firm,
    id: names.id('deleted job of a colleague'),
    created_by: names.colleague,
    ...DELETED,
  },
  'of another firm': { tenant_id: names.otherFirm, id: names.id('job of another firm'), created_by: names.me },
})

const child = (names: Names, job: string, extra: Row = {}): Row => ({
  tenant_id: job === 'job of another firm' ? names.otherFirm : names.firm,
  assignment_id: names.id(job),
  ...extra,
})
/** A child of each kind of job. */
export const childRows = (names: Names, extra: Row = {}): Record<string, Row> => ({
  'of my job': child(names, 'job created by me', extra),
  'of the job that names me': child(names, 'job that names me', extra),
  "of a colleague's job": child(names, "a colleague's job", extra),
  'of another firm': child(names, 'job of another firm', extra),
  'of a job that named me once': child(names, 'job that named me once', extra),
})

const part = (name: string, rows: (names: Names) => Record<string, Row>, touch?: string): TableLaw => ({
  table: `assignments.${name}`,
  class: 3,
  capabilities: [READ],
  rights: {
    zen_web: {
      select: may(every(T, L, ofMine)),
      insert: may(every(T, ofMine)),
      update: change(every(T, L, ofMine), T),
    },
    zen_studio: reads(every(S, L)),
    zen_worker: workerPurges,
    zen_definer: reads(yes),
  },
  rows,
  moves: moveTenant,
  ...(touch ? { touch } : {}),
})

const masterDataEvent: Rule = (row) => row['assignment_id'] === null && String(row['kind']).startsWith('masterdata_')

export const assignmentsLaws: readonly TableLaw[] = [
  {
    table: 'assignments.assignments',
    class: 3,
    capabilities: [READ],
    rights: {
      zen_web: {
        select: may(every(T, L, mine)),
        insert: may(every(T, me('created_by'))),
        update: change(every(T, L, mine), T),
      },
      zen_studio: reads(every(S, L)),
      zen_worker: workerPurges,
      zen_keeper: keeperReads,
      zen_definer: reads(yes),
    },
    rows: (names) =>
      Object.fromEntries(
        Object.entries(jobRows(names)).map(([label, row]) => [label, { ...row, due_at: '2026-03-01T00:00:00.000Z' }]),
      ),
    moves: moveTenant,
  },
  {
    table: 'assignments.assignment_counters',
    class: 2,
    touch: 'last',
    rights: { zen_web: { select: may(T), insert: may(T), update: change(T, T) }, zen_worker: workerRows },
    rows: (names) => tenantRows(names),
    moves: moveTenant,
  },
  part(
    'assignment_assignees',
    (names) => ({
      ...childRows(names, { role: 'assistant' }),
      me: child(names, 'job that names me', { role: 'field', user_id: names.me }),
      'me once': child(names, 'job that named me once', { role: 'field', user_id: names.me, ...DELETED }),
      'deleted of my job': child(names, 'job created by me', { role: 'field', ...DELETED }),
    }),
    'since',
  ),
  part('assignment_floors', (names) => ({ ...childRows(names), deleted: child(names, 'job created by me', DELETED) })),
  {
    table: 'assignments.activity_events',
    class: 6,
    capabilities: [READ, 'masterdata.read'],
    rights: {
      zen_web: {
        select: may(every(T, some(ofMine, every(masterDataEvent, scopeAll('masterdata.read'))))),
        insert: may(every(T, me('actor_user_id'))),
      },
      zen_portal: { insert: may(every(F, me('actor_user_id'))) },
      zen_studio: reads(S),
      zen_worker: workerAppends,
      zen_keeper: keeperPurges,
      zen_definer: reads(yes, ['tenant_id', 'assignment_id', 'actor_user_id']),
    },
    rows: (names) => ({
      ...childRows(names),
      'of master data': {
        tenant_id: names.firm,
        assignment_id: null,
        kind: 'masterdata_created',
        actor_user_id: names.me,
      },
      'of nothing': { tenant_id: names.firm, assignment_id: null, kind: 'other' },
      'of master data on a job': {
        tenant_id: names.firm,
        assignment_id: names.id("a colleague's job"),
        kind: 'masterdata_created',
      },
      'by a portal user': { tenant_id: names.firm, assignment_id: null, kind: 'other', actor_user_id: names.portal },
      'by a portal user elsewhere': {
        tenant_id: names.otherFirm,
        assignment_id: null,
        kind: 'other',
        actor_user_id: names.portal,
      },
    }),
  },
]
