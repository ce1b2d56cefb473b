import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { confirmUpload, presignDownload } from '@zenops/contracts/documents'
import { type DocumentDesk, openDocumentDesk, pdfBytes, sha256Of } from '../../../test/harness/documents.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { type Swift, startSwift } from '../../../test/harness/swift.ts'

let swift: Swift
let house: House
let desk: DocumentDesk
before(async () => {
  swift = await startSwift()
  house = await openHouse({
    STORAGE_DRIVER: 's3',
    S3_ENDPOINT: swift.endpoint,
    S3_REGION: swift.region,
    S3_BUCKET: swift.bucket,
    S3_ACCESS_KEY_ID: swift.accessKeyId,
    S3_SECRET_ACCESS_KEY: swift.secret,
  })
  desk = await openDocumentDesk(house)
})
after(async () => {
  await house.close()
  await swift.stop()
})

test('OP-03 OP-50 on S3: upload, confirm and download; the old address cannot change what was verified', async () => {
  const { tenantId, opsManager } = await house.firm()
  const assignment_id = await desk.assignment(tenantId, { createdBy: opsManager.userId })
  const bytes = pdfBytes('on S3')
  const { document_id, upload } = await desk.presign(opsManager, bytes, { assignment_id })
  assert.ok(upload?.mode === 'single' && upload.url.startsWith(swift.endpoint))
  const early = await opsManager.call(confirmUpload, { body: { document_id } })
  assert.equal(early.error.error_code, 'UPLOAD_NOT_FOUND')
  assert.equal((await desk.put(upload, bytes)).status, 200)
  const { document } = await opsManager.ok(confirmUpload, { body: { document_id } })
  assert.deepEqual([document.sha256, document.links[0]?.assignment_id], [sha256Of(bytes), assignment_id])
  const replaced = pdfBytes('on XX')
  assert.equal((await desk.put(upload, replaced)).status, 200, 'the store still takes the old address')
  const { url } = await opsManager.ok(presignDownload, { params: { id: document_id } })
  const response = await desk.get(url)
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes)
  assert.match(response.headers.get('content-disposition') ?? '', /^attachment/)
})

test('OP-49 on S3: an executable called photo is refused and gone', async () => {
  const { opsManager } = await house.firm()
  const bytes = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(300, 1)])
  const { document_id, storage_key, upload } = await desk.presign(opsManager, bytes, {
    filename: 'a.jpg',
    content_type: 'image/jpeg',
  })
  assert.equal((await desk.put(upload, bytes)).status, 200)
  const reply = await opsManager.call(confirmUpload, { body: { document_id } })
  assert.deepEqual([reply.status, reply.error.error_code], [422, 'FILE_TYPE_MISMATCH'])
  await assert.rejects(house.app.services.storage.head(storage_key), /not_found/)
})
