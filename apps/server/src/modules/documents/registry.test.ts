import { getAssignment } from '@zenops/contracts/assignments'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  acceptDocumentSuggestions,
  addDocumentTags,
  attachDocument,
  deleteDocument,
  getDocument,
  linkDocument,
  listDocuments,
  patchDocumentMetadata,
  presignDownload,
  removeDocumentTag,
  unlinkDocument,
  updateDocument,
} from '@zenops/contracts/documents'
import { type DocumentDesk, openDocumentDesk, pdfBytes, serverWith } from '../../../test/harness/documents.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { drawPhoto } from '../../../test/harness/photo-fixture.ts'
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
const pdf = () => pdfBytes(`registry ${++serial}`)
const actionsOf = async (tenantId: string) => (await house.audit(tenantId)).map((event) => event.action)

test('OP-04 tags, merged metadata and the filters by assignment and tag find the document', async () => {
  const { tenantId, opsManager } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const { id } = await desk.upload(opsManager, pdf(), { assignment_id })
  await desk.upload(opsManager, pdf())
  await opsManager.ok(addDocumentTags, { params: { id }, body: { tags: [{ key: 'doc_type', value: 'title-deed' }] } })
  await opsManager.ok(patchDocumentMetadata, { params: { id }, body: { metadata_json: { survey_no: '12/3' } } })
  for (const query of [
    { assignment_id },
    { tag_key: 'doc_type', tag_value: 'Title-Deed' },
    { tag_key: 'doc_type' },
    { assignment_id, purpose: 'other' as const },
  ]) {
    const { items } = await opsManager.ok(listDocuments, { query })
    assert.deepEqual(
      items.map((item) => item.id),
      [id],
      JSON.stringify(query),
    )
    assert.deepEqual(items[0]?.metadata_json, { survey_no: '12/3' })
    assert.deepEqual(items[0]?.tags, [{ key: 'doc_type', value: 'title-deed' }])
  }
  assert.equal((await opsManager.ok(listDocuments, { query: { unlinked: 'true' } })).items.length, 1)
  assert.equal((await opsManager.ok(listDocuments, { query: { assignment_id, purpose: 'photo' } })).items.length, 0)
})

test('OP-63 pages of every order have no gap and no repeat; malformed cursors and unknown filters are 422', async () => {
  const { opsManager } = await house.firm()
  for (const name of ['c.pdf', 'a.pdf', 'b.pdf', 'a.pdf', 'd.pdf']) {
    await desk.upload(opsManager, pdf(), {
      filename: name,
      ...(name < 'c' ? { captured_at: `2026-01-0${1 + (serial % 5)}T00:00:00Z` } : {}),
    })
  }
  for (const sort of ['-created_at', 'captured_at', 'filename'] as const) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const answer = await opsManager.ok(listDocuments, {
        query: { sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) },
      })
      seen.push(...answer.items.map((item) => `${item.original_filename} ${item.id}`))
      cursor = answer.next_cursor ?? undefined
      if (seen.length === 2)
        await desk.upload(opsManager, pdf(), { filename: '0.pdf', captured_at: '2020-01-01T00:00:00Z' })
    } while (cursor !== undefined)
    assert.equal(new Set(seen).size, seen.length, sort)
    if (sort === 'filename') assert.deepEqual(seen, seen.toSorted())
  }
  for (const query of [
    { cursor: 'nonsense' },
    { sort: 'captured_at', cursor: Buffer.from(JSON.stringify(['x', uuidv7()])).toString('base64url') },
    { colour: 'red' },
    { unlinked: 'yes' },
    { status: 'gone' },
  ]) {
    const reply = await opsManager.call(listDocuments, { query: query as never })
    assert.deepEqual([reply.status, reply.error.error_code], [422, 'VALIDATION_FAILED'], JSON.stringify(query))
  }
})

