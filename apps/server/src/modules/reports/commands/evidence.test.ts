import assert from 'node:assert/strict'
import { deleteDocument, restoreDocument } from '@zenops/contracts/documents'
import { listDeletedRows } from '@zenops/contracts/retention'
import { after, before, test } from 'node:test'
import { getReport, listReports, listRevisions, moveReport, updateReport } from '@zenops/contracts/reports'
import {
  acceptSuggestion,
  autoOrderEvidence,
  getReportProfiles,
  linkEvidence,
  listSuggestions,
  orderEvidence,
  previewAnnexures,
  rejectSuggestion,
  restoreEvidence,
  unlinkEvidence,
} from '@zenops/contracts/reports-evidence'
import { listEvidenceProfiles, listRulesets } from '@zenops/contracts/reports-rules'
import { DEFAULT_PROFILES } from '@zenops/valuation/profiles'
import { STD_1 } from '@zenops/valuation/ruleset'
import { type DocumentDesk, openDocumentDesk } from '../../../../test/harness/documents.ts'
import { type House, openHouse } from '../../../../test/harness/house.ts'
import {
  COMPLETE,
  linkSixPhotos,
  openReport,
  refused,
  rowCounts,
  uploadPaper,
  uploadPhoto,
} from '../../../../test/harness/reports.ts'
import { rulesetHash } from '../seed.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  house = await openHouse()
  desk = await openDocumentDesk(house)
})
after(() => house.close())

test('RP-10 photos count once by their bytes, a seen paper never, a deleted document lowers the score', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const score = async () => (await report.detail()).readiness?.completeness_score
  assert.equal(await score(), 20)
  await report.patch({ property: COMPLETE['property'] })
  assert.equal(await score(), 60)
  await report.patch(COMPLETE)
  assert.equal(await score(), 80)
  const params = { id: report.id }
  const photo = async (seed: number) => uploadPhoto(desk, owner, { assignmentId: report.assignmentId, wish: { seed } })
  const documents = [await photo(1), await photo(1), await photo(2), await photo(3), await photo(4), await photo(5)]
  const link = (items: object[]) => owner.ok(linkEvidence, { params, body: { items: items as never } })
  const five = await link(documents.map((document_id) => ({ document_id, evidence_type: 'PHOTO' })))
  assert.equal(five.readiness.missing_evidence.find((line) => line.severity === 'BLOCKING')?.found, 5)
  const seen = await link([{ physical_copy_seen: true, evidence_type: 'PHOTO', label: 'shown on site' }])
  assert.equal(seen.readiness.completeness_score, 80)
  assert.equal(seen.evidence_items.find((item) => item.physical_copy_seen)?.counts, false)
  const last = await photo(6)
  assert.equal((await link([{ document_id: last, evidence_type: 'GEO' }])).readiness.completeness_score, 100)
  await owner.ok(deleteDocument, { params: { id: last }, query: { reason: 'blurred' } })
  assert.equal(await score(), 80)
})

test('RP-12 the profile follows bank and slab in DRAFT; reads write nothing', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  const chosen = async () => (await owner.ok(getReportProfiles, { params })).selected
  assert.equal((await chosen())?.bank_type, 'OTHER')
  await owner.ok(updateReport, { params, body: { bank_type: 'SBI', expected_version: 1 } })
  assert.equal((await chosen())?.bank_type, 'SBI')
  const before = await rowCounts(house)
  await owner.ok(getReport, { params })
  await owner.ok(getReportProfiles, { params })
  await owner.ok(listSuggestions, { params })
  await owner.ok(previewAnnexures, { params })
  await owner.ok(listRevisions, { params })
  await owner.ok(listReports, {})
  assert.deepEqual(await rowCounts(house), before)
})

test('every firm begins with the shipped profiles and rules as the rules package states them', async () => {
  const { owner } = await house.firm()
  const { items } = await owner.ok(listEvidenceProfiles, { query: { limit: 100 } })
  assert.deepEqual(
    items.map((item) => item.name),
    DEFAULT_PROFILES.map((profile) => profile.name).sort(),
  )
  for (const profile of DEFAULT_PROFILES) {
    const found = items.find((item) => item.name === profile.name)
    assert.deepEqual(
      found?.items.map((item) => [item.key, item.min_count, item.severity]),
      profile.items.map((item) => [item.key, item.min_count, item.severity]),
    )
    assert.equal(found?.state, 'published')
  }
  const rules = await owner.ok(listRulesets, {})
  assert.deepEqual(
    rules.items.map(({ version, hash, shipped, in_force }) => ({ version, hash, shipped, in_force })),
    [{ version: 'std-1', hash: rulesetHash(STD_1), shipped: true, in_force: true }],
  )
})

