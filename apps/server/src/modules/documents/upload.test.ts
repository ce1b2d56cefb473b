import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { confirmUpload, getUpload, listDocuments, presignDownload, presignUpload } from '@zenops/contracts/documents'
import { type DocumentDesk, openDocumentDesk, pdfBytes, sha256Of } from '../../../test/harness/documents.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { drawPhoto } from '../../../test/harness/photo-fixture.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { StorageError } from '../../platform/storage/port.ts'
import { expireUploads } from './jobs/expire-uploads.ts'

let house: House
let desk: DocumentDesk
before(async () => {
  house = await openHouse()
  desk = await openDocumentDesk(house)
})
after(() => house.close())

const photo = (seed = 1) =>
  drawPhoto({
    seed,
    width: 320,
    height: 240,
    takenAt: '2026-03-04 10:20:30',
    offset: '+05:30',
    geo: { lat: 15.8497, lng: 74.4977 },
  })
const JPEG = {
  filename: 'front view.jpg',
  content_type: 'image/jpeg',
  classification: 'site_photo',
  purpose: 'photo',
} as const
const actionsOf = async (tenantId: string) => (await house.audit(tenantId)).map((event) => event.action)
const links = (id: string) => house.sql('select * from documents.document_links where document_id = $1', [id])
const incoming = async () => (await house.app.services.storage.list('incoming/')).items.map((item) => item.key)

test('OP-03 a photo presigned for an assignment, PUT and confirmed is uploaded, hashed and linked with its parents', async () => {
  const { tenantId, opsManager } = await house.firm()
  const commissionId = uuidv7()
  const assignmentId = await desk.assignment(tenantId, { createdBy: opsManager.userId, commissionId })
  const bytes = await photo()
  const { document_id, storage_key, upload } = await desk.presign(opsManager, bytes, {
    ...JPEG,
    assignment_id: assignmentId,
    sha256: sha256Of(bytes),
    remarks: 'from the street',
  })
  assert.equal(storage_key, `${tenantId}/documents/${document_id}/front_view.jpg`)
  assert.equal((await desk.put(upload, bytes)).status, 200)
  const { document } = await opsManager.ok(confirmUpload, { body: { document_id } })
  assert.equal(document.status, 'uploaded')
  assert.equal(document.sha256, sha256Of(bytes))
  assert.equal(document.detected_type, 'image/jpeg')
  assert.deepEqual(document.metadata_json, { remarks: 'from the street' })
  assert.deepEqual(
    document.links.map((link) => [link.assignment_id, link.work_order_id, link.purpose]),
    [[assignmentId, commissionId, 'photo']],
  )
  assert.deepEqual(await actionsOf(tenantId), ['DOCUMENT_UPLOAD_REQUESTED', 'DOCUMENT_UPLOADED', 'DOCUMENT_LINKED'])
  assert.ok(!(await incoming()).includes(`incoming/${document_id}`), 'the incoming bytes are gone')
})

test('OP-05 a download gives identical bytes and is recorded', async () => {
  const { tenantId, opsManager } = await house.firm()
  const bytes = pdfBytes('identical')
  const document = await desk.upload(opsManager, bytes, { filename: 'Kaufvertrag – deed.pdf' })
  const { url, expires_at } = await opsManager.ok(presignDownload, {
    params: { id: document.id },
    query: { disposition: 'inline' },
  })
  const response = await desk.get(url)
  assert.equal(response.status, 200)
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes)
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  assert.match(response.headers.get('content-security-policy') ?? '', /^sandbox/)
  assert.match(response.headers.get('content-disposition') ?? '', /^inline; filename=/)
  const seconds = (Date.parse(expires_at) - Date.now()) / 1000
  assert.ok(seconds > 840 && seconds <= 901, `lasts 900 s, not ${seconds}`)
  const event = (await house.audit(tenantId)).at(-1)
  assert.equal(event?.action, 'DOCUMENT_DOWNLOADED')
  assert.deepEqual(event?.['after'], { variant: 'original' })
})

