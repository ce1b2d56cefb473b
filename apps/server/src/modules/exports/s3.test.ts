import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDownloadUrl } from '@zenops/contracts/exports'
import { type ExportDesk, exportDesk } from '../../../test/harness/exports.ts'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { type Swift, startSwift } from '../../../test/harness/swift.ts'

let swift: Swift
let house: House
let desk: ExportDesk
before(async () => {
  swift = await startSwift()
  house = await openHouse({
    EXPORT_STORAGE: 's3',
    EXPORT_S3_ENCRYPTION: 'none',
    S3_ENDPOINT: swift.endpoint,
    S3_REGION: swift.region,
    S3_BUCKET: swift.bucket,
    S3_ACCESS_KEY_ID: swift.accessKeyId,
    S3_SECRET_ACCESS_KEY: swift.secret,
  })
  desk = exportDesk(house)
})
after(async () => {
  await house.close()
  await swift.stop()
})

test('AU-19 AU-20 a link into the store is a download: told with it, in one transaction, and not again for its key', async () => {
  const firm = await desk.firmWith(3)
  const id = await desk.made(firm.owner, { format: 'csv' })
  const key = { 'idempotency-key': 'one-link' }
  const told = async () => (await desk.actionsOf(firm.tenantId, id)).filter((one) => one === 'AUDIT_EXPORT_DOWNLOADED')
  const counted = async () => (await desk.countedOf(firm.tenantId)).filter((one) => one === 'audit_export_downloaded')
  const link = await firm.owner.call(createDownloadUrl, { params: { job_id: id } }, key)
  assert.equal(link.status, 200, JSON.stringify(link.error))
  assert.ok(link.body.url.startsWith(swift.endpoint))
  assert.deepEqual([(await told()).length, (await counted()).length], [1, 1])
  const bytes = Buffer.from(await (await fetch(link.body.url)).arrayBuffer())
  assert.deepEqual(bytes, (await desk.fetchFile(firm.owner, id)).rawPayload)
  assert.deepEqual([(await told()).length, (await counted()).length], [2, 2])
  const again = await firm.owner.call(createDownloadUrl, { params: { job_id: id } }, key)
  assert.deepEqual([again.status, again.error.error_code], [409, 'IDEMPOTENCY_CONFLICT'])
  assert.deepEqual([(await told()).length, (await counted()).length], [2, 2])
})
