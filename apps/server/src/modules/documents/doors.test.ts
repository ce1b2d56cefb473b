import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { getDocument, listDocuments, patchDocumentMetadata } from '@zenops/contracts/documents'
import { type DocumentDesk, openDocumentDesk, pdfBytes, sha256Of } from '../../../test/harness/documents.ts'
import { type House, openHouse, type TestActor } from '../../../test/harness/house.ts'
import { drawPhoto } from '../../../test/harness/photo-fixture.ts'
import type { Scope } from '../../platform/db/scope.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { followCommission, openDocument, readDocuments, storeArtifact } from './index.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  house = await openHouse()
  desk = await openDocumentDesk(house)
})
after(() => house.close())

const as = (role: 'zen_web' | 'zen_worker', actor: TestActor): Scope => ({
  role,
  tenantId: actor.tenantId,
  userId: actor.userId,
  aud: role === 'zen_web' ? 'web' : 'worker',
})

test('facts for evidence: bytes, pixels, place and links, only of what the reader may read', async () => {
  const { tenantId, opsManager, fieldValuer, stranger } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const bytes = await drawPhoto({ seed: 11, width: 240, height: 180, geo: { lat: 15.5, lng: 74.25 } })
  const { id } = await desk.upload(opsManager, bytes, {
    filename: 'x.jpg',
    content_type: 'image/jpeg',
    assignment_id,
    captured_at: '2026-01-02T03:04:05Z',
  })
  const { database, storage } = house.app.services
  const read = (scope: Scope) => database.readTransaction(scope, (tx) => readDocuments(tx, [id, uuidv7()]))
  const facts = (await read(as('zen_web', opsManager))).get(id)
  assert.ok(facts)
  assert.deepEqual(
    [facts.sha256, facts.size_bytes, facts.width, facts.height, facts.captured_at, facts.status, facts.detected_type],
    [sha256Of(bytes), bytes.length, 240, 180, '2026-01-02T03:04:05.000Z', 'uploaded', 'image/jpeg'],
  )
  assert.deepEqual([facts.geo?.latitude, facts.geo?.longitude], [15.5, 74.25])
  assert.deepEqual(
    facts.links.map((link) => link.assignment_id),
    [assignment_id],
  )
  assert.deepEqual(await buffer(await openDocument(storage, facts)), bytes)
  assert.equal((await read(as('zen_worker', opsManager))).size, 1)
  for (const actor of [fieldValuer, stranger]) assert.equal((await read(as('zen_web', actor))).size, 0)
})

test('an artifact of the worker is a final internal annexure of its report', async () => {
  const { tenantId, opsManager } = await house.firm()
  const commission_id = uuidv7()
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId, commissionId: commission_id })
  const report_id = uuidv7()
  const { database, storage } = house.app.services
  const stored = await storeArtifact(
    storage,
    (work) => database.transact(as('zen_worker', opsManager), (tx) => work(tx)),
    {
      tenantId,
      filename: 'Report v1.pdf',
      contentType: 'application/pdf',
      bytes: pdfBytes('pack'),
      userId: opsManager.userId,
      assignment_id,
      report_id,
      commission_id,
    },
  )
  assert.equal(stored.sha256, sha256Of(pdfBytes('pack')))
  const { items } = await opsManager.ok(listDocuments, { query: { report_request_id: report_id, purpose: 'annexure' } })
  assert.deepEqual(
    items.map((item) => [item.id, item.source, item.review_state, item.size_bytes]),
    [[stored.id, 'internal', 'FINAL', stored.size_bytes]],
  )
  const changed = await opsManager.call(patchDocumentMetadata, {
    params: { id: stored.id },
    body: { metadata_json: { a: 1 } },
  })
  assert.equal(changed.error.error_code, 'DOCUMENT_FINAL')
})

test('L3 an accepted commission gives its links their assignment', async () => {
  const { tenantId, opsManager } = await house.firm()
  const doc = await desk.upload(opsManager, pdfBytes('follow'))
  const commissionId = uuidv7()
  await house.sql(
    'insert into documents.document_links (tenant_id, document_id, owner_user_id, commission_id, created_by) values ($1, $2, $3, $4, $3)',
    [tenantId, doc.id, opsManager.userId, commissionId],
  )
  const assignmentId = await desk.assignment(tenantId, { createdBy: opsManager.userId, commissionId })
  await house.app.services.database.transact(as('zen_web', opsManager), (tx) =>
    followCommission(tx, { commissionId, assignmentId }),
  )
  assert.equal((await opsManager.ok(getDocument, { params: { id: doc.id } })).links[0]?.assignment_id, assignmentId)
})
