import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Operation } from '@zenops/contracts/kit'
import { type Firm, type House, openHouse, type TestActor } from '../harness/house.ts'
import { failureOf, ghostParams, hasBody, paramNames, rawCaller, surfacesOf, type WireReply } from './callers.ts'
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
  'report-jobs': 'reports.report_generation_jobs',
  'report-packs': 'reports.report_packs',
}
const tableOf = (operation: Operation): string => TABLES[operation.path.split('/')[2] ?? ''] ?? ''

let house: House
let firm: Firm
let tables: ReadonlyMap<string, Table>
const rows = new Map<string, string>()
const callRaw = rawCaller(() => house)

before(async () => {
  house = await openHouse()
  firm = await house.firm()
  tables = await tablesOf(house.sql)
})
after(() => house.close())

/** A row of the firm, made by a colleague; foreign keys stand aside. */
async function rowOf(name: string): Promise<string> {
  const table = tables.get(name)
  assert.ok(table, `${name} exists`)
  const known = rows.get(name)
  if (known !== undefined) return known
  const made = name === 'documents.documents' ? { size_bytes: 1 } : {}
  const row = fill(table, { tenant_id: firm.tenantId, ...made })
  await house.sql(`begin; set local session_replication_role = replica; ${insertOf(name, row)}; commit`)
  rows.set(name, String(row['id']))
  return String(row['id'])
}

const addressed = (): Operation[] =>
  house.app.operations
    .map((one) => one.operation)
    .filter((operation) => !operation.raw && paramNames(operation).includes('id'))

/** The least valid call on a row; the version may stand in the header, and a document in the body is the colleague's too. */
async function callOn(actor: TestActor, operation: Operation, id: string): Promise<WireReply> {
  const body = hasBody(operation) ? sampleBody(operation) : undefined
  const document =
    typeof body === 'object' && body !== null && 'document_id' in body
      ? { document_id: await rowOf('documents.documents') }
      : {}
  return callRaw(actor, operation, {
    params: { ...ghostParams(operation), id },
    query: sampleQuery(operation),
    headers: { 'if-match': '"1"' },
    ...(body === undefined ? {} : { payload: JSON.stringify(Array.isArray(body) ? body : { ...body, ...document }) }),
  })
}

test('every address of a row is known to this test', () => {
  assert.deepEqual(
    addressed()
      .filter((operation) => tableOf(operation) === '')
      .map((operation) => operation.path),
    [],
  )
})

test('a row of another firm is not found, by any operation, and stays as it was', async () => {
  let tried = 0
  for (const operation of addressed()) {
    if (!surfacesOf(operation).includes('web')) continue
    const table = tableOf(operation)
    const id = await rowOf(table)
    const before = await house.sql(`select to_jsonb(t) as row from ${table} t where id = $1`, [id])
    const reply = await callOn(firm.stranger, operation, id)
    assert.equal(reply.status, 404, `${operation.id}: ${reply.status} ${reply.text}`)
    failureOf(operation, reply)
    assert.deepEqual(
      await house.sql(`select to_jsonb(t) as row from ${table} t where id = $1`, [id]),
      before,
      operation.id,
    )
    tried++
  }
  assert.ok(tried > 20)
})

test("ID-37 a colleague's row outside of one's scope is 403, by any operation", async () => {
  const scoped = new Set(['assignments.assignments', 'documents.documents', 'reports.reports'])
  let tried = 0
  for (const operation of addressed()) {
    const table = tableOf(operation)
    if (!scoped.has(table) || typeof operation.access === 'string' || !surfacesOf(operation).includes('web')) continue
    const id = await rowOf(table)
    const reply = await callOn(firm.valuer, operation, id)
    assert.equal(reply.status, 403, `${operation.id}: ${reply.status} ${reply.text}`)
    assert.ok(
      ['out_of_scope', 'missing_capability'].includes(failureOf(operation, reply).details[0]?.reason ?? ''),
      `${operation.id}: ${reply.text}`,
    )
    tried++
  }
  assert.ok(tried > 10)
})