test('filters by class, owner, days of the firm, place and name', async () => {
  const { opsManager, owner } = await house.firm()
  // 20:00 UTC is the next day in the firm's zone.
  const deed = await desk.upload(opsManager, pdf(), {
    filename: 'Sale-Deed 1.pdf',
    classification: 'legal',
    captured_at: '2026-02-01T20:00:00Z',
  })
  const jpeg = { filename: 'x.jpg', content_type: 'image/jpeg', classification: 'site_photo' } as const
  const photo = await desk.upload(
    owner,
    await drawPhoto({ seed: 3, width: 200, height: 150, geo: { lat: 15, lng: 74 } }),
    jpeg,
  )
  const ids = async (query: Record<string, unknown>) =>
    (await opsManager.ok(listDocuments, { query: query as never })).items.map((item) => item.id)
  assert.deepEqual(await ids({ classification: 'legal' }), [deed.id])
  assert.deepEqual(await ids({ classification: ['legal', 'site_photo'] }), [photo.id, deed.id])
  assert.deepEqual(await ids({ owner_user_id: owner.userId }), [photo.id])
  assert.deepEqual(await ids({ captured_from: '2026-02-02', captured_to: '2026-02-02' }), [deed.id])
  assert.deepEqual(await ids({ captured_to: '2026-02-01' }), [])
  assert.deepEqual(await ids({ has_gps: 'true' }), [photo.id])
  assert.deepEqual(await ids({ has_gps: 'false' }), [deed.id])
  assert.deepEqual(await ids({ q: 'deed' }), [deed.id])
  assert.deepEqual(await ids({ search: 'sale deed' }), [deed.id])
  assert.deepEqual(await ids({ filename: '100%' }), [])
  assert.deepEqual(await ids({ status: 'pending' }), [])
})

test('OP-53 a person without documents.pii sees a KYC row restricted, finds nothing by its name and cannot download it', async () => {
  const { tenantId, opsManager, fieldValuer, valuer } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, {
    createdBy: opsManager.userId,
    assignees: [fieldValuer.userId, valuer.userId],
  })
  const kyc = await desk.upload(opsManager, pdf(), {
    assignment_id,
    filename: 'aadhaar ramesh.pdf',
    classification: 'bank_kyc',
    sensitivity: 'public',
    tags: [{ key: 'person', value: 'ramesh' }],
    metadata_json: { name: 'Ramesh' },
  })
  assert.equal(kyc.sensitivity, 'pii', 'raised to what the class demands')
  const [row] = (await fieldValuer.ok(listDocuments, {})).items
  assert.ok(row)
  assert.deepEqual(
    [row.restricted, row.original_filename, row.metadata_json, row.tags, row.suggestions, row.thumb_url, row.sha256],
    [true, null, {}, [], null, null, null],
  )
  assert.deepEqual([row.classification, row.size_bytes], ['bank_kyc', kyc.size_bytes])
  for (const query of [{ q: 'ramesh' }, { filename: 'ramesh' }, { tag_key: 'person' }, { has_gps: 'false' as const }]) {
    assert.deepEqual((await fieldValuer.ok(listDocuments, { query })).items, [])
  }
  const params = { id: kyc.id }
  const attempts = [
    await fieldValuer.call(presignDownload, { params }),
    await fieldValuer.call(patchDocumentMetadata, { params, body: { metadata_json: { a: 1 } } }),
    await fieldValuer.call(addDocumentTags, { params, body: { tags: [{ key: 'a' }] } }),
    await fieldValuer.call(removeDocumentTag, { params, query: { key: 'person' } }),
    await fieldValuer.call(updateDocument, {
      params,
      body: { sensitivity: 'internal', expected_version: kyc.version, reason: 'x' },
    }),
    await fieldValuer.call(acceptDocumentSuggestions, { params, body: { fields: ['captured_at'] } }),
  ]
  for (const reply of attempts) assert.deepEqual([reply.status, reply.error.error_code], [403, 'DOCUMENT_PII_REQUIRED'])

  const { url, expires_at } = await valuer.ok(presignDownload, { params })
  assert.ok(Date.parse(expires_at) - Date.now() <= 61_000)
  assert.equal((await desk.get(url)).status, 200)
  await valuer.ok(getDocument, { params })
  await valuer.ok(getDocument, { params })
  await fieldValuer.ok(getDocument, { params })
  const seen = (await actionsOf(tenantId)).filter(
    (action) => action.startsWith('DOCUMENT_VIEWED') || action.startsWith('DOCUMENT_DOWNLOADED'),
  )
  assert.deepEqual(
    seen,
    ['DOCUMENT_DOWNLOADED', 'DOCUMENT_VIEWED'],
    'views within 15 minutes are one event; a restricted look is none',
  )
  await house.sql(
    `update documents.document_views set viewed_at = now() - interval '16 minutes' where document_id = $1`,
    [kyc.id],
  )
  await valuer.ok(getDocument, { params })
  assert.equal((await actionsOf(tenantId)).filter((action) => action === 'DOCUMENT_VIEWED').length, 2)
})

