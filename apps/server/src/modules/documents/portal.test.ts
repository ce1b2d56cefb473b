import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  attachDocument,
  confirmUpload,
  deleteDocument,
  getDocument,
  linkDocument,
  listDocuments,
  patchDocumentMetadata,
  presignDownload,
  presignUpload,
} from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { type DocumentDesk, openDocumentDesk, pdfBytes, serverWith } from '../../../test/harness/documents.ts'
import { type Firm, type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { compileOnly } from '../../platform/db/database.ts'
import type { DatabaseRole, Scope } from '../../platform/db/scope.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Neighbours } from './neighbours.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  house = await openHouse()
  desk = await openDocumentDesk(house)
})
after(() => house.close())

let serial = 0
const pdf = () => pdfBytes(`portal ${++serial}`)
const body = (bytes: Uint8Array) => ({
  filename: 'plan.pdf',
  content_type: 'application/pdf',
  size_bytes: bytes.byteLength,
})
const share = (id: string, portal: TestActor, how: { visibility: string; party?: string }) =>
  house.sql(
    'update documents.documents set visibility = $2, external_owner_id = $3, external_party_id = $4 where id = $1',
    [id, how.visibility, portal.userId, how.party ?? null],
  )

/** Requests of the portal, until their module is there. */
const commissionsOf = (firm: Firm, owned: ReadonlyMap<string, string>): Neighbours => ({
  commission: async (tx, id) => {
    const { rows } = await sql<{ me: string }>`select app.current_user_id() as me`.execute(tx)
    return owned.get(id) === rows[0]?.me
      ? { tenant_id: firm.tenantId, assignment_id: null, external_party_id: null }
      : undefined
  },
})

test('ID-35 OP-17 a portal user uploads to his own request and nobody else of the portal reaches the file', async () => {
  const firm = await house.firm()
  const other = await house.member(house.config.ZENOPS_EXTERNAL_TENANT_ID, 'portal_user', 'portal')
  await house.sql(`insert into identity.portal_links (tenant_id, user_id, party_kind) values ($1, $2, 'self')`, [
    firm.tenantId,
    other.userId,
  ])
  const request = uuidv7()
  const server = await serverWith(house, 'portal', commissionsOf(firm, new Map([[request, firm.portal.userId]])))
  const bytes = pdf()
  const presigned = await server.call(firm.portal, presignUpload, { body: { ...body(bytes), work_order_id: request } })
  assert.equal(presigned.status, 201)
  assert.ok(presigned.body.storage_key.startsWith(`${firm.tenantId}/`), 'the file belongs to the firm')
  assert.equal((await desk.put(presigned.body.upload, bytes)).status, 200)
  const params = { id: presigned.body.document_id }
  const confirmed = await server.call(firm.portal, confirmUpload, { body: { document_id: params.id } })
  assert.equal(confirmed.status, 200)
  const { document } = confirmed.body
  assert.deepEqual(
    [document.tenant_id, document.visibility, document.source, document.links[0]?.work_order_id],
    [firm.tenantId, 'shared', 'portal', request],
  )
  assert.equal((await firm.portal.ok(listDocuments, {})).items.length, 1)
  assert.equal((await firm.opsManager.ok(listDocuments, { query: { work_order_id: request } })).items[0]?.id, params.id)
  const { url } = await firm.portal.ok(presignDownload, { params })
  assert.deepEqual(Buffer.from(await (await desk.get(url)).arrayBuffer()), bytes)

  const foreign = [
    await other.call(getDocument, { params }),
    await other.call(presignDownload, { params }),
    await other.call(patchDocumentMetadata, { params, body: { metadata_json: { a: 1 } } }),
    await other.call(deleteDocument, { params, query: { reason: 'x' } }),
    await server.call(other, confirmUpload, { body: { document_id: params.id } }),
    await server.call(other, presignUpload, { body: { ...body(bytes), work_order_id: request } }),
  ]
  for (const reply of foreign) assert.deepEqual([reply.status, reply.error.error_code], [404, 'NOT_FOUND'])
  assert.deepEqual((await other.ok(listDocuments, {})).items, [])
  assert.deepEqual(
    (await house.audit(firm.tenantId)).map((event) => event.action),
    ['DOCUMENT_UPLOAD_REQUESTED', 'DOCUMENT_UPLOADED', 'DOCUMENT_LINKED', 'DOCUMENT_DOWNLOADED'],
  )
  // A revoked link ends it at once.
  await house.sql(`update identity.portal_links set status = 'revoked' where user_id = $1`, [firm.portal.userId])
  assert.equal((await firm.portal.call(getDocument, { params })).status, 404)
  await server.close()
})

