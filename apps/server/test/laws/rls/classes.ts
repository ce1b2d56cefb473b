import type { Capability } from '@zenops/contracts/capabilities'
import type { Names, Right, Rights, Row, Rule } from './model.ts'

/** The short forms of identity.md 11, as rules over a row and a view. */
export const yes: Rule = () => true
export const every =
  (...rules: readonly Rule[]): Rule =>
  (row, view) =>
    rules.every((rule) => rule(row, view))
export const some =
  (...rules: readonly Rule[]): Rule =>
  (row, view) =>
    rules.some((rule) => rule(row, view))
export const not =
  (rule: Rule): Rule =>
  (row, view) =>
    !rule(row, view)
/** A column has one of the values. */
export const has =
  (column: string, ...values: readonly unknown[]): Rule =>
  (row) =>
    values.includes(row[column] ?? null)

/** T */
export const T: Rule = (row, view) => view.tenant !== null && row['tenant_id'] === view.tenant
/** L */
export const L: Rule = (row, view) => (row['deleted_at'] ?? null) === null || view.seesDeleted
/** Me */
export const me =
  (column: string): Rule =>
  (row, view) =>
    view.user !== null && row[column] === view.user
/** A(x) */
export const aud =
  (...names: readonly string[]): Rule =>
  (_row, view) =>
    view.aud !== null && names.includes(view.aud)
/** W */
export const W = every(T, aud('worker', 'service'))
/** Jobs' own tables: the worker process alone, not a service account. */
export const worker = every(T, aud('worker'))
/** F */
export const F: Rule = (row, view) => view.firms.has(row['tenant_id'])
/** Mine as a portal user, or of a party that my link names. */
const portalOwn: Rule = some(me('external_owner_id'), (row, view) => view.parties.has(row['external_party_id']))
/** X */
export const X = every(F, portalOwn)
/** S */
export const S = every(aud('studio'), T, (_row, view) => view.support)
/** H */
export const H = every(aud('studio'), T, (row, view) => row['tenant_id'] === view.internalTenant)
export const scopeAll =
  (capability: Capability): Rule =>
  (_row, view) =>
    view.scope(capability) === 'all'
export const scopeIs =
  (capability: Capability, level: 'assigned' | 'own'): Rule =>
  (_row, view) =>
    view.scope(capability) === level
export const scopeSome =
  (capability: Capability): Rule =>
  (_row, view) =>
    view.scope(capability) !== 'none'
/** The row's job names me, or I created it. */
export const myJob =
  (column = 'assignment_id'): Rule =>
  (row, view) =>
    view.assignments.has(row[column])

export const may = (rows: Rule, columns?: readonly string[]): Right => (columns ? { rows, columns } : { rows })
export const change = (rows: Rule, after: Rule, columns?: readonly string[]): NonNullable<Rights['update']> => ({
  ...may(rows, columns),
  after,
})
export const everything: Rights = { select: may(yes), insert: may(yes), update: change(yes, yes), delete: may(yes) }
export const reads = (rows: Rule, columns?: readonly string[]): Rights => ({ select: may(rows, columns) })

/** The studio sees a firm's rows in a support session. */
export const studioSupport: Rights = reads(S)
/** The workers' share of classes 2, 3, 4 and 7. */
export const workerRows: Rights = { select: may(W), insert: may(W), update: change(W, W) }
/** With what retention takes when its time is over. */
export const workerPurges: Rights = { ...workerRows, delete: may(W) }
/** What the keeper reads to judge, and takes of class 6. */
export const keeperReads: Rights = { select: may(yes) }
export const keeperPurges: Rights = { select: may(yes), delete: may(yes) }
/** The workers' share of class 6. */
export const workerAppends: Rights = { select: may(W), insert: may(W) }

/** A row of my firm, one of another. */
export const tenantRows = ({ firm, otherFirm }: Names, extra: Row = {}): Record<string, Row> => ({
  mine: { tenant_id: firm, ...extra },
  'of another firm': { tenant_id: otherFirm, ...extra },
})
/** With a deleted one. */
export const softRows = (names: Names, extra: Row = {}): Record<string, Row> => ({
  ...tenantRows(names, extra),
  deleted: { tenant_id: names.firm, ...DELETED, ...extra },
})
export const DELETED: Row = { deleted_at: '2026-01-02T03:04:05.678Z', purge_after: '2026-02-01T03:04:05.678Z' }
export const moveTenant = ({ otherFirm }: Names): Row => ({ tenant_id: otherFirm })
