import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAssignment, listAssignments, putFloors, updateAssignment } from './assignments.ts'
import { MAX_FILE_BYTES } from './document-records.ts'
import { listDocuments, patchDocumentMetadata, presignUpload } from './documents.ts'
import { login } from './identity.ts'
import { linkEvidence } from './reports-evidence.ts'
import { createPack } from './reports-packs.ts'
import { patchContract } from './reports.ts'

const ID = '00000000-0000-4000-8000-000000000001'
const pathsOf = (result: { error?: { issues: { path: PropertyKey[] }[] } | undefined }) =>
  result.error?.issues.map(({ path }) => path.join('.'))

test('ID-06 sign-in takes nothing but what it names', () => {
  const body = { aud: 'web', email: ' Owner@Firm.in', password: 'a long enough one' }
  assert.equal(login.body.parse(body).email, 'owner@firm.in')
  for (const forged of ['roles', 'capabilities', 'user_id', 'sub']) {
    assert.equal(login.body.safeParse({ ...body, [forged]: 'x' }).success, false, forged)
  }
})

test('OP-26 a due day and a due instant are not sent together', () => {
  const due = { title: 'Valuation', due_date: '2026-03-10', due_at: '2026-03-10T12:30:00Z' }
  assert.deepEqual(pathsOf(createAssignment.body.safeParse(due)), ['due_at'])
})

test('OP-66 a state is no field of the header', () => {
  assert.equal(updateAssignment.body.safeParse({ status: 'PAID', expected_version: 1 }).success, false)
  assert.equal(updateAssignment.body.safeParse({ expected_version: 1 }).success, false)
  assert.equal(updateAssignment.body.safeParse({ borrower_name: null, expected_version: 1 }).success, true)
})

test('OP-39 floors are exact, named once, and sent as a list or with the version', () => {
  const floor = { name: 'Ground', sort_order: 0, area: 55.55 }
  assert.deepEqual(putFloors.body.parse([floor]).items, [{ ...floor, area: '55.55', unit: 'sqm' }])
  assert.equal(putFloors.body.parse({ items: [floor], expected_version: 4 }).expected_version, 4)
  assert.equal(putFloors.body.safeParse([floor, { ...floor, name: 'GROUND' }]).success, false)
  assert.equal(putFloors.body.safeParse([{ ...floor, area: 55.555 }]).success, false)
})

test('OP-63 an unknown parameter, enum value or malformed id of the queue is refused', () => {
  for (const query of [
    { colour: 'red' },
    { status: 'in_progress' },
    { bank_id: '7' },
    { open: 'yes' },
    { sort: 'fee' },
  ]) {
    assert.equal(listAssignments.query.safeParse(query).success, false, JSON.stringify(query))
  }
  const query = listAssignments.query.parse({ status: ['DRAFT', 'PAID'], open: 'true', search: 'z2603' })
  assert.deepEqual(
    [query.status, query.open, query.q, query.sort, query.limit],
    [['DRAFT', 'PAID'], true, 'z2603', 'due_at', 50],
  )
})

test('OP-49 an upload announces a name, a type and a size within bounds', () => {
  const file = { filename: 'front.jpg', content_type: 'image/jpeg', size_bytes: 1 }
  assert.deepEqual(presignUpload.body.parse(file), {
    ...file,
    purpose: 'other',
    classification: 'other',
    sensitivity: 'internal',
    multipart: false,
  })
  for (const size_bytes of [0, -1, 1.5, MAX_FILE_BYTES + 1]) {
    assert.deepEqual(pathsOf(presignUpload.body.safeParse({ ...file, size_bytes })), ['size_bytes'])
  }
  assert.equal(presignUpload.body.safeParse({ ...file, sha256: 'ABC' }).success, false)
})

test('OP-56 metadata holds 16 KiB in bytes and plain keys', () => {
  const send = (metadata_json: unknown) => patchDocumentMetadata.body.safeParse({ metadata_json }).success
  assert.equal(send({ title: null, pages: 3 }), true)
  assert.equal(send({ note: 'x'.repeat(17 * 1024) }), false)
  assert.equal(send({ note: '₹'.repeat(6 * 1024) }), false)
  assert.equal(send({ 'Bad Key': 1 }), false)
  assert.equal(listDocuments.query.parse({}).current_only, true)
})

test('a new evidence item names a document, a seen paper or a reference; a known one only what changes', () => {
  const send = (item: object) => linkEvidence.body.safeParse({ items: [item] }).success
  assert.equal(send({ document_id: ID }), true)
  assert.equal(send({ physical_copy_seen: true }), true)
  assert.equal(send({ label: 'Front' }), false)
  assert.equal(send({ id: ID, label: null }), true)
  assert.equal(linkEvidence.body.safeParse({ items: [] }).success, false)
})

test('the first contract patch sends 0, reasons have five characters', () => {
  const body = { patch: { property: { city: 'Mudhol' } }, expected_version: 0 }
  assert.equal(patchContract.body.safeParse(body).success, true)
  assert.equal(patchContract.body.safeParse({ ...body, reasons: { 'property.geo.lat': 'no' } }).success, false)
  assert.equal(patchContract.body.safeParse({ ...body, patch: [] }).success, false)
})

test('a pack may be asked for without a body', () => {
  assert.deepEqual(createPack.body.parse(undefined), { force: false, draft: false })
})