test('RP-14 one named attribute changes alone; foreign documents are refused; a stale order is refused', async () => {
  const { owner, stranger, valuer } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  const document_id = await uploadPhoto(desk, owner, { assignmentId: report.assignmentId, wish: { seed: 3 } })
  const made = await owner.ok(linkEvidence, {
    params,
    body: {
      items: [
        {
          document_id,
          evidence_type: 'PHOTO',
          tags: { category: 'interior', floor: 'first' },
          label: 'Hall',
          note: 'north wall',
        },
      ],
    },
  })
  const item = made.evidence_items[0] ?? assert.fail('an item was made')
  const changed = await owner.ok(linkEvidence, { params, body: { items: [{ id: item.id, label: null }] } })
  assert.deepEqual(changed.evidence_items[0], { ...item, label: null })
  const other = await openReport(owner)
  const foreign = await uploadPaper(desk, owner, { assignmentId: other.assignmentId, text: 'deed' })
  const link = (body: object) => owner.call(linkEvidence, { params, body: body as never })
  refused(await link({ items: [{ document_id: foreign }] }), 422, 'EVIDENCE_DOCUMENT_FOREIGN')
  const theirs = await openReport(stranger)
  const strange = await uploadPaper(desk, stranger, { assignmentId: theirs.assignmentId, text: 'deed' })
  refused(await link({ items: [{ document_id: strange }] }), 404, 'NOT_FOUND')
  refused(
    await link({ items: [{ id: crypto.randomUUID(), label: 'x' }] }),
    404,
    'EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER',
  )
  refused(await link({ items: [{}] }), 422, 'VALIDATION_FAILED')
  refused(await link({ items: [{ document_id, field_keys: ['no.such'] }] }), 422, 'VALIDATION_FAILED')
  refused(await valuer.call(linkEvidence, { params, body: { items: [{ id: item.id, label: 'x' }] } }), 403, 'FORBIDDEN')
  const order = (expected_evidence_version: number, id = item.id) =>
    owner.call(orderEvidence, { params, body: { items: [{ id, annexure_order: 4 }], expected_evidence_version } })
  assert.equal(refused(await order(1), 409, 'REVISION_MISMATCH')['current_version'], 2)
  refused(await order(2, crypto.randomUUID()), 404, 'EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER')
  const placed = await order(2)
  assert.equal(placed.body.items[0]?.annexure_order, 4)
  assert.equal(placed.body.evidence_version, 3)
  const gone = await owner.call(unlinkEvidence, { params: { id: report.id, eid: item.id } })
  assert.equal(gone.status, 204)
  refused(
    await owner.call(unlinkEvidence, { params: { id: report.id, eid: item.id } }),
    404,
    'EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER',
  )
  assert.deepEqual((await report.detail()).evidence_items, [])
})

test('AU-33 a removed evidence item comes back by its own route until its time is over, and where its file still lives', async () => {
  const { owner, valuer, stranger, tenantId } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  const document_id = await uploadPhoto(desk, owner, { assignmentId: report.assignmentId, wish: { seed: 8 } })
  const body = { items: [{ document_id, evidence_type: 'PHOTO', label: 'Hall' }] } as const
  const made = await owner.ok(linkEvidence, { params, body: body as never }) // literal types
  const item = made.evidence_items[0] ?? assert.fail('an item was made')
  const where = { id: report.id, eid: item.id }
  const restore = (actor = owner) => actor.call(restoreEvidence, { params: where })
  refused(await restore(), 409, 'ILLEGAL_TRANSITION')
  await owner.call(unlinkEvidence, { params: where, query: { reason: 'by mistake' } })
  const [listed] = (await owner.ok(listDeletedRows, { query: { kind: 'reports.report_evidence_items' } })).items
  assert.deepEqual(
    [listed?.row_id, listed?.whole_id, listed?.label, listed?.restore_path],
    [item.id, report.id, 'Hall', `/v1/repogen/work-orders/${report.id}/evidence/${item.id}/restore`],
  )
  refused(await restore(valuer), 403, 'FORBIDDEN')
  refused(await restore(stranger), 404, 'NOT_FOUND')
  await owner.call(deleteDocument, { params: { id: document_id }, query: { reason: 'by mistake' } })
  refused(await restore(), 409, 'CONFLICT')
  await owner.ok(restoreDocument, { params: { id: document_id } })
  const back = await owner.ok(restoreEvidence, { params: where })
  assert.deepEqual(
    back.items.map((one) => [one.id, one.label]),
    [[item.id, 'Hall']],
  )
  assert.equal(back.evidence_version, made.evidence_version + 2)
  const event = (await house.audit(tenantId)).findLast(({ action }) => action === 'RECORD_RESTORED')
  assert.deepEqual(
    [event?.target.id, event?.['after']],
    [item.id, { kind: 'reports.report_evidence_items', status: 'live' }],
  )
  await owner.call(unlinkEvidence, { params: where, query: { reason: 'for good' } })
  await house.sql(`update reports.report_evidence_items set purge_after = now() where id = $1`, [item.id])
  refused(await restore(), 404, 'EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER')
  await house.sql(`update reports.reports set status = 'READY_FOR_RENDER' where id = $1`, [report.id])
  refused(await restore(), 422, 'REASON_REQUIRED')
  await house.sql(`update reports.reports set status = 'CLOSED' where id = $1`, [report.id])
  refused(await restore(), 409, 'REPORT_LOCKED')
})