test('OP-51 Range gives 206, HEAD the headers alone, a range behind the end 416', async () => {
  const { opsManager } = await house.firm()
  const bytes = pdfBytes('ranges')
  const document = await desk.upload(opsManager, bytes)
  const { url } = await opsManager.ok(presignDownload, { params: { id: document.id } })
  const part = await desk.get(url, { headers: { range: 'bytes=5-9', 'accept-encoding': 'gzip' } })
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-range'), `bytes 5-9/${bytes.length}`)
  assert.equal(await part.text(), bytes.subarray(5, 10).toString())
  const head = await desk.get(url, { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.equal(head.headers.get('content-length'), String(bytes.length))
  assert.equal(await head.text(), '')
  const beyond = await desk.get(url, { headers: { range: 'bytes=99999-' } })
  assert.equal(beyond.status, 416)
  assert.equal(((await beyond.json()) as { error_code: string }).error_code, 'RANGE_NOT_SATISFIABLE')
  const same = await desk.get(url, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } })
  assert.equal(same.status, 304)
})

test('OP-51 tampered, expired and misused tokens are refused', async () => {
  const { opsManager } = await house.firm()
  const bytes = pdfBytes('tokens')
  const { upload } = await desk.presign(opsManager, bytes)
  assert.ok(upload?.mode === 'single')
  const refusalOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { error_code: string }).error_code,
  ]
  assert.deepEqual(
    await refusalOf(await desk.get(upload.url)),
    [403, 'STORAGE_TOKEN_INVALID'],
    'a PUT token does not read',
  )
  const tampered = upload.url.replace(/\.([\w-]+)\./, (_, claims: string) => `.${claims.slice(0, -2)}AA.`)
  assert.deepEqual(await refusalOf(await desk.put({ ...upload, url: tampered }, bytes)), [403, 'STORAGE_TOKEN_INVALID'])
  const storage = house.app.services.storage
  const grant = {
    key: 'incoming/x',
    filename: 'x.pdf',
    contentType: 'application/pdf',
    disposition: 'inline',
    expiresIn: 1,
  } as const
  const short = await storage.presignGet(grant)
  await new Promise((resolve) => setTimeout(resolve, 1100))
  assert.deepEqual(await refusalOf(await desk.get(short.url)), [410, 'STORAGE_TOKEN_EXPIRED'])
  const missing = await storage.presignGet({ ...grant, expiresIn: 60 })
  assert.deepEqual(await refusalOf(await desk.get(missing.url)), [404, 'NOT_FOUND'])
  const { storage_key } = await desk.presign(opsManager, bytes, { filename: '../../etc/pass wd.pdf' })
  assert.doesNotMatch(storage_key, /\.\.\//)
})

test('OP-51 a body longer than announced is cut off with 413 and leaves no file', async () => {
  const { opsManager } = await house.firm()
  const { document_id, upload } = await desk.presign(opsManager, pdfBytes('x'))
  const long = Buffer.alloc(200_000, 65)
  assert.equal((await desk.put(upload, long)).status, 413)
  assert.ok(upload?.mode === 'single')
  // Chunked: nothing announces the length, the stream itself is cut.
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(long)
      controller.close()
    },
  })
  const chunked = await fetch(new URL(upload.url, desk.origin), {
    method: 'PUT',
    headers: upload.headers,
    body: stream,
    duplex: 'half',
  })
  assert.equal(chunked.status, 413)
  assert.ok(!(await incoming()).includes(`incoming/${document_id}`))
  assert.equal((await desk.put(upload, pdfBytes('y'), { 'content-type': 'text/html' })).status, 415)
})