test('OP-53 what a person without the right uploaded as personal is withheld from himself', async () => {
  const { fieldValuer } = await house.firm()
  const kyc = await desk.upload(fieldValuer, pdf(), { classification: 'bank_kyc' })
  assert.equal(kyc.restricted, true)
  assert.equal(
    (await fieldValuer.call(presignDownload, { params: { id: kyc.id } })).error.error_code,
    'DOCUMENT_PII_REQUIRED',
  )
})

test('lowering the sensitivity needs a reason, is recorded as such, and stale versions are refused', async () => {
  const { tenantId, opsManager } = await house.firm()
  const doc = await desk.upload(opsManager, pdf(), { sensitivity: 'confidential' })
  const params = { id: doc.id }
  const missing = await opsManager.call(updateDocument, { params, body: { sensitivity: 'internal' } })
  assert.deepEqual([missing.status, missing.error.details[0]?.['path']], [422, 'expected_version'])
  const bare = await opsManager.call(updateDocument, {
    params,
    body: { sensitivity: 'internal', expected_version: doc.version },
  })
  assert.equal(bare.error.error_code, 'REASON_REQUIRED')
  const lowered = await opsManager.ok(updateDocument, {
    params,
    body: {
      sensitivity: 'internal',
      original_filename: 'new.pdf',
      expected_version: doc.version,
      reason: 'not personal',
    },
  })
  assert.deepEqual(
    [lowered.sensitivity, lowered.original_filename, lowered.version],
    ['internal', 'new.pdf', doc.version + 1],
  )
  const stale = await opsManager.call(
    updateDocument,
    { params, body: { classification: 'legal' } },
    { 'if-match': `"${doc.version}"` },
  )
  assert.deepEqual(
    [stale.status, stale.error.error_code, stale.error.details[0]?.['current_version']],
    [409, 'REVISION_MISMATCH', lowered.version],
  )
  const raised = await opsManager.ok(updateDocument, {
    params,
    body: { classification: 'bank_kyc', expected_version: lowered.version },
  })
  assert.equal(raised.sensitivity, 'pii')
  const future = await opsManager.call(updateDocument, {
    params,
    body: { captured_at: '2099-01-01T00:00:00Z', expected_version: raised.version },
  })
  assert.equal(future.status, 422)
  const events = (await house.audit(tenantId)).filter((event) => event.action === 'DOCUMENT_SENSITIVITY_CHANGED')
  assert.deepEqual(
    events.map((event) => [event['before'], event['after'], event['reason']]),
    [
      [{ sensitivity: 'confidential' }, { sensitivity: 'internal' }, 'not personal'],
      [{ sensitivity: 'internal' }, { sensitivity: 'pii' }, undefined],
    ],
  )
})