test('RP-15 automatic order numbers by category and touches nothing else; the preview lays the pages out', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  const at = report.assignmentId
  const photo = (seed: number) =>
    uploadPhoto(desk, owner, { assignmentId: at, wish: { seed, geo: { lat: 15.85, lng: 74.5 } } })
  const wish = [
    {
      document_id: await uploadPaper(desk, owner, { assignmentId: at, text: 'deed' }),
      evidence_type: 'DOCUMENT',
      annexure_order: 1,
      label: 'deed',
    },
    { document_id: await photo(1), evidence_type: 'SCREENSHOT', tags: { category: 'route_map' }, label: 'route' },
    { document_id: await photo(2), evidence_type: 'PHOTO', tags: { category: 'interior' }, label: 'interior' },
    { document_id: await photo(3), evidence_type: 'PHOTO', tags: { category: 'exterior' }, label: 'exterior B' },
    {
      document_id: await photo(4),
      evidence_type: 'PHOTO',
      tags: { category: 'exterior' },
      annexure_order: 3,
      label: 'exterior A',
    },
    { document_id: await photo(5), evidence_type: 'GEO', tags: { category: 'gps' }, label: 'gps' },
    { document_id: await photo(6), evidence_type: 'PHOTO', label: 'untagged' },
  ]
  await owner.ok(linkEvidence, { params, body: { items: wish as never } })
  const ordered = await owner.ok(autoOrderEvidence, { params, body: { expected_evidence_version: 1 } })
  assert.deepEqual(
    ordered.items.map((item) => item.label),
    ['exterior A', 'exterior B', 'interior', 'gps', 'route', 'untagged', 'deed'],
  )
  assert.deepEqual(
    ordered.items.map((item) => item.annexure_order),
    [1, 2, 3, 4, 5, 6, 7],
  )
  refused(
    await owner.call(autoOrderEvidence, { params, body: { expected_evidence_version: 1 } }),
    409,
    'REVISION_MISMATCH',
  )
  const { sections } = await owner.ok(previewAnnexures, { params })
  assert.deepEqual(
    sections.map(({ heading, pages }) => [heading, pages.map((page) => page.cells.length)]),
    [
      ['SITE IMAGES', [2, 3]],
      ['GOOGLE MAP', [1]],
    ],
  )
})