test('OP-49 confirming before the bytes are there is 409 and succeeds after the PUT', async () => {
  const { opsManager } = await house.firm()
  const bytes = pdfBytes('late')
  const { document_id, upload } = await desk.presign(opsManager, bytes)
  const early = await opsManager.call(confirmUpload, { body: { document_id } })
  assert.equal(early.status, 409)
  assert.equal(early.error.error_code, 'UPLOAD_NOT_FOUND')
  const state = await opsManager.ok(getUpload, { params: { id: document_id } })
  assert.equal(state.status, 'pending')
  assert.deepEqual(state.received_parts, [])
  assert.ok(state.upload)
  await desk.put(upload, bytes)
  assert.equal((await opsManager.ok(confirmUpload, { body: { document_id } })).document.status, 'uploaded')
  assert.equal((await opsManager.ok(getUpload, { params: { id: document_id } })).upload, null)
})

const LYING = [
  ['an executable called photo', JPEG, Buffer.concat([Buffer.from('MZ'), Buffer.alloc(400, 1)]), 'FILE_TYPE_MISMATCH'],
  [
    'a web page called photo',
    JPEG,
    Buffer.from('<!doctype html><script>alert(1)</script>'.repeat(8)),
    'FILE_TYPE_MISMATCH',
  ],
  [
    'a broken archive called document',
    { filename: 'a.docx', content_type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
    Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(400, 7)]),
    'FILE_TYPE_MISMATCH',
  ],
  [
    'text with NUL',
    { filename: 'a.csv', content_type: 'text/csv' },
    Buffer.from('a,b\n1,\u00002\n'),
    'FILE_TYPE_MISMATCH',
  ],
  ['a PDF that is cut off', {}, Buffer.from('%PDF-1.7\n1 0 obj'), 'FILE_TYPE_MISMATCH'],
] as const

for (const [name, body, bytes, code] of LYING) {
  test(`OP-49 refused and gone: ${name}`, async () => {
    const { tenantId, opsManager } = await house.firm()
    const { document_id, storage_key, upload } = await desk.presign(opsManager, bytes, body)
    assert.equal((await desk.put(upload, bytes)).status, 200)
    const reply = await opsManager.call(confirmUpload, { body: { document_id } })
    assert.equal(reply.status, 422)
    assert.equal(reply.error.error_code, code)
    const [row] = await house.sql('select status, rejection, lease_token from documents.documents where id = $1', [
      document_id,
    ])
    assert.equal(row?.['status'], 'rejected')
    assert.equal(row?.['lease_token'], null)
    for (const key of [storage_key, `incoming/${document_id}`]) {
      await assert.rejects(
        house.app.services.storage.head(key),
        (error) => error instanceof StorageError && error.fault === 'not_found',
      )
    }
    assert.equal((await actionsOf(tenantId)).at(-1), 'DOCUMENT_UPLOAD_REJECTED')
    const again = await opsManager.call(confirmUpload, { body: { document_id } })
    assert.equal(again.error.error_code, 'CONFLICT')
    const download = await opsManager.call(presignDownload, { params: { id: document_id } })
    assert.equal(download.error.error_code, 'FILE_NOT_READY')
  })
}

test('OP-49 wrong size and wrong hash are refused by the PUT and, where the store lets them in, by the confirm', async () => {
  const { opsManager } = await house.firm()
  const bytes = pdfBytes('announced')
  const other = pdfBytes('different')
  const announced = await desk.presign(opsManager, bytes, { sha256: sha256Of(bytes) })
  const put = await desk.put(announced.upload, other)
  assert.deepEqual(
    [put.status, ((await put.json()) as { error_code: string }).error_code],
    [422, 'FILE_CHECKSUM_MISMATCH'],
  )
  await house.app.services.storage.write(`incoming/${announced.document_id}`, other, { contentType: 'application/pdf' })
  const hash = await opsManager.call(confirmUpload, { body: { document_id: announced.document_id } })
  assert.equal(hash.error.error_code, 'FILE_CHECKSUM_MISMATCH')
  const short = await desk.presign(opsManager, bytes)
  assert.equal((await desk.put(short.upload, bytes.subarray(0, 20))).status, 422)
  await house.app.services.storage.write(`incoming/${short.document_id}`, bytes.subarray(0, 20), {
    contentType: 'application/pdf',
  })
  const size = await opsManager.call(confirmUpload, { body: { document_id: short.document_id } })
  assert.equal(size.error.error_code, 'FILE_SIZE_MISMATCH')
})