test('OP-55 L1, L2, L3, L5, L7 links find their parents, agree with them, and are made once', async () => {
  const { tenantId, opsManager, valuer, stranger } = await house.firm()
  const commissionId = uuidv7()
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId, commissionId })
  const doc = await desk.upload(opsManager, pdf())
  const params = { id: doc.id }
  const first = await opsManager.call(attachDocument, { params: { id: assignment_id }, body: { document_id: doc.id } })
  assert.deepEqual([first.status, first.body.work_order_id, first.body.purpose], [201, commissionId, 'reference'])
  const again = await opsManager.call(attachDocument, { params: { id: assignment_id }, body: { document_id: doc.id } })
  assert.deepEqual([again.status, again.body.id], [200, first.body.id])
  const byCommission = await opsManager.call(linkDocument, {
    params,
    body: { work_order_id: commissionId, purpose: 'reference' },
  })
  assert.deepEqual(
    [byCommission.status, byCommission.body.id],
    [200, first.body.id],
    'a commission link has its assignment',
  )
  assert.equal((await opsManager.ok(listDocuments, { query: { work_order_id: commissionId } })).items.length, 1)
  const theirs = await desk.assignment(stranger.tenantId, { createdBy: stranger.userId })
  const refused = [
    [{}, 422, 'LINK_INCONSISTENT'],
    [{ assignment_id, work_order_id: uuidv7() }, 422, 'LINK_INCONSISTENT'],
    [{ assignment_id, invoice_id: uuidv7() }, 422, 'LINK_INCONSISTENT'],
    [{ assignment_id: theirs }, 404, 'NOT_FOUND'],
    [{ work_order_id: uuidv7() }, 404, 'NOT_FOUND'],
    [{ employee_id: uuidv7() }, 404, 'NOT_FOUND'],
    [{ conversation_id: uuidv7() }, 404, 'NOT_FOUND'],
  ] as const
  for (const [body, status, code] of refused) {
    const reply = await opsManager.call(linkDocument, { params, body })
    assert.deepEqual([reply.status, reply.error.error_code], [status, code], JSON.stringify(body))
  }
  const pending = await desk.presign(opsManager, pdf())
  const early = await opsManager.call(linkDocument, { params: { id: pending.document_id }, body: { assignment_id } })
  assert.equal(early.error.error_code, 'FILE_NOT_READY')
  const hidden = await valuer.call(attachDocument, { params: { id: assignment_id }, body: { document_id: doc.id } })
  assert.deepEqual([hidden.status, hidden.error.details[0]?.['reason']], [403, 'out_of_scope'])
  assert.equal((await stranger.call(linkDocument, { params, body: { assignment_id: theirs } })).status, 404)

  assert.equal((await opsManager.call(unlinkDocument, { params: { ...params, link_id: first.body.id } })).status, 204)
  assert.equal((await opsManager.call(unlinkDocument, { params: { ...params, link_id: first.body.id } })).status, 404)
  assert.equal((await opsManager.ok(getDocument, { params })).links.length, 0)
  assert.deepEqual((await actionsOf(tenantId)).slice(-2), ['DOCUMENT_UPLOAD_REQUESTED', 'DOCUMENT_UNLINKED'])
})

test('deliverable links need documents.review', async () => {
  const { tenantId, assistant } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, { createdBy: assistant.userId })
  const doc = await desk.upload(assistant, pdf(), { assignment_id })
  const reply = await assistant.call(linkDocument, {
    params: { id: doc.id },
    body: { assignment_id, deliverable: true },
  })
  assert.deepEqual([reply.status, reply.error.details[0]?.['capability']], [403, 'documents.review'])
})