test('RP-18 a GPS photo only suggests; accepting writes one revision, over a typed value it asks first', async () => {
  const { owner, tenantId } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  const wish = { seed: 9, takenAt: '2026-10-03 11:20:00', offset: '+05:30', geo: { lat: 15.8497, lng: 74.4977 } }
  const document_id = await uploadPhoto(desk, owner, { assignmentId: report.assignmentId, wish })
  await owner.ok(linkEvidence, { params, body: { items: [{ document_id, evidence_type: 'PHOTO' }] } })
  assert.equal((await report.detail()).work_order.latest_revision, 0)
  const { items } = await owner.ok(listSuggestions, { params, query: { status: ['PENDING'] } })
  const offered = (list: typeof items, field_key: string) =>
    list.find((item) => item.field_key === field_key) ?? assert.fail(`${field_key} is offered`)
  const geo = offered(items, 'property.geo')
  const day = offered(items, 'valuation_inputs.inspection_date')
  assert.deepEqual([geo.confidence, geo.method, geo.present_value, day.value], [0.95, 'EXIF', null, '2026-10-03'])
  const accept = (sid: string, body: object) =>
    owner.call(acceptSuggestion, { params: { id: report.id, sid }, body: body as never })
  const taken = await accept(day.id, { expected_version: 0 })
  assert.equal(taken.body.revision, 1)
  assert.equal(taken.body.input_snapshot?.contract_json.valuation_inputs?.inspection_date, '2026-10-03')
  refused(await accept(day.id, { expected_version: 1 }), 409, 'ILLEGAL_TRANSITION')
  await report.patch({ property: { geo: { lat: 15.1, lng: 74.1 } } })
  const asked = refused(await accept(geo.id, { expected_version: 2 }), 409, 'CONFIRMATION_REQUIRED')
  assert.deepEqual(asked['present_value'], { lat: 15.1, lng: 74.1 })
  refused(await accept(geo.id, { expected_version: 2, confirm_overwrite: true }), 422, 'REASON_REQUIRED')
  refused(
    await accept(geo.id, { expected_version: 1, confirm_overwrite: true, reason: 'from the photo' }),
    409,
    'REVISION_MISMATCH',
  )
  const placed = await accept(geo.id, { expected_version: 2, confirm_overwrite: true, reason: 'from the photo' })
  assert.equal(placed.body.input_snapshot?.contract_json.property?.geo?.source, 'EXIF')
  const actions = (await house.audit(tenantId)).map((event) => event.action)
  assert.equal(actions.filter((action) => action === 'REPORT_SUGGESTION_ACCEPTED').length, 2)
  await house.sql(
    `insert into reports.report_suggestions (tenant_id, report_id, field_key, value, confidence, method, out_of_range)
     values ($1, $2, 'property.geo', '{"lat": 123, "lng": 74}', 0.9, 'OCR_GPS', true), ($1, $2, 'property.city', '"Belgaum"', 0.7, 'CLASSIFIER', false)`,
    [tenantId, report.id],
  )
  const open = (await owner.ok(listSuggestions, { params, query: { status: ['PENDING'] } })).items
  const wrong = offered(open, 'property.geo')
  assert.equal(wrong.out_of_range, true)
  refused(await accept(wrong.id, { expected_version: 3 }), 422, 'SUGGESTION_OUT_OF_RANGE')
  const edited = await accept(wrong.id, {
    value: { lat: 12.3, lng: 74 },
    expected_version: 3,
    confirm_overwrite: true,
    reason: 'a digit was misread',
  })
  assert.equal(edited.body.input_snapshot?.contract_json.property?.geo?.lat, 12.3)
  const city = offered(open, 'property.city')
  assert.equal((await owner.ok(rejectSuggestion, { params: { id: report.id, sid: city.id } })).status, 'REJECTED')
  refused(await owner.call(rejectSuggestion, { params: { id: report.id, sid: city.id } }), 409, 'ILLEGAL_TRANSITION')
  refused(await accept(crypto.randomUUID(), { expected_version: 4 }), 404, 'NOT_FOUND')
  const states = await owner.ok(listSuggestions, { params })
  assert.deepEqual(new Set(states.items.map((item) => item.status)), new Set(['ACCEPTED', 'EDITED', 'REJECTED']))
})

test('evidence of a ready report changes with a reason only and sends it back; frozen revisions keep what is unlinked', async () => {
  const { owner } = await house.firm()
  const report = await openReport(owner)
  const params = { id: report.id }
  await report.patch(COMPLETE)
  await linkSixPhotos(desk, owner, report)
  await report.move('DATA_PENDING')
  await report.move('READY_FOR_RENDER')
  const item = (await report.detail()).evidence_items?.[0] ?? assert.fail('evidence is linked')
  const body = { items: [{ id: item.id, label: 'Front' }] }
  refused(await owner.call(linkEvidence, { params, body }), 422, 'REASON_REQUIRED')
  refused(await owner.call(unlinkEvidence, { params: { id: report.id, eid: item.id } }), 422, 'REASON_REQUIRED')
  await owner.ok(linkEvidence, { params, body: { ...body, reason: 'named the side' } })
  const { work_order } = await report.detail()
  assert.deepEqual([work_order.status, work_order.pack_stale], ['DATA_PENDING', true])
  await owner.call(unlinkEvidence, { params: { id: report.id, eid: item.id } })
  refused(
    await owner.call(moveReport, { params, body: { status: 'READY_FOR_RENDER' } }),
    409,
    'REPOGEN_READINESS_BLOCK',
  )
  const frozen = await house.sql<{ manifest: { evidence_item_id: string }[] }>(
    `select manifest from reports.report_revisions where report_id = $1 and kind = 'FREEZE'`,
    [report.id],
  )
  assert.ok(frozen[0]?.manifest.some((row) => row.evidence_item_id === item.id))
})