test('OP-50 a PUT after the confirm is refused and the download still gives the verified bytes', async () => {
  const { opsManager } = await house.firm()
  const bytes = pdfBytes('verified')
  const { document_id, upload } = await desk.presign(opsManager, bytes)
  await desk.put(upload, bytes)
  await desk.put(upload, bytes)
  await opsManager.ok(confirmUpload, { body: { document_id } })
  const late = await desk.put(upload, pdfBytes('evil bytes'.slice(0, 8)))
  assert.equal(late.status, 409)
  assert.equal(((await late.json()) as { error_code: string }).error_code, 'UPLOAD_ALREADY_CONFIRMED')
  // A driver that still takes the old address cannot reach the kept bytes either.
  await house.app.services.storage.write(`incoming/${document_id}`, pdfBytes('evil'), {
    contentType: 'application/pdf',
  })
  await opsManager.ok(confirmUpload, { body: { document_id } })
  const { url } = await opsManager.ok(presignDownload, { params: { id: document_id } })
  assert.deepEqual(Buffer.from(await (await desk.get(url)).arrayBuffer()), bytes)
})

test('OP-52 confirming twice and in parallel gives one document and one link', async () => {
  const { tenantId, opsManager, owner } = await house.firm()
  const assignmentId = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const bytes = pdfBytes('parallel')
  const { document_id, upload } = await desk.presign(opsManager, bytes, {
    assignment_id: assignmentId,
    tags: [{ key: 'deed' }],
  })
  await desk.put(upload, bytes)
  const replies = await Promise.all(
    [opsManager, opsManager, owner, opsManager].map((actor) => actor.call(confirmUpload, { body: { document_id } })),
  )
  assert.deepEqual(
    replies.map((reply) => reply.status),
    [200, 200, 200, 200],
  )
  assert.deepEqual(new Set(replies.map((reply) => reply.body.document.sha256)), new Set([sha256Of(bytes)]))
  await opsManager.ok(confirmUpload, { body: { document_id } })
  assert.equal((await links(document_id)).length, 1)
  assert.equal((await actionsOf(tenantId)).filter((action) => action === 'DOCUMENT_UPLOADED').length, 1)
})

test('OP-52 after a failure between copy and commit the next confirm succeeds', async () => {
  const { tenantId, opsManager } = await house.firm()
  const assignmentId = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const bytes = pdfBytes('crash')
  const { document_id, storage_key, upload } = await desk.presign(opsManager, bytes, { assignment_id: assignmentId })
  await desk.put(upload, bytes)
  const storage = house.app.services.storage
  const { copy } = storage
  storage.copy = async (from, to) => {
    await copy.call(storage, from, to)
    throw new StorageError('unavailable')
  }
  const failed = await opsManager.call(confirmUpload, { body: { document_id } }).finally(() => {
    storage.copy = copy
  })
  assert.equal(failed.status, 503)
  assert.equal((await storage.head(storage_key)).size, bytes.length, 'the copy is there')
  assert.equal((await links(document_id)).length, 0)
  assert.equal((await opsManager.ok(confirmUpload, { body: { document_id } })).document.links.length, 1)
})