test('OP-55 a report link is found by its assignment and work order; frozen reports keep their documents', async () => {
  const { tenantId, opsManager } = await house.firm()
  const commission_id = uuidv7()
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId, commissionId: commission_id })
  const report_request_id = uuidv7()
  const neighbours: Neighbours = {
    report: async (_tx, id) => (id === report_request_id ? { assignment_id, commission_id } : undefined),
    frozenUses: async () => 2,
  }
  const server = await serverWith(house, 'web', neighbours)
  const doc = await desk.upload(opsManager, pdf())
  const params = { id: doc.id }
  const link = await server.call(opsManager, linkDocument, { params, body: { report_request_id, purpose: 'evidence' } })
  assert.deepEqual([link.status, link.body.assignment_id, link.body.work_order_id], [201, assignment_id, commission_id])
  for (const query of [{ report_request_id }, { assignment_id }, { work_order_id: commission_id }]) {
    assert.equal((await opsManager.ok(listDocuments, { query })).items.length, 1)
  }
  const other = await server.call(opsManager, linkDocument, {
    params,
    body: { report_request_id, assignment_id: uuidv7() },
  })
  assert.equal(other.error.error_code, 'LINK_INCONSISTENT')
  const unlink = await server.call(opsManager, unlinkDocument, { params: { ...params, link_id: link.body.id } })
  assert.deepEqual([unlink.status, unlink.error.error_code], [409, 'DOCUMENT_IN_USE'])
  const gone = await server.call(opsManager, deleteDocument, { params, query: { reason: 'x' } })
  assert.deepEqual([gone.status, gone.error.error_code], [409, 'DOCUMENT_IN_USE'])
  await server.close()
})

test('OP-56 metadata patches of different keys in parallel both survive, null removes, limits hold', async () => {
  const { opsManager } = await house.firm()
  const { id } = await desk.upload(opsManager, pdf(), { metadata_json: { old: 1 } })
  const patch = (metadata_json: Record<string, unknown>) =>
    opsManager.call(patchDocumentMetadata, { params: { id }, body: { metadata_json } })
  const replies = await Promise.all(Array.from({ length: 8 }, (_, n) => patch({ [`key_${n}`]: n })))
  assert.ok(replies.every((reply) => reply.status === 200))
  const merged = await patch({ old: null, deep: { kept: null } })
  assert.deepEqual(merged.body.metadata_json, {
    ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`key_${n}`, n])),
    deep: { kept: null },
  })
  assert.equal((await patch({ big: 'x'.repeat(17 * 1024) })).status, 422)
  assert.equal((await patch({ 'Not-A-Key': 1 })).status, 422)
  assert.equal((await patch({ nul: 'a\u0000b' })).status, 422)
  assert.equal((await patch({ a: 'x'.repeat(9000) })).status, 200)
  assert.equal((await patch({ b: 'x'.repeat(9000) })).status, 422, 'the merged whole is limited too')
  assert.equal((await patch(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`more_${n}`, n])))).status, 422)
})

test('OP-56 a tag added twice stays one, values compare without case, removal takes one value or the whole tag', async () => {
  const { opsManager } = await house.firm()
  const { id } = await desk.upload(opsManager, pdf())
  const add = (tags: { key: string; value?: string }[]) =>
    opsManager.ok(addDocumentTags, { params: { id }, body: { tags } })
  await add([{ key: 'room', value: 'Kitchen' }, { key: 'room', value: 'Hall' }, { key: 'urgent' }])
  const { tags } = await add([{ key: 'room', value: 'KITCHEN' }, { key: 'urgent' }])
  assert.deepEqual(tags, [
    { key: 'room', value: 'Hall' },
    { key: 'room', value: 'Kitchen' },
    { key: 'urgent', value: null },
  ])
  assert.equal(
    (await opsManager.call(removeDocumentTag, { params: { id }, query: { key: 'room', value: 'kitchen' } })).status,
    204,
  )
  assert.deepEqual((await opsManager.ok(getDocument, { params: { id } })).tags, [
    { key: 'room', value: 'Hall' },
    { key: 'urgent', value: null },
  ])
  assert.equal((await opsManager.call(removeDocumentTag, { params: { id }, query: { key: 'room' } })).status, 204)
  assert.equal(
    (await opsManager.call(removeDocumentTag, { params: { id }, query: { key: 'room' } })).status,
    204,
    'nothing left is no error',
  )
  assert.deepEqual((await opsManager.ok(getDocument, { params: { id } })).tags, [{ key: 'urgent', value: null }])
  assert.equal(
    (await opsManager.call(addDocumentTags, { params: { id }, body: { tags: [{ key: 'Bad Key' }] } })).status,
    422,
  )
})