test('OP-55 L6 portal users link own requests only, and must name one when they upload', async () => {
  const firm = await house.firm()
  const bytes = pdf()
  for (const target of ['assignment_id', 'report_request_id', 'employee_id'] as const) {
    const reply = await firm.portal.call(presignUpload, { body: { ...body(bytes), [target]: uuidv7() } })
    assert.deepEqual([reply.status, reply.error.error_code], [403, 'PORTAL_LINK_FORBIDDEN'])
  }
  const aimless = await firm.portal.call(presignUpload, { body: body(bytes) })
  assert.deepEqual([aimless.status, aimless.error.details[0]?.['reason']], [422, 'target_required'])
  assert.equal(
    (await firm.portal.call(presignUpload, { body: { ...body(bytes), work_order_id: uuidv7() } })).status,
    404,
  )
  const shown = await desk.upload(firm.opsManager, bytes)
  await share(shown.id, firm.portal, { visibility: 'shared' })
  const notHis = await firm.portal.call(linkDocument, { params: { id: shown.id }, body: { work_order_id: uuidv7() } })
  assert.deepEqual([notHis.status, notHis.error.details[0]?.['reason']], [403, 'not_yours'])
  const attach = await firm.portal.call(attachDocument, { params: { id: uuidv7() }, body: { document_id: shown.id } })
  assert.deepEqual([attach.status, attach.error.error_code], [403, 'PORTAL_ASSIGNMENTS_FORBIDDEN'])
})

test('OP-54 a deliverable opens for the requester after release and while the gate allows', async () => {
  const firm = await house.firm()
  const assignment_id = await desk.assignment(firm.tenantId, { createdBy: firm.opsManager.userId })
  const doc = await desk.upload(firm.opsManager, pdf())
  await firm.opsManager.ok(linkDocument, { params: { id: doc.id }, body: { assignment_id, deliverable: true } })
  const params = { id: doc.id }
  assert.equal((await firm.portal.call(presignDownload, { params })).status, 404, 'internal files are not seen')
  await share(doc.id, firm.portal, { visibility: 'shared' })
  const early = await firm.portal.call(presignDownload, { params })
  assert.deepEqual(
    [early.status, early.error.error_code, early.error.details[0]?.['reason']],
    [403, 'DELIVERABLE_LOCKED_UNTIL_BILLING_SATISFIED', 'not_released'],
  )
  await share(doc.id, firm.portal, { visibility: 'released' })
  assert.equal((await firm.portal.call(presignDownload, { params })).status, 200)
  const server = await serverWith(house, 'portal', {
    downloadGate: async () => ({ allowed: false, code: 'PAYMENT_BOUNCED' }),
  })
  const bounced = await server.call(firm.portal, presignDownload, { params })
  assert.deepEqual([bounced.status, bounced.error.details[0]?.['reason']], [403, 'PAYMENT_BOUNCED'])
  await server.close()
})

const scopeAs = (role: DatabaseRole, actor: { tenantId: string; userId: string }, aud: Scope['aud']): Scope => ({
  role,
  tenantId: actor.tenantId,
  userId: actor.userId,
  aud,
})
const TABLES = ['documents', 'document_links', 'document_tags'] as const

async function counts(scope: Scope, id: string): Promise<number[]> {
  const rows = await house.app.services.database.read(
    scope,
    ...TABLES.map((table) =>
      sql<{
        n: number
      }>`select count(*)::int as n from documents.${sql.ref(table)} where ${sql.ref(table === 'documents' ? 'id' : 'document_id')} = ${id}::uuid`.compile(
        compileOnly,
      ),
    ),
  )
  return rows.map((one) => one[0]?.n ?? -1)
}