test('OP-52 a process that died holds the upload only until its lease ends', async () => {
  const { opsManager } = await house.firm()
  const bytes = pdfBytes('lease')
  const { document_id, upload } = await desk.presign(opsManager, bytes)
  await desk.put(upload, bytes)
  const hold = (seconds: number) =>
    house.sql(
      `update documents.documents set lease_token = gen_random_uuid(), lease_until = now() + $2 * interval '1 second' where id = $1`,
      [document_id, seconds],
    )
  await hold(60)
  const busy = await opsManager.call(confirmUpload, { body: { document_id } })
  assert.equal(busy.status, 409)
  assert.equal(busy.error.details[0]?.['reason'], 'confirm_running')
  await hold(-1)
  assert.equal((await opsManager.ok(confirmUpload, { body: { document_id } })).document.status, 'uploaded')
})

test('OP-57 the same bytes are named as duplicates only to who may read them', async () => {
  const { tenantId, opsManager, fieldValuer, valuer } = await house.firm()
  const mine = await desk.assignment(tenantId, { createdBy: opsManager.userId, assignees: [valuer.userId] })
  const bytes = pdfBytes('duplicate')
  const first = await desk.upload(opsManager, bytes, { assignment_id: mine, filename: 'original.pdf' })
  const body = {
    filename: 'again.pdf',
    content_type: 'application/pdf',
    size_bytes: bytes.length,
    sha256: sha256Of(bytes),
  }
  const seen = await valuer.ok(presignUpload, { body: { ...body, assignment_id: mine } })
  assert.deepEqual(seen.duplicates, [{ document_id: first.id, filename: 'original.pdf', linked_here: true }])
  const unseen = await fieldValuer.ok(presignUpload, { body })
  assert.deepEqual(unseen.duplicates, [])
  await desk.put(seen.upload, bytes)
  const confirmed = await valuer.ok(confirmUpload, { body: { document_id: seen.document_id } })
  assert.deepEqual(confirmed.duplicates, [{ document_id: first.id, filename: 'original.pdf', linked_here: true }])
})

test('OP-57 a known client_ref answers the same document: pending with a fresh address, expired revived, uploaded without', async () => {
  const { tenantId, opsManager } = await house.firm()
  const bytes = pdfBytes('phone')
  const body = { filename: 'p.pdf', content_type: 'application/pdf', size_bytes: bytes.length, client_ref: 'shot-1' }
  const replies = await Promise.all([1, 2, 3].map(() => opsManager.call(presignUpload, { body })))
  assert.deepEqual(replies.map((reply) => reply.status).toSorted(), [200, 200, 201])
  const [first] = replies
  const id = first?.body.document_id ?? ''
  assert.ok(
    replies.every(
      (reply) => reply.body.document_id === id && reply.body.upload !== null && !reply.body.already_uploaded,
    ),
  )

  await desk.put(first?.body.upload ?? null, bytes)
  await house.sql(`update documents.documents set upload_expires_at = now() - interval '1 hour' where id = $1`, [id])
  const plain = await desk.presign(opsManager, bytes)
  await house.sql(`update documents.documents set upload_expires_at = now() - interval '1 hour' where id = $1`, [
    plain.document_id,
  ])
  const fresh = await desk.presign(opsManager, bytes)
  await house.sql(
    `select set_config('app.tenant_id', $1, false), set_config('app.aud', 'worker', false), ops.enqueue_job($2, '{}', repeat('a', 32), '{}')`,
    [tenantId, expireUploads.kind],
  )
  await house.runJobs()
  const states = await house.sql<{ id: string; status: string }>(
    'select id, status from documents.documents where tenant_id = $1 order by id',
    [tenantId],
  )
  assert.deepEqual(Object.fromEntries(states.map((row) => [row.id, row.status])), {
    [id]: 'deleted',
    [plain.document_id]: 'deleted',
    [fresh.document_id]: 'pending',
  })
  assert.ok(!(await incoming()).includes(`incoming/${id}`))
  assert.equal((await opsManager.call(getUpload, { params: { id } })).status, 404)

  const revived = await opsManager.call(presignUpload, { body })
  assert.equal(revived.status, 200)
  assert.equal(revived.body.document_id, id)
  await desk.put(revived.body.upload, bytes)
  await opsManager.ok(confirmUpload, { body: { document_id: id } })
  const known = await opsManager.call(presignUpload, { body })
  assert.deepEqual(
    [known.status, known.body.already_uploaded, known.body.upload, known.body.document_id],
    [200, true, null, id],
  )
})