test('OP-58 suggestions change nothing until accepted; 800 m from the property warns', async () => {
  const { tenantId, opsManager } = await house.firm()
  const propertyId = uuidv7()
  await house.sql(
    `insert into directory.properties (tenant_id, id, name, latitude, longitude) values ($1, $2, 'Test house', $3, 74.4977)`,
    [tenantId, propertyId, (15.8497 + 800 / 111_195).toFixed(7)],
  )
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId, propertyId })
  const bytes = await drawPhoto({
    seed: 5,
    width: 200,
    height: 150,
    takenAt: '2026-03-04 10:20:30',
    offset: '+05:30',
    geo: { lat: 15.8497, lng: 74.4977 },
  })
  const photo = await desk.upload(opsManager, bytes, { filename: 'x.jpg', content_type: 'image/jpeg' })
  const params = { id: photo.id }
  await opsManager.ok(linkDocument, { params, body: { assignment_id, purpose: 'photo' } })
  const before = await opsManager.ok(getDocument, { params })
  assert.deepEqual(
    [before.captured_at, before.warnings, before.suggestions?.accepted],
    [null, ['location_mismatch'], []],
  )
  assert.ok(Math.abs((before.suggestions?.distance_to_property_m ?? 0) - 800) <= 2)
  const accepted = await opsManager.call(acceptDocumentSuggestions, {
    params,
    body: { fields: ['captured_at', 'property_coordinates'] },
  })
  assert.equal(accepted.status, 200)
  assert.deepEqual([accepted.body.captured_at, accepted.body.warnings], ['2026-03-04T04:50:30.000Z', []])
  assert.deepEqual(accepted.body.suggestions?.accepted, ['captured_at', 'property_coordinates'])
  const [place] = await house.sql('select latitude, coord_source from directory.properties where id = $1', [propertyId])
  assert.ok(Math.abs(Number(place?.['latitude']) - 15.8497) < 1e-5)
  assert.equal(place?.['coord_source'], 'EXIF')
  assert.deepEqual((await actionsOf(tenantId)).slice(-2), ['DOCUMENT_UPDATED', 'MASTERDATA_RECORD_UPDATED'])
  const history = await house.sql('select kind from assignments.activity_events where assignment_id = $1', [
    assignment_id,
  ])
  assert.deepEqual(history, [{ kind: 'document_attached' }])
  const job = await opsManager.ok(getAssignment, { params: { id: assignment_id }, query: { include: 'documents' } })
  assert.deepEqual(
    [job.counters.documents, job.documents?.items.map((line) => [line.id, line.original_filename])],
    [1, [[photo.id, 'x.jpg']]],
  )

  const plain = await desk.upload(opsManager, pdf())
  const nothing = await opsManager.call(acceptDocumentSuggestions, {
    params: { id: plain.id },
    body: { fields: ['captured_at'] },
  })
  assert.deepEqual([nothing.status, nothing.error.details[0]?.['reason']], [409, 'no_suggestion'])
  const alone = await desk.upload(opsManager, bytes, { filename: 'y.jpg', content_type: 'image/jpeg' })
  const placeless = await opsManager.call(acceptDocumentSuggestions, {
    params: { id: alone.id },
    body: { fields: ['property_coordinates'] },
  })
  assert.deepEqual([placeless.status, placeless.error.details[0]?.['reason']], [409, 'no_property'])
})

test('OP-59 FINAL locks class, metadata, tags and deletion', async () => {
  const { opsManager } = await house.firm()
  const doc = await desk.upload(opsManager, pdf())
  await house.sql(`update documents.documents set review_state = 'FINAL' where id = $1`, [doc.id])
  const params = { id: doc.id }
  const attempts = [
    await opsManager.call(updateDocument, { params, body: { classification: 'legal', expected_version: doc.version } }),
    await opsManager.call(patchDocumentMetadata, { params, body: { metadata_json: { a: 1 } } }),
    await opsManager.call(addDocumentTags, { params, body: { tags: [{ key: 'a' }] } }),
    await opsManager.call(removeDocumentTag, { params, query: { key: 'a' } }),
    await opsManager.call(acceptDocumentSuggestions, { params, body: { fields: ['captured_at'] } }),
    await opsManager.call(deleteDocument, { params, query: { reason: 'x' } }),
  ]
  for (const reply of attempts) assert.deepEqual([reply.status, reply.error.error_code], [409, 'DOCUMENT_FINAL'])
})

