import {
  aud,
  change,
  every,
  H,
  has,
  may,
  me,
  moveTenant,
  reads,
  scopeAll,
  some,
  T,
  tenantRows,
  W,
  workerPurges,
  yes,
} from '../classes.ts'
import type { Names, Row, Rule, TableLaw } from '../model.ts'

const studio = aud('studio')
const officer = every(T, scopeAll('users.security'))
const LIFT = ['lifted_at', 'lifted_by', 'lift_reason', 'version']
const TRACE = '0af7651916cd43dd8448eb211c80319d'

const requestRows = (names: Names): Record<string, Row> => {
  const extra = { kind: 'erasure', trace_id: TRACE }
  return {
    ...tenantRows(names, extra),
    'of the house': { tenant_id: names.internal, ...extra },
    'about me': { tenant_id: names.firm, subject_id: names.me, ...extra },
    'about the portal user': { tenant_id: names.external, subject_id: names.portal, ...extra },
    'about another portal user': { tenant_id: names.external, subject_id: names.otherPortal, ...extra },
  }
}

const ownExport = every(T, some(me('subject_id'), me('requested_by')))
const EXPORT = { trace_id: TRACE, storage_kind: 'db' }
/** What the workers' role alone reads and writes; the database drops them with their job. */
const pieces = (name: string, touch: string, extra: Row): TableLaw => ({
  table: `privacy.${name}`,
  class: 2,
  touch,
  rights: { zen_worker: workerPurges, zen_definer: { select: may(yes), delete: may(yes) } },
  rows: (names) => tenantRows(names, extra),
  moves: moveTenant,
})

const platformRow: Rule = has('tenant_id', null)
const seenPolicy = some(T, platformRow)
const mayManage = every(T, scopeAll('ops.jobs.manage'))
const maySet = every(T, scopeAll('ops.settings.write'))

export const privacyLaws: readonly TableLaw[] = [
  {
    table: 'privacy.subject_keys',
    class: 12,
    rights: {
      zen_definer: {
        select: may(yes),
        insert: may(yes),
        update: { ...may(yes, ['wrapped_key', 'kek_version', 'destroyed_at']), after: yes },
      },
    },
    rows: (names) => tenantRows(names, { wrapped_key: '\\x00', kek_version: 'law' }),
    touch: 'kek_version',
  },
  {
    table: 'privacy.legal_holds',
    class: 2,
    capabilities: ['users.security'],
    rights: {
      zen_web: { select: may(officer), insert: may(officer), update: change(officer, officer, LIFT) },
      zen_studio: { select: may(studio), insert: may(H), update: change(H, H, LIFT) },
      zen_worker: { select: may(W), update: change(W, W, ['reason', 'lift_reason']), delete: may(W) },
      zen_auth: reads(yes),
      zen_keeper: reads(yes),
      zen_definer: reads(yes),
    },
    rows: (names) => ({
      ...tenantRows(names, { scope: 'tenant', reason: 'a lawsuit is pending' }),
      'of the house': { tenant_id: names.internal, scope: 'tenant', reason: 'a lawsuit is pending' },
    }),
    touch: 'version',
  },
  {
    table: 'privacy.requests',
    class: 2,
    capabilities: ['users.security'],
    rights: {
      zen_web: { select: may(every(T, some(me('subject_id'), scopeAll('users.security')))), insert: may(officer) },
      zen_studio: { select: may(studio), insert: may(H) },
      zen_portal: { select: may(every(T, me('subject_id'))) },
      zen_worker: workerPurges,
      zen_auth: { select: may(yes), insert: may(yes), update: change(yes, yes) },
      zen_keeper: reads(yes, ['tenant_id', 'kind', 'subject_id', 'status', 'due_at', 'created_at']),
    },
    rows: requestRows,
    moves: moveTenant,
    touch: 'attempt',
  },
  {
    table: 'privacy.data_exports',
    class: 2,
    touch: 'attempt',
    rights: {
      zen_web: reads(ownExport),
      zen_portal: reads(ownExport),
      zen_studio: reads(studio),
      zen_auth: { select: may(yes), insert: may(yes) },
      zen_worker: workerPurges,
    },
    rows: (names) => ({
      ...tenantRows(names, EXPORT),
      'about me': { tenant_id: names.firm, subject_id: names.me, ...EXPORT },
      'asked for by me': { tenant_id: names.firm, requested_by: names.me, ...EXPORT },
      'about the portal user': { tenant_id: names.external, subject_id: names.portal, ...EXPORT },
    }),
    moves: moveTenant,
  },
  pieces('data_export_parts', 'epoch', { sha256: 'ab'.repeat(32) }),
  pieces('data_export_chunks', 'created_at', {
    bytes: 1,
    payload_bytes: '\\x00',
    payload_hash: `\\x${'ab'.repeat(32)}`,
  }),
  {
    table: 'ops.retention_policies',
    class: 2,
    noTenant: true,
    capabilities: ['ops.settings.write'],
    rights: {
      zen_web: { select: may(seenPolicy), insert: may(maySet), update: change(maySet, maySet) },
      zen_studio: {
        select: may(studio),
        insert: may(every(studio, platformRow)),
        update: change(every(studio, platformRow), every(studio, platformRow)),
      },
      zen_worker: { select: may(every(seenPolicy, aud('worker', 'service'))) },
      zen_keeper: reads(yes),
      zen_definer: reads(yes),
      zen_auth: reads(yes),
    },
    rows: (names) => ({
      ...tenantRows(names, { class: 'transient' }),
      'of the platform': { tenant_id: null, class: 'transient', days: 1 },
    }),
    moves: moveTenant,
    touch: 'updated_at',
  },
  {
    table: 'ops.retention_runs',
    class: 2,
    capabilities: ['ops.jobs.manage'],
    rights: {
      zen_web: { select: may(mayManage), insert: may(mayManage) },
      zen_studio: { select: may(studio), insert: may(H) },
      zen_worker: workerPurges,
      zen_keeper: { select: may(yes), update: change(yes, yes) },
    },
    rows: (names) => {
      const extra = { class: 'transient', trace_id: TRACE }
      return { ...tenantRows(names, extra), 'of the house': { tenant_id: names.internal, ...extra } }
    },
    moves: moveTenant,
    touch: 'attempt',
  },
]