test('bad input: types, sizes, times and targets are refused before anything is written', async () => {
  const { tenantId, opsManager, stranger, valuer } = await house.firm()
  const base = { filename: 'a.pdf', content_type: 'application/pdf', size_bytes: 100 }
  const theirs = await desk.assignment(stranger.tenantId, { createdBy: stranger.userId })
  const hidden = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const refusals = [
    [{ ...base, filename: 'a.html', content_type: 'text/html' }, 415, 'FILE_TYPE_NOT_ALLOWED'],
    [{ ...base, filename: 'a.svg', content_type: 'image/svg+xml' }, 415, 'FILE_TYPE_NOT_ALLOWED'],
    [
      { ...base, filename: 'a.docm', content_type: 'application/vnd.ms-word.document.macroEnabled.12' },
      415,
      'FILE_TYPE_NOT_ALLOWED',
    ],
    [{ ...base, filename: 'a.exe' }, 415, 'FILE_TYPE_NOT_ALLOWED'],
    [{ ...base, filename: 'a.mp4', content_type: 'video/mp4' }, 415, 'FILE_TYPE_NOT_ALLOWED'],
    [{ ...base, size_bytes: 0 }, 422, 'VALIDATION_FAILED'],
    [{ ...base, size_bytes: 51 * 1024 * 1024 }, 413, 'PAYLOAD_TOO_LARGE'],
    [{ ...base, size_bytes: 201 * 1024 * 1024 }, 422, 'VALIDATION_FAILED'],
    [{ ...base, filename: '   ' }, 422, 'VALIDATION_FAILED'],
    [{ ...base, filename: 'nul\u0000.pdf' }, 422, 'VALIDATION_FAILED'],
    [{ ...base, captured_at: new Date(Date.now() + 3_600_000).toISOString() }, 422, 'VALIDATION_FAILED'],
    [{ ...base, surprise: 1 }, 422, 'VALIDATION_FAILED'],
    [{ ...base, assignment_id: theirs }, 404, 'NOT_FOUND'],
    [{ ...base, assignment_id: uuidv7() }, 404, 'NOT_FOUND'],
    [{ ...base, report_request_id: uuidv7() }, 404, 'NOT_FOUND'],
    [{ ...base, assignment_id: hidden, invoice_id: uuidv7() }, 422, 'LINK_INCONSISTENT'],
  ] as const
  for (const [body, status, code] of refusals) {
    const reply = await opsManager.call(presignUpload, { body })
    assert.deepEqual([reply.status, reply.error.error_code], [status, code], JSON.stringify(body))
    assert.deepEqual(Object.keys(reply.error).toSorted(), ['details', 'error_code', 'message', 'trace_id'])
  }
  const outside = await valuer.call(presignUpload, { body: { ...base, assignment_id: hidden } })
  assert.deepEqual([outside.status, outside.error.details[0]?.['reason']], [403, 'out_of_scope'])
  assert.deepEqual(await house.sql('select id from documents.documents where tenant_id = $1', [tenantId]), [])
  assert.equal((await stranger.call(confirmUpload, { body: { document_id: uuidv7() } })).status, 404)
})