test('deleting is soft, needs a reason and the right; what is deleted is not found', async () => {
  const { tenantId, opsManager, fieldValuer, valuer, stranger } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, {
    createdBy: opsManager.userId,
    assignees: [fieldValuer.userId, valuer.userId],
  })
  const doc = await desk.upload(fieldValuer, pdf(), { assignment_id })
  const params = { id: doc.id }
  assert.equal((await opsManager.call(deleteDocument, { params, query: {} as never })).status, 422)
  assert.equal((await stranger.call(deleteDocument, { params, query: { reason: 'x' } })).status, 404)
  const colleague = await valuer.call(deleteDocument, { params, query: { reason: 'x' } })
  assert.deepEqual([colleague.status, colleague.error.details[0]?.['reason']], [403, 'out_of_scope'])
  await house.sql(`update documents.documents set review_state = 'REVIEWED' where id = $1`, [doc.id])
  const late = await fieldValuer.call(deleteDocument, { params, query: { reason: 'x' } })
  assert.deepEqual([late.status, late.error.details[0]?.['reason']], [403, 'reviewed'])
  assert.equal((await opsManager.call(deleteDocument, { params, query: { reason: 'wrong house' } })).status, 204)
  for (const reply of [
    await opsManager.call(getDocument, { params }),
    await opsManager.call(presignDownload, { params }),
  ])
    assert.equal(reply.status, 404)
  assert.deepEqual((await opsManager.ok(listDocuments, { query: { status: 'deleted' } })).items, [])
  const [row] = await house.sql(
    "select status, deleted_by, delete_reason, purge_after > now() + interval '29 days' as kept from documents.documents where id = $1",
    [doc.id],
  )
  assert.deepEqual(row, { status: 'deleted', deleted_by: opsManager.userId, delete_reason: 'wrong house', kept: true })
  assert.equal((await actionsOf(tenantId)).at(-1), 'DOCUMENT_DELETED')
})

test('OP-41 scopes: all, assigned and own decide lists, single rows and downloads; other firms get 404', async () => {
  const { tenantId, owner, opsManager, valuer, fieldValuer, accounts, stranger } = await house.firm()
  const mine = await desk.assignment(tenantId, { createdBy: opsManager.userId, assignees: [valuer.userId] })
  const hidden = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const seen = await desk.upload(opsManager, pdf(), { assignment_id: mine })
  const unseen = await desk.upload(opsManager, pdf(), { assignment_id: hidden })
  const own = await desk.upload(valuer, pdf())
  const idsOf = async (actor: typeof owner) =>
    (await actor.ok(listDocuments, {})).items.map((item) => item.id).toSorted()
  assert.deepEqual(await idsOf(owner), [seen.id, unseen.id, own.id].toSorted())
  assert.deepEqual(await idsOf(valuer), [seen.id, own.id].toSorted())
  assert.deepEqual(await idsOf(fieldValuer), [])
  assert.deepEqual(await idsOf(accounts), [])
  for (const operation of [getDocument, presignDownload]) {
    const outside = await valuer.call(operation, { params: { id: unseen.id } })
    assert.deepEqual([outside.status, outside.error.details[0]?.['reason']], [403, 'out_of_scope'])
    assert.equal((await stranger.call(operation, { params: { id: unseen.id } })).status, 404)
    assert.equal((await valuer.call(operation, { params: { id: seen.id } })).status, 200)
  }
  // Whoever leaves the job loses its documents with the same transaction.
  await house.sql('update assignments.assignment_assignees set deleted_at = now() where user_id = $1', [valuer.userId])
  assert.deepEqual(await idsOf(valuer), [own.id])
})
