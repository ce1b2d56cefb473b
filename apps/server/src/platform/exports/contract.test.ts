import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import {
  blockOf,
  type ExportRig,
  type JobWish,
  openExportRig,
  RIG_TABLES,
  type RigPart,
} from '../../../test/harness/export-rig.ts'
import { openFaultProxy } from '../../../test/harness/fault-proxy.ts'
import { startSwift, type Swift } from '../../../test/harness/swift.ts'
import { dbStorage } from './db-storage.ts'
import { type ExportJob, type ExportStorage, IntegrityError, Superseded } from './port.ts'
import { s3ExportStorage } from './s3-storage.ts'

const MIB = 1024 * 1024
/** Three parts of 7 MiB: pieces of the object store run over their ends. */
const PARTS: readonly RigPart[] = [1, 2, 3].map((seed) => ({ seed, blocks: 14, blockBytes: MIB / 2 }))
const whole = Buffer.concat(PARTS.flatMap((part) => Array.from({ length: part.blocks }, (_, no) => blockOf(part, no))))

let rig: ExportRig
let swift: Swift
let proxy: Awaited<ReturnType<typeof openFaultProxy>>
const s3Over = (endpoint: string) =>
  s3ExportStorage({
    database: rig.worker,
    tables: RIG_TABLES,
    prefix: 'exports',
    endpoint,
    region: swift.region,
    bucket: swift.bucket,
    accessKeyId: swift.accessKeyId,
    secretAccessKey: swift.secret,
    pathStyle: true,
    encryption: null,
  })
let s3: ReturnType<typeof s3ExportStorage>
before(async () => {
  rig = await openExportRig()
  swift = await startSwift()
  proxy = await openFaultProxy(swift.endpoint)
  s3 = s3Over(proxy.url)
})
after(async () => {
  s3.close()
  await proxy.close()
  await swift.stop()
  await rig.close()
})

const breakAt = (part: number, block: number) => (at: { part: number; block: number }) => {
  if (at.part === part && at.block === block) throw new Error('the worker is gone')
}

for (const kind of ['db', 's3'] as const) {
  describe(`AU-20 export storage: ${kind}`, () => {
    const storage = (): ExportStorage => (kind === 'db' ? rig.own : s3)
    const made = async (wish: JobWish = {}): Promise<ExportJob> => {
      const id = await rig.addJob({ storage_kind: kind, ...wish })
      assert.deepEqual(await rig.run(id, PARTS, { storage: storage() }), { end: 'done' })
      return rig.jobOf(id)
    }

    test('what was written is read, whole and in any range', async () => {
      const job = await made()
      assert.equal(job.total_bytes, whole.length)
      assert.ok((await rig.bytesOf(storage(), job)).equals(whole))
      for (const [start, end] of [
        [0, 0],
        [0, 9],
        [MIB - 1, MIB],
        [8 * MIB - 3, 8 * MIB + 3],
        [whole.length - 1, whole.length - 1],
      ] as const) {
        assert.ok(
          (await rig.bytesOf(storage(), job, { start, end })).equals(whole.subarray(start, end + 1)),
          `${start}-${end}`,
        )
      }
      assert.ok((await storage().usage(rig.tenantId)).tenant >= whole.length)
    })

    test('an attempt that broke off is taken up, and the bytes are those of an undisturbed one', async () => {
      const id = await rig.addJob({ storage_kind: kind })
      for (const [part, block] of [
        [1, 13],
        [2, 7],
        [3, 13],
      ] as const) {
        await assert.rejects(rig.run(id, PARTS, { storage: storage(), disturb: breakAt(part, block) }), /gone/)
      }
      assert.deepEqual(await rig.run(id, PARTS, { storage: storage() }), { end: 'done' })
      const job = await rig.jobOf(id)
      assert.equal(job.total_bytes, whole.length)
      assert.ok((await rig.bytesOf(storage(), job)).equals(whole))
      assert.equal(job.sha256, (await made()).sha256)
    })

    test('another attempt writes nothing', async () => {
      const id = await rig.addJob({ storage_kind: kind })
      await assert.rejects(rig.run(id, PARTS, { storage: storage(), disturb: breakAt(1, 3) }), /gone/)
      const chunk = { no: 0, part: 1, offset: 0, bytes: Buffer.from('late') }
      await assert.rejects(storage().storeChunk(await rig.jobOf(id), chunk, { attempt: 7 }), Superseded)
      assert.deepEqual(
        await rig.sql('select 1 from audit.export_chunks where job_id = $1 and byte_offset = 0 and bytes = 4', [id]),
        [],
      )
    })

    test('changed bytes are never handed out', async () => {
      const job = await made()
      await rig.sql(
        kind === 'db'
          ? `update audit.export_chunks set payload_bytes = set_byte(payload_bytes, 5, 0) where job_id = $1 and chunk_no = 1`
          : `update audit.export_chunks set payload_hash = sha256('x') where job_id = $1 and chunk_no = 1`,
        [job.id],
      )
      const first = await rig.bytesOf(storage(), job, { start: 0, end: 9 })
      assert.ok(first.equals(whole.subarray(0, 10)), 'what lies before is whole')
      await assert.rejects(rig.bytesOf(storage(), job), IntegrityError)
    })

    test('an expired payload is gone, and expiring it again is no fault', async () => {
      const job = await made()
      for (const _ of [1, 2]) await storage().expirePayload(job)
      assert.deepEqual(await rig.sql('select 1 from audit.export_chunks where job_id = $1', [job.id]), [])
      await assert.rejects(rig.bytesOf(storage(), job), IntegrityError)
    })
  })
}