test('the firm’s own limits hold: largest file and further kinds', async () => {
  const { tenantId, opsManager } = await house.firm()
  await house.sql(
    `update identity.tenants set settings = '{"operations": {"max_file_mb": 1, "extra_file_types": ["mp4"]}}' where id = $1`,
    [tenantId],
  )
  const large = await opsManager.call(presignUpload, {
    body: { filename: 'a.pdf', content_type: 'application/pdf', size_bytes: 1_048_577 },
  })
  assert.equal(large.status, 413)
  const video = await opsManager.call(presignUpload, {
    body: { filename: 'a.mp4', content_type: 'video/mp4', size_bytes: 1000 },
  })
  assert.equal(video.status, 201)
})

test('more than 120 uploads a minute are refused with RATE_LIMITED', async () => {
  const { tenantId, opsManager } = await house.firm()
  await house.sql(
    `insert into documents.documents (tenant_id, id, owner_user_id, source, storage_key, original_filename, content_type, size_bytes, version_group_id)
     select $1, g, $2, 'tenant', 'k/' || g, 'x.pdf', 'application/pdf', 1, g from (select uuidv7() g from generate_series(1, 120)) s`,
    [tenantId, opsManager.userId],
  )
  const reply = await opsManager.call(presignUpload, {
    body: { filename: 'a.pdf', content_type: 'application/pdf', size_bytes: 10 },
  })
  assert.deepEqual([reply.status, reply.error.error_code, reply.headers['retry-after']], [429, 'RATE_LIMITED', '30'])
})

test('OP-58 a GPS photo brings suggestions, a thumbnail is made by a job, and a picture that cannot be drawn still downloads', async () => {
  const { opsManager } = await house.firm()
  const document = await desk.upload(opsManager, await photo(7), JPEG)
  assert.equal(document.captured_at, null)
  assert.equal(document.suggestions?.captured_at, '2026-03-04T04:50:30.000Z')
  assert.ok(Math.abs((document.suggestions?.gps?.latitude ?? 0) - 15.8497) < 1e-5)
  assert.equal(document.thumb_status, 'pending')
  const early = await opsManager.call(presignDownload, { params: { id: document.id }, query: { variant: 'thumb' } })
  assert.equal(early.error.error_code, 'FILE_NOT_READY')
  await house.runJobs()
  const { items } = await opsManager.ok(listDocuments, {})
  assert.equal(items[0]?.thumb_status, 'ready')
  const thumb = await desk.get(items[0]?.thumb_url ?? '')
  assert.equal(thumb.headers.get('content-type'), 'image/webp')
  assert.ok((await thumb.arrayBuffer()).byteLength > 100)

  const bytes = await photo(8)
  const broken = await desk.upload(opsManager, bytes, JPEG)
  await house.app.services.storage.write(
    `${broken.tenant_id}/documents/${broken.id}/front_view.jpg`,
    bytes.subarray(0, 900),
    { contentType: 'image/jpeg' },
  )
  for (let attempt = 0; attempt < 3; attempt++) {
    await house.jobsDue()
    await house.runJobs()
  }
  const [row] = await house.sql('select thumb_status from documents.documents where id = $1', [broken.id])
  assert.equal(row?.['thumb_status'], 'failed')
  assert.equal((await opsManager.call(presignDownload, { params: { id: broken.id } })).status, 200)
})

test('a picture keeps its sides as a person sees it, whatever way the camera was held', async () => {
  const { opsManager } = await house.firm()
  const lying = await desk.upload(
    opsManager,
    await drawPhoto({ seed: 3, width: 200, height: 150, orientation: 6 }),
    JPEG,
  )
  const plain = await desk.upload(
    opsManager,
    await drawPhoto({ seed: 4, width: 200, height: 150, orientation: 3 }),
    JPEG,
  )
  const rows = await house.sql<{ id: string; width: number; height: number }>(
    'select id, width, height from documents.documents where id = any ($1)',
    [[lying.id, plain.id]],
  )
  const sides = (id: string) => rows.filter((row) => row.id === id).map((row) => [row.width, row.height])
  assert.deepEqual(sides(lying.id), [[150, 200]])
  assert.deepEqual(sides(plain.id), [[200, 150]])
})