test('ID-35 OP-64 rows of documents, links and tags by role and context in SQL', async () => {
  const firm = await house.firm()
  const { tenantId, opsManager, valuer, fieldValuer, accounts, stranger, portal } = firm
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId, assignees: [valuer.userId] })
  const doc = await desk.upload(opsManager, pdf(), { assignment_id, tags: [{ key: 'a' }] })
  const at = { tenantId, userId: opsManager.userId }
  const all = [1, 1, 1]
  const none = [0, 0, 0]
  assert.deepEqual(await counts(scopeAs('zen_web', opsManager, 'web'), doc.id), all)
  assert.deepEqual(await counts(scopeAs('zen_web', valuer, 'web'), doc.id), all)
  assert.deepEqual(await counts(scopeAs('zen_web', fieldValuer, 'web'), doc.id), none)
  assert.deepEqual(await counts(scopeAs('zen_web', accounts, 'web'), doc.id), none)
  assert.deepEqual(await counts(scopeAs('zen_web', stranger, 'web'), doc.id), none)
  assert.deepEqual(
    await counts(scopeAs('zen_web', { ...stranger, tenantId }, 'web'), doc.id),
    none,
    'no member of this firm',
  )
  assert.deepEqual(await counts({ role: 'zen_web', tenantId: null, userId: null, aud: null }, doc.id), none)
  assert.deepEqual(await counts(scopeAs('zen_worker', at, 'worker'), doc.id), all)
  assert.deepEqual(await counts(scopeAs('zen_worker', at, 'web'), doc.id), none, 'wrong audience')
  assert.deepEqual(await counts(scopeAs('zen_worker', { ...at, tenantId: stranger.tenantId }, 'worker'), doc.id), none)
  await assert.rejects(counts(scopeAs('zen_studio', at, 'studio'), doc.id), /permission denied/)

  const asPortal = scopeAs('zen_portal', portal, 'portal')
  assert.deepEqual(await counts(asPortal, doc.id), none)
  await share(doc.id, portal, { visibility: 'internal' })
  assert.deepEqual(await counts(asPortal, doc.id), none, 'own but internal')
  await share(doc.id, portal, { visibility: 'shared' })
  assert.deepEqual(await counts(asPortal, doc.id), all)
  assert.deepEqual(await counts(scopeAs('zen_portal', portal, 'web'), doc.id), none, 'wrong audience')
  const party = uuidv7()
  const colleague = await house.member(house.config.ZENOPS_EXTERNAL_TENANT_ID, 'portal_user', 'portal')
  assert.deepEqual(await counts(scopeAs('zen_portal', colleague, 'portal'), doc.id), none)
  await share(doc.id, portal, { visibility: 'released', party })
  await house.sql(
    `insert into identity.portal_links (tenant_id, user_id, party_kind, party_id) values ($1, $2, 'channel', $3)`,
    [tenantId, colleague.userId, party],
  )
  assert.deepEqual(await counts(scopeAs('zen_portal', colleague, 'portal'), doc.id), all, 'same party')
  await house.sql(`update identity.portal_links set status = 'revoked' where user_id = $1`, [colleague.userId])
  assert.deepEqual(await counts(scopeAs('zen_portal', colleague, 'portal'), doc.id), none, 'revoked')
  await house.sql(`update documents.documents set deleted_at = now(), status = 'deleted' where id = $1`, [doc.id])
  for (const scope of [scopeAs('zen_web', opsManager, 'web'), asPortal])
    assert.equal((await counts(scope, doc.id))[0], 0, 'deleted')
})

test('OP-64 writes that the fences refuse: foreign rows, hidden rows, other people’s names', async () => {
  const firm = await house.firm()
  const { tenantId, opsManager, fieldValuer, stranger, portal } = firm
  const doc = await desk.upload(opsManager, pdf())
  await share(doc.id, portal, { visibility: 'shared' })
  const { database } = house.app.services
  const run = (scope: Scope, statement: ReturnType<typeof sql>) =>
    database.transact(scope, async (tx) => Number((await statement.execute(tx)).numAffectedRows ?? 0n))
  const web = (actor: TestActor) => scopeAs('zen_web', actor, 'web')
  const asPortal = scopeAs('zen_portal', portal, 'portal')
  const rename = sql`update documents.documents set original_filename = 'stolen.pdf' where id = ${doc.id}::uuid`
  assert.equal(await run(web(opsManager), rename), 1)
  for (const scope of [web(fieldValuer), web(stranger), asPortal]) assert.equal(await run(scope, rename), 0)
  const insert = (at: string, owner: string) => sql`
    insert into documents.documents (tenant_id, id, owner_user_id, source, storage_key, original_filename, content_type, size_bytes, version_group_id)
    values (${at}::uuid, ${uuidv7()}::uuid, ${owner}::uuid, 'tenant', ${uuidv7()}, 'x.pdf', 'application/pdf', 1, ${uuidv7()}::uuid)`
  await assert.rejects(run(web(stranger), insert(tenantId, stranger.userId)), /row-level security/)
  await assert.rejects(run(web(fieldValuer), insert(tenantId, opsManager.userId)), /row-level security/)
  await assert.rejects(
    run(asPortal, insert(tenantId, portal.userId)),
    /row-level security/,
    'portal rows carry their external owner',
  )
  const link = (owner: string, by: string) => sql`
    insert into documents.document_links (tenant_id, document_id, owner_user_id, assignment_id, created_by)
    values (${tenantId}::uuid, ${doc.id}::uuid, ${owner}::uuid, ${uuidv7()}::uuid, ${by}::uuid)`
  await assert.rejects(run(web(fieldValuer), link(opsManager.userId, fieldValuer.userId)), /row-level security/)
  await assert.rejects(run(web(opsManager), link(fieldValuer.userId, opsManager.userId)), /document_links__document/)
  await assert.rejects(run(asPortal, link(opsManager.userId, portal.userId)), /row-level security/)
  const tag = sql`insert into documents.document_tags (tenant_id, document_id, key, created_by) values (${tenantId}::uuid, ${doc.id}::uuid, 'a', ${fieldValuer.userId}::uuid)`
  await assert.rejects(run(web(fieldValuer), tag), /row-level security/)
  for (const scope of [web(opsManager), asPortal]) {
    await assert.rejects(
      run(scope, sql`delete from documents.documents where id = ${doc.id}::uuid`),
      /permission denied/,
    )
    await assert.rejects(
      run(scope, sql`update documents.documents set owner_user_id = ${fieldValuer.userId}::uuid`),
      /permission denied/,
    )
  }
})