test('AU-20 a store that answers 5xx, late, or cuts off is asked again, and the file is whole', async () => {
  const isPart = (method: string, url: string): boolean => method === 'PUT' && url.includes('partNumber=')
  proxy.plan({ kind: '5xx' }, isPart)
  proxy.plan({ kind: 'slow', ms: 400 }, isPart)
  proxy.plan({ kind: '5xx' }, (method, url) => method === 'POST' && url.includes('uploads'))
  const id = await rig.addJob({ storage_kind: 's3' })
  assert.deepEqual(await rig.run(id, PARTS, { storage: s3 }), { end: 'done' })
  const job = await rig.jobOf(id)
  proxy.plan({ kind: 'cut', after: 100_000 }, (method) => method === 'GET')
  await assert.rejects(rig.bytesOf(s3, job), /storage|checksum/)
  assert.ok((await rig.bytesOf(s3, job)).equals(whole))
  assert.equal(proxy.left(), 0)
})

test('AU-20 uploads that nobody goes on with are given up; that of a running job stays', async () => {
  const plain = new S3Client({
    endpoint: swift.endpoint,
    region: swift.region,
    forcePathStyle: true,
    credentials: { accessKeyId: swift.accessKeyId, secretAccessKey: swift.secret },
  })
  const uploads = async (): Promise<string[]> => {
    const { Uploads = [] } = await plain.send(
      new ListMultipartUploadsCommand({ Bucket: swift.bucket, Prefix: `exports/${rig.tenantId}/` }),
    )
    return Uploads.map((one) => one.Key ?? '').sort()
  }
  for (const { Key, UploadId } of (await plain.send(new ListMultipartUploadsCommand({ Bucket: swift.bucket })))
    .Uploads ?? [])
    await plain.send(new AbortMultipartUploadCommand({ Bucket: swift.bucket, Key, UploadId }))
  const [left, kept] = [await rig.addJob({ storage_kind: 's3' }), await rig.addJob({ storage_kind: 's3' })]
  for (const id of [left, kept])
    await assert.rejects(rig.run(id, PARTS, { storage: s3, disturb: breakAt(2, 12) }), /gone/)
  await rig.sql(`update audit.export_jobs set status = 'FAILED', error_code = 'AUDIT_EXPORT_CANCELLED' where id = $1`, [
    left,
  ])
  // A store may begin the second upload while its job is already broken off.
  for (let tries = 0; tries < 100 && (await uploads()).length < 2; tries++) await wait(50)
  assert.equal((await uploads()).length, 2)
  assert.equal(await s3.abortStale?.(rig.tenantId), 1)
  assert.deepEqual(await uploads(), [`exports/${rig.tenantId}/${kept}`])
  assert.deepEqual(await rig.run(kept, PARTS, { storage: s3 }), { end: 'done' })
  plain.destroy()
})

test('AU-20 a full spool fails the job cleanly, to the byte, and a later one succeeds', async () => {
  await rig.sql('delete from audit.export_jobs')
  const part: RigPart = { seed: 9, blocks: 3, blockBytes: MIB }
  const spool = (bytes: number) =>
    dbStorage({ database: rig.worker, tables: RIG_TABLES, spool: { tenantBytes: bytes, allBytes: 64 * MIB } })
  for (const [bytes, ends] of [
    [3 * MIB - 1, 'FAILED'],
    [3 * MIB, 'DONE'],
  ] as const) {
    const id = await rig.addJob()
    await rig.run(id, [part], { storage: spool(bytes) })
    const job = await rig.jobOf(id)
    assert.equal(job.status, ends)
    if (ends === 'FAILED') assert.match(job.error_message ?? '', /spool_full/)
    await rig.sql('delete from audit.export_jobs where id = $1', [id])
  }
})

test('AU-20 a disk without space fails the job at once with what it stored gone, and a later one succeeds', async () => {
  await rig.sql('delete from audit.export_jobs')
  // What the server answers when its disk is full, from the third chunk on.
  await rig.sql(`create function public.disk_full() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`)
  await rig.sql(`create trigger disk_full before insert on audit.export_chunks
    for each row when (new.chunk_no >= 2) execute function public.disk_full()`)
  const isPart = (method: string, url: string): boolean => method === 'PUT' && url.includes('partNumber=2')
  proxy.plan({ kind: 'full' }, isPart)
  const jobs = [
    [await rig.addJob(), rig.own],
    [await rig.addJob({ storage_kind: 's3' }), s3],
  ] as const
  const [[onDisk], [inStore]] = jobs
  assert.deepEqual(await rig.run(inStore, PARTS, { storage: s3 }), { end: 'failed' })
  assert.deepEqual(await rig.run(onDisk, PARTS, { storage: rig.own }), { end: 'failed' })
  await rig.sql('drop function public.disk_full() cascade')
  for (const [id] of jobs) {
    const { status, attempt, error_code, error_message } = await rig.jobOf(id)
    assert.deepEqual([status, attempt, error_code], ['FAILED', 1, 'AUDIT_EXPORT_PROCESSING_FAILED'])
    assert.match(error_message ?? '', /^spool_full/)
  }
  assert.deepEqual(await rig.sql('select job_id from audit.export_chunks'), [])
  assert.equal(proxy.left(), 0)
  for (const [storage_kind, storage] of [
    ['db', rig.own],
    ['s3', s3],
  ] as const) {
    const id = await rig.addJob({ storage_kind })
    assert.deepEqual(await rig.run(id, PARTS, { storage }), { end: 'done' })
    assert.ok((await rig.bytesOf(storage, await rig.jobOf(id))).equals(whole))
  }
})
