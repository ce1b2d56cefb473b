import assert from 'node:assert/strict'
import type { Operation } from '@zenops/contracts/kit'
import type { Firm, House, TestActor } from '../harness/house.ts'
import { ghostParams, hasBody, paramNames, rawCaller, type WireReply } from './callers.ts'
import type { Row } from './rls/model.ts'
import { fill, insertOf, type Table, tablesOf } from './rls/world.ts'
import { sampleBody, sampleQuery } from './samples.ts'

/** First part of an address → the table its `:id` names. An address that is missing here fails. */
const TABLES: Readonly<Record<string, string>> = {
  banks: 'directory.banks',
  'bank-branches': 'directory.bank_branches',
  'client-orgs': 'directory.client_orgs',
  contacts: 'directory.contacts',
  properties: 'directory.properties',
  'property-types': 'directory.property_types',
  'property-subtypes': 'directory.property_subtypes',
  assignments: 'assignments.assignments',
  documents: 'documents.documents',
  files: 'documents.documents',
  repogen: 'reports.reports',
  rulesets: 'reports.rulesets',
  'admin/audit-logs': 'audit.verify_runs',
  'report-jobs': 'reports.report_generation_jobs',
  'report-packs': 'reports.report_packs',
  tenants: 'identity.tenants',
  'control/tenants': 'identity.tenants',
  'control/support-sessions': 'identity.support_sessions',
  'control/service-tokens': 'identity.service_tokens',
  'admin/support-sessions': 'identity.support_sessions',
  'ops/blocks': 'identity.auth_blocks',
  'ops/alerts': 'ops.alerts',
  'ops/alert-channels': 'ops.alert_channels',
  'ops/rollbacks': 'ops.rollbacks',
  'ops/jobs': 'ops.jobs',
  'ops/dead-jobs': 'ops.dead_jobs',
  'admin/rbac': 'identity.rbac_requests',
  users: 'identity.users',
  'portal-users': 'identity.portal_links',
}
export const tableOf = (operation: Operation): string => {
  const [, , first = '', second = ''] = operation.path.split('/')
  return TABLES[`${first}/${second}`] ?? TABLES[first] ?? ''
}

/** The column that the address of a row holds. */
export const keyOf = (table: string): string => (table === 'identity.portal_links' ? 'user_id' : 'id')

/** What the checks of a table ask for beyond single columns. */
const extrasOf = (name: string, { owner, valuer }: Firm): Row => {
  const extras: Readonly<Record<string, Row>> = {
    'documents.documents': { size_bytes: 1 },
    'identity.rbac_requests': { requested_by: valuer.userId, status: 'PENDING', closed_at: null },
    'identity.auth_blocks': { kind: 'ACCOUNT', user_id: valuer.userId },
    'identity.support_sessions': {
      user_id: owner.userId,
      opened_at: '2026-01-01T00:00:00Z',
      expires_at: '2026-01-01T00:30:00Z',
    },
  }
  return extras[name] ?? {}
}

/** Rows of a person, of no firm: that nobody else reaches them is tested where they live. */
export const PERSONAL = ['/v1/auth/sessions/:id', '/v1/auth/webauthn/credentials/:id']

/** Operations that name a row of a firm in their address. */
export const addressed = (house: House): Operation[] =>
  house.app.operations
    .map((one) => one.operation)
    .filter(({ raw, path }) => !raw && !PERSONAL.includes(path))
    .filter((operation) => paramNames(operation).includes('id'))

/** Rows of a firm that a colleague made, and the least valid calls on them. */
export async function rowsOf(house: House, firm: Firm) {
  const tables: ReadonlyMap<string, Table> = await tablesOf(house.sql)
  const callRaw = rawCaller(() => house)
  const known = new Map<string, string>()

  /** The id of the firm's row in a table; foreign keys stand aside while it is written. */
  const rowOf = async (name: string): Promise<string> => {
    const table = tables.get(name)
    assert.ok(table, `${name} exists`)
    const found = known.get(name)
    if (found !== undefined) return found
    // The firm itself is there, and its people; a portal user is named by his own id, not by that of his link.
    if (name === 'identity.tenants') return firm.tenantId
    if (name === 'identity.users') return firm.valuer.userId
    if (name === 'identity.portal_links') return firm.portal.userId
    const row = fill(table, { tenant_id: firm.tenantId, ...extrasOf(name, firm) })
    await house.sql(`begin; set local session_replication_role = replica; ${insertOf(name, row)}; commit`)
    known.set(name, String(row['id']))
    return String(row['id'])
  }
  /** The least valid call; the version may stand in the header, and a document in the body is the colleague's too. */
  const call = async (actor: TestActor, operation: Operation, id?: string): Promise<WireReply> => {
    const body = hasBody(operation) ? sampleBody(operation) : undefined
    const named = typeof body === 'object' && body !== null && 'document_id' in body
    const document = named ? { document_id: await rowOf('documents.documents') } : {}
    return callRaw(actor, operation, {
      params: { ...ghostParams(operation), ...(id === undefined ? {} : { id }) },
      query: sampleQuery(operation),
      headers: { 'if-match': '"1"' },
      ...(body === undefined ? {} : { payload: JSON.stringify(Array.isArray(body) ? body : { ...body, ...document }) }),
    })
  }
  return { rowOf, call }
}
