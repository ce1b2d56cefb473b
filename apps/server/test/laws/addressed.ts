import assert from 'node:assert/strict'
import type { Operation } from '@zenops/contracts/kit'
import type { Firm, House, TestActor } from '../harness/house.ts'
import { ghostParams, hasBody, paramNames, rawCaller, type WireReply } from './callers.ts'
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
}
export const tableOf = (operation: Operation): string => {
  const [, , first = '', second = ''] = operation.path.split('/')
  return TABLES[first === 'admin' ? `admin/${second}` : first] ?? ''
}

/** Operations that name a row in their address. */
export const addressed = (house: House): Operation[] =>
  house.app.operations
    .map((one) => one.operation)
    .filter((operation) => !operation.raw && paramNames(operation).includes('id'))

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
    const row = fill(table, { tenant_id: firm.tenantId, ...(name === 'documents.documents' ? { size_bytes: 1 } : {}) })
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
